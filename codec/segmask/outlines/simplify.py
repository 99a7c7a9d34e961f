"""Fewer vertices for the same pixels.

CVAT rasterises a polygon column by column: an edge that crosses a column's middle toggles the pixels below a row, and
edges between two middles toggle nothing. An outline of pixel corners is a flight of steps, horizontal edges joined by
vertical ones. So a stretch of steps may be replaced by any edge that toggles the same row at each of their columns; at
the corner where two stretches meet, the line may be bent, or broken and mended, between the middles on either side.

Stretches are found as Douglas and Peucker find theirs: an edge is fitted to a stretch; where it misses a row, or where a
corner is too far off for it to be tried, the stretch is split at the corner farthest from its chord, and both parts are
tried. All stretches of all rings are tried at once, so an image takes some ten rounds, of time in proportion to the
steps. What decides is the rasteriser's own arithmetic, at the first and the last column of each step: between these a
line that goes one way cannot leave the row. A single step always passes, as a horizontal edge.

Units here are fifths of a pixel, the lattice on which the rasteriser rounds coordinates; its points have one decimal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from segmask._support.arrays import BoolArray, FloatArray, IntArray
from segmask.shapes.raster import FINENESS, Lines

Outline = tuple[FloatArray, IntArray]
"""(M, 2) points of a ring in pixels, and (M,) the index of the ring's corner that each has reached, ascending."""

_MIDDLE: Final = FINENESS / 2
_AROUND: Final = np.array((0, -1, 1, -2, 2))  # places between the middles on either side of a corner, the corner first
_PATIENCE: Final = 16  # rounds of splits at the farthest corner, after which stretches are halved


def exact(rings: Sequence[IntArray], width: int, height: int) -> list[Outline]:
    """Rings with the same pixels as rings of pixel corners, and few vertices.

    Args:
        rings: (N, 2) int64 x and y in pixels; the first edge is horizontal, and edges turn at every corner.
        width: columns of the image, which the rings do not leave.
        height: rows.

    Returns:
        For each ring its outline, of points that are multiples of 0.2, inside the image.
    """
    if not rings:
        return []
    steps = _Steps.of(rings)
    first, last, begin, end = _stretch(steps, FINENESS * np.array((width, height)))
    stretches = _Stretches(steps, first, last)
    # Where a stretch may as well begin at the end of the one before, one vertex does for both.
    before = np.arange(len(first)) - 1
    opening = np.flatnonzero(np.diff(steps.ring[first], prepend=-1))
    before[opening] = np.append(opening[1:], len(first)) - 1
    needed = np.stack((~stretches.keep_rows(end[:, before], end), np.ones(len(first), dtype=bool)), axis=1).ravel()
    points = np.stack((begin, end), axis=2).reshape(2, -1).T[needed] / FINENESS
    ring = np.repeat(steps.ring[first], 2)[needed]
    reached = np.stack((2 * first, 2 * last + 1), axis=1).ravel()[needed] - 2 * steps.opening[ring]
    borders = np.flatnonzero(np.diff(ring)) + 1
    return list(zip(np.split(points, borders), np.split(reached, borders), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """The horizontal edges of rings.

    Attributes:
        begin: (N,) x of the corner where each begins, in lattice units.
        end: (N,) x of the corner where it ends.
        v: (N,) y of both, in lattice units.
        row: y in pixels.
        columns: (2, N) the first and the last column on its way.
        ring: (N,) index of its ring.
        opening: index of each ring's first.
        opens: (N,) bool, the ring begins here, or turns from right to left or from left to right.
    """

    begin: FloatArray
    end: FloatArray
    v: FloatArray
    row: IntArray
    columns: IntArray
    ring: IntArray
    opening: IntArray
    opens: BoolArray

    @classmethod
    def of(cls, rings: Sequence[IntArray]) -> _Steps:
        """The steps of rings, in their order."""
        corners = np.concatenate(rings)
        begin, end, row = corners[0::2, 0], corners[1::2, 0], corners[0::2, 1]
        sizes = np.array([len(ring) // 2 for ring in rings])
        to_left = end < begin
        opening = np.cumsum(sizes) - sizes
        opens = np.append(True, to_left[1:] != to_left[:-1])
        opens[opening] = True
        return cls(
            begin=(FINENESS * begin).astype(np.float64),
            end=(FINENESS * end).astype(np.float64),
            v=(FINENESS * row).astype(np.float64),
            row=row,
            columns=np.stack((begin - to_left, end - 1 + to_left)),
            ring=np.repeat(np.arange(len(rings)), sizes),
            opening=opening,
            opens=opens,
        )


def _stretch(steps: _Steps, limit: IntArray) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Stretches of steps, in order, that an edge each can replace: first and last step; begin and end of the edge, (2, N) u, v."""
    first = np.flatnonzero(steps.opens)
    last = np.append(first[1:], len(steps.row)) - 1
    found: list[tuple[IntArray, IntArray, FloatArray, FloatArray]] = []
    rounds = 0
    while len(first):
        farthest, straight = _Stretches(steps, first, last).farthest()
        stretches = _Stretches(steps, first[straight], last[straight])
        begin, end = stretches.fit(limit)
        good = stretches.keep_rows(begin, end)
        found.append((first[straight][good], last[straight][good], begin[:, good], end[:, good]))
        left = np.append(np.flatnonzero(~straight), np.flatnonzero(straight)[~good])
        first, last = first[left], last[left]
        middle = farthest[left] if rounds < _PATIENCE else (first + last + 1) // 2
        first, last = np.append(first, middle), np.append(middle - 1, last)
        rounds += 1
    first, last, begin, end = (np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True))
    order = np.argsort(first)
    return first[order], last[order], begin[:, order], end[:, order]


class _Stretches:
    """Stretches from a first to a last step, and an arithmetic over all steps of each."""

    def __init__(self, steps: _Steps, first: IntArray, last: IntArray) -> None:
        counts = last - first + 1
        self._steps, self._first, self._last = steps, first, last
        self._at = np.cumsum(counts) - counts  # where the steps of each begin
        self._owner = np.repeat(np.arange(len(first)), counts)
        self._step = np.arange(len(self._owner)) + (first - self._at)[self._owner]

    def fit(self, limit: IntArray) -> tuple[FloatArray, FloatArray]:
        """Ends of the lattice edges that fit best: sloped as least squares say, and as far from the highest as the lowest."""
        steps, owner = self._steps, self._owner
        origin_u, origin_v = steps.begin[self._first], steps.v[self._first]
        u = FINENESS * steps.columns[:, self._step] + (_MIDDLE - origin_u)[owner]
        v = steps.v[self._step] - origin_v[owner]
        both_u = u[0] + u[1]
        sums = np.stack((both_u, 2 * v, u[0] * u[0] + u[1] * u[1], both_u * v))
        sum_u, sum_v, sum_uu, sum_uv = np.add.reduceat(sums, self._at, axis=1)
        count = 2 * (self._last - self._first + 1)
        spread = count * sum_uu - sum_u**2
        slope = np.divide(count * sum_uv - sum_u * sum_v, spread, out=np.zeros(len(count)), where=spread > 0)
        rest = v - slope[owner] * u
        lowest = np.minimum.reduceat(np.minimum(*rest), self._at)
        highest = np.maximum.reduceat(np.maximum(*rest), self._at)
        # The rasteriser rounds the points of an edge, which shifts it by half its slope, or half a unit where it is steep.
        level = origin_v + (lowest + highest) / 2 + np.minimum(np.abs(slope), 1) / 2
        return (
            _on_lattice(steps.begin[self._first], origin_u, level, slope, limit),
            _on_lattice(steps.end[self._last], origin_u, level, slope, limit),
        )

    def keep_rows(self, begin: FloatArray, end: FloatArray) -> BoolArray:
        """Whether an edge for each stretch, between lattice points, toggles the row of every step."""
        lines = Lines.between(*begin, *end)
        rows = self._steps.row[self._step]
        first, last = (lines.rows(self._owner, columns) == rows for columns in self._steps.columns[:, self._step])
        return np.asarray(np.logical_and.reduceat(first & last, self._at))

    def farthest(self) -> tuple[IntArray, BoolArray]:
        """The step that begins at the corner farthest from the chord, not the first; and whether that corner is near it.

        Where it is not, there is no edge to be tried: one that keeps all rows passes within half a pixel of each middle.
        """
        steps, owner, step = self._steps, self._owner, self._step
        u0, v0 = steps.begin[self._first], steps.v[self._first]
        du, dv = steps.end[self._last] - u0, steps.v[self._last] - v0
        across = (steps.v[step] - v0[owner]) * du[owner]
        at_begin = np.abs((steps.begin[step] - u0[owner]) * dv[owner] - across)
        at_end = np.abs((steps.end[step] - u0[owner]) * dv[owner] - across)
        distance = np.maximum(at_begin, at_end)
        most = np.maximum.reduceat(distance, self._at)
        place = np.minimum.reduceat(np.where(distance == most[owner], np.arange(len(owner)), len(owner)), self._at)
        found = step[place] + (at_end > at_begin)[place]
        near = most <= (FINENESS + 1) * np.abs(du) + FINENESS * np.abs(dv)
        return np.clip(found, self._first + 1, self._last), near


def _on_lattice(
    corner: FloatArray, origin: FloatArray, level: FloatArray, slope: FloatArray, limit: IntArray
) -> FloatArray:
    """(2, N) the lattice points near each corner that are nearest to lines of a level at an origin and a slope."""
    u = np.clip(corner + _AROUND[:, np.newaxis], 0, limit[0])
    v = level + slope * (u - origin)
    rounded = np.clip(np.rint(v), 0, limit[1])
    nearest = np.abs(rounded - v).argmin(axis=0), np.arange(len(corner))
    return np.stack((u[nearest], rounded[nearest]))


def within(corners: IntArray, tolerance: float) -> tuple[FloatArray, IntArray]:
    """A ring that keeps some of the corners: none that is left out lies farther than `tolerance` pixels from it.

    Returns:
        (M, 2) float64 in pixels, M at least 3; and (M,) the index of each in `corners`, ascending.
    """
    points = corners.astype(np.float64)
    opposite = int(np.abs(points - points[0]).sum(axis=1).argmax())
    kept = {0, opposite}
    pending = [(0, opposite), (opposite, len(points))]
    while pending:
        begin, end = pending.pop()
        if end - begin < 2:
            continue
        distances = _distances(points[begin + 1 : end], points[begin], points[end % len(points)])
        farthest = int(distances.argmax())
        if distances[farthest] > tolerance or len(kept) < 3:
            middle = begin + 1 + farthest
            kept.add(middle)
            pending += [(begin, middle), (middle, end)]
    indices = np.array(sorted(kept), dtype=np.int64)
    return points[indices], indices


def _distances(points: FloatArray, begin: FloatArray, end: FloatArray) -> FloatArray:
    along = end - begin
    length = float(along @ along)
    place = np.clip((points - begin) @ along / length, 0, 1) if length else np.zeros(len(points))
    distances: FloatArray = np.hypot(*(points - begin - place[:, np.newaxis] * along).T)
    return distances
