"""An open archive: its label map, its image sets, its images one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Self

from . import datasetmeta, defects, image, imageset, labelmap_reader, layout, structure, text
from .container import Container
from .foldercontainer import FolderContainer
from .image import Entry, Image
from .imageset import ImageSet
from .labelmap import VOC_LABEL_MAP, LabelMap
from .layout import Layout
from .limits import DEFAULT_LIMITS, Limits
from .matching import Matcher, check_repeated
from .problem import Handler, Location, Problem, StrictHandler
from .zipcontainer import ZipContainer


class Archive:
    """A Segmentation Mask archive, read as CVAT reads it. Use `open`; close it or use it as a context manager.

    Attributes:
        path: the zip or folder.
        labelmap: the labels; CVAT's default VOC labels where the archive has no label map.
        label_source: path of the member that the labels come from, None for the default.
        image_sets: the lists, in order of their names.
        entries: what the lists name, in order.
    """

    def __init__(self, path: Path, on_problem: Handler, limits: Limits) -> None:
        self.path = path
        self.labelmap: LabelMap = VOC_LABEL_MAP
        self.label_source: str | None = None
        self.image_sets: tuple[ImageSet, ...] = ()
        self.entries: tuple[Entry, ...] = ()
        self._limits = limits
        self._on_problem = on_problem
        self._read_paths: set[str] = set()
        self._rest_is_checked = False
        self._container = open_container(path, limits, on_problem)
        try:
            if not self._container.failed:
                self._read_texts()
        except BaseException:
            self.close()
            raise

    @property
    def subsets(self) -> dict[str, tuple[str, ...]]:
        """Image ids by subset, as the lists have them."""
        subsets: dict[str, tuple[str, ...]] = {}
        for image_set in self.image_sets:
            subsets[image_set.subset] = subsets.get(image_set.subset, ()) + image_set.ids
        return subsets

    @property
    def failed(self) -> bool:
        """Whether the archive could not be read at all."""
        return self._container.failed

    @property
    def mask_bytes(self) -> int:
        """Size of all masks as files, unpacked from the archive."""
        paths = (path for entry in self.entries for path in (entry.class_path, entry.object_path))
        return sum(self._container.members[path].size for path in paths if path is not None)

    def __len__(self) -> int:
        """How many images the lists name."""
        return len(self.entries)

    def __iter__(self) -> Iterator[Image]:
        """The images in the order of the lists, each decoded when its turn comes.

        The first iteration that reaches the end also unpacks the members that no mask needed, for their checksums:
        damage there makes CVAT refuse the archive.

        Raises:
            FormatError: the strict handler found an error in an image, or in a remaining member.
        """
        for entry in self.entries:
            yield self.read(entry)
        if not self._rest_is_checked:
            self.check_rest()
            self._rest_is_checked = True

    def read(self, entry: Entry, on_problem: Handler | None = None) -> Image:
        """The image of an entry; depends on nothing but the archive and the entry.

        Args:
            entry: one of `entries`.
            on_problem: gets the image's problems in place of the archive's own handler.
        """
        return image.read(self._container, entry, self.labelmap, self._limits, self._handler(on_problem))

    def photo(self, wanted: Image) -> bytes | None:
        """The bytes of an image's photo; None where the archive has none that can be read."""
        for entry in self.entries:
            if (entry.subset, entry.name) == (wanted.subset, wanted.name) and entry.photo_path is not None:
                return self._container.read(entry.photo_path, self._on_problem)
        return None

    def check_rest(self, on_problem: Handler | None = None) -> None:
        """Unpacks every member that neither `open` nor an entry reads, to check its data."""
        used = self._read_paths | {
            path
            for entry in self.entries
            for path in (entry.class_path, entry.object_path, entry.photo_path)
            if path is not None
        }
        for path in self._container.members:
            if path not in used:
                self._container.check(path, self._handler(on_problem))

    def close(self) -> None:
        """Lets go of the file; images read so far stay usable."""
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _handler(self, given: Handler | None) -> Handler:
        return self._on_problem if given is None else given

    def _member(self, path: str) -> bytes | None:
        self._read_paths.add(path)
        return self._container.read(path, self._on_problem)

    def _read_texts(self) -> None:
        found = layout.find(self._container, self._on_problem)
        structure.check(self._container, found, self._on_problem)
        self._read_labels(found)
        matchers = {root: Matcher(self._container, root) for root in found.roots}
        self.image_sets = tuple(self._read_lists(found, matchers))
        self._check_other_lists(found)
        check_repeated(self.image_sets, self._on_problem)
        self.entries = tuple(
            entry
            for image_set in self.image_sets
            for entry in matchers[image_set.root].match(image_set, self._on_problem)
        )
        self._check_unlisted(found, matchers)

    def _read_labels(self, found: Layout) -> None:
        maps = [self._labels_at(root) for root in found.roots]
        number = next((number for number, (_, labelmap) in enumerate(maps) if labelmap), 0)
        self.label_source, self.labelmap = maps[number]
        for root, (_, labelmap) in zip(found.roots, maps, strict=True):
            if labelmap and labelmap.meaning != self.labelmap.meaning:
                self._on_problem(
                    Problem(
                        defect=defects.ROOTS_DISAGREE,
                        message=f"the data sets in {found.roots[number]!r} and {root!r} have different labels, so CVAT cannot "
                        "merge them; upload each on its own",
                        location=Location(member=root),
                    )
                )

    def _labels_at(self, root: str) -> tuple[str | None, LabelMap]:
        meta_path, map_path = f"{root}{layout.DATASET_META}", f"{root}{layout.LABEL_MAP}"
        meta = self._parse_meta(meta_path) if meta_path in self._container.members else None
        if map_path not in self._container.members:
            return (None, VOC_LABEL_MAP) if meta is None else (meta_path, meta)
        if meta is None:
            return map_path, self._parse_map(map_path, self._on_problem)
        other = self._parse_map(map_path, lambda _: None)
        if not meta.uncertain and [(label.name, label.color) for label in meta] != [
            (label.name, label.color) for label in other
        ]:
            message = (
                "CVAT takes the labels from dataset_meta.json and passes over labelmap.txt, which differs; remove one"
            )
            self._on_problem(
                Problem(
                    defect=defects.META_REPLACES_LABEL_MAP,
                    message=message,
                    location=Location(member=meta_path),
                    evidence={"used": list(meta.names), "passed_over": list(other.names)},
                )
            )
        return meta_path, meta

    def _parse_map(self, path: str, on_problem: Handler) -> LabelMap:
        data = self._member(path)
        if data is None:
            return LabelMap((), uncertain=True)
        content = text.decode(data, defect=defects.LABEL_MAP_NOT_UTF8, member=path, on_problem=on_problem)
        return labelmap_reader.parse(content, member=path, on_problem=on_problem)

    def _parse_meta(self, path: str) -> LabelMap:
        data = self._member(path)
        if data is None:
            return LabelMap((), uncertain=True)
        return datasetmeta.parse(data, member=path, on_problem=self._on_problem)

    def _read_lists(self, found: Layout, matchers: dict[str, Matcher]) -> Iterator[ImageSet]:
        for entry in sorted(found.lists, key=lambda entry: entry.path):
            data = self._member(entry.path)
            if data is not None:
                yield imageset.parse(data, member=entry.path, root=entry.root, on_problem=self._on_problem)
        if found.recovered and not found.lists:
            for root, matcher in matchers.items():
                ids = matcher.every_mask()
                lines = tuple(range(1, len(ids) + 1))
                yield ImageSet(member="", root=root, subset="default", ids=ids, lines=lines)

    def _check_other_lists(self, found: Layout) -> None:
        """Hands over which lists of other tasks CVAT fails to decode."""
        for entry in found.other:
            data = self._member(entry.path)
            if data is not None:
                text.decode(data, defect=defects.LIST_NOT_UTF8, member=entry.path, on_problem=self._on_problem)

    def _check_unlisted(self, found: Layout, matchers: dict[str, Matcher]) -> None:
        passed_over: list[str] = []
        for path in found.ignored:
            data = self._member(path)
            if data is not None:
                passed_over.extend(_quietly(data, path).ids)
        comments = {
            comment: Location(member=image_set.member, line=line)
            for image_set in self.image_sets
            for line, comment in image_set.comments
        }
        for matcher in matchers.values():
            matcher.unlisted(passed_over, comments, self._on_problem)


def open(  # noqa: A001 - the name of the contract, used as segmask.open
    path: str | PathLike[str], *, on_problem: Handler | None = None, limits: Limits = DEFAULT_LIMITS
) -> Archive:
    """Opens a Segmentation Mask archive, a zip or an unpacked folder, for reading.

    Args:
        path: the zip file or folder.
        on_problem: gets each `Problem`, and reading goes on with what CVAT would import (and past what it would
            refuse, with what the author most likely meant). Without it reading is strict.
        limits: what an untrusted archive may make the reader do.

    Returns:
        The archive, with label map and lists read; images are decoded as the archive is iterated.

    Raises:
        FormatError: strict reading met a problem of severity error; other problems become a `FormatWarning`,
            once a rule.
        OSError: the file or folder cannot be opened.
    """
    return Archive(Path(path), StrictHandler() if on_problem is None else on_problem, limits)


def open_container(path: Path, limits: Limits, on_problem: Handler) -> Container:
    """The zip or folder at a path.

    Raises:
        OSError: it cannot be opened.
    """
    kind = FolderContainer if path.is_dir() else ZipContainer
    return kind(path, limits, on_problem)


def _quietly(data: bytes, path: str) -> ImageSet:
    return imageset.parse(data, member=path, root="", on_problem=lambda _: None)
