"""Writing archives: as CVAT writes them, or as palette or grey masks. Atomic, deterministic, one image in memory.

What the format cannot hold is refused before anything takes the target's place.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Final

import numpy as np

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
from .problem import WriteError
from .shapes.model import AnnotatedImage
from .shapes.painting import TooManyInstances, paint_shapes

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


def write(
    path: str | PathLike[str],
    images: Iterable[AnnotatedImage | Image],
    *,
    labelmap: LabelMap | Iterable[Label | str] | None = None,
    subset: str | None = None,
    mode: Mode = "rgb",
) -> Written:
    """Writes an archive; the same bytes for the same input.

    Args:
        path: the zip to write; replaced when all is written, untouched when anything fails.
        images: annotated images (anything with ``name``, ``width``, ``height``, ``shapes``), or images of an open
            archive; a generator too.
        labelmap: the labels in index order, `Label` or names; names get VOC colours, and a ``background`` in front
            where they have none. Without it: the labels of an `Archive` given as `images`, else the shapes' labels in
            order of appearance.
        subset: subset of all images; each image's own where None.
        mode: ``"rgb"`` as CVAT does; ``"palette"`` the same colours by palette; ``"grey"`` label indices.

    Returns:
        What was written.

    Raises:
        WriteError: the format cannot hold something: over 255 instances in an image, over 256 labels, equal colours of
            labels that masks show, pixels without a shape and no background for them, a name that a label map or list cannot hold, an id twice
            or outside the archive, ...
        OSError: the file cannot be written.
    """
    if mode not in _MODES:
        raise WriteError(f"mode is one of {', '.join(_MODES)}, not {mode!r}")
    if labelmap is None and isinstance(images, Archive):
        labelmap = images.labelmap
    target = Path(path)
    with replacing(target) as stream, zipfile.ZipFile(stream, "w") as archive, ZipWriter(archive) as members:
        writer = _Writer(members, AssignedLabels(labelmap), subset, mode)
        for image in images:
            writer.add(image)
        return writer.finish()


@dataclass(slots=True)
class _Writer:
    members: ZipWriter
    labels: AssignedLabels
    subset: str | None
    mode: Mode
    lists: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    painted: set[int] = field(default_factory=set)
    """Indices of the labels that coloured masks show."""
    instances: int = 0
    missing: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: {why: [] for why in _WHY})

    def __post_init__(self) -> None:
        if self.subset is not None:
            self._list(self.subset)

    def add(self, image: AnnotatedImage | Image) -> None:
        """Lists an image and writes its masks."""
        name = image.name
        self._check_name(name)
        own: str = getattr(image, "subset", "default")
        self._list(own if self.subset is None else self.subset).append(name)
        if isinstance(image, Image):
            self._add_read(image)
        else:
            self._add_shapes(image)

    def _list(self, subset: str) -> list[str]:
        if subset not in self.lists and (
            not subset
            or "_" in subset
            or subset.startswith(".")
            or "/" in subset
            or not subset.isprintable()
            or "\\" in subset
        ):
            raise WriteError(
                f"{subset!r} cannot name a subset: CVAT passes over a list with '_', '.' in front or a folder"
            )
        return self.lists.setdefault(subset, [])

    def _check_name(self, name: str) -> None:
        parts = name.split("/")
        if any(part in {"", ".", ".."} for part in parts) or "\\" in name or ":" in parts[0] or not name.isprintable():
            raise WriteError(f"{name!r} cannot be an id: it must be a relative path with '/' that stays in its folder")
        try:
            imageset.dump((name,))
        except ValueError as error:
            raise WriteError(str(error)) from None
        if name in self.names:
            raise WriteError(f"the image {name!r} comes twice")
        self.names.add(name)

    def _add_shapes(self, image: AnnotatedImage) -> None:
        if not (image.width > 0 and image.height > 0) or image.width * image.height > DEFAULT_LIMITS.pixels:
            raise WriteError(f"the image {image.name!r} cannot have {image.width}x{image.height} pixels")
        if not image.shapes:
            return
        background = self.labels.map.background
        hole = None if background is None else self.labels.map[background].name
        try:
            painted = paint_shapes(image.shapes, image.width, image.height, hole)
        except TooManyInstances as error:
            raise WriteError(f"the image {image.name!r} has {error}") from None
        except ValueError as error:
            raise WriteError(f"the image {image.name!r}: {error}") from None
        self.instances += len(painted.visible)
        for why, numbers in zip(_WHY, (painted.covered, painted.outside, painted.empty), strict=True):
            self.missing[why].extend((image.name, painted.labels[number - 1]) for number in numbers)
        if background is None:
            if not painted.objects.values.all():
                raise WriteError(
                    f"the image {image.name!r} has pixels without a shape, and the label map no background: "
                    f"a black label, or {BACKGROUND!r}"
                )
            background = 0  # of no pixel
        self._write(image.name, painted.classes(self.labels.index_of, background), painted.objects)

    def _add_read(self, image: Image) -> None:
        self.instances += len(image.instances)
        if image.classes is None:
            if image.objects is not None:
                raise WriteError(f"the image {image.name!r} has an object mask and no class mask")
            return
        present = np.unique(image.classes.values).tolist()
        if present[0] == UNDECLARED or present[-1] >= len(image.label_names):
            raise WriteError(f"the image {image.name!r} has pixels that no label declares")
        indices = np.zeros(present[-1] + 1, dtype=np.int64)
        for index in present:
            indices[index] = self.labels.index_of(image.label_names[index])
        self._write(image.name, image.classes.map(indices[image.classes.values]), image.objects)

    def _write(self, name: str, classes: RowRuns, objects: RowRuns | None) -> None:
        if self.mode != "grey":
            shown = np.flatnonzero(np.bincount(classes.values)).tolist()
            self.painted.update(shown)
            for index in shown:
                if not self.labels.has_color(index):
                    raise WriteError(f"the label {self.labels.map[index].name!r} has no colour")
        colors = self.labels.colors()
        self.members.add(
            f"{layout.CLASS_FOLDER}/{name}.png",
            lambda: encode(classes, colors, self.mode),
            compression=zipfile.ZIP_STORED,
        )
        if objects is not None:
            self.members.add(
                f"{layout.OBJECT_FOLDER}/{name}.png",
                lambda: encode(objects, list(VOC_COLORS), self.mode),
                compression=zipfile.ZIP_STORED,
            )

    def finish(self) -> Written:
        """Writes the lists and the label map."""
        for subset, names in self.lists.items():
            text = imageset.dump(tuple(names))
            self.members.add(
                f"{layout.IMAGE_SETS}/{layout.TASK}/{subset}.txt", text.encode, compression=zipfile.ZIP_DEFLATED
            )
        if not self.lists:
            raise WriteError("there are no images, and CVAT takes no archive without a list")
        recolored = self.labels.settle_colors(self.painted)
        entries = self.labels.map.entries
        header = () if entries and isinstance(entries[0], str) else (HEADER,)
        self.members.add(
            layout.LABEL_MAP, labelmaps.dump(LabelMap([*header, *entries])).encode, compression=zipfile.ZIP_DEFLATED
        )
        missing = {why: tuple(places) for why, places in self.missing.items()}
        return Written(images=len(self.names), instances=self.instances, recolored=recolored, **missing)
