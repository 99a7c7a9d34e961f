"""An open archive: its label map, its image sets, its images one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os import PathLike, fspath
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from . import defects, image, imageset, layout, structure
from .container import text
from .container.base import Container
from .container.folder import FolderContainer
from .container.remote import is_url, open_url, without_secrets
from .container.source import FileSource
from .container.zip import ZipContainer
from .image import Entry, Image
from .imageset import ImageSet
from .labels import labelmap_txt
from .labels.labelmap import VOC_LABEL_MAP, LabelMap
from .layout import Layout
from .limits import DEFAULT_LIMITS, Limits
from .matching import Matcher, check_repeated
from .part import Part
from .problem import Handler, Location, Problem, StrictHandler

_PART_IMAGES: Final = 64
_PART_BYTES: Final = 1 << 20  # of masks: much more than sending a part costs, and little enough to share out evenly


class Archive:
    """A Segmentation Mask archive, read as CVAT reads it. Use `open`; close it or use it as a context manager.

    Attributes:
        path: the zip or folder as it was given; a URL without what may be secret in it.
        labelmap: the labels; CVAT's default VOC labels where the archive has no label map.
        label_source: path of the member that the labels come from, None for the default.
        image_sets: the lists, in order of their names.
        entries: what the lists name, in order.
    """

    def __init__(self, path: str, on_problem: Handler, limits: Limits) -> None:
        self.path = without_secrets(path)
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
        for part in self._image_parts():
            yield from part.read(self._on_problem)
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

    def parts(self) -> Iterator[Part]:
        """The images in the order of the lists, then every member that neither `open` nor an image reads.

        Whoever reads all parts, wherever that is, has read the archive to its end.
        """
        yield from self._image_parts()
        yield from self._rest_parts()

    def check_rest(self, on_problem: Handler | None = None) -> None:
        """Unpacks every member that neither `open` nor an entry reads, to check its data."""
        for part in self._rest_parts():
            for _ in part.read(self._handler(on_problem)):
                pass  # there are no images in it

    def _image_parts(self) -> Iterator[Part]:
        sized = ((entry, sum(self._container.members[path].size for path in entry.paths)) for entry in self.entries)
        for entries in _batches(sized):
            needed = self._container.only(path for entry in entries for path in entry.paths)
            yield Part(container=needed, labelmap=self.labelmap, limits=self._limits, entries=entries)

    def _rest_parts(self) -> Iterator[Part]:
        used = self._read_paths | {path for entry in self.entries for path in entry.paths}
        sized = ((path, member.size) for path, member in self._container.members.items() if path not in used)
        for paths in _batches(sized):
            needed = self._container.only(paths)
            yield Part(container=needed, labelmap=self.labelmap, limits=self._limits, rest=paths)

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
        is_unread = other.uncertain and not other
        if not (meta.uncertain or is_unread) and [(label.name, label.color) for label in meta] != [
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
        return labelmap_txt.parse(content, member=path, on_problem=on_problem)

    def _parse_meta(self, path: str) -> LabelMap:
        data = self._member(path)
        if data is None:
            return LabelMap((), uncertain=True)
        from .labels import dataset_meta  # it needs JSON, and few archives have one

        return dataset_meta.parse(data, member=path, on_problem=self._on_problem)

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
        ignored = [(path, self._member(path)) for path in found.ignored]
        passed_over = [name for path, data in ignored if data is not None for name in _quietly(data, path).ids]
        if len(self.image_sets) < len(found.lists) or any(data is None for _, data in ignored):
            return  # a list that could not be read may name any mask
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
        path: the zip file or folder; or the URL of a zip (``https://``, ``s3://``, ``gs://``, ... as fsspec has them),
            of which only what is needed is fetched.
        on_problem: gets each `Problem`, and reading goes on with what CVAT would import (and past what it would
            refuse, with what the author most likely meant). Without it reading is strict.
        limits: what an untrusted archive may make the reader do.

    Returns:
        The archive, with label map and lists read; images are decoded as the archive is iterated.

    Raises:
        FormatError: strict reading met a problem of severity error; other problems become a `FormatWarning`,
            once a rule.
        OSError: the file or folder cannot be opened.
        SourceError: what is behind the URL cannot be read.
    """
    return Archive(fspath(path), StrictHandler() if on_problem is None else on_problem, limits)


def open_container(path: str, limits: Limits, on_problem: Handler) -> Container:
    """The zip or folder at a path or URL.

    Raises:
        OSError: it cannot be opened.
        SourceError: what is behind the URL cannot be read.
    """
    if is_url(path):
        return ZipContainer.open(open_url(path), limits, on_problem)
    if Path(path).is_dir():
        return FolderContainer.open(Path(path), limits, on_problem)
    return ZipContainer.open(FileSource(Path(path)), limits, on_problem)


_Item = TypeVar("_Item")


def _batches(sized: Iterable[tuple[_Item, int]]) -> Iterator[tuple[_Item, ...]]:
    """Things in their order, as many together as a part takes."""
    batch: list[_Item] = []
    total = 0
    for item, size in sized:
        if batch and (len(batch) == _PART_IMAGES or total + size > _PART_BYTES):
            yield tuple(batch)
            batch, total = [], 0
        batch.append(item)
        total += size
    if batch:
        yield tuple(batch)


def _quietly(data: bytes, path: str) -> ImageSet:
    return imageset.parse(data, member=path, root="", on_problem=lambda _: None)
