"""The runs of an interlaced PNG's image, out of the runs of its seven passes (Adam7).

After the first, a pass brings either the rows between those that are there, or the columns. The runs of new rows are
sorted in between the others. So are those of new columns, and from there to the next run the pixels are the run's own
and the other side's in turn. Where both sides have one value that is one run; where they differ, mostly for a pixel or
two at the edge of a shape, every pixel is a run.

Runs lie at their places in the whole image from the beginning, so passes that a small image leaves out need no care.
The upper bits of their values hold the row: runs of different rows are never equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from segmask._support.arrays import IntArray
from segmask.pixels.runs import RowRuns, check_count, first_of_each

from .spec import Pass

_ROW: Final = 32
"""The lowest bit of the row in a value."""
_BUSY: Final = 20
"""Pixels for each run, below which painting is faster than weaving."""
_SMALL: Final = 1 << 17
"""Pixels that are painted before weaving, many short steps, pays."""

_Placed = tuple[IntArray, IntArray]
"""Flat indices in the whole image where runs begin, ascending, and their values, each with its row in the upper bits."""


def merged(passes: Sequence[Pass], parts: Sequence[RowRuns], width: int, height: int, limit: int) -> RowRuns:
    """The maximal runs of an image, woven or painted, whichever is faster.

    Args:
        passes: of the image, in the order of the data, empty ones left out.
        parts: the maximal runs of each; values of up to 32 bits.
        width: columns of the image.
        height: rows.
        limit: runs that there may be: few in the passes may be one for every pixel of the image.

    Raises:
        TooManyRuns: there are more, or their making takes more.
    """
    busy = width * height < _SMALL + _BUSY * sum(len(part.starts) for part in parts)
    return (painted if busy else woven)(passes, parts, width, height, limit)


def painted(passes: Sequence[Pass], parts: Sequence[RowRuns], width: int, height: int, limit: int) -> RowRuns:
    """As `merged`, by way of all pixels."""
    image = np.empty((height, width), dtype=np.uint32)
    for place, part in zip(passes, parts, strict=True):
        image[place.y :: place.dy, place.x :: place.dx] = part.to_dense(np.uint32)
    runs = RowRuns.from_dense(image)
    check_count(len(runs.starts), limit)
    return runs


def woven(passes: Sequence[Pass], parts: Sequence[RowRuns], width: int, height: int, limit: int) -> RowRuns:
    """As `merged`, by way of runs only."""
    image, *later = (_placed(part, place, width) for place, part in zip(passes, parts, strict=True))
    for place, part in zip(passes[1:], later, strict=True):
        image = _with_columns(image, part, place.x, width, limit) if place.x else _with_rows(image, part)
        check_count(len(image[0]), limit)
    starts, values = image
    return RowRuns(width, height, starts, values & ((1 << _ROW) - 1))


def _placed(part: RowRuns, place: Pass, width: int) -> _Placed:
    """The runs of a pass, in an image of a given number of columns."""
    row = part.starts // part.width
    column = (part.starts - row * part.width) * place.dx + place.x
    row = row * place.dy + place.y
    return row * width + column, part.values | row << _ROW


def _with_rows(image: _Placed, part: _Placed) -> _Placed:
    starts, values, order = _joined(image, part)
    return starts[order], values[order]


def _with_columns(image: _Placed, part: _Placed, step: int, width: int, limit: int) -> _Placed:
    """The image with a column of the pass to the right of each of its own, `step` pixels from one to the next."""
    starts, values, order = _joined(image, part)
    starts, own = starts[order], values[order]
    changed_side = first_of_each((order >= len(image[0])).astype(np.int64))
    before = np.where(changed_side, np.arange(-1, len(order) - 1), -1)
    other = own[np.maximum.accumulate(before)]  # at a row's first run it is of another row; that run is one pixel long

    row_ends = ((own >> _ROW) + 1) * width  # rows still to come lie between a row's last run and the next one
    lengths = np.minimum(np.append(starts[1:], row_ends[-1]), row_ends) - starts
    pixels = np.where(own == other, 1, -(-lengths // step))
    check_count(int(pixels.sum()), limit)
    run = np.repeat(np.arange(len(starts)), pixels)
    pixel = np.arange(len(run)) - (np.cumsum(pixels) - pixels)[run]
    values = np.where(pixel & 1, other[run], own[run])
    kept = np.flatnonzero(first_of_each(values))
    return (starts[run] + pixel * step)[kept], values[kept]


def _joined(first: _Placed, second: _Placed) -> tuple[IntArray, IntArray, IntArray]:
    """(starts, values, the order that sorts them): the second behind the first."""
    starts = np.concatenate((first[0], second[0]))
    order = np.argsort(starts, kind="stable")  # two ascending halves are merged in linear time
    return starts, np.concatenate((first[1], second[1])), order
