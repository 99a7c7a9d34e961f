"""Rows that are predicted from the row above them, undone in narrow images.

In rows filtered Up and Paeth the bytes that are not zero are departures from the row above. Between the columns where
something happens the row follows from it: where the row above is constant and the filtered row is zero, the row is
constant too. Up repeats the pixel above. Paeth goes on with the pixel on the left, where the two pixels above are equal.

So some rows are looked at together, and all columns are left out in which nothing happens: neither does the row above
them change there, nor is a filtered byte of theirs other than zero. What is left is a narrow image with the same filters, a
tenth of the whole, and Pillow undoes it as it would the whole.

Average mixes the pixels on the left and above, so that a row is constant nowhere: no column can be left out.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from segmask._support.arrays import ByteArray, IntArray
from segmask.pixels.runs import RowRuns, check_count

from . import unfilter
from .spec import AVERAGE

_TOGETHER: Final = 48
"""Rows of a narrow image: with more of them fewer columns can be left out, with less there are more images."""


def runs(
    size: tuple[int, int], filters: ByteArray, starts: IntArray, first: IntArray, channels: ByteArray, limit: int
) -> RowRuns:
    """Runs of an image with rows filtered in any way but None.

    Args:
        size: height and width in pixels.
        filters: (height,) the filter of each row.
        starts: (N,) flat indices of all filtered pixels that are not zero, and of all row starts, ascending.
        first: (height,) places of the row starts in `starts`.
        channels: (1 or 3, N) the bytes of these filtered pixels.
        limit: runs that there may be.

    Raises:
        TooManyRuns: there are more.

    Returns:
        The runs; three channels packed to 0xRRGGBB.
    """
    height, width = size
    bounds = np.append(first, len(starts))
    row = np.repeat(np.arange(height), np.diff(bounds))
    column = starts - row * width
    above = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    found = []
    count = 0
    for begin in range(0, height, _TOGETHER):
        end = min(begin + _TOGETHER, height)
        part = slice(bounds[begin], bounds[end])
        chosen = np.zeros(width + 1, dtype=bool)
        if (filters[begin:end] == AVERAGE).any():
            chosen[:] = True
        else:
            chosen[above[0]] = chosen[column[part]] = chosen[column[part] + 1] = True
        columns = np.flatnonzero(chosen[:width])
        rank = np.cumsum(chosen) - 1
        tones = above[1][np.searchsorted(above[0], columns, side="right") - 1]
        narrow = _filtered(filters[begin:end], tones, row[part] - begin, rank[column[part]], channels[:, part])
        pixels = unfilter.unfiltered(narrow, len(channels))[1:]
        changed = np.ones(pixels.shape, dtype=bool)  # every row starts a run
        np.not_equal(pixels[:, 1:], pixels[:, :-1], out=changed[:, 1:])
        places = np.flatnonzero(changed)
        y, x = np.divmod(places, len(columns))
        count += len(places)
        check_count(count, limit)
        values = pixels.reshape(-1)[places].astype(np.int64)
        found.append(((y + begin) * width + columns[x], values))
        last = np.searchsorted(places, (len(pixels) - 1) * len(columns))
        above = columns[x[last:]], values[last:]
    return RowRuns(width, height, *(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _filtered(filters: ByteArray, above: IntArray, row: IntArray, column: IntArray, channels: ByteArray) -> ByteArray:
    """Scanlines: a row without filter, then rows of zeros with some filtered pixels in them."""
    step = len(channels)
    narrow = np.zeros((1 + len(filters), 1 + len(above) * step), dtype=np.uint8)
    narrow[1:, 0] = filters
    place = (row + 1) * narrow.shape[1] + column * step
    for number, channel in enumerate(channels):
        narrow[0, 1 + number :: step] = above >> 8 * (step - 1 - number) & 255
        narrow.reshape(-1)[place + (1 + number)] = channel
    return narrow
