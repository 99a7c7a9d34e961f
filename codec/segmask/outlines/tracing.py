"""Runs to rings of pixel corners, all labels at once, without an image on the way.

A corner is a lattice point where a pixel differs from both its neighbours (convex), or agrees with both and differs from
the diagonal one (concave). Either way the values change along the row above it or along the row below, so only points
where a run begins are looked at. Sorted along rows, corners pair to the horizontal edges of the outlines; sorted along
columns, to the vertical ones. Following the two pairings in turn walks each outline. Where the first corner of an
outline, in reading order, is concave, the outline is a hole's.

Foreground is 4-connected, holes are 8-connected: regions that touch at a corner are apart.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from segmask._support.arrays import BoolArray, IntArray
from segmask.native import library
from segmask.pixels.runs import RowRuns, narrow

_QUADRANTS: Final = ((0, 0), (0, 1), (1, 0), (1, 1))


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """One outline.

    Attributes:
        corners: (N, 2) int64 x and y in pixels; x and y change in turn, the first edge is horizontal.
        holes: the outlines that hang on this one: (index of a corner of this ring, hole).
    """

    corners: IntArray
    holes: list[tuple[int, Ring]]


def trace(runs: RowRuns, wanted: Collection[int]) -> dict[int, list[Ring]]:
    """Outer rings of the wanted values' 4-connected regions, in reading order, with their holes.

    A hole hangs on the ring that is met first to the left of its first corner: the outer ring of its region, or
    another hole of it.
    """
    values = np.array(sorted(wanted), dtype=np.int64)
    frame = _Frame.around(runs, values)
    corners = _corners(frame)
    down = _order(corners.label, corners.x, 2 * corners.y + corners.to_bottom)
    order, opening = _walk(down)
    sizes = np.diff(opening, append=len(order))
    ring_of, place_of = np.empty_like(order), np.empty_like(order)
    ring_of[order] = np.repeat(np.arange(len(opening)), sizes)
    place_of[order] = np.arange(len(order)) - np.repeat(opening, sizes)
    points = np.stack((corners.x, corners.y), axis=1)[order]
    made = [Ring(part, []) for part in np.split(points, opening[1:])] if len(opening) else []
    traced: dict[int, list[Ring]] = {value: [] for value in values.tolist()}
    firsts = order[opening]
    is_hole = corners.concave[firsts]
    labels = values[corners.label[firsts] - 1].tolist()
    for number in np.flatnonzero(~is_hole).tolist():
        traced[labels[number]].append(made[number])
    holes = np.flatnonzero(is_hole)
    edges = _left_edges(frame, corners, down, firsts[holes])
    for number, ring, place in zip(holes.tolist(), ring_of[edges].tolist(), place_of[edges].tolist(), strict=True):
        made[ring].holes.append((place, made[number]))
    return traced


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """Runs of the wanted values' places from 1, all else 0; a run of zeros ends each row, one pixel beyond the mask.

    Attributes:
        stride: what a row adds to a position.
        height: rows of the mask.
        starts: position of each run, y * stride + x.
        labels: value of each run; the last is 0.
        changes: positions where the value differs from the one on the left, which outside the mask is 0.
    """

    stride: int
    height: int
    starts: IntArray
    labels: IntArray
    changes: IntArray

    @classmethod
    def around(cls, runs: RowRuns, values: IntArray) -> _Frame:
        place = np.minimum(np.searchsorted(values, runs.values), max(len(values) - 1, 0))
        known = values[place] == runs.values if len(values) else np.zeros(len(runs.values), dtype=bool)
        row = runs.starts // runs.width
        own = np.arange(len(row)) + row
        starts = np.empty(len(row) + runs.height, dtype=np.int64)
        labels = np.zeros_like(starts)
        starts[own], labels[own] = runs.starts + row, np.where(known, place + 1, 0)
        ends = np.arange(1, runs.height + 1)
        starts[np.cumsum(np.bincount(row)) + ends - 1] = ends * (runs.width + 1) - 1
        return cls(runs.width + 1, runs.height, starts, labels, starts[labels != np.roll(labels, 1)])

    def pixels(self, points: IntArray) -> tuple[IntArray, IntArray]:
        """Labels on the left and on the right of lattice points, in the row below; 0 outside the mask."""
        run = np.searchsorted(self.starts, points, side="right") - 1  # -1 is the last, and so are the rows below it: 0
        begins = self.starts[run] == points
        return self.labels[run - begins], self.labels[run]


@dataclass(frozen=True, slots=True, eq=False)
class _Corners:
    """Corners by label, then in reading order, so that each two are the ends of a horizontal edge.

    Attributes:
        x: (N,) in pixels.
        y: (N,) in pixels.
        label: of the pixels that they are corners of.
        concave: bool, these pixels are three of the four around it.
        to_bottom: bool, the vertical edge leads downwards.
    """

    x: IntArray
    y: IntArray
    label: IntArray
    concave: BoolArray
    to_bottom: BoolArray


def _corners(frame: _Frame) -> _Corners:
    points = np.concatenate((frame.changes, frame.changes + frame.stride))
    points.sort(kind="stable")  # merges two ascending halves in linear time
    points = points[np.diff(points, prepend=-1) > 0]
    y, x = np.divmod(points, frame.stride)
    above, below = frame.pixels(points - frame.stride), frame.pixels(points)
    at = {(dy, dx): (above, below)[dy][dx] for dy, dx in _QUADRANTS}
    parts = []
    for dy, dx in _QUADRANTS:
        own = at[dy, dx]
        row, column, diagonal = at[dy, 1 - dx] == own, at[1 - dy, dx] == own, at[1 - dy, 1 - dx] == own
        convex, concave = ~row & ~column, row & column & ~diagonal
        chosen = np.flatnonzero((own != 0) & (convex | concave))
        bent = concave[chosen]
        parts.append((x[chosen], y[chosen], own[chosen], bent, bent != bool(dy), bent != bool(dx)))
    *fields, to_right = (np.concatenate(column) for column in zip(*parts, strict=True))
    x, y, label, *_ = fields
    reading = _order(label, y, 2 * x + to_right)
    return _Corners(*(values[reading] for values in fields))


def _order(*keys: IntArray) -> IntArray:
    """Indices in ascending order of the first key, then of the next."""
    return np.lexsort([narrow(key) for key in reversed(keys)])


def _walk(down: IntArray) -> tuple[IntArray, IntArray]:
    """Corners in the order of their rings, each ring from its first in reading order; and where each ring begins.

    Args:
        down: corners along columns, so that each two are the ends of a vertical edge.
    """
    mates = np.empty_like(down)
    mates[down[0::2]], mates[down[1::2]] = down[1::2], down[0::2]
    kernel = library.kernel()
    return _rings(mates.tolist()) if kernel is None else kernel.rings(mates)


def _rings(mate: list[int]) -> tuple[IntArray, IntArray]:
    seen = bytearray(len(mate) // 2)
    heads: list[int] = []
    opening: list[int] = []
    for edge in range(len(seen)):
        if seen[edge]:
            continue
        opening.append(2 * len(heads))
        head = 2 * edge
        while not seen[head >> 1]:
            seen[head >> 1] = True
            heads.append(head)
            head = mate[head ^ 1]  # the other end of the horizontal edge, then of the vertical one
    first = np.array(heads, dtype=np.int64)
    return np.stack((first, first ^ 1), axis=1).ravel(), np.array(opening, dtype=np.int64)


def _left_edges(frame: _Frame, corners: _Corners, down: IntArray, firsts: IntArray) -> IntArray:
    """For each hole's first corner the upper corner of the edge it hangs on: the first to its left, a row of pixels up.

    That row lies above the hole, so the edge's ring begins above it, and hanging never goes round in a circle.
    """

    def key(label: IntArray, x: IntArray, y: IntArray) -> IntArray:
        place: IntArray = (label * frame.stride + x) * (frame.height + 1) + y
        return place

    x, y = corners.x[firsts], corners.y[firsts] - 1
    changes = frame.changes[np.searchsorted(frame.changes, y * frame.stride + x) - 1]
    tops = down[0::2]
    keys = key(corners.label[tops], corners.x[tops], corners.y[tops])
    sought = key(corners.label[firsts], changes - y * frame.stride, y)
    return np.asarray(tops[np.searchsorted(keys, sought, side="right") - 1])
