"""An open archive: its label map, its image sets, its images one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from os import PathLike, fspath
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from . import image
from ._support.apply import Apply, here
from ._support.words import nearest
from .container.base import Container
from .container.remote.urls import is_url, shown
from .container.source import FileSource, Source
from .dataset.arrival import Masks
from .dataset.entry import Entry
from .dataset.imageset import ImageSet
from .dataset.reading import DataSet, read_dataset
from .dataset.run_budget import run_budget
from .image import Image
from .labels.labelmap import LabelMap
from .limits import DEFAULT_LIMITS, Limits
from .part import Outcome, Part, outcomes
from .problem import Handler, StrictHandler, counted, printable
from .reporter import Reporter

_PART_IMAGES: Final = 64
_PART_BYTES: Final = 1 << 20  # of masks: much more than sending a part costs, and little enough to share out evenly

_Result = TypeVar("_Result")


class Archive:
    """A Segmentation Mask archive, read as CVAT reads it. Use `open`; close it or use it as a context manager.

    Attributes:
        path: the zip or folder as it was given; a URL without what may be secret in it.
        labelmap: the labels; CVAT's default VOC labels where the archive has no label map.
        label_source: path of the member that the labels come from, None for the default.
        image_sets: the lists for masks, in order of their names.
        entries: what the lists name, in order; what only lists of other tasks name comes last.
        masks: how many masks there are, and how many CVAT reads.
    """

    def __init__(self, path: str, on_problem: Handler, limits: Limits) -> None:
        self.path = shown(path)
        self._on_problem = on_problem
        self._rest_is_checked = False
        report = Reporter(on_problem)
        self._container = open_container(path, limits, report)
        try:
            dataset = DataSet() if self._container.is_unreadable else read_dataset(self._container, limits, report)
            self._container.verify()
        except BaseException:
            self.close()
            raise
        self.labelmap: LabelMap = dataset.labelmap
        self.label_source: str | None = dataset.label_source
        self.image_sets: tuple[ImageSet, ...] = dataset.image_sets
        self.entries: tuple[Entry, ...] = dataset.entries
        self.masks: Masks = dataset.masks
        self._budget = run_budget(self._container, dataset.entries, limits)
        self._read_paths = dataset.read_paths

    @property
    def subsets(self) -> dict[str, tuple[str, ...]]:
        """Image ids by subset, as the lists have them."""
        subsets: dict[str, list[str]] = {image_set.subset: [] for image_set in self.image_sets}
        for entry in self.entries:
            subsets.setdefault(entry.subset, []).append(entry.name)
        return {subset: tuple(names) for subset, names in subsets.items()}

    @property
    def is_unreadable(self) -> bool:
        """Whether the archive could not be read at all."""
        return self._container.is_unreadable

    @property
    def is_folder(self) -> bool:
        """Whether the archive is unpacked already."""
        return self._container.is_folder

    @property
    def mask_bytes(self) -> int:
        """Size of all masks as files, unpacked from the archive."""
        paths = (path for entry in self.entries for path in (entry.class_path, entry.object_path))
        return sum(self._container.members[path].size for path in paths if path is not None)

    def __len__(self) -> int:
        """How many images the lists name."""
        return len(self.entries)

    def __repr__(self) -> str:
        """Where it is, and what its lists and its label map name."""
        counts = f"{counted(len(self.entries), 'image')}, {counted(len(self.labelmap.names), 'label')}"
        return f"<Archive {printable(self.path)}: {counts}>"

    def __getitem__(self, name: str) -> Image:
        """The image of an id, the first of those where several subsets list it.

        Raises:
            KeyError: no list names it; the message has the nearest id.
            FormatError: as iterating does.
        """
        for entry in self.entries:
            if entry.name == name:
                return self.read(entry)
        raise KeyError(f"no list names an image {name!r}{nearest(name, [entry.name for entry in self.entries])}")

    def __iter__(self) -> Iterator[Image]:
        """The images in the order of the lists, each decoded when its turn comes.

        The first iteration that reaches the end also unpacks the members that no mask needed, for their checksums:
        damage there makes CVAT refuse the archive.

        Raises:
            FormatError: the strict handler found an error in an image, or in a remaining member.
        """
        for part in self.image_parts():
            yield from part.read(self._on_problem)
        self.finish()

    def map(self, function: Callable[[Image], _Result], *, apply: Apply = here) -> Iterator[_Result]:
        """What a function returns for each image, in the order of the lists; as iterating, but perhaps elsewhere.

        Args:
            function: gets each image; pickled where others call it, and its results too.
            apply: who reads the images, a part at a time, and calls the function.

        Raises:
            FormatError: as iterating does.
            Exception: whatever the function raises.
        """
        if apply is here:
            yield from map(function, self)
            return
        for found in apply(partial(outcomes, function), self.image_parts()):
            for outcome in found:
                yield self.settle(outcome)
        self.finish()

    def settle(self, outcome: Outcome[_Result]) -> _Result:
        """The result for an image that was read elsewhere; its problems go to the archive's handler.

        Raises:
            Exception: the handler's, or that which stands for the result.
        """
        return outcome.settle(self._on_problem)

    def finish(self) -> None:
        """Checks the members that no image needs, where that was not done at the end of an iteration."""
        if not self._rest_is_checked:
            self.check_rest()
            self._rest_is_checked = True

    def read(
        self, entry: Entry, on_problem: Handler | None = None, *, keep_photo: bool = False, keep_masks: bool = False
    ) -> Image:
        """The image of an entry; depends on nothing but the archive and the entry.

        Args:
            entry: one of `entries`.
            on_problem: gets the image's problems in place of the archive's own handler.
            keep_photo: whether the image keeps the bytes of its photo, which is read for its size in any case.
            keep_masks: whether the image keeps its masks as they are stored, and its problems the pixels they are about.
        """
        report = Reporter(self._handler(on_problem), keeps_pixels=keep_masks)
        return image.read(
            self._container,
            entry,
            self.labelmap,
            self._budget,
            report,
            keep_photo=keep_photo,
        )

    def parts(self) -> Iterator[Part]:
        """The images in the order of the lists, then every member that neither `open` nor an image reads.

        Once all parts are read, wherever that is, the archive is read to its end.
        """
        yield from self.image_parts()
        yield from self._rest_parts()

    def check_rest(self, on_problem: Handler | None = None) -> None:
        """Unpacks every member that neither `open` nor an entry reads, to check its data."""
        for part in self._rest_parts():
            for _ in part.read(self._handler(on_problem)):
                pass  # there are no images in it

    def image_parts(self) -> Iterator[Part]:
        """The images in the order of the lists."""
        sized = ((entry, sum(self._container.members[path].size for path in entry.paths)) for entry in self.entries)
        return map(self.part_of, _batches(sized))

    def part_of(self, entries: tuple[Entry, ...]) -> Part:
        """The images of entries, and all that reading them takes."""
        needed = self._container.only(path for entry in entries for path in entry.paths)
        return self._part(needed, entries=entries)

    def _rest_parts(self) -> Iterator[Part]:
        used = self._read_paths | {path for entry in self.entries for path in entry.paths}
        sized = ((path, member.size) for path, member in self._container.members.items() if path not in used)
        for paths in _batches(sized):
            needed = self._container.only(paths)
            yield self._part(needed, rest=paths)

    def _part(self, needed: Container, *, entries: tuple[Entry, ...] = (), rest: tuple[str, ...] = ()) -> Part:
        return Part(
            container=needed,
            labelmap=self.labelmap,
            budget=self._budget,
            entries=entries,
            rest=rest,
        )

    def verify(self) -> None:
        """Makes sure that the archive is still what it was when it was opened.

        Raises:
            SourceError: it was changed meanwhile, so what was read of it says nothing.
        """
        self._container.verify()

    def close(self) -> None:
        """Closes the file; images read so far stay usable."""
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _handler(self, given: Handler | None) -> Handler:
        return self._on_problem if given is None else given


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


def open_container(path: str, limits: Limits, report: Reporter) -> Container:
    """The zip or folder at a path or URL.

    Raises:
        OSError: it cannot be opened.
        SourceError: what is behind the URL cannot be read.
    """
    if not is_url(path) and Path(path).is_dir():
        from .container.folder import FolderContainer  # neither of zips and folders waits for the other

        return FolderContainer.open(Path(path), limits, report)
    from .container.zip import ZipContainer

    return ZipContainer.open(_source(path, limits), limits, report)


def _source(path: str, limits: Limits) -> Source:
    if not is_url(path):
        return FileSource(Path(path))
    from .container.remote.connection import open_url  # files do not wait for it

    return open_url(path, limits)


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
