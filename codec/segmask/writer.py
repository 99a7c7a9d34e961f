"""Writing archives: as CVAT writes them, or as palette or grey masks. Atomic, deterministic, one image in memory.

What the format cannot hold is refused before anything takes the target's place.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import IO, Final, Protocol, runtime_checkable

import numpy as np

from ._support.apply import Apply, here
from ._support.files import replacing
from .archive import Archive
from .container.zipwriter import ZipWriter
from .dataset import imageset, layout
from .image import Image
from .labels import labelmap as labelmaps
from .labels.assigned import AssignedLabels
from .labels.labelmap import BACKGROUND, HEADER, Label, LabelMap
from .labels.voc import VOC_COLORS
from .limits import DEFAULT_LIMITS
from .mask.indices import UNDECLARED
from .pixels.runs import RowRuns
from .png.encode import Mode, encode
from .problem import NothingToWriteError, WriteError, counted
from .shapes.model import AnnotatedImage
from .shapes.painting import TooManyInstances, paint_shapes
from .shapes.raster import columns_crossed

_MODES: Final = ("rgb", "palette", "grey")
_WHY: Final = ("covered", "outside", "empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What an archive got.

    Attributes:
        images: how many were listed.
        instances: how many are visible; what has the background's label is a hole and no instance.
        covered: (image, label) of each instance that others cover completely, so that no pixel of it was written.
        outside: (image, label) of each instance that lies outside its image.
        empty: (image, label) of each instance that has no pixel, such as a mask of zeros or a polygon like a thread.
        recolored: labels that got colours of their own, because they had that of another and no pixel shows them.
    """

    images: int
    instances: int
    covered: tuple[tuple[str, str], ...] = ()
    outside: tuple[tuple[str, str], ...] = ()
    empty: tuple[tuple[str, str], ...] = ()
    recolored: tuple[str, ...] = ()


@runtime_checkable
class _Labelled(Protocol):
    """Images that come with their labels."""

    @property
    def labelmap(self) -> LabelMap: ...


def write(  # noqa: PLR0913 - what is written, how, and by whom
    path: str | PathLike[str] | IO[bytes],
    images: Iterable[AnnotatedImage | Image],
    *,
    labelmap: LabelMap | Iterable[Label | str] | None = None,
    subset: str | None = None,
    mode: Mode = "rgb",
    apply: Apply = here,
    on_problem: Callable[[WriteError], object] | None = None,
) -> Written:
    """Writes an archive; the same bytes for the same input.

    Args:
        path: the zip to write; replaced when all is written, untouched when anything fails. Or a binary file that can seek.
        images: annotated images (anything with ``name``, ``width``, ``height``, ``shapes``), or images of an open
            archive; a generator too.
        labelmap: the labels in index order, `Label` or names; names get VOC colours, and a ``background`` in front
            where they have none. Without it: the ``labelmap`` of `images`, as an open archive has one, else the shapes' labels in
            order of appearance.
        subset: subset of all images; each image's own where None.
        mode: ``"rgb"`` as CVAT does; ``"palette"`` the same colours by palette; ``"grey"`` label indices.
        apply: who makes the masks, such as the ``map`` of a `ProcessPoolExecutor`; this process alone does where the labels
            are not known beforehand.
        on_problem: is told of each thing that the format cannot hold, where all of them are wanted; the first is raised
            where not.

    Returns:
        What was written.

    Raises:
        WriteError: the format cannot hold something: over 255 instances in an image, over 256 labels, equal colours of
            labels that masks show, pixels without a shape and no background for them, a name that a label map or list cannot hold, an id twice
            or outside the archive, ... With `on_problem`, how many there were.
        OSError: the file cannot be written.
    """
    if mode not in _MODES:
        raise WriteError(f"mode is one of {', '.join(_MODES)}, not {mode!r}")
    if labelmap is None and isinstance(images, _Labelled):
        labelmap = images.labelmap
    target = replacing(Path(path)) if isinstance(path, (str, PathLike)) else nullcontext(path)
    with target as stream, zipfile.ZipFile(stream, "w") as archive, ZipWriter(archive) as members:
        writer = _Writer(members, AssignedLabels(labelmap), subset, mode, on_problem)
        for masks in writer.made(images, apply):
            writer.add(masks)
        return writer.finish()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Masks:
    """What an archive gets of an image.

    Attributes:
        name: its id.
        subset: its own.
        instances: how many are visible.
        missing: why and what is not: the reason, and the instance's label.
        painted: indices of the labels that coloured masks show.
        files: path of each mask, and what makes its bytes.
        problem: why there are none, where the format cannot hold the image.
    """

    name: str
    subset: str
    instances: int = 0
    missing: tuple[tuple[str, str], ...] = ()
    painted: frozenset[int] = frozenset()
    files: tuple[tuple[str, Callable[[], bytes]], ...] = ()
    problem: WriteError | None = None

    def packed(self) -> _Masks:
        """The same with the bytes made, to be sent."""
        return replace(self, files=tuple((path, partial(bytes, content())) for path, content in self.files))


def _packed(labels: AssignedLabels, mode: Mode, image: AnnotatedImage | Image) -> _Masks:
    return _made(labels, mode, image).packed()


def _made(labels: AssignedLabels, mode: Mode, image: AnnotatedImage | Image) -> _Masks:
    """The masks of an image, or why there are none."""
    masks = _Masks(name=image.name, subset=getattr(image, "subset", "default"))
    try:
        if isinstance(image, Image):
            return _of_read(labels, mode, image, replace(masks, instances=len(image.instances)))
        return _of_shapes(labels, mode, image, masks)
    except WriteError as error:
        return replace(masks, problem=WriteError(str(error), image=image.name, label=error.label))


def _check_cost(image: AnnotatedImage) -> None:
    """Whether the shapes of an image can be painted within the limits.

    Raises:
        WriteError: they cannot.
        ValueError: a coordinate is out of reach.
    """
    crossed = columns_crossed(image.shapes, image.width)
    if crossed > DEFAULT_LIMITS.columns:
        raise WriteError(
            f"the edges of the polygons of the image {image.name!r} cross {crossed:,} columns, more than the "
            f"{DEFAULT_LIMITS.columns:,} that are painted: leave points out, or split the image"
        )


def _of_shapes(labels: AssignedLabels, mode: Mode, image: AnnotatedImage, masks: _Masks) -> _Masks:
    if not (image.width > 0 and image.height > 0) or image.width * image.height > DEFAULT_LIMITS.pixels:
        allowed = f"1 to {DEFAULT_LIMITS.pixels:,} pixels are allowed"
        raise WriteError(f"the image {image.name!r} cannot have {image.width}x{image.height} pixels: {allowed}")
    if not image.shapes:
        return masks
    background = labels.map.background
    hole = None if background is None else labels.map[background].name
    try:
        _check_cost(image)
        painted = paint_shapes(image.shapes, image.width, image.height, hole)
    except TooManyInstances as error:
        raise WriteError(f"the image {image.name!r} has {error}: leave some out, or split the image") from None
    except ValueError as error:
        raise WriteError(f"the image {image.name!r}: {error}") from None
    if background is None:
        if not painted.objects.values.all():
            raise WriteError(
                f"the image {image.name!r} has pixels without a shape, and the label map no background: "
                f"a black label, or {BACKGROUND!r}"
            )
        background = 0  # of no pixel
    gone = zip(_WHY, (painted.covered, painted.outside, painted.empty), strict=True)
    missing = tuple((why, painted.labels[number - 1]) for why, numbers in gone for number in numbers)
    masks = replace(masks, instances=len(painted.visible), missing=missing)
    return _with_files(labels, mode, masks, painted.classes(labels.index_of, background), painted.objects)


def _of_read(labels: AssignedLabels, mode: Mode, image: Image, masks: _Masks) -> _Masks:
    if image.classes is None:
        if image.objects is not None:
            raise WriteError(f"the image {image.name!r} has an object mask and no class mask")
        return masks
    present = np.unique(image.classes.values).tolist()
    if present[0] == UNDECLARED or present[-1] >= len(image.label_names):
        raise WriteError(f"the image {image.name!r} has pixels that no label declares")
    indices = np.zeros(present[-1] + 1, dtype=np.int64)
    for index in present:
        indices[index] = labels.index_of(image.label_names[index])
    return _with_files(labels, mode, masks, image.classes.map(indices[image.classes.values]), image.objects)


def _with_files(labels: AssignedLabels, mode: Mode, masks: _Masks, classes: RowRuns, objects: RowRuns | None) -> _Masks:
    shown = [] if mode == "grey" else np.flatnonzero(np.bincount(classes.values)).tolist()
    for index in shown:
        if not labels.has_color(index):
            raise WriteError(f"the label {labels.map[index].name!r} has no colour")
    folders = [(layout.CLASS_FOLDER, classes, labels.colors())]
    if objects is not None:
        folders.append((layout.OBJECT_FOLDER, objects, list(VOC_COLORS)))
    files = ((f"{folder}/{masks.name}.png", partial(encode, runs, colors, mode)) for folder, runs, colors in folders)
    return replace(masks, painted=frozenset(shown), files=tuple(files))


@dataclass(slots=True)
class _Writer:
    members: ZipWriter
    labels: AssignedLabels
    subset: str | None
    mode: Mode
    on_problem: Callable[[WriteError], object] | None
    lists: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    painted: set[int] = field(default_factory=set)
    """Indices of the labels that coloured masks show."""
    instances: int = 0
    missing: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: {why: [] for why in _WHY})
    problems: int = 0
    """How many there were; with one, no more masks are written."""

    def __post_init__(self) -> None:
        if not self.labels.is_open:
            self._check_labels()
        if self.subset is not None:
            self._list(self.subset)

    def _report(self, problem: WriteError) -> None:
        if self.on_problem is None:
            raise problem
        self.problems += 1
        self.on_problem(problem)

    def _check_labels(self) -> None:
        for problem in self.labels.problems():
            self._report(problem)

    def made(self, images: Iterable[AnnotatedImage | Image], apply: Apply) -> Iterator[_Masks]:
        """The masks of each image; labels that are found on the way are found by one process alone."""
        is_here = apply is here or self.labels.is_open
        make = partial(_made if is_here else _packed, self.labels, self.mode)
        by = here if is_here else apply
        return images.map(make, apply=by) if isinstance(images, Archive) else by(make, images)

    def add(self, masks: _Masks) -> None:
        """Lists an image and writes its masks."""
        if masks.problem is not None:
            self._report(masks.problem)
        why = (
            f"the image {masks.name!r} comes twice: rename one" if masks.name in self.names else _id_refusal(masks.name)
        )
        if why:
            self._report(WriteError(why, image=masks.name))
        self.names.add(masks.name)
        self._list(masks.subset if self.subset is None else self.subset, masks.name).append(masks.name)
        self.instances += masks.instances
        for reason, label in masks.missing:
            self.missing[reason].append((masks.name, label))
        self.painted |= masks.painted
        for path, content in () if self.problems else masks.files:
            self.members.add(path, content, compression=zipfile.ZIP_STORED)

    def _list(self, subset: str, image: str | None = None) -> list[str]:
        if subset not in self.lists and _cannot_name_a_list(subset):
            why = "CVAT passes over a list with '_', '..', '.' in front or a folder"
            self._report(WriteError(f"{subset!r} cannot name a subset: {why}; rename it", image=image))
        return self.lists.setdefault(subset, [])

    def finish(self) -> Written:
        """Writes the lists and the label map.

        Raises:
            WriteError: there were problems.
        """
        if not self.lists:
            self._report(NothingToWriteError("there are no images, and CVAT takes no archive without a list"))
        if self.labels.is_open:
            self._check_labels()
        recolored = self.labels.settle_colors(self.painted, self._report)
        if self.problems:
            raise WriteError(f"{counted(self.problems, 'problem')}, and so nothing was written")
        for subset, names in self.lists.items():
            text = imageset.dump(tuple(names))
            self.members.add(
                f"{layout.IMAGE_SETS}/{layout.TASK}/{subset}.txt", text.encode, compression=zipfile.ZIP_DEFLATED
            )
        entries = self.labels.map.entries
        header = () if entries and isinstance(entries[0], str) else (HEADER,)
        self.members.add(
            layout.LABEL_MAP, labelmaps.dump(LabelMap([*header, *entries])).encode, compression=zipfile.ZIP_DEFLATED
        )
        missing = {why: tuple(places) for why, places in self.missing.items()}
        return Written(images=len(self.names), instances=self.instances, recolored=recolored, **missing)


def _cannot_name_a_list(subset: str) -> bool:
    hidden = not subset or subset.startswith(".") or ".." in f"{subset}.txt"
    return hidden or not subset.isprintable() or any(character in subset for character in "_/\\")


def _id_refusal(name: str) -> str:
    """Why no image can have an id; empty where one can."""
    parts = name.split("/")
    if any(part in {"", ".", ".."} for part in parts) or "\\" in name or ":" in parts[0] or not name.isprintable():
        return (
            f"{name!r} cannot be an id: it must be a relative path with '/' that stays in its folder; rename the image"
        )
    try:
        imageset.dump((name,))
    except ValueError as error:
        return f"{error}: rename the image"
    if ".." in f"{name}{layout.PNG_SUFFIX}":
        return f"{name!r} cannot be an id: CVAT does not unpack its mask, whose name has '..' in it; rename the image"
    return ""
