"""Pixels of masks as colours, and colours as PNG: the pieces of every picture."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image as Pictures

from segmask import VOC_COLORS, LabelMap
from segmask._support.arrays import BoolArray, ByteArray, IntArray
from segmask.mask.decode import DecodedMask
from segmask.pixels.chosen import ChosenPixels
from segmask.pixels.color import Color, unpack
from segmask.pixels.runs import RowRuns, distinct
from segmask.png.encode import encode_dense

UNKNOWN: Final = Color(255, 0, 255)
"""How an index is drawn that no label has."""


def values_at(runs: RowRuns, rows: IntArray, columns: IntArray) -> IntArray:
    """(h, w) values of a mask where (h,) rows and (w,) columns cross; costs nothing for the rest of the mask."""
    places = rows[:, np.newaxis] * runs.width + columns
    return runs.values[np.searchsorted(runs.starts, places, side="right") - 1]


def chosen_at(pixels: ChosenPixels, rows: IntArray, columns: IntArray) -> BoolArray:
    """(h, w) whether pixels are among those chosen, in the same way."""
    places = rows[:, np.newaxis] * pixels.width + columns
    if not len(pixels.starts):
        return np.zeros(places.shape, dtype=np.bool_)
    before = np.searchsorted(pixels.starts, places, side="right") - 1
    found: BoolArray = (before >= 0) & (places < (pixels.starts + pixels.lengths)[before])
    return found


def colors_at(mask: DecodedMask, table: Sequence[Color], rows: IntArray, columns: IntArray) -> ByteArray:
    """(h, w, 3) colours of a mask as it is stored; those of a table where it holds indices, `UNKNOWN` beyond its end."""
    values = values_at(mask.runs, rows, columns)
    if mask.is_color:
        return np.stack([values >> shift & 255 for shift in (16, 8, 0)], axis=2).astype(np.uint8)
    known = np.array([*table, UNKNOWN], dtype=np.uint8)
    return known[np.minimum(values, len(table))]


def label_colors(labelmap: LabelMap) -> list[Color]:
    """A colour for each label in index order, within the range of a channel."""
    return [
        VOC_COLORS[index % 256] if color is None else Color(*(min(max(channel, 0), 255) for channel in color))
        for index, color in enumerate(labelmap.colors)
    ]


def png(colors: ByteArray) -> bytes:
    """A PNG of (H, W, 3) colours; with a palette, and so a third as large, where 256 colours do."""
    red, green, blue = (colors[:, :, channel].astype(np.int64) for channel in range(3))
    packed = red << 16 | green << 8 | blue
    used = distinct(packed.ravel())
    if len(used) <= 256:
        return encode_dense(np.searchsorted(used, packed).astype(np.uint8), [unpack(color) for color in used.tolist()])
    stream = io.BytesIO()
    Pictures.fromarray(colors).save(stream, "PNG")
    return stream.getvalue()
