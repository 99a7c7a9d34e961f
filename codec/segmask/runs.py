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

_SMALL_KEY: Final = 1 << 20


class TooManyRuns(ValueError):
    """More runs than are allowed: the pixels are no mask's, and cost many times what they would as pixels."""


def check_count(count: int, limit: int) -> None:
    """Raises `TooManyRuns` where there are more than the limit."""
    if count > limit:
        raise TooManyRuns(f"more than {limit:,} changes of colour along its rows")


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
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
    def from_dense(cls, mask: npt.NDArray[np.generic]) -> Runs:
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

    def map(self, values: IntArray) -> Runs:
        """The same runs with other values; neighbours that became equal stay apart."""
        return Runs(self.width, self.height, self.starts, values)

    def broadcast_to(self, height: int, width: int) -> Runs:
        """The mask repeated over a larger frame, as numpy broadcasts: a side of 1 is stretched."""
        dense = np.broadcast_to(self.to_dense(), (height, width))
        return Runs.from_dense(dense)


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


def among(values: IntArray, wanted: Collection[int]) -> BoolArray:
    """(N,) whether each value, small and not below -1, is one of those wanted, none of which is negative."""
    table = np.zeros(max(values.max(initial=0), *wanted, 0) + 2, dtype=bool)  # -1 is its last place
    table[list(wanted)] = True
    return table[values]


def totals(keys: IntArray, lengths: IntArray) -> tuple[IntArray, IntArray]:
    """(distinct keys, ascending; sum of the lengths of each)."""
    numbers, places = _numbered(keys)
    sums = np.bincount(places, weights=lengths, minlength=len(numbers)).astype(np.int64)
    present = np.flatnonzero(np.bincount(places, minlength=len(numbers)))
    return numbers[present], sums[present]


def _numbered(keys: IntArray) -> tuple[IntArray, IntArray]:
    """(candidates, index of each key in them); small keys are their own index, as sorting is what takes long."""
    if keys.min(initial=0) >= 0 and keys.max(initial=-1) < _SMALL_KEY:
        return np.arange(keys.max(initial=-1) + 1), keys
    numbers = distinct(keys)
    return numbers, np.searchsorted(numbers, keys)


def overlay(first: Runs, second: Runs) -> tuple[IntArray, IntArray, IntArray]:
    """(starts, values of the first, values of the second): runs on which both masks are constant.

    The masks must have equal sizes.
    """
    merged = np.concatenate((first.starts << 1, (second.starts << 1) + 1))
    merged.sort(kind="stable")  # merges two ascending halves in linear time
    in_second = np.cumsum(merged & 1)
    merged >>= 1
    kept = last_of_each(merged)
    in_second = in_second[kept]
    return merged[kept], first.values[kept - in_second], second.values[in_second - 1]


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Some of a mask's runs, grouped: boxes and areas of all groups at once.

    Attributes:
        keys: (G,) distinct group keys, ascending.
        areas: (G,) pixels.
        counts: (G,) runs.
        boxes: (G, 4) x, y, width, height in pixels, origin top-left.
    """

    keys: IntArray
    areas: IntArray
    counts: IntArray
    boxes: IntArray

    @classmethod
    def of(cls, keys: IntArray, starts: IntArray, lengths: IntArray, width: int) -> Regions:
        """Groups of runs by key; no run goes across a row's end."""
        row = starts // width
        ones = np.ones_like(starts)
        boxes = np.stack((starts - row * width, row, lengths, ones), axis=1)
        return cls(keys, lengths, ones, boxes).grouped(keys)

    def grouped(self, keys: IntArray) -> Regions:
        """Larger regions: those with equal keys are one."""
        numbers, group = _numbered(keys)
        size = len(numbers)
        counts = np.bincount(group, weights=self.counts, minlength=size).astype(np.int64)
        areas = np.bincount(group, weights=self.areas, minlength=size).astype(np.int64)
        begin = np.full((2, size), np.iinfo(np.int64).max)
        end = np.zeros((2, size), dtype=np.int64)
        for axis in (0, 1):
            side = self.boxes[:, axis]
            np.minimum.at(begin[axis], group, side)
            np.maximum.at(end[axis], group, side + self.boxes[:, axis + 2])
        boxes = np.concatenate((begin, end - begin)).T
        return Regions(numbers, areas, counts, boxes).only(np.flatnonzero(counts))

    def only(self, chosen: IntArray | BoolArray) -> Regions:
        """Some of the regions."""
        return Regions(self.keys[chosen], self.areas[chosen], self.counts[chosen], self.boxes[chosen])


def components(values: IntArray, starts: IntArray, lengths: IntArray, width: int) -> IntArray:
    """(N,) component of each run: runs of equal value that touch, corners included, share the index of their first.

    Every run hangs on one that it touches in the row above, which makes trees; few pairs are left that join two trees.

    Args:
        values: (N,) value of each run, from 0; only runs of equal value join.
        starts: (N,) flat index of each run's first pixel, ascending, none across a row's end.
        lengths: (N,) pixels.
        width: columns of the mask.
    """
    order = np.argsort(values.astype(np.uint16) if values.max(initial=0) < 1 << 16 else values, kind="stable")
    upper, lower = _touching(values[order], starts[order], lengths[order], width)
    parent = np.arange(len(starts))
    parent[lower] = upper
    root = _roots(parent)
    is_root = root == np.arange(len(starts))
    roots = np.flatnonzero(is_root)
    tree = (np.cumsum(is_root) - 1)[root]
    apart = np.flatnonzero(tree[upper] != tree[lower])
    if len(apart):
        root = roots[_joined(len(roots), tree[upper[apart]], tree[lower[apart]])][tree]
    first_run = np.empty_like(order)
    first_run[order] = order[root]
    return first_run


def _roots(parent: IntArray) -> IntArray:
    """Of each node the one above it that is its own parent."""
    while True:
        above = parent[parent]
        above = above[above]
        if (above == parent).all():
            return parent
        parent = above


def _joined(size: int, first: IntArray, second: IntArray) -> IntArray:
    """(size,) number of the group of each node, when pairs of nodes share a group."""
    parent = np.arange(size)
    while True:
        low = np.minimum(parent[first], parent[second])
        before = parent.copy()
        np.minimum.at(parent, parent[first], low)
        np.minimum.at(parent, parent[second], low)
        parent = _roots(parent)
        if np.array_equal(before, parent):
            return parent


def _touching(values: IntArray, starts: IntArray, lengths: IntArray, width: int) -> tuple[IntArray, IntArray]:
    """Pairs (run, run one row below, or next to it) of equal value that share a pixel's side or corner.

    Two runs touch where the one that begins later, seen in one row, begins before the other one ends, or right behind it.
    Of a row's runs of one value that can only be the last one that began before. So the runs and the runs of the row
    above are gone through together, in the order in which they begin.

    Args:
        values: (N,) value of each run, ascending.
        starts: (N,) flat index of each run's first pixel, ascending where values are equal.
        lengths: (N,) pixels.
        width: columns of the mask.
    """
    row = width + 1  # a column of margin keeps corners from reaching around a row's end
    layer = int(starts.max(initial=0)) // width * row + 3 * row
    begin = starts + starts // width + values * layer
    end = begin + lengths
    merged = np.concatenate(((begin + row << 1) + 1, begin << 1))
    merged.sort(kind="stable")  # merges two ascending halves in linear time
    upper = np.cumsum(merged & 1)
    lower = np.arange(1, len(merged) + 1) - upper
    merged >>= 1
    upper -= 1
    lower -= 1
    ends_above, ends = np.append(end + row, -1), np.append(end, -1)  # of no run: one before the first
    touching = np.flatnonzero((ends_above[upper] >= merged) & (ends[lower] >= merged))
    beside = np.flatnonzero(begin[1:] == end[:-1])  # mapping may have made neighbours equal
    return np.append(upper[touching], beside), np.append(lower[touching], beside + 1)
