"""Annotations to the text of a COCO document, line by line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import numpy as np

from segmask._support.arrays import FloatArray
from segmask.formats.annotations import AnnotationError, PreparedImage, file_name_of
from segmask.pixels import run_lengths
from segmask.pixels.spans import ColumnSpans, area, union
from segmask.shapes.model import AnnotatedImage, Box, Ellipse, Mask, Polygon, Shape
from segmask.shapes.raster import FINENESS, box_corners, rasterise_all

from .rle import box_of
from .terms import MAX_COORDINATE, MAX_ID, image_name, short, size_refusal, text_refusal

_DECIMALS: Final = 2
_STEPS: Final = 1 << 28  # pycocotools, with which others read the document, takes 16 bytes for each along an outline


class Numbers:
    """Ids by name: the given ones, and the lowest that are free."""

    def __init__(self, where: str, given: Mapping[str, int]) -> None:
        self._given = given
        self._taken = set(given.values())
        self._free = (number for number in count(1) if number not in self._taken)
        if len(self._taken) < len(given):
            raise AnnotationError(where, "an id is there more than once")
        if not all(0 <= number <= MAX_ID for number in self._taken):
            raise AnnotationError(where, f"ids are 0 to {MAX_ID}")

    def of(self, name: str) -> int:
        """The number of a name; asked for once."""
        return int(self._given[name]) if name in self._given else next(self._free)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A shape on its way into an annotation, and its pixels."""

    shape: Polygon | Mask
    spans: ColumnSpans


class Writer:
    """Makes the text of one document.

    Raises:
        AnnotationError: a label has no name, is there twice, or is no text that a file can hold.
    """

    def __init__(self, labels: Sequence[str], label_ids: Numbers, image_ids: Numbers, suffix: str) -> None:
        self._images: list[str] = []
        self._labels: dict[str, int] = {}
        for place, label in enumerate(labels):
            if not label:
                raise AnnotationError(f"labels[{place}]", "a label without a name")
            if label in self._labels:
                raise AnnotationError(f"labels[{place}]", f"{short(label)} is there already")
            refuse_any(f"labels[{place}]", text_refusal(label))
            self._labels[label] = label_ids.of(label)
        self._image_ids = image_ids
        self._suffix = suffix

    def document(self, images: Iterable[AnnotatedImage | PreparedImage]) -> Iterator[str]:
        """Its pieces, in order; called once.

        Raises:
            AnnotationError: something that COCO cannot hold, or that would be read as something else.
        """
        yield '{"info":{},"licenses":[],"categories":['
        yield from _separated(self._categories())
        yield '],"annotations":['
        yield from _separated(self._annotations(images))
        yield '],"images":['
        yield from _separated(self._images)
        yield "]}\n"

    def _categories(self) -> Iterator[str]:
        for name, number in self._labels.items():
            yield _json({"id": number, "name": name, "supercategory": ""})

    def _annotations(self, images: Iterable[AnnotatedImage | PreparedImage]) -> Iterator[str]:
        """The annotations of all images; notes the images, which come after them."""
        annotation_ids = count(1)
        names: set[str] = set()
        for place, image in enumerate(images):
            number = self._add_image(f"images[{place}]", image, names)
            ready = image
            if not isinstance(ready, PreparedImage):
                ready = PreparedImage.of(ready, _pieces(f"images[{place}].shapes", ready, self._labels))
            for piece in ready.pieces:
                yield f'{{"id":{next(annotation_ids)},"image_id":{number},{piece}'

    def _add_image(self, where: str, image: AnnotatedImage | PreparedImage, names: set[str]) -> int:
        file_name = file_name_of(image, self._suffix)
        refuse_any(where, text_refusal(file_name))
        if not image.name or image.name.endswith("/") or image_name(file_name) != image.name:
            raise AnnotationError(where, f"the file name {short(file_name)} would not be read as {short(image.name)}")
        if image.name in names:
            raise AnnotationError(where, f"the name {short(image.name)} is there already")
        names.add(image.name)
        width, height = int(image.width), int(image.height)
        refuse_any(where, size_refusal(width, height))
        number = self._image_ids.of(image.name)
        self._images.append(_json({"id": number, "width": width, "height": height, "file_name": file_name}))
        return number


def refuse_any(where: str, why: str) -> None:
    """Raises what is wrong at a place, where there is something.

    Raises:
        AnnotationError: there is.
    """
    if why:
        raise AnnotationError(where, why)


def prepared(image: AnnotatedImage, labels: Mapping[str, int]) -> PreparedImage:
    """An image for `Writer.document`; see `segmask.formats.coco.prepare`."""
    return PreparedImage.of(image, _pieces(f"{short(image.name)}.shapes", image, labels))


def _pieces(where: str, image: AnnotatedImage, labels: Mapping[str, int]) -> Iterator[str]:
    """The text of each annotation behind its ids."""
    drawn = _draw(where, image, labels)
    for indices in _instances(image.shapes):
        yield _json(_annotation([drawn[index] for index in indices], image, labels)).removeprefix("{")


def _draw(where: str, image: AnnotatedImage, labels: Mapping[str, int]) -> list[_Drawn]:
    shapes: list[Polygon | Mask] = []
    for index, shape in enumerate(image.shapes):
        if shape.label not in labels:
            raise AnnotationError(f"{where}[{index}]", f"{short(shape.label)} is not one of the labels")
        shapes.append(_as_written(f"{where}[{index}]", shape))
    spans = rasterise_all(shapes, int(image.width), int(image.height))
    return [_Drawn(shape, pixels) for shape, pixels in zip(shapes, spans, strict=True)]


def _annotation(drawn: Sequence[_Drawn], image: AnnotatedImage, labels: Mapping[str, int]) -> dict[str, Any]:
    leader = max(drawn, key=lambda shape: area(shape.spans))
    spans = union([shape.spans for shape in drawn])
    rings = [_numbers(shape.shape.points) for shape in drawn if isinstance(shape.shape, Polygon)]
    is_mask = len(rings) < len(drawn)
    width, height = int(image.width), int(image.height)
    rle = (
        {"size": [height, width], "counts": run_lengths.of_runs(spans.starts, spans.ends, width * height).tolist()}
        if is_mask
        else None
    )
    return {
        "category_id": labels[leader.shape.label],
        "segmentation": rle or rings,
        "area": area(spans),
        "bbox": box_of(spans, height),
        "iscrowd": int(is_mask),
    }


def _instances(shapes: Iterable[Shape]) -> Iterator[list[int]]:
    """Indices of shapes that are one instance; by z-order."""
    found: dict[tuple[int, int], list[int]] = {}
    for index, shape in sorted(enumerate(shapes), key=lambda numbered: numbered[1].z_order):
        found.setdefault((shape.group, 0 if shape.group else index), []).append(index)
    yield from found.values()


def _as_written(where: str, shape: Shape) -> Polygon | Mask:
    """What COCO has for a shape, coordinates in hundredths; far within the reach of the rasteriser."""
    if isinstance(shape, Ellipse):
        raise AnnotationError(where, "COCO has no ellipses; make it a polygon or a mask first")
    if isinstance(shape, Mask):
        return shape
    points = box_corners(shape) if isinstance(shape, Box) else shape.points
    low, high = float(points.min()), float(points.max())
    if not -MAX_COORDINATE <= low <= high <= MAX_COORDINATE:  # nor are the corners of a boundless box numbers
        raise AnnotationError(where, f"a coordinate beyond {MAX_COORDINATE:,}")
    rounded = np.around(points, _DECIMALS)
    if not np.array_equal(
        rounded, points
    ):  # what lies halfway goes by its decimal digits, not by those of its hundredfold
        rounded = np.array([round(value, _DECIMALS) for value in points.ravel().tolist()]).reshape(-1, 2)
    if len(points) * FINENESS * (high - low) > _STEPS:  # else no way round it is so long
        _check_outline(where, rounded)
    return Polygon(rounded, shape.label)


def _numbers(points: FloatArray) -> list[float]:
    """Its x and y in turn; whole numbers without a point."""
    flat = points.ravel()
    numbers: list[float] = flat.tolist()
    for index in np.flatnonzero(flat == np.trunc(flat)).tolist():
        numbers[index] = int(numbers[index])
    return numbers


def _check_outline(where: str, points: FloatArray) -> None:
    """Refuses what would fill the memory of those who read the document."""
    steps = FINENESS * np.abs(points - np.roll(points, 1, axis=0)).max(axis=1).sum()
    if steps > _STEPS:
        raise AnnotationError(where, f"an outline {int(steps / FINENESS):,} pixels long; cut it to the image first")


def _json(value: object) -> str:
    """One line of ASCII, which every locale reads the same."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _separated(lines: Iterable[str]) -> Iterator[str]:
    for index, line in enumerate(lines):
        yield f"{',' if index else ''}\n{line}"
