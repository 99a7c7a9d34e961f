"""Where things are in an archive: the data set's root, its lists, its masks. Names only; nothing is read.

CVAT takes as root the folder that holds ``ImageSets/<Task>/<subset>.txt``, at most three folders deep, for the first
of the tasks Main, Segmentation, Layout, Action that has a list. Its patterns pass over hidden names, and over lists
with ``_`` in their name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePath, PurePosixPath
from typing import Final

from segmask import evidence, rules
from segmask.container.base import Container
from segmask.reporter import Reporter

IMAGE_SETS: Final = "ImageSets"
TASK: Final = "Segmentation"
CLASS_FOLDER: Final = "SegmentationClass"
OBJECT_FOLDER: Final = "SegmentationObject"
PHOTO_FOLDER: Final = "JPEGImages"
ANNOTATION_FOLDER: Final = "Annotations"
LABEL_MAP: Final = "labelmap.txt"
DATASET_META: Final = "dataset_meta.json"
PNG_SUFFIX: Final = ".png"
MAX_DEPTH: Final = 3
IMAGE_SUFFIXES: Final = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})

_TASKS: Final = ("Main", TASK, "Layout", "Action")
_LIST: Final = re.compile(r"(?P<root>(?:.*/)?)ImageSets/(?P<task>Main|Segmentation|Layout|Action)/(?P<name>[^/]+)")
_MEANT_AS_LIST: Final = re.compile(
    r"(?P<root>(?:.*/)?)image[ _-]?sets?/segmentation/(?P<name>[^/]+)\.te?xt", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list: its data set's root (empty, or ending in ``/``), task, and path."""

    root: str
    task: str
    path: str

    @property
    def depth(self) -> int:
        """How many folders the root is deep."""
        return self.root.count("/")

    @property
    def is_seen(self) -> bool:
        """Whether CVAT's patterns match the path."""
        name = PurePosixPath(self.path).name
        hidden = any(part.startswith(".") for part in (*self.root.split("/"), name))
        return name.endswith(".txt") and "_" not in name and not hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What CVAT would open.

    Attributes:
        roots: roots of the data sets that are read, each empty or ending in ``/``.
        lists: lists for masks.
        ignored: paths of lists for masks that are passed over.
        other: lists of other tasks that CVAT imports too.
        recovered: CVAT finds no data set at all; the rest is what the author most likely meant.
    """

    roots: tuple[str, ...]
    lists: tuple[ListFile, ...]
    ignored: tuple[str, ...] = ()
    other: tuple[ListFile, ...] = ()
    recovered: bool = False


def is_part(path: PurePath) -> bool:
    """Whether a file of this path in a folder would be taken for part of a data set, in whatever case it is written."""
    folders = {IMAGE_SETS, CLASS_FOLDER, OBJECT_FOLDER, PHOTO_FOLDER, ANNOTATION_FOLDER}
    written = [part.casefold() for part in path.parts]
    names = {name.casefold() for name in (LABEL_MAP, DATASET_META)}
    return not names.isdisjoint(written[-1:]) or not {name.casefold() for name in folders}.isdisjoint(written[:-1])


def find(container: Container, report: Reporter) -> Layout:
    """Layout of an archive, and a problem for each list that CVAT does not see."""
    found = _lists(container.members)
    folders = _lists(container.folders)
    used = [] if container.backslashed else _seen_by_cvat([*found, *folders])
    if not used:
        return _recover(container, found, report)
    for entry in used:
        if entry.path in container.folders:
            report.at(member=entry.path)(
                rules.LIST_IS_A_FOLDER,
                "a folder in the place of a list, which CVAT fails to open; rename or remove it",
            )
    files = [entry for entry in used if entry.path not in container.folders]
    lists = tuple(entry for entry in files if entry.task == TASK)
    roots = tuple(sorted({entry.root for entry in (lists or used)}))
    layout = Layout(
        roots=roots,
        lists=lists,
        ignored=tuple(
            entry.path
            for entry in found
            if entry.task == TASK and entry not in used and not entry.path.startswith("__MACOSX/")
        ),
        other=tuple(entry for entry in files if entry.task != TASK),
    )
    _report_roots(layout, report)
    for path in layout.ignored:
        _report_ignored(path, report)
    return layout


def _lists(paths: Iterable[str]) -> list[ListFile]:
    matches = map(_LIST.fullmatch, sorted(paths))
    return [ListFile(match["root"], match["task"], match.string) for match in matches if match]


def _seen_by_cvat(found: list[ListFile]) -> list[ListFile]:
    seen = [entry for entry in found if entry.is_seen and entry.depth <= MAX_DEPTH]
    root: str | None = None
    used: list[ListFile] = []
    for task in _TASKS:
        candidates = [entry for entry in seen if entry.task == task]
        if root is None:
            depth = min((entry.depth for entry in candidates), default=0)
            candidates = [entry for entry in candidates if entry.depth == depth]
            root = candidates[0].root if candidates else None
        else:
            candidates = [entry for entry in candidates if _is_globbed(entry.root, root)]
        used.extend(candidates)
    return used


def _is_globbed(root: str, pattern: str) -> bool:
    """Whether CVAT finds a root again: it takes the path for a pattern, in which ``[``, ``*`` and ``?`` are special."""
    parts, patterns = root.split("/"), pattern.split("/")
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))


def _report_roots(layout: Layout, report: Reporter) -> None:
    if len(layout.roots) > 1:
        shown = ", ".join(root.rstrip("/") or "." for root in layout.roots)
        report(
            rules.SEVERAL_ROOTS,
            f"{len(layout.roots)} data sets in one archive ({shown}): CVAT merges them into one, or fails where "
            "their labels differ; upload each on its own",
            evidence.Roots(layout.roots),
        )
    elif root := next(iter(layout.roots)):
        report.at(member=root)(
            rules.NESTED_ROOT,
            f"the data set lies in the folder {root!r}; CVAT looks {MAX_DEPTH} folders deep and finds it",
        )


def _report_ignored(path: str, report: Reporter) -> None:
    name = PurePosixPath(path).name
    here = report.at(member=path)
    if name.startswith("."):
        return  # junk, such as a Mac's ._default.txt
    if "_" in name and name.endswith(".txt"):
        here(
            rules.UNDERSCORE_IN_LIST_NAME,
            f"CVAT passes over a list with '_' in its name; rename it to {name.replace('_', '-')!r}",
        )
    else:
        if name.endswith(".txt"):
            reason = (
                "it lies beside or below the data set that CVAT takes; move it to that one's ImageSets/Segmentation"
            )
        else:
            reason = "its name does not end in '.txt'; rename it"
        here(rules.IGNORED_LIST_FILE, f"CVAT passes over this file: {reason}")


def _recover(container: Container, found: list[ListFile], report: Reporter) -> Layout:
    """CVAT finds nothing: say why, and take what comes closest, so that the masks are checked all the same."""
    deep = [entry for entry in found if entry.is_seen and not container.backslashed]
    if deep:
        entry = min(deep, key=lambda entry: entry.depth)
        report.at(member=entry.path)(
            rules.ROOT_TOO_DEEP,
            f"the data set lies {entry.depth} folders deep and CVAT looks at most {MAX_DEPTH} deep; zip the "
            f"contents of {entry.root!r}, not the folders around them",
            evidence.Depth(entry.depth),
        )
        return _layout_of(deep)
    meant = [
        ListFile(match["root"], TASK, path)
        for path in sorted(container.members)
        if not path.startswith("__MACOSX/")
        and not PurePosixPath(path).name.startswith("._")
        and (match := _MEANT_AS_LIST.fullmatch(path.replace("\\", "/")))
    ]
    passed_over = [container.members[entry.path].name for entry in meant]
    if meant:
        reason = f"{passed_over[0]!r} is passed over: {_why_unseen(passed_over[0])}"
    else:
        reason = "list the ids of the images, one a line, in ImageSets/Segmentation/default.txt"
    report.at(member=passed_over[0] if meant else None)(
        rules.NO_IMAGE_SET,
        f"no list ImageSets/Segmentation/<subset>.txt, so CVAT finds no data set (DatasetNotFoundError); {reason}",
        evidence.PassedOver(tuple(passed_over)),
    )
    return _layout_of(meant) if meant else Layout(roots=_mask_roots(container), lists=(), recovered=True)


def _why_unseen(path: str) -> str:
    if "\\" in path:
        return "its name holds '\\' where '/' should be"
    name = PurePosixPath(path).name
    if _LIST.fullmatch(path) is None:
        return "its folder must be named exactly ImageSets/Segmentation"
    if not name.endswith(".txt"):
        return "the name must end in '.txt', in small letters"
    if "_" in name:
        return "a list's name must not contain '_'"
    return "a hidden name"


def _layout_of(candidates: list[ListFile]) -> Layout:
    depth = min(entry.depth for entry in candidates)
    lists = tuple(entry for entry in candidates if entry.depth == depth)
    return Layout(roots=tuple(sorted({entry.root for entry in lists})), lists=lists, recovered=True)


def _mask_roots(container: Container) -> tuple[str, ...]:
    roots = {
        path[:at]
        for path in container.members
        for folder in (CLASS_FOLDER, OBJECT_FOLDER)
        if (at := f"/{path}".find(f"/{folder}/")) >= 0 and path.endswith(PNG_SUFFIX)
    }
    depth = min((root.count("/") for root in roots), default=0)
    return tuple(sorted(root for root in roots if root.count("/") == depth)) or ("",)
