"""Pixels of an image as runs down its columns, and what can be done with them without an array of its pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from segmask._support.arrays import BoolArray, IntArray

Canvas = npt.NDArray[np.generic]

_CHUNK: Final = 1 << 20  # pixels painted at once
_SHORT: Final = 8  # runs of fewer pixels are painted by index
_MANY: Final = 512  # where there are at least this many


@dataclass(frozen=True, slots=True, eq=False)
class ColumnSpans:
    """Pixels of an image as runs down its columns, in a column-major flat order: x * height + y.

    A run may go on from one column's bottom to the next one's top. Runs are ascending, not empty, and never touch, so
    that equal pixels have equal runs.

    Attributes:
        starts: (N,) int64, first pixel of each run.
        ends: (N,) int64, one beyond the last.
    """

    starts: IntArray
    ends: IntArray

    @classmethod
    def of_mask(cls, mask: BoolArray, x: int, y: int, height: int) -> ColumnSpans:
        """The pixels of an (h, w) bool array whose first pixel is at x, y; all of it in an image of `height` rows."""
        rows, columns = mask.shape
        padded = np.zeros((columns + 1, rows + 1), dtype=np.bool_)
        padded[:-1, 1:] = mask.T  # the margin that ends one column is the one that begins the next
        flat = padded.ravel()
        column, row = np.divmod(np.flatnonzero(flat[1:] != flat[:-1]), rows + 1)
        return cls.from_toggles(odd((column + x) * height + row + y))

    @classmethod
    def joined(cls, starts: IntArray, lengths: IntArray) -> ColumnSpans:
        """Runs given in ascending order, of which some may touch."""
        ends = starts + lengths
        apart = starts[1:] > ends[:-1]
        return cls(starts[np.append(True, apart)], ends[np.append(apart, True)]) if len(starts) else NOTHING

    @classmethod
    def from_toggles(cls, toggles: IntArray) -> ColumnSpans:
        """Runs between ascending flat indices, no two of them equal, where covered begins or ends."""
        return cls(toggles[0::2], toggles[1::2])

    def to_dense(self, width: int, height: int) -> BoolArray:
        """The (height, width) bool array."""
        canvas = np.zeros((width, height), dtype=np.bool_)
        paint(canvas, self, True)
        return canvas.T


def area(spans: ColumnSpans) -> int:
    """Covered pixels."""
    return int((spans.ends - spans.starts).sum())


def union(parts: Sequence[ColumnSpans]) -> ColumnSpans:
    """Pixels that any of the parts covers, such as the shapes of one group."""
    if len(parts) == 1:
        return parts[0]
    starts = np.concatenate([NOTHING.starts, *(part.starts for part in parts)])
    ends = np.concatenate([NOTHING.ends, *(part.ends for part in parts)])
    if not len(starts):
        return NOTHING
    order = np.argsort(starts, kind="stable")
    starts, reached = starts[order], np.maximum.accumulate(ends[order])
    apart = starts[1:] > reached[:-1]
    return ColumnSpans(starts[np.append(True, apart)], reached[np.append(apart, True)])


def difference(first: ColumnSpans, second: ColumnSpans) -> ColumnSpans:
    """Pixels that one of the two covers, and the other does not."""
    return ColumnSpans.from_toggles(odd(np.concatenate((first.starts, first.ends, second.starts, second.ends))))


def paint(canvas: Canvas, spans: ColumnSpans, value: float) -> None:
    """Sets the covered pixels of a (width, height) array: the image's transpose, contiguous in memory.

    Raises:
        ValueError: the canvas is not C-contiguous.
    """
    if not canvas.flags.c_contiguous:
        raise ValueError("a canvas is a contiguous (width, height) array")
    flat = canvas.reshape(-1)
    lengths = spans.ends - spans.starts
    short = lengths < _SHORT
    if np.count_nonzero(short) < _MANY:
        short[:] = False
    for starts, ends in _chunks(spans, short):
        counts = ends - starts
        flat[np.arange(counts.sum()) + np.repeat(starts - np.cumsum(counts) + counts, counts)] = value
    # Copying between memory views costs a third of filling a slice of an array.
    target, source = flat.data, np.full(lengths.max(initial=0), value, dtype=canvas.dtype).data
    for starts, ends in _chunks(spans, ~short):
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            target[start:end] = source[: end - start]


def _chunks(spans: ColumnSpans, which: BoolArray) -> Iterator[tuple[IntArray, IntArray]]:
    """Starts and ends of some of the runs, few enough at once for the lists to stay small."""
    starts, ends = spans.starts[which], spans.ends[which]
    size = _CHUNK // _SHORT
    return ((starts[at : at + size], ends[at : at + size]) for at in range(0, len(starts), size))


def odd(indices: IntArray) -> IntArray:
    """Those that occur an odd number of times, ascending, each once."""
    if len(indices) < 2:
        return indices
    indices = np.sort(indices, kind="stable")  # each edge's are ascending already, so this merges
    differs = indices[1:] != indices[:-1]
    if differs.all():
        return indices
    first = np.flatnonzero(np.append(True, differs))
    return np.asarray(indices[first[np.diff(first, append=len(indices)) % 2 == 1]])


NOTHING: Final = ColumnSpans(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
