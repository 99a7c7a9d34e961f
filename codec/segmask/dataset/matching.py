"""Listed ids to mask members: exact, as CVAT matches them; and why an id that has no mask has none.

A path that an id names exactly is taken; nothing else is. What comes close tells the author what went wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Final

from segmask import evidence, rules
from segmask.container.base import Container
from segmask.container.text import BOM
from segmask.problem import Location
from segmask.reporter import Reporter
from segmask.rules.rule import Rule

from . import layout
from .entry import Entry
from .imageset import ImageSet
from .names import fold, is_junk, suffix_of

_FLAG: Final = re.compile(r"-?\d+")
_ADDITION: Final = re.compile(
    r"(.+)[ ._-](?:mask|masks|label|labels|labelids|seg|gt|class|object|instance)", re.IGNORECASE
)
_DRIVE: Final = re.compile(r"[A-Za-z]:[/\\]")
_SHOWN: Final = 5

_SLIPS: Final[tuple[tuple[Rule, str, Callable[[str], str]], ...]] = (
    (
        rules.BOM_IN_LIST,
        "the list starts with a byte order mark, which becomes part of the first id; save it as UTF-8 without the mark",
        lambda name: name.removeprefix(BOM),
    ),
    (
        rules.QUOTES_IN_ID,
        "the quotes are part of the id; remove them",
        lambda name: name.strip("'\"`") if name[:1] in "'\"`" else name,
    ),
    (
        rules.FLAG_AFTER_ID,
        "the flag after the id, as in other VOC lists, is part of the id; remove it",
        lambda name: words[0] if len(words := name.rsplit(maxsplit=1)) > 1 and _FLAG.fullmatch(words[1]) else name,
    ),
    (
        rules.EXTENSION_IN_ID,
        "the extension is part of the id; list the name without it",
        lambda name: (
            _stem(str(PurePosixPath(name))) if PurePosixPath(name).suffix.lower() in layout.IMAGE_SUFFIXES else name
        ),
    ),
    (
        rules.BACKSLASH_IN_ID,
        "'\\' is no separator; write '/'",
        lambda name: name.replace("\\", "/"),
    ),
)
"""What people write into lists: the rule, the remedy, and the id without it."""


class Matcher:
    """Finds the masks of listed ids in one data set.

    Args:
        container: the archive.
        root: the data set's root.
    """

    def __init__(self, container: Container, root: str) -> None:
        self._container = container
        self._root = root
        self._folders = (f"{root}{layout.CLASS_FOLDER}/", f"{root}{layout.OBJECT_FOLDER}/")
        self._masks = {path for path in self._in_folders() if suffix_of(path).lower() == layout.PNG_SUFFIX}
        self._photos = _photos(container.members, f"{root}{layout.PHOTO_FOLDER}/")
        self._explained: set[str] = set()

    def _in_folders(self) -> Iterator[str]:
        """Paths in the mask folders."""
        return (path for path in self._container.members if path.startswith(self._folders) and not is_junk(path))

    @cached_property
    def _by_folded_stem(self) -> dict[str, str]:
        """Images in the mask folders by the form in which their names are almost equal."""
        paths = sorted(self._in_folders(), reverse=True)
        return {fold(_stem(path)): path for path in paths if suffix_of(path).lower() in layout.IMAGE_SUFFIXES}

    @cached_property
    def _by_bare_stem(self) -> dict[str, str]:
        """The same without what people add to a mask's name."""
        return {fold(match[1]): path for path in self._in_folders() if (match := _ADDITION.fullmatch(_stem(path)))}

    def match(self, image_set: ImageSet, report: Reporter) -> Iterator[Entry]:
        """Entry of each id of a list, and a problem for each id that finds no mask or the wrong place."""
        listed = report.at(member=image_set.member)
        for name, line in zip(image_set.ids, image_set.lines, strict=True):
            class_path, object_path = (self._exact(folder, name) for folder in self._folders)
            if name.startswith("/") or ".." in re.split(r"[/\\]", name) or _DRIVE.match(name):
                listed.at(line=line, image=name)(
                    rules.ID_OUTSIDE_DATASET,
                    "the id leads out of the data set, so CVAT opens a file elsewhere on its disk; it was not followed",
                )
            elif class_path is None or object_path is None:
                self._explain(name, (class_path, object_path), listed.at(line=line, image=name))
            yield Entry(
                root=self._root,
                subset=image_set.subset,
                name=name,
                class_path=class_path,
                object_path=object_path,
                photo_path=self._photos.get(name),
            )

    def _exact(self, folder: str, name: str) -> str | None:
        path = normpath(f"{folder}{name}{layout.PNG_SUFFIX}") if not name.startswith("/") else ""
        member = self._container.members.get(path)
        if member is None:
            return None
        self._explained.add(member.path)
        return member.path  # not a copy of it

    def _explain(self, name: str, paths: tuple[str | None, str | None], report: Reporter) -> None:
        """Why a mask is missing: a slip in the list, or a file that almost has the right name."""
        missing = [folder for folder, path in zip(self._folders, paths, strict=True) if path is None]
        meant, slip = name, None
        for rule, remedy, mend in _SLIPS:
            mended = mend(meant)
            is_sure = len(missing) == 2 and rule is not rules.FLAG_AFTER_ID  # "frame 1" is a sound id
            if mended != meant and (is_sure or self._similar(missing, mended)):
                meant, slip = mended, slip or (rule, remedy)
        close = self._similar(missing, meant)
        self._explained.update(close)
        if slip is not None:
            rule, remedy = slip
            report(rule, f"no mask is named {name!r}: {remedy}", evidence.MeantMasks(meant, tuple(close)))
        elif close:
            rule, reason = _difference(_stem(close[0]), f"{missing[0]}{meant}", close[0])
            message = f"no mask is named {name!r}, yet {close[0]!r} is there: {reason}"
            report(rule, message, evidence.MeantMasks(meant, tuple(close)))
        elif len(missing) == 2:
            report(rules.LISTED_WITHOUT_MASK, "the image is listed and has no mask: it imports without annotations")

    def _similar(self, folders: Iterable[str], name: str) -> list[str]:
        keys = [fold(f"{folder}{name}") for folder in folders]
        found = (self._by_folded_stem.get(key) or self._by_bare_stem.get(key) for key in keys)
        return [path for path in found if path is not None]

    def unlisted(self, passed_over: Iterable[str], comments: Mapping[str, Location], report: Reporter) -> None:
        """A problem for each mask that no list names.

        Args:
            passed_over: ids in lists that CVAT does not see; their masks are explained by that.
            comments: text after the ``#`` of a list's comments, and where it stands.
            report: gets what is wrong.
        """
        known = set(passed_over)
        by_name: dict[str, list[str]] = {}
        for path in sorted(self._masks - self._explained):
            folder = next(folder for folder in self._folders if path.startswith(folder))
            by_name.setdefault(_stem(path)[len(folder) :], []).append(path)
        for name, paths in by_name.items():
            if name in known:
                continue
            written = next((text for text in (name, name.removeprefix("#").strip()) if text in comments), None)
            if written is not None:
                where = comments[written]
                report.at(member=where.member, line=where.line)(
                    rules.COMMENTED_ID,
                    f"a line that starts with '#' is a comment, so CVAT drops the mask {name!r}; rename it, or remove the '#'",
                )
                continue
            report.at(member=self._container.members[paths[0]].name, image=name)(
                rules.UNLISTED_MASK,
                f"no list names the image {name!r}, so CVAT drops its mask; add the id to a list in ImageSets/Segmentation",
                evidence.UnlistedMasks(tuple(paths)),
            )

    def every_mask(self) -> tuple[str, ...]:
        """Ids of all masks, for an archive without any list."""
        names = {
            _stem(path)[len(folder) :] for path in self._masks for folder in self._folders if path.startswith(folder)
        }
        return tuple(sorted(names))


def check_repeated(image_sets: Iterable[ImageSet], report: Reporter) -> None:
    """A problem for each id that more than one list names."""
    first: dict[tuple[str, str], ImageSet] = {}
    for image_set in image_sets:
        for name, line in zip(image_set.ids, image_set.lines, strict=True):
            other = first.setdefault((image_set.root, name), image_set)
            if other is not image_set:
                report.at(member=image_set.member, line=line, image=name)(
                    rules.ID_IN_SEVERAL_LISTS,
                    f"{name!r} is in {other.member!r} too: CVAT imports its annotations twice; keep it in one list",
                )


def _stem(path: str) -> str:
    return path[: -len(suffix_of(path))]


def _difference(found: str, wanted: str, path: str) -> tuple[Rule, str]:
    suffix = suffix_of(path)
    if found == wanted:
        return rules.WRONG_MASK_NAME, f"the suffix must be '.png', not {suffix!r}; write the mask as .png"
    if _ADDITION.fullmatch(found) and fold(found) != fold(wanted):
        return (
            rules.WRONG_MASK_NAME,
            f"a mask has the name of its image and nothing more; rename it to {wanted + '.png'!r}",
        )
    if found.casefold() != wanted.casefold():
        return (
            rules.UNICODE_FORM_DIFFERS,
            "the same letters in another Unicode form (NFC against NFD, which macOS writes); rename one",
        )
    return rules.CASE_DIFFERS, "names must agree in case; rename one"


def _photos(paths: Iterable[str], folder: str) -> dict[str, str]:
    photos: dict[str, str] = {}
    for path in sorted(paths):
        if path.startswith(folder) and suffix_of(path).lower() in layout.IMAGE_SUFFIXES:
            photos[_stem(path)[len(folder) :]] = path
    return photos
