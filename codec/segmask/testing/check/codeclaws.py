"""The laws of `check_codec`: which functions each needs, over which data it is tried, and what it asks for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import numpy as np
from hypothesis import strategies as st

import segmask
from segmask._support.arrays import BoolArray, FloatArray
from segmask.compare.differences import mask_differences, safe
from segmask.compare.roundtrip import differing_images, opened
from segmask.labels.assigned import of_labels
from segmask.labels.labelmap import LabelMap
from segmask.pixels.runs import RowRuns
from segmask.shapes.model import AnnotatedImage, Mask
from segmask.shapes.painting import MAX_INSTANCES
from segmask.testing.strategies import annotated_images, label_maps, masks, polygons

from . import cases
from .calls import Broken, Codec, Raised
from .conversions import mask_to_polygons, polygons_to_mask
from .givenimages import GivenImage, given, scene_of_given
from .laws import listed

T = TypeVar("T")
_CROWD_SIDE: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Law(Generic[T]):
    """Something that a codec must do.

    Attributes:
        name: of the law, and of its case's file.
        says: what must hold, as a sentence.
        needs: the codec's functions that it is about.
        any_will_do: one of them is enough.
        data: what it is tried on; the later ones only where it holds for those before, which shrink further.
        check: raises `Broken`.
        save: writes a case into a folder under the law's name; returns the file.
    """

    name: str
    says: str
    needs: tuple[str, ...]
    any_will_do: bool = False
    data: tuple[st.SearchStrategy[T], ...]
    check: Callable[[Codec, T], None]
    save: Callable[[Path, str, T], Path]

    def applies_to(self, codec: Codec) -> bool:
        """Whether a codec has the functions."""
        return (any if self.any_will_do else all)(codec.has(name) for name in self.needs)


@dataclass(frozen=True, slots=True)
class Rings:
    """Polygons of one shape, and the image's size."""

    polygons: list[FloatArray]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Images:
    """Images of one archive."""

    images: list[GivenImage]
    labelmap: LabelMap


@st.composite
def _rings(draw: st.DrawFn) -> Rings:
    side = st.integers(1, 10)
    width, height = draw(side), draw(side)
    drawn = draw(st.lists(polygons(limit=10), min_size=1, max_size=3))
    return Rings([np.array(polygon.points) for polygon in drawn], width, height)


@st.composite
def _images(draw: st.DrawFn) -> Images:
    """A few images of few shapes."""
    labelmap = draw(label_maps(max_labels=3, as_exported=True))
    names = [label.name for label in labelmap if not label.is_background]
    drawn = draw(st.lists(annotated_images(labels=names), min_size=1, max_size=2))
    found = {image.name: image for image in drawn}  # of one name the last: one image goes away as two names shrink
    return Images([given(image, labelmap) for image in found.values()], labelmap)


@st.composite
def _crowds(draw: st.DrawFn) -> Images:
    """One image of up to as many instances as an object mask holds."""
    labelmap = of_labels(["a", "b"])
    count = draw(st.integers(1, MAX_INSTANCES) | st.just(MAX_INSTANCES))
    return Images([given(_crowd(count, ["a", "b"]), labelmap)], labelmap)


def _crowd(count: int, labels: Sequence[str]) -> AnnotatedImage:
    """An image of a given number of single pixels."""
    pixel = np.ones((1, 1), dtype=np.bool_)
    shapes = [Mask(pixel, labels[n % len(labels)], n % _CROWD_SIDE, n // _CROWD_SIDE) for n in range(count)]
    height = -(-count // _CROWD_SIDE)
    return AnnotatedImage(name="image1", width=_CROWD_SIDE, height=height, shapes=shapes)


def _rasterises(codec: Codec, case: Rings) -> None:
    expected = polygons_to_mask(case.polygons, case.width, case.height)
    found = codec.polygons_to_mask(case.polygons, case.width, case.height)
    _fail_on([*mask_differences(expected, found)], f"the polygons: {listed(case.polygons)}")


def _mask_survives(codec: Codec, mask: BoolArray) -> None:
    height, width = mask.shape
    found = codec.mask_to_polygons(mask) if codec.has("mask_to_polygons") else mask_to_polygons(mask)
    if codec.has("polygons_to_mask"):
        returned = codec.polygons_to_mask(found, width, height)
    else:
        try:
            returned = polygons_to_mask(found, width, height)
        except ValueError as error:
            raise Broken(f"mask_to_polygons returned what CVAT cannot take: {error}; {listed(found)}") from None
    _fail_on(mask_differences(mask, returned), f"the polygons: {listed(found)}")


def _images_survive(codec: Codec, case: Images) -> None:
    expected = [scene_of_given(image) for image in case.images]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.zip"
        codec.write(path, case.images, case.labelmap)
        _fail_on(differing_images(expected, codec.read(path, case.labelmap)))


def _is_strict(codec: Codec, case: Images) -> None:
    expected = [scene_of_given(image) for image in case.images]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.zip"
        codec.write(path, case.images, case.labelmap)
        try:
            with opened(path) as archive:
                lines = differing_images(expected, archive)
        except (segmask.FormatError, OSError) as refusal:
            raise Broken(f"segmask does not read what write wrote: {refusal}") from None
        _fail_on(lines)


def _agrees(codec: Codec, case: Images) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.zip"
        segmask.write(path, case.images, labelmap=case.labelmap)
        _fail_on(differing_images([scene_of_given(image) for image in case.images], codec.read(path, case.labelmap)))


def _refuses(codec: Codec, case: Images) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.zip"
        try:
            codec.write(path, case.images, case.labelmap)
        except Raised as error:
            if codec.has_written:
                return
            raise Broken(f"write wrote nothing ever, so that its error says nothing of the number: {error}") from None
    count = len(case.images[0].numbers)
    raise Broken(f"write takes {count} instances in one image without an error; an object mask holds {MAX_INSTANCES}")


def _fail_on(lines: list[str], *more: str) -> None:
    if lines:
        raise Broken(safe([*lines, *more]))


def _too_many() -> Images:
    """An image of one instance more than there are numbers for."""
    labelmap = of_labels(["a"])
    dense = np.arange(1, (MAX_INSTANCES + 1) + 1).reshape(-1, _CROWD_SIDE)
    numbers = dict.fromkeys(dense.ravel().tolist(), "a")
    image = GivenImage(
        name="image1",
        width=dense.shape[1],
        height=dense.shape[0],
        shapes=[Mask(dense == number, "a") for number in numbers],
        labelmap=labelmap,
        objects=RowRuns.from_dense(dense),
        numbers=numbers,
    )
    return Images([image], labelmap)


def _save_images(folder: Path, name: str, case: Images) -> Path:
    return cases.save_archive(folder, name, case.images, case.labelmap)


def _save_numbers(folder: Path, name: str, case: Images) -> Path:
    return cases.save_numbers(folder, name, case.images[0].object_mask())


def _save_rings(folder: Path, name: str, case: Rings) -> Path:
    return cases.save_polygons(folder, name, case.polygons, polygons_to_mask(case.polygons, case.width, case.height))


LAWS: Final[tuple[Law[Any], ...]] = (
    Law(
        name="rasterises-as-cvat",
        says="polygons_to_mask covers the pixels that CVAT's rasteriser covers",
        needs=("polygons_to_mask",),
        data=(_rings(),),
        check=_rasterises,
        save=_save_rings,
    ),
    Law(
        name="mask-survives-polygons",
        says="polygons_to_mask of mask_to_polygons is the mask (where one of them is missing, with segmask's)",
        needs=("mask_to_polygons", "polygons_to_mask"),
        any_will_do=True,
        data=(masks(),),
        check=_mask_survives,
        save=cases.save_mask,
    ),
    Law(
        name="images-survive",
        says="read gives the instances, labels and pixels that write was given",
        needs=("write", "read"),
        data=(_images(), _crowds()),
        check=_images_survive,
        save=_save_images,
    ),
    Law(
        name="written-is-strict",
        says="what write writes has no error, and segmask sees in it what write was given",
        needs=("write",),
        data=(_images(), _crowds()),
        check=_is_strict,
        save=_save_images,
    ),
    Law(
        name="read-agrees",
        says="read sees in an archive as CVAT writes it what CVAT sees",
        needs=("read",),
        data=(_images(), _crowds()),
        check=_agrees,
        save=_save_images,
    ),
    Law(
        name="refuses-too-many",
        says=f"write raises for more than {MAX_INSTANCES} instances in one image, which no object mask can hold",
        needs=("write",),
        data=(st.builds(_too_many),),
        check=_refuses,
        save=_save_numbers,
    ),
)
