"""What a problem is about, seen closely: its pixels in their own colours, outlined, and the rest faded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from segmask import VOC_COLORS, Image, LabelMap, Problem, rules
from segmask._support.arrays import BoolArray, ByteArray, IntArray
from segmask.dataset.layout import OBJECT_FOLDER
from segmask.mask.decode import DecodedMask
from segmask.pixels.box import Box
from segmask.pixels.chosen import ChosenPixels

from . import canvas

_WINDOW: Final = (64, 48)
_LEAST: Final = (32, 24)
_MARGIN: Final = 3
_DRAWN: Final = 384
_FADED: Final = 0.3
_PAPER: Final = 235
_DASH: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A picture of some of a problem's pixels.

    Attributes:
        png: the picture.
        box: the rectangle of the mask that it shows.
        scale: pixels of the picture a side of the mask's.
        size: width and height of the picture.
        pixels: how many pixels are marked in it.
        total: how many the problem is about.
    """

    png: bytes
    box: Box
    scale: int
    size: tuple[int, int]
    pixels: int
    total: int


def crop(image: Image, labelmap: LabelMap, problem: Problem) -> Crop | None:
    """The part of the mask with most of the pixels that a problem is about.

    Args:
        image: read with its masks kept.
        labelmap: the labels, whose colours a mask of indices gets.
        problem: one of those that reading the image gave.

    Returns:
        None where the problem is not about pixels.
    """
    pixels = problem.pixels
    mask = _mask_of(image, problem)
    if pixels is None or mask is None or pixels.box is None:
        return None
    box = window(pixels, pixels.box)
    rows, columns = np.arange(box.y, box.y + box.height), np.arange(box.x, box.x + box.width)
    table = canvas.label_colors(labelmap) if mask is image.stored_classes else list(VOC_COLORS)
    colors = canvas.colors_at(mask, table, rows % mask.runs.height, columns % mask.runs.width)
    marked = canvas.chosen_at(pixels, rows, columns)
    scale = max(_DRAWN // box.width, 1)
    drawn = outlined(colors, marked, scale)
    return Crop(
        png=canvas.png(drawn),
        box=box,
        scale=scale,
        size=(drawn.shape[1], drawn.shape[0]),
        pixels=int(marked.sum()),
        total=int(pixels.lengths.sum()),
    )


def outlined(colors: ByteArray, marked: BoolArray, scale: int) -> ByteArray:
    """(H * scale, W * scale, 3) colours in which marked pixels have a dashed outline in black and white.

    Args:
        colors: (H, W, 3) uint8.
        marked: (H, W), whether a pixel is marked; others are faded.
        scale: pixels of the result a side.
    """
    faded = (colors * _FADED + _PAPER * (1 - _FADED)).astype(np.uint8)
    shown = np.where(marked[..., np.newaxis], colors, faded)
    large = shown.repeat(scale, axis=0).repeat(scale, axis=1)
    outline(large, marked.repeat(scale, axis=0).repeat(scale, axis=1))
    return large


def outline(colors: ByteArray, marked: BoolArray) -> None:
    """Draws a dashed outline in black and white around the marked ones of (H, W, 3) colours."""
    inside = np.pad(marked, 1)
    edge = inside[1:-1, 1:-1] & ~(inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:])
    y, x = np.nonzero(edge)
    colors[y, x] = np.where((x + y) // _DASH % 2, 255, 0)[:, np.newaxis]


def window(pixels: ChosenPixels, around: Box) -> Box:
    """A rectangle with as many of the pixels as it can hold: all of them, with a margin, where they are few enough."""
    width = min(max(around.width + 2 * _MARGIN, _LEAST[0]), _WINDOW[0], pixels.width)
    height = min(max(around.height + 2 * _MARGIN, _LEAST[1]), _WINDOW[1], pixels.height)
    if around.width <= width and around.height <= height:
        x, y = around.x + around.width // 2, around.y + around.height // 2
    else:
        x, y = _densest(pixels, width, height)
    left = min(max(x - width // 2, 0), pixels.width - width)
    top = min(max(y - height // 2, 0), pixels.height - height)
    return Box(left, top, width, height)


def _densest(pixels: ChosenPixels, width: int, height: int) -> tuple[int, int]:
    """The middle of the part, of a grid of parts half as long as the window, that most pixels begin in."""
    rows, columns = np.divmod(pixels.starts, pixels.width)
    across, down = max(width // 2, 1), max(height // 2, 1)
    columns = columns + np.minimum(pixels.lengths, width) // 2
    part = (rows // down) * (pixels.width // across + 1) + columns // across
    best = int(np.bincount(part, weights=np.minimum(pixels.lengths, across)).argmax())
    chosen: IntArray = np.flatnonzero(part == best)
    return int(np.median(columns[chosen])), int(np.median(rows[chosen]))


def _mask_of(image: Image, problem: Problem) -> DecodedMask | None:
    """The mask to show: the object mask for what was found in it, but where classes are compared with it."""
    folders = (problem.location.member or "").replace("\\", "/").split("/")
    wants_objects = OBJECT_FOLDER in folders and problem.kind != rules.INSTANCE_OVER_CLASSES
    first, second = image.stored_classes, image.stored_objects
    return (second or first) if wants_objects else (first or second)
