"""Masks as they occur and as they are feared: pixels, lines, blobs, donuts, checkers, noise.

Every texture is drawn from small whole numbers in place of a random seed, so that a failing mask shrinks pixel by pixel.
Places are drawn whatever the mask's size and then taken modulo it: a mask can shrink without changing its contents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from hypothesis import strategies as st

from segmask._support.arrays import BoolArray, IntArray

_SIDES: Final = st.integers(1, 12)
_PLACES: Final = st.integers(0, 127)
_DIRECTIONS: Final = ((1, 0), (0, 1), (1, 1), (1, -1))
_CHUNK: Final = 16  # columns of noise that are drawn at once

Draw = Callable[[st.DrawFn, IntArray, int], None]


@st.composite
def index_masks(
    draw: st.DrawFn,
    *,
    values: int = 5,
    heights: st.SearchStrategy[int] = _SIDES,
    widths: st.SearchStrategy[int] = _SIDES,
    textures: Sequence[str] | None = None,
) -> IntArray:
    """(H, W) int64 array of whole numbers from 0 up. Shrinks to one row and one column, and to zeros.

    Args:
        draw: given by hypothesis.
        values: how many numbers there are; at most 65,536.
        heights: rows.
        widths: columns.
        textures: some of ``pixels``, ``lines``, ``blobs``, ``donuts``, ``checkers``, ``noise``; all where None.
    """
    height, width = draw(heights), draw(widths)
    mask = np.zeros((height, width), dtype=np.int64)
    _TEXTURES[draw(st.sampled_from(textures or tuple(_TEXTURES)))](draw, mask, values)
    return mask


def masks(
    *,
    heights: st.SearchStrategy[int] = _SIDES,
    widths: st.SearchStrategy[int] = _SIDES,
    textures: Sequence[str] | None = None,
) -> st.SearchStrategy[BoolArray]:
    """(H, W) bool array; at times empty or full. Shrinks to one row and one column, and to no pixel.

    Args:
        heights: rows.
        widths: columns.
        textures: as in `index_masks`.
    """
    drawn = index_masks(values=2, heights=heights, widths=widths, textures=textures)
    return drawn.map(lambda mask: mask.astype(np.bool_))


def _value(draw: st.DrawFn, values: int) -> int:
    return draw(st.integers(1, values - 1)) if values > 1 else 0


def _place(draw: st.DrawFn, mask: IntArray) -> tuple[int, int]:
    """A (y, x) in the mask."""
    return draw(_PLACES) % mask.shape[0], draw(_PLACES) % mask.shape[1]


def _repeated(draw: st.DrawFn, mask: IntArray, values: int, most: int, once: Draw) -> None:
    for _ in draw(st.lists(st.none(), max_size=most)):
        once(draw, mask, values)


def _pixels(draw: st.DrawFn, mask: IntArray, values: int) -> None:
    def pixel(draw: st.DrawFn, mask: IntArray, values: int) -> None:
        mask[_place(draw, mask)] = _value(draw, values)

    _repeated(draw, mask, values, 8, pixel)


def _lines(draw: st.DrawFn, mask: IntArray, values: int) -> None:
    """Straight and diagonal ones, one or two pixels wide."""

    def line(draw: st.DrawFn, mask: IntArray, values: int) -> None:
        y, x = _place(draw, mask)
        dx, dy = draw(st.sampled_from(_DIRECTIONS))
        along = np.arange(draw(st.integers(1, 16)))
        value, wide = _value(draw, values), draw(st.integers(0, 1))
        for side in range(wide + 1):
            rows, columns = y + along * dy + side * (1 - dy), x + along * dx + side * dy
            inside = (rows >= 0) & (rows < mask.shape[0]) & (columns >= 0) & (columns < mask.shape[1])
            mask[rows[inside], columns[inside]] = value

    _repeated(draw, mask, values, 4, line)


def _blobs(draw: st.DrawFn, mask: IntArray, values: int) -> None:
    """Discs over discs, cut off at the edges."""
    rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]

    def blob(draw: st.DrawFn, mask: IntArray, values: int) -> None:
        y, x = _place(draw, mask)
        radius = draw(st.integers(0, 8))
        mask[(rows - y) ** 2 + (columns - x) ** 2 <= radius**2] = _value(draw, values)

    _repeated(draw, mask, values, 5, blob)


def _donuts(draw: st.DrawFn, mask: IntArray, values: int) -> None:
    """Square rings in rings: holes, and islands in holes."""
    rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]

    def donut(draw: st.DrawFn, mask: IntArray, values: int) -> None:
        y, x = _place(draw, mask)
        radius = draw(st.integers(1, 6))
        distance = np.maximum(abs(rows - y), abs(columns - x))
        value = _value(draw, values)
        mask[distance <= radius] = 0
        mask[(distance <= radius) & ((radius - distance) % 2 == 0)] = value

    _repeated(draw, mask, values, 3, donut)


def _checkers(draw: st.DrawFn, mask: IntArray, values: int) -> None:
    """Fields that touch at corners; stripes, or one value all over, where a field is larger than the mask."""
    first, count = draw(st.integers(0, values - 1)), draw(st.integers(1, min(values, 8)))
    rows, columns = np.indices(mask.shape)
    fields = rows // draw(st.integers(1, 13)) + columns // draw(st.integers(1, 13))
    mask[:] = (first + fields % count) % values


def _noise(draw: st.DrawFn, mask: IntArray, values: int) -> None:
    """Pixels that have nothing to do with each other."""
    height, width = mask.shape
    dtype = np.dtype(np.uint8 if values <= 256 else ">u2")
    size = _CHUNK * dtype.itemsize
    for y in range(height):
        for x in range(0, width, _CHUNK):
            chunk = np.frombuffer(draw(st.binary(min_size=size, max_size=size)), dtype)
            row = chunk[::-1].astype(
                np.int64
            )  # bytes shrink to zeros in front: the first columns are the last ones to vanish
            mask[y, x : x + _CHUNK] = row[: width - x] % values


_TEXTURES: Final[dict[str, Draw]] = {
    "pixels": _pixels,
    "lines": _lines,
    "blobs": _blobs,
    "donuts": _donuts,
    "checkers": _checkers,
    "noise": _noise,
}
