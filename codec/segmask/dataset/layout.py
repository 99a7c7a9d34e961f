"""Where things are in an archive: the data set's root, its lists, its masks. Names only; nothing is read.

CVAT asks first whether there is a data set (`detection`). Then it takes as root the folder that holds
``ImageSets/<Task>/<subset>.txt``, at most three folders deep, for the first of the tasks Main, Segmentation, Layout,
Action that has a list. Its patterns pass over hidden names, and over lists with ``_`` in their name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import PurePath, PurePosixPath
from typing import Final, NamedTuple

from segmask import evidence, rules
from segmask.container.base import Container, over_limit
from segmask.limits import Limits
from segmask.reporter import Reporter

from . import detection

IMAGE_SETS: Final = "ImageSets"
TASK: Final = "Segmentation"
CLASS_FOLDER: Final = "SegmentationClass"
OBJECT_FOLDER: Final = "SegmentationObject"
LISTS: Final = f"{IMAGE_SETS}/{TASK}"
PHOTO_FOLDER: Final = "JPEGImages"
ANNOTATION_FOLDER: Final = "Annotations"
LABEL_MAP: Final = "labelmap.txt"
DATASET_META: Final = "dataset_meta.json"
PNG_SUFFIX: Final = ".png"
MAX_DEPTH: Final = 3
IMAGE_SUFFIXES: Final = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})

_SHOWN: Final = 6
_TASKS: Final = ("Main", TASK, "Layout", "Action")
_LIST: Final = re.compile(r"(?P<root>(?:.*/)?)ImageSets/(?P<task>Main|Segmentation|Layout|Action)/(?P<name>[^/]+)")
_MEANT_AS_LIST: Final = (
    r"(?P<root>(?:.*/)?)image[ _-]?sets?/(?:(?!main/|layout/|action/)[^/]+/)?(?P<name>(?!readme|license)[^/]+)\.te?xt"
)


class ListFile(NamedTuple):
    """A list: its data set's root (empty, or ending in ``/``), task, and path."""

    root: str
    task: str
    path: str

    @property
    def depth(self) -> int:
        """How many folders the root is deep."""
        return self.root.count("/")

    @property
    def is_asked_for(self) -> bool:
        """Whether CVAT, which looks for any list before it imports, counts it; the root is another matter."""
        name = PurePosixPath(self.path).name
        return name.endswith(".txt") and not name.startswith(".")

    @property
    def is_seen(self) -> bool:
        """Whether CVAT's patterns match the path."""
        name = PurePosixPath(self.path).name
        hidden = any(part.startswith(".") for part in (*self.root.split("/"), name))
        return name.endswith(".txt") and "_" not in name and not hidden


class Layout(NamedTuple):
    """What CVAT would open.

    Attributes:
        roots: roots of the data sets that are read, each empty or ending in ``/``.
        lists: lists for masks.
        ignored: paths of lists for masks that are passed over.
        other: lists of other tasks that CVAT imports too.
        recovered: CVAT finds no data set at all; the rest is what the author most likely meant.
        is_other_format: there is none, but one of another format, or in an archive inside.
        is_cut: there are more data sets or lists than may be read, so that no list that is left out speaks for its masks.
    """

    roots: tuple[str, ...]
    lists: tuple[ListFile, ...]
    ignored: tuple[str, ...] = ()
    other: tuple[ListFile, ...] = ()
    recovered: bool = False
    is_other_format: bool = False
    is_cut: bool = False


_FOLDERS: Final = frozenset(
    name.casefold() for name in (IMAGE_SETS, CLASS_FOLDER, OBJECT_FOLDER, PHOTO_FOLDER, ANNOTATION_FOLDER)
)
_FILES: Final = frozenset(name.casefold() for name in (LABEL_MAP, DATASET_META))


def is_part(path: PurePath) -> bool:
    """Whether a file of this path in a folder would be taken for part of a data set, in whatever case it is written."""
    written = [part.casefold() for part in path.parts]
    return not _FILES.isdisjoint(written[-1:]) or not _FOLDERS.isdisjoint(written[:-1])


def find(container: Container, limits: Limits, report: Reporter) -> Layout:
    """Layout of an archive within limits, and a problem for each list that CVAT does not see."""
    return _within(limits, _find(container, report), report)


def _find(container: Container, report: Reporter) -> Layout:
    found = _lists(container.members)
    seen = [] if container.backslashed else [*found, *_lists(container.folders)]
    used = _seen_by_cvat(seen)
    if not used:
        return _recover(container, found, report)
    is_detected = detection.is_detected(container, {entry.root for entry in found if entry.is_asked_for})
    if not is_detected:
        used = _seen_by_cvat([entry for entry in seen if not detection.is_macs(entry.root)]) or used
    files = _files_of(used, container, report)
    lists = tuple(entry for entry in files if entry.task == TASK)
    roots = tuple(sorted({entry.root for entry in (lists or used)}))
    rivals = set() if is_detected else _beside(roots, found)
    is_used = set(used)
    layout = Layout(
        roots=roots,
        lists=lists,
        ignored=tuple(entry.path for entry in found if entry not in is_used and _is_passed_over(entry, rivals)),
        other=tuple(entry for entry in files if entry.task != TASK),
        recovered=not is_detected,
    )
    if is_detected:
        _report_nested(roots[0], report)
    elif len(roots) + len(rivals) > 1:
        _report_several(sorted({*roots, *rivals}), report)
    elif roots[0]:  # at the top only a folder in the place of a list is not detected
        detection.report_undetected(container, roots[0], _FOLDERS | _FILES, report)
    for path in layout.ignored:
        _report_ignored(path, report)
    return layout


def _within(limits: Limits, found: Layout, report: Reporter) -> Layout:
    """The first data sets and lists of a layout, as many as may be read; a problem where there are more."""
    roots = found.roots[: limits.roots]
    if len(roots) < len(found.roots):
        over_limit(
            "roots",
            limits.roots,
            f"{len(found.roots):,} data sets in one archive, more than the {limits.roots:,} that are read; upload each in an "
            "archive of its own",
            report,
        )
    files = [entry for entry in (*found.lists, *found.other) if entry.root in roots]
    count = len(files) + len(found.ignored)
    if count > limits.lists:
        over_limit(
            "lists",
            limits.lists,
            f"{count:,} lists, more than the {limits.lists:,} that are read; put more images into each",
            report,
        )
    if count <= limits.lists and len(roots) == len(found.roots):
        return found
    kept = set(files[: limits.lists])
    return found._replace(
        roots=roots,
        lists=tuple(entry for entry in found.lists if entry in kept),
        other=tuple(entry for entry in found.other if entry in kept),
        ignored=found.ignored[: limits.lists - len(kept)],
        is_cut=True,
    )


def _files_of(used: list[ListFile], container: Container, report: Reporter) -> list[ListFile]:
    """The lists that are files, and a problem for each of the others."""
    for entry in used:
        if entry.path in container.folders:
            report.at(member=entry.path)(
                rules.LIST_IS_A_FOLDER,
                "a folder in the place of a list, which CVAT fails to open; rename or remove it",
            )
    return [entry for entry in used if entry.path not in container.folders]


def _is_passed_over(entry: ListFile, rivals: set[str]) -> bool:
    """Whether a list that is not used belongs to what is read: to masks, to no other data set, and to no Mac's junk."""
    return entry.task == TASK and entry.root not in rivals and not detection.is_macs(entry.root)


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


def _beside(roots: tuple[str, ...], found: list[ListFile]) -> set[str]:
    """Roots of further data sets, which do not lie in one that is read."""
    seen = {entry.root for entry in found if entry.is_seen and not detection.is_macs(entry.root)}
    return {root for root in seen if not root.startswith(roots)}


def _report_several(roots: list[str], report: Reporter) -> None:
    shown = ", ".join(roots[:_SHOWN]) + (f" and {len(roots) - _SHOWN} more" if len(roots) > _SHOWN else "")
    report(
        rules.SEVERAL_ROOTS,
        f"{len(roots):,} data sets in one archive ({shown}), so that CVAT finds none "
        '("Dataset must contain a file: ..."); upload each in an archive of its own',
        evidence.Roots(tuple(roots)),
    )


def _report_nested(root: str, report: Reporter) -> None:
    if root:
        report.at(member=root)(
            rules.NESTED_ROOT,
            f"the data set lies in the folder {root!r}; CVAT finds it as long as nothing lies beside the folder",
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
            root = path[: path.rindex(f"{IMAGE_SETS}/")]
            reason = (
                f"it belongs to a data set in {root!r}, beside or below the one that CVAT takes; upload that in an "
                "archive of its own"
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
    meant = _meant_as_lists(container)
    skipped = [name for path, name in container.skipped.items() if _LIST.fullmatch(path)]
    passed_over = [container.members[entry.path].name for entry in meant] + skipped
    mask_roots = _mask_roots(container)
    other = None if passed_over or mask_roots else _other_format(container)
    if meant:
        reason = f"{passed_over[0]!r} is passed over: {_why_unseen(passed_over[0], meant[0].root)}"
    elif skipped:
        reason = f"{skipped[0]!r} is not unpacked, as its name holds '..'; rename it"
    elif other is not None:
        reason = other
    else:
        reason = f"list the ids of the images, one a line, in {LISTS}/default.txt"
    report.at(member=passed_over[0] if passed_over else None)(
        rules.NO_IMAGE_SET,
        f"no list ImageSets/Segmentation/<subset>.txt, so CVAT finds no data set (DatasetNotFoundError); {reason}",
        evidence.PassedOver(tuple(passed_over)),
    )
    if meant:
        return _layout_of(meant)
    return Layout(roots=mask_roots or ("",), lists=(), recovered=True, is_other_format=other is not None)


def _other_format(container: Container) -> str | None:
    from .mistakes.other_formats import explained  # most archives have this one

    return explained(container.members)


def _meant_as_lists(container: Container) -> list[ListFile]:
    return [
        ListFile(match["root"], TASK, path)
        for path in sorted(container.members)
        if not path.startswith("__MACOSX/")
        and not PurePosixPath(path).name.startswith("._")
        and (match := re.fullmatch(_MEANT_AS_LIST, path.replace("\\", "/"), re.IGNORECASE))
    ]


def _why_unseen(path: str, root: str) -> str:
    if "\\" in path:
        return "its name holds '\\' where '/' should be"
    name = PurePosixPath(path).name
    if _LIST.fullmatch(path) is None:
        right = PurePosixPath(name).stem.replace("_", "-")
        return f"lists belong into a folder named exactly {LISTS!r}; move it to {f'{root}{LISTS}/{right}.txt'!r}"
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
    return tuple(sorted(root for root in roots if root.count("/") == depth))
