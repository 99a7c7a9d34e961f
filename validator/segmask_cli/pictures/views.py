"""An image as small pictures: its instances over the photo, its class mask, its object mask."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image as Pictures

from segmask import VOC_COLORS, Image, LabelMap
from segmask._support.arrays import ByteArray, IntArray
from segmask.labels.labelmap import says_background
from segmask.mask.decode import DecodedMask

from . import canvas, photos

MOST: Final = (240, 180)
"""Width and height that a view has at most."""
_PAPER: Final = (48, 52, 58)
_OUTLINE: Final = (255, 255, 255)
_OPACITY: Final = 0.55
_QUALITY: Final = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A small picture.

    Attributes:
        name: overlay, class or object.
        form: the image format, png or jpeg.
        size: width and height.
        data: its bytes.
    """

    name: str
    form: str
    size: tuple[int, int]
    data: bytes


def views(image: Image, labelmap: LabelMap, photo: bytes | None) -> Iterator[View]:
    """The views of an image, in the order overlay, class mask, object mask; those that there are.

    Args:
        image: read with its masks kept.
        labelmap: the labels, whose colours instances get.
        photo: the photo's bytes.
    """
    if image.width is None or image.height is None:
        return
    width, height = _fitting(image.width, image.height)
    yield _overlay(image, labelmap, photo, width, height)
    for name, mask, table in (
        ("class", image.stored_classes, canvas.label_colors(labelmap)),
        ("object", image.stored_objects, list(VOC_COLORS)),
    ):
        if mask is not None:
            colors = canvas.colors_at(mask, table, *_places(mask, width, height))
            yield View(name=name, form="png", size=(width, height), data=canvas.png(colors))


def _fitting(width: int, height: int) -> tuple[int, int]:
    scale = min(MOST[0] / width, MOST[1] / height, 1)
    return max(round(width * scale), 1), max(round(height * scale), 1)


def _places(mask: DecodedMask, width: int, height: int) -> tuple[IntArray, IntArray]:
    """Rows and columns of a mask that a view shows."""
    return _spread(height, mask.runs.height), _spread(width, mask.runs.width)


def _spread(count: int, size: int) -> IntArray:
    return (2 * np.arange(count) + 1) * size // (2 * count)


def _overlay(image: Image, labelmap: LabelMap, photo: bytes | None, width: int, height: int) -> View:
    paper = None if photo is None else photos.small(photo, (width, height))
    colors = np.full((height, width, 3), _PAPER, dtype=np.uint8) if paper is None else np.array(paper)
    _tint(colors, image, labelmap)
    if paper is None:
        return View(name="overlay", form="png", size=(width, height), data=canvas.png(colors))
    stream = io.BytesIO()
    Pictures.fromarray(colors).save(stream, "JPEG", quality=_QUALITY, optimize=True)
    return View(name="overlay", form="jpeg", size=(width, height), data=stream.getvalue())


def _tint(colors: ByteArray, image: Image, labelmap: LabelMap) -> None:
    """Gives each instance the colour of its label, and an outline."""
    is_paired = image.objects is not None
    frame = image.objects if is_paired else image.classes
    shown = [instance for instance in image.instances if not says_background(instance.label)]
    if frame is None or not shown:
        return
    height, width = colors.shape[:2]
    values = canvas.values_at(frame, _spread(height, frame.height), _spread(width, frame.width))
    known = canvas.label_colors(labelmap)
    table = np.zeros((max(int(values.max()), 0) + 2, 3), dtype=np.uint8)  # -1, an undeclared colour, is the last
    is_shown = np.zeros(len(table), dtype=np.bool_)
    for instance in shown:
        value = instance.id if instance.id is not None else instance.label_index
        if value < len(table):
            table[value] = known[instance.label_index] if instance.label_index < len(known) else canvas.UNKNOWN
            is_shown[value] = True
    inside = is_shown[values]
    tinted = colors[inside] * (1 - _OPACITY) + table[values[inside]] * _OPACITY
    colors[inside] = tinted.astype(np.uint8)
    framed = np.pad(np.where(inside, values, -1), 1, mode="edge")
    middle = framed[1:-1, 1:-1]
    edge = np.zeros_like(inside)
    for other in (framed[:-2, 1:-1], framed[2:, 1:-1], framed[1:-1, :-2], framed[1:-1, 2:]):
        edge |= middle != other
    colors[edge & inside] = _OUTLINE
