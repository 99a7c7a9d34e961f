"""Listed ids to mask members: exact, as CVAT matches them; and why an id that has no mask has none.

A path that an id names exactly is taken; nothing else is. What comes close tells the author what went wrong.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Final

from segmask import evidence, rules
from segmask.container.base import Container
from segmask.problem import Location
from segmask.reporter import Reporter
from segmask.rules.rule import Rule

from . import layout
from .entry import Entry
from .imageset import ImageSet
from .mistakes.slips import PATH, PLAIN, SLIPS, Slip, tails
from .names import fold, is_junk, leads_out, member_at, suffix_of, without_addition

_ENCODINGS: Final = ("utf-8", "cp866", "cp1251", "cp850", "cp1252", "cp1253", "cp932", "gb18030", "big5", "cp949")
"""What names in zips are written in where the zip does not say so, by which systems sold most."""

_MAX_DEPTH: Final = 3


class Matcher:
    """Finds the masks of listed ids in one data set.

    Args:
        container: the archive.
        root: the data set's root.

    Attributes:
        photos: paths of the photos by id.
    """

    def __init__(self, container: Container, root: str) -> None:
        self._container = container
        self._root = root
        self._folders = (f"{root}{layout.CLASS_FOLDER}/", f"{root}{layout.OBJECT_FOLDER}/")
        self._masks = {path for path in self._in_folders() if suffix_of(path).lower() == layout.PNG_SUFFIX}
        self.photos = _photos(container.members, f"{root}{layout.PHOTO_FOLDER}/")
        self._explained: set[str] = set()
        self._listed: set[str] = set()

    def expect(self, ids: Iterable[str]) -> None:
        """Tells which ids are listed at all: a line that names no mask does not mean one that has a line of its own."""
        self._listed.update(ids)

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
        return {fold(bare): path for path in self._in_folders() if (bare := without_addition(_stem(path)))}

    @cached_property
    def _by_meant_stem(self) -> dict[str, str]:
        """Images in the mask folders by what their names are in any other encoding than the zip gives them."""
        found = {}
        for path in self._in_folders():
            name = self._container.members[path].ambiguous_name
            if name is None:
                continue
            for encoding in _ENCODINGS:
                with contextlib.suppress(UnicodeDecodeError):
                    found[fold(_stem(name.decode(encoding)))] = path
        return found

    @cached_property
    def _by_any_stem(self) -> dict[str, str]:
        """All of these; the first of them counts."""
        return self._by_meant_stem | self._by_bare_stem | self._by_folded_stem

    @cached_property
    def _by_tail(self) -> dict[str, str]:
        """Masks that no list names, by what their paths would be with fewer folders."""
        found: dict[str, str] = {}
        for path in sorted(self._masks):
            folder = next(folder for folder in self._folders if path.startswith(folder))
            inner = _stem(path)[len(folder) :]
            if "/" in inner and inner not in self._listed:
                for tail in islice(tails(path[len(folder) :]), _MAX_DEPTH):
                    found.setdefault(fold(f"{folder}{tail}"), path)
        return found

    def match(self, image_set: ImageSet, report: Reporter) -> Iterator[Entry]:
        """Entry of each id of a list, and a problem for each id that finds no mask or the wrong place."""
        listed = report.at(member=image_set.member)
        for name, line in zip(image_set.ids, image_set.lines, strict=True):
            is_outside = leads_out(name)
            class_path, object_path = (None if is_outside else self._exact(folder, name) for folder in self._folders)
            if is_outside:
                self._report_outside(name, listed.at(line=line, image=name))
            elif (class_path is None or object_path is None) and not self._is_skipped(name):
                self._explain(name, (class_path, object_path), listed.at(line=line, image=name))
            yield Entry(
                root=self._root,
                subset=image_set.subset,
                name=name,
                class_path=class_path,
                object_path=object_path,
                photo_path=self.photos.get(name),
            )

    def _exact(self, folder: str, name: str) -> str | None:
        path = member_at(self._container, f"{folder}{name}{layout.PNG_SUFFIX}")
        if path is not None:
            self._explained.add(path)
        return path

    def _report_outside(self, name: str, report: Reporter) -> None:
        """An id that leads out of the data set, and the masks that are meant by it."""
        meant = self._named_by_path(self._folders, name)
        close = self._similar(self._folders, meant)
        self._explained.update(close)
        remedy = f"list {meant!r}" if close else "write it relative to the mask folders"
        report(
            rules.ID_OUTSIDE_DATASET,
            "the id leads out of the data set, so CVAT opens a file elsewhere on its disk; it was not followed: "
            + remedy,
        )

    def _is_skipped(self, name: str) -> bool:
        """Whether masks of an id are there and CVAT does not unpack them, which is told of their names."""
        skipped = self._container.skipped
        return bool(skipped) and any(f"{folder}{name}{layout.PNG_SUFFIX}" in skipped for folder in self._folders)

    def _explain(self, name: str, paths: tuple[str | None, str | None], report: Reporter) -> None:
        """Why a mask is missing: a slip in the list, or a file that almost has the right name."""
        missing = [folder for folder, path in zip(self._folders, paths, strict=True) if path is None]
        meant, slip = self._mended(missing, name)
        close = self._similar(missing, meant) or self._deeper(missing, meant)
        self._explained.update(close)
        if slip is not None:
            is_new = meant and meant not in self._listed
            remedy = slip.remedy or (f"list {meant!r}" if is_new else "remove the line")
            message = f"no mask is named {name!r}: {slip.reason}; {remedy}"
            report(slip.rule, message, evidence.MeantMasks(meant, tuple(close)))
        elif close:
            rule, reason = _difference(close[0], f"{missing[0]}{meant}")
            message = f"no mask is named {name!r}, yet {close[0]!r} is there: {reason}"
            report(rule, message, evidence.MeantMasks(meant, tuple(close)))
        elif len(missing) == 2:
            report(rules.LISTED_WITHOUT_MASK, "the image is listed and has no mask: it imports without annotations")

    def _mended(self, missing: list[str], name: str) -> tuple[str, Slip | None]:
        """The id that is meant by a line, and the first slip in it; a line that names one of the masks is the id."""
        meant, slip = name, None
        if len(missing) == 1 or PLAIN.fullmatch(name):
            return meant, slip
        close = self._similar(missing, meant)
        for each in SLIPS:
            if close:
                return meant, slip
            mended = each.mend(meant)
            if mended != meant:
                close = self._similar(missing, mended)
                if close or each.is_sure:
                    meant, slip = mended, slip or each
        inside = meant if close else self._named_by_tail(missing, meant)
        if inside == meant:
            return meant, slip
        return inside, PATH if slip is None or slip.rule is rules.EXTENSION_IN_ID else slip  # a path says it all

    def _named_by_path(self, missing: Iterable[str], path: str) -> str:
        """The part of a path that names masks, else the path."""
        return path if self._similar(missing, path) else self._named_by_tail(missing, path)

    def _named_by_tail(self, missing: Iterable[str], path: str) -> str:
        """The same of a path that names none as a whole."""
        return next((tail for tail in tails(path) if tail not in self._listed and self._similar(missing, tail)), path)

    def _similar(self, folders: Iterable[str], name: str) -> list[str]:
        found = self._by_any_stem
        return [path for folder in folders if (path := found.get(fold(f"{folder}{name}"))) is not None]

    def _deeper(self, folders: Iterable[str], name: str) -> list[str]:
        """Masks of an id in folders within the mask folders, such as one that was packed into itself."""
        return [path for folder in folders if (path := self._by_tail.get(fold(f"{folder}{name}"))) is not None]

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


def check_slashes(member: str, lines: Mapping[str, int], report: Reporter) -> None:
    r"""A problem for each id of the only list that differs from an earlier one in ``/`` and ``\``.

    Args:
        member: the list.
        lines: line of each id, from 1.
        report: gets the problems.
    """
    first: dict[str, int] = {}
    for name, line in lines.items():
        other = first.setdefault(name.replace("\\", "/"), line)
        if other != line:
            report.at(member=member, line=line, image=name)(
                rules.IDS_DIFFER_IN_SLASH,
                f"to CVAT {name!r} is the id of line {other}, which the list must not repeat; list it once, with '/'",
            )


def _stem(path: str) -> str:
    return path[: -len(suffix_of(path))]


def _difference(path: str, wanted: str) -> tuple[Rule, str]:
    """The rule that says in what a mask's path differs from the one wanted, which has no suffix; and the reason."""
    found, suffix = _stem(path), suffix_of(path)
    if found == wanted:
        return rules.WRONG_MASK_NAME, f"the suffix must be '.png', not {suffix!r}; write the mask as .png"
    if found.count("/") > wanted.count("/"):
        return rules.WRONG_MASK_NAME, f"it lies too deep; move it to {wanted + '.png'!r}"
    if fold(found) != fold(wanted) and without_addition(found):
        return (
            rules.WRONG_MASK_NAME,
            f"a mask has the name of its image and nothing more; rename it to {wanted + '.png'!r}",
        )
    if fold(found) != fold(wanted):
        return (
            rules.NAME_IN_CODE_PAGE,
            "the zip stores the name in an old code page; zip again with names in UTF-8 (7-Zip: -mcu=on)",
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
