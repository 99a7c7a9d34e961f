"""Masks as runs: maximal stretches of equal value along a row, from the PNG to the end.

A 1080p mask has two million pixels and some ten thousand runs; everything here costs what the runs cost.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from segmask._support.arrays import BoolArray, IntArray
from segmask.native import library

from .merge import merge

_SMALL_KEY: Final = 1 << 20


class TooManyRuns(ValueError):
    """More runs than are allowed: the pixels are no mask's, and cost many times what they would as pixels."""


def check_count(count: int, limit: int) -> None:
    """Raises `TooManyRuns` where there are more than the limit."""
    if count > limit:
        raise too_many(limit)


def too_many(limit: int) -> TooManyRuns:
    """What is raised where there are more runs than the limit."""
    return TooManyRuns(f"more than {limit:,} changes of colour along its rows")


@dataclass(frozen=True, slots=True, eq=False)
class RowRuns:
    """A mask of `height` rows and `width` columns.

    Attributes:
        width: columns, at least 1.
        height: rows, at least 1.
        starts: (N,) int64, flat index (y * width + x) of each run's first pixel, ascending; every row starts a run.
        values: (N,) int64, the value of each run.
    """

    width: int
    height: int
    starts: IntArray
    values: IntArray

    @classmethod
    def from_dense(cls, mask: npt.NDArray[np.generic]) -> RowRuns:
        """Runs of an (H, W) array of whole numbers."""
        height, width = mask.shape
        change = np.ones((height, width), dtype=bool)
        np.not_equal(mask[:, 1:], mask[:, :-1], out=change[:, 1:])
        starts = np.flatnonzero(change)
        return cls(width, height, starts, mask.ravel()[starts].astype(np.int64))

    @property
    def lengths(self) -> IntArray:
        """(N,) int64, pixels of each run."""
        return np.diff(self.starts, append=self.width * self.height)

    def to_dense(self, dtype: npt.DTypeLike = np.int64) -> npt.NDArray[np.generic]:
        """The (H, W) array."""
        return np.repeat(self.values.astype(dtype), self.lengths).reshape(self.height, self.width)

    def map(self, values: IntArray) -> RowRuns:
        """The same runs with other values; neighbours that became equal stay apart."""
        return RowRuns(self.width, self.height, self.starts, values)

    def broadcast_to(self, height: int, width: int) -> RowRuns:
        """The mask repeated over a larger frame, as numpy broadcasts: a side of 1 is stretched."""
        dense = np.broadcast_to(self.to_dense(), (height, width))
        return RowRuns.from_dense(dense)


def first_of_each(ascending: IntArray) -> BoolArray:
    """(N,) whether each item differs from the one before it."""
    differs = np.ones(len(ascending), dtype=bool)
    np.not_equal(ascending[1:], ascending[:-1], out=differs[1:])
    return differs


def last_of_each(ascending: IntArray) -> IntArray:
    """Places of the items that differ from the one behind them."""
    return np.flatnonzero(np.append(ascending[1:] != ascending[:-1], len(ascending) > 0))


def distinct(values: IntArray) -> IntArray:
    """The distinct values, ascending; `numpy.unique` would import `numpy.ma`."""
    ascending = np.sort(values)
    return ascending[first_of_each(ascending)]


def is_any_of(values: IntArray, wanted: Collection[int]) -> BoolArray:
    """(N,) whether each value, small and not below -1, is one of those wanted, none of which is negative."""
    table = np.zeros(max(values.max(initial=0), *wanted, 0) + 2, dtype=bool)  # -1 is its last place
    table[list(wanted)] = True
    return table[values]


def narrow(keys: IntArray) -> npt.NDArray[np.integer]:
    """(N,) keys from 0 up in 16 bits where these hold them: numpy sorts such by radix, ten times as fast."""
    return keys.astype(np.uint16) if keys.max(initial=0) < 1 << 16 else keys


def totals(keys: IntArray, lengths: IntArray) -> tuple[IntArray, IntArray]:
    """(distinct keys, ascending; sum of the lengths of each)."""
    numbers, places = numbered(keys)
    sums = np.bincount(places, weights=lengths, minlength=len(numbers)).astype(np.int64)
    present = np.flatnonzero(np.bincount(places, minlength=len(numbers)))
    return numbers[present], sums[present]


def numbered(keys: IntArray) -> tuple[IntArray, IntArray]:
    """(candidates, index of each key in them); small keys are their own index, as sorting is what takes long."""
    if keys.min(initial=0) >= 0 and keys.max(initial=-1) < _SMALL_KEY:
        return np.arange(keys.max(initial=-1) + 1), keys
    numbers = distinct(keys)
    return numbers, np.searchsorted(numbers, keys)


def overlay(first: RowRuns, second: RowRuns) -> tuple[IntArray, IntArray, IntArray]:
    """(starts, values of the first, values of the second): runs on which both masks are constant.

    The masks must have equal sizes.
    """
    merged, in_second = merge(first.starts, second.starts)
    kept = last_of_each(merged)
    in_second = in_second[kept]
    return merged[kept], first.values[kept - in_second], second.values[in_second - 1]


def transposed(starts: IntArray, values: IntArray, lines: int, length: int) -> RowRuns:
    """Runs along the other axis: they begin where a pixel differs from the one a line before.

    Args:
        starts: (N,) ascending flat indices (line * length + place), where a value begins that holds up to the next start,
            across the ends of lines; before the first it is 0.
        values: (N,) the values.
        lines: how many lines of pixels there are: rows, or columns.
        length: pixels of a line.

    Returns:
        The runs across the lines, in rows of as many pixels as there are lines.
    """
    kernel = library.kernel()
    if kernel is not None:
        return RowRuns(lines, length, *kernel.across((starts, values), lines, length))
    return _transposed(starts, values, lines, length)


def _transposed(starts: IntArray, values: IntArray, lines: int, length: int) -> RowRuns:
    value = np.append(0, values)  # by how many starts were passed
    merged, passed = merge(starts + length, starts)
    last = last_of_each(merged)
    passed, passed_before = passed[last], (last + 1) - passed[last]
    here, begin = value[passed], np.maximum(merged[last], length)
    end = np.minimum(np.append(merged[last[1:]], lines * length), lines * length)
    chosen = np.flatnonzero((here != value[passed_before]) & (begin < end))
    begin, here = begin[chosen], here[chosen]
    counts = end[chosen] - begin
    beyond = np.cumsum(counts)
    pixel = np.arange(counts.sum()) + np.repeat(begin - beyond + counts, counts)
    line, place = np.divmod(pixel, length)
    first = np.arange(length)  # the first line's pixels begin runs too
    found = np.append(first * lines, place * lines + line)
    own = np.append(value[np.searchsorted(starts, first, side="right")], np.repeat(here, counts))
    place = np.append(first, place)
    order = np.argsort(narrow(place), kind="stable")
    return RowRuns(lines, length, found[order], own[order])
