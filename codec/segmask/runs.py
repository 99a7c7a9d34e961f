"""Masks as runs: maximal stretches of equal value along a row, from the PNG to the end.

A 1080p mask has two million pixels and some ten thousand runs; everything here costs what the runs cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


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


def first_of_each(ascending: IntArray) -> npt.NDArray[np.bool_]:
    """(N,) whether each item differs from the one before it."""
    differs = np.ones(len(ascending), dtype=bool)
    np.not_equal(ascending[1:], ascending[:-1], out=differs[1:])
    return differs


def overlay(first: Runs, second: Runs) -> tuple[IntArray, IntArray, IntArray]:
    """(starts, values of the first, values of the second): runs on which both masks are constant.

    The masks must have equal sizes.
    """
    starts = np.concatenate((first.starts, second.starts))
    starts.sort(kind="stable")  # merges two ascending halves in linear time
    starts = starts[np.concatenate(([True], starts[1:] != starts[:-1]))]
    in_first = first.values[np.searchsorted(first.starts, starts, side="right") - 1]
    in_second = second.values[np.searchsorted(second.starts, starts, side="right") - 1]
    return starts, in_first, in_second


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
        """Groups of runs by key; the runs in ascending order, none across a row's end."""
        if not len(keys):
            empty = np.empty(0, dtype=np.int64)
            return cls(empty, empty, empty, np.empty((0, 4), dtype=np.int64))
        order = np.argsort(keys, kind="stable")
        sorted_keys = keys[order]
        first = np.flatnonzero(np.concatenate(([True], sorted_keys[1:] != sorted_keys[:-1])))
        rows, left = np.divmod(starts[order], width)
        right = left + lengths[order]
        last = np.append(first[1:], len(keys)) - 1
        x = np.minimum.reduceat(left, first)
        y = rows[first]
        boxes = np.stack((x, y, np.maximum.reduceat(right, first) - x, rows[last] - y + 1), axis=1)
        return cls(sorted_keys[first], np.add.reduceat(lengths[order], first), last - first + 1, boxes)


def components(values: IntArray, starts: IntArray, lengths: IntArray, width: int) -> IntArray:
    """(N,) component of each run: runs of equal value that touch, corners included, share the index of their first.

    Args:
        values: (N,) value of each run; only runs of equal value join.
        starts: (N,) flat index of each run's first pixel, ascending, none across a row's end.
        lengths: (N,) pixels.
        width: columns of the mask.
    """
    upper, lower = _touching(values, starts, lengths, width)
    parent = np.arange(len(starts))
    while True:
        low = np.minimum(parent[upper], parent[lower])
        before = parent.copy()
        np.minimum.at(parent, parent[upper], low)
        np.minimum.at(parent, parent[lower], low)
        while True:
            jumped = parent[parent]
            if np.array_equal(jumped, parent):
                break
            parent = jumped
        if np.array_equal(before, parent):
            return parent


def _touching(values: IntArray, starts: IntArray, lengths: IntArray, width: int) -> tuple[IntArray, IntArray]:
    """Pairs (run, run one row below, or next to it) of equal value that share a pixel's side or corner."""
    rows, left = np.divmod(starts, width)
    wide = width + 2  # a column of margin on either side keeps corners from reaching around a row's end
    begin = rows * wide + left + 1
    end = begin + lengths
    first = np.searchsorted(end, begin - wide, side="left")
    beyond = np.searchsorted(begin, end - wide, side="right")
    counts = np.maximum(beyond - first, 0)
    lower = np.repeat(np.arange(len(begin)), counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    upper = np.repeat(first, counts) + offsets
    beside = np.flatnonzero(begin[1:] == end[:-1])  # mapping may have made neighbours equal
    upper, lower = np.append(upper, beside), np.append(lower, beside + 1)
    same = values[upper] == values[lower]
    return upper[same], lower[same]
