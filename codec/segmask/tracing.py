"""A label image to rings of pixel corners, all labels at once.

A corner is a lattice point where a pixel differs from both its neighbours (convex), or agrees with both and differs from
the diagonal one (concave). Sorted along rows, corners pair to the horizontal edges of the outlines; sorted along
columns, to the vertical ones. Following the two pairings in turn walks each outline. Where the first corner of an
outline, in reading order, is concave, the outline is a hole's.

Foreground is 4-connected, holes are 8-connected: regions that touch at a corner are apart.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .runs import IntArray, Runs

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


def trace(runs: Runs, wanted: Collection[int]) -> dict[int, list[Ring]]:
    """Outer rings of the wanted values' 4-connected regions, in reading order, with their holes.

    A hole hangs on the ring that is met first to the left of its first corner: the outer ring of its region, or
    another hole of it.
    """
    values = np.array(sorted(wanted), dtype=np.int64)
    image = _indexed(runs, values)
    corners = _corners(image)
    across, down = corners.order(image.shape, along_rows=True), corners.order(image.shape, along_rows=False)
    rings, ring_of, place_of = _walk(across, down)
    points = np.stack((corners.x, corners.y), axis=1)
    made = [Ring(points[ring], []) for ring in rings]
    traced: dict[int, list[Ring]] = {value: [] for value in values.tolist()}
    firsts = np.array([ring[0] for ring in rings], dtype=np.int64)
    is_hole = corners.concave[firsts]
    for number in np.flatnonzero(~is_hole).tolist():
        traced[int(values[corners.label[firsts[number]] - 1])].append(made[number])
    holes = np.flatnonzero(is_hole)
    for number, edge in zip(holes.tolist(), _left_edges(image, corners, down, firsts[holes]), strict=True):
        made[ring_of[edge]].holes.append((place_of[edge], made[number]))
    return traced


def _indexed(runs: Runs, values: IntArray) -> npt.NDArray[np.uint16]:
    """The image of the values' places from 1, all else 0, in a frame of zeros one pixel wide."""
    place = np.minimum(np.searchsorted(values, runs.values), max(len(values) - 1, 0))
    known = values[place] == runs.values if len(values) else np.zeros(len(runs.values), dtype=bool)
    image = np.zeros((runs.height + 2, runs.width + 2), dtype=np.uint16)
    image[1:-1, 1:-1] = runs.map(np.where(known, place + 1, 0)).to_dense(np.uint16)
    return image


@dataclass(frozen=True, slots=True, eq=False)
class _Corners:
    x: IntArray
    y: IntArray
    label: IntArray
    concave: npt.NDArray[np.bool_]
    to_right: npt.NDArray[np.bool_]  # the horizontal edge leads to the right
    to_bottom: npt.NDArray[np.bool_]

    def order(self, shape: tuple[int, ...], *, along_rows: bool) -> IntArray:
        """Corners by label, then along rows or columns; each two are the ends of an edge."""
        height, width = shape
        if along_rows:
            key = ((self.label * height + self.y) * width + self.x) * 2 + self.to_right
        else:
            key = ((self.label * width + self.x) * height + self.y) * 2 + self.to_bottom
        return np.argsort(key, kind="stable")


def _corners(image: npt.NDArray[np.uint16]) -> _Corners:
    beside = image[:, 1:] != image[:, :-1]
    below = image[1:] != image[:-1]
    candidates = (beside[:-1] | beside[1:]) & (below[:, :-1] | below[:, 1:])
    y, x = np.divmod(np.flatnonzero(candidates), candidates.shape[1])
    at = {(dy, dx): image[y + dy, x + dx] for dy, dx in _QUADRANTS}
    parts = []
    for dy, dx in _QUADRANTS:
        own = at[dy, dx]
        row, column, diagonal = at[dy, 1 - dx] == own, at[1 - dy, dx] == own, at[1 - dy, 1 - dx] == own
        convex, concave = ~row & ~column, row & column & ~diagonal
        chosen = np.flatnonzero((own != 0) & (convex | concave))
        bent = concave[chosen]
        parts.append((x[chosen], y[chosen], own[chosen].astype(np.int64), bent, bent != bool(dx), bent != bool(dy)))
    return _Corners(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _walk(across: IntArray, down: IntArray) -> tuple[list[list[int]], list[int], list[int]]:
    """Rings as lists of corners, from their first in reading order; and the ring and the place in it of each corner."""
    row_mate, column_mate = _mates(across), _mates(down)
    ring_of, place_of = [-1] * len(row_mate), [0] * len(row_mate)
    rings: list[list[int]] = []
    for start in across.tolist():
        if ring_of[start] >= 0:
            continue
        ring: list[int] = []
        corner = start
        while True:
            for current in (corner, row_mate[corner]):
                ring_of[current] = len(rings)
                place_of[current] = len(ring)
                ring.append(current)
            corner = column_mate[row_mate[corner]]
            if corner == start:
                break
        rings.append(ring)
    return rings, ring_of, place_of


def _mates(order: IntArray) -> list[int]:
    """The other end of each corner's edge."""
    mates = np.empty_like(order)
    mates[order[0::2]] = order[1::2]
    mates[order[1::2]] = order[0::2]
    mated: list[int] = mates.tolist()
    return mated


def _left_edges(image: npt.NDArray[np.uint16], corners: _Corners, down: IntArray, firsts: IntArray) -> list[int]:
    """For each hole's first corner the upper corner of the edge it hangs on: the first to its left, a row of pixels up.

    That row lies above the hole, so the edge's ring begins above it, and hanging never goes round in a circle.
    """
    height, width = image.shape

    def key(label: IntArray, x: IntArray, y: IntArray) -> IntArray:
        place: IntArray = (label * width + x) * height + y
        return place

    x, y = corners.x[firsts], corners.y[firsts]
    changes = np.flatnonzero(image[:, 1:] != image[:, :-1])  # frame row y is pixel row y - 1
    change = changes[np.searchsorted(changes, y * (width - 1) + x - 1, side="right") - 1]
    tops = down[0::2]
    keys = key(corners.label[tops], corners.x[tops], corners.y[tops])
    sought = key(corners.label[firsts], change - y * (width - 1), y - 1)
    edges: list[int] = tops[np.searchsorted(keys, sought, side="right") - 1].tolist()
    return edges
