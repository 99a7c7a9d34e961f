"""Runs of a mask in groups: connected regions, boxes and areas, of all groups at once; by the kernel, or by numpy."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from segmask._support.arrays import BoolArray, IntArray
from segmask.native import library

from .merge import merge
from .runs import RowRuns, is_any_of, narrow, numbered


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
        numbers, group = numbered(keys)
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


@dataclass(frozen=True, slots=True, eq=False)
class Connected:
    """The 8-connected regions of some values of a mask.

    Attributes:
        regions: in the order of their first pixels, which their keys number.
        values: (R,) the value of each.
        wholes: for each value all its regions in one; the keys are the values.
    """

    regions: Regions
    values: IntArray
    wholes: Regions


def connected(runs: RowRuns, wanted: Collection[int]) -> Connected:
    """The regions of the values that are wanted, none of which is negative."""
    kernel = library.kernel()
    if kernel is None:
        return _connected(runs, wanted)
    table = bytearray(max(wanted, default=0) + 1)
    for value in wanted:
        table[value] = 1
    parts, wholes = kernel.regions((runs.starts, runs.values), runs.width * runs.height, runs.width, bytes(table))
    return Connected(_of(np.arange(len(parts)), parts), parts[:, 0], _of(wholes[:, 0], wholes))


def _of(keys: IntArray, found: IntArray) -> Regions:
    """Regions as the kernel gives them."""
    return Regions(keys, areas=found[:, 2], counts=found[:, 1], boxes=found[:, 3:])


def _connected(runs: RowRuns, wanted: Collection[int]) -> Connected:
    chosen = np.flatnonzero(is_any_of(runs.values, wanted))
    values, starts, lengths = runs.values[chosen], runs.starts[chosen], runs.lengths[chosen]
    regions = Regions.of(components(values, starts, lengths, runs.width), starts, lengths, runs.width)
    of_region = values[regions.keys]
    numbers = np.arange(len(of_region))
    return Connected(
        Regions(numbers, regions.areas, regions.counts, regions.boxes), of_region, regions.grouped(of_region)
    )


def components(values: IntArray, starts: IntArray, lengths: IntArray, width: int) -> IntArray:
    """(N,) component of each run: runs of equal value that touch, corners included, share the index of their first.

    Every run hangs on one that it touches in the row above, which makes trees; few pairs are left that join two trees.

    Args:
        values: (N,) value of each run, from 0; only runs of equal value join.
        starts: (N,) flat index of each run's first pixel, ascending, none across a row's end.
        lengths: (N,) pixels.
        width: columns of the mask.
    """
    order = np.argsort(narrow(values), kind="stable")
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
    merged, upper = merge(begin, begin + row)
    lower = np.arange(len(merged)) - upper
    upper -= 1
    ends_above, ends = np.append(end + row, -1), np.append(end, -1)  # of no run: one before the first
    touching = np.flatnonzero((ends_above[upper] >= merged) & (ends[lower] >= merged))
    beside = np.flatnonzero(begin[1:] == end[:-1])  # mapping may have made neighbours equal
    return np.append(upper[touching], beside), np.append(lower[touching], beside + 1)
