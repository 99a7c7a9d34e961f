"""Fewer vertices for the same pixels.

CVAT rasterises a polygon column by column: an edge that crosses a column's middle toggles the pixels below a row, and
edges between two middles toggle nothing. So an outline of pixel corners may be replaced by any line that crosses the
middle of each column in the window that toggles the same row. The line is drawn greedily: from a vertex, the cone of
slopes that pass all windows so far is narrowed until it is empty; there the next vertex is put.

Units here are fifths of a pixel, the lattice on which the rasteriser rounds coordinates; its points have one decimal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from .runs import IntArray

UNIT: Final = 5
_HALF: Final = 2.5
_CLIFF: Final = 4 * UNIT  # a step so high that a vertical edge, which toggles nothing, beats a sloped one
_MARGIN: Final = 1e-6  # keeps away from ties

FloatArray = npt.NDArray[np.float64]


class _NoPointError(Exception):
    """The lattice has no point where one is needed."""


@dataclass(slots=True)
class _Line:
    """Vertices drawn so far, in fifths of a pixel, and the ring's corner that each has reached."""

    points: list[tuple[int, int]] = field(default_factory=list)
    reached: list[int] = field(default_factory=list)

    def to(self, x: int, y: int, corner: int) -> None:
        if not self.points or self.points[-1] != (x, y):
            self.points.append((x, y))
            self.reached.append(corner)


def exact(corners: IntArray) -> tuple[FloatArray, IntArray]:
    """A ring with the same pixels as one of pixel corners, and few vertices.

    Args:
        corners: (N, 2) int64 x and y in pixels; the first edge is horizontal, and edges turn at every corner.

    Returns:
        (M, 2) float64 in pixels, multiples of 0.2, not negative; and (M,) the index of the corner that each vertex has
        reached, ascending.
    """
    xs, ys = corners[:, 0].tolist(), corners[:, 1].tolist()
    signs = [1 if xs[i + 1] > xs[i] else -1 for i in range(0, len(xs), 2)]
    first = next(k for k in range(len(signs)) if signs[k] != signs[k - 1])
    line = _Line()
    line.to(UNIT * xs[2 * first], UNIT * ys[2 * first], 0)
    run, count = first, len(signs)
    while run < first + count:
        end = run
        while end < first + count and signs[end % count] == signs[run % count]:
            end += 1
        chain = [(xs[2 * k % len(xs)], xs[(2 * k + 1) % len(xs)], ys[2 * k % len(xs)]) for k in range(run, end)]
        _draw(chain, signs[run % count], 2 * (run - first), line)
        run = end
    points = np.array(line.points, dtype=np.float64) / UNIT
    reached = np.array(line.reached, dtype=np.int64) + 2 * first
    shift = int((reached >= len(xs)).argmax()) if reached[-1] >= len(xs) else 0
    return np.roll(points, -shift, axis=0), np.roll(reached % len(xs), -shift)


def _draw(chain: list[tuple[int, int, int]], sign: int, corner: int, line: _Line) -> None:
    """One stretch of a ring that goes to the right (sign 1) or to the left (-1) all along: (begin, end, row) runs."""
    mark = len(line.points)
    try:
        _Chain(sign, corner, line).draw(chain)
    except _NoPointError:
        del line.points[mark:], line.reached[mark:]
        for number, (begin, end, row) in enumerate(chain):
            line.to(UNIT * begin, UNIT * row, corner + 2 * number)
            line.to(UNIT * end, UNIT * row, corner + 2 * number + 1)


@dataclass(frozen=True, slots=True)
class _Window:
    """The middle of a column, and the row to toggle there.

    Attributes:
        t: place along the chain.
        row: in fifths of a pixel.
        corner: the ring's corner at the run's beginning.
        inside: the window before belongs to the same run, so all between must keep to the row too.
    """

    t: float
    row: int
    corner: int
    inside: bool


_Cone = tuple[float, float]
_OPEN: Final[_Cone] = (-math.inf, math.inf)


@dataclass(slots=True)
class _Chain:
    sign: int
    corner: int
    line: _Line

    def draw(self, runs: list[tuple[int, int, int]]) -> None:
        begin, row = UNIT * runs[0][0], UNIT * runs[0][2]
        x, y = self.line.points[-1]
        if abs(y - row) > _CLIFF:
            x, y = begin, row
            self.line.to(x, y, self.corner)
        windows = self._windows(runs)
        stop = self.sign * UNIT * runs[-1][1]
        t, v, done = self.sign * x, y, 0
        while done < len(windows):
            t, v, done = self._segment(t, v, windows, done, stop)

    def _windows(self, runs: list[tuple[int, int, int]]) -> list[_Window]:
        """Only the first and the last column of each run can be missed."""
        windows: list[_Window] = []
        for number, (begin, end, row) in enumerate(runs):
            left, right = self.sign * UNIT * begin + _HALF, self.sign * UNIT * end - _HALF
            corner = self.corner + 2 * number
            windows.append(_Window(left, UNIT * row, corner, inside=False))
            if right > left:
                windows.append(_Window(right, UNIT * row, corner, inside=True))
        return windows

    def _segment(self, t: int, v: int, windows: list[_Window], done: int, stop: int) -> tuple[int, int, int]:
        """Draws one edge from (t, v) through as many windows as it can: its end, and how many are done."""
        cones = [_OPEN]
        for window in windows[done:]:
            cone = _narrow(cones[-1], window, t, v)
            if cone[0] > cone[1]:
                break
            cones.append(cone)
        for reached in range(done + len(cones) - 1, done - (len(cones) == 1), -1):
            end = self._end(t, v, windows, reached, cones[reached - done], stop)
            if end is not None:
                return *end, reached
        raise _NoPointError

    def _end(
        self, t: int, v: int, windows: list[_Window], reached: int, cone: _Cone, stop: int
    ) -> tuple[int, int] | None:
        """A vertex behind the windows that are done and before the next, inside the cone; None where there is none."""
        behind = windows[max(reached - 1, 0)]
        if reached == len(windows):
            ahead, corner = behind, behind.corner + 1
            places: tuple[int, ...] = (stop, stop - 1, stop + 1, stop - 2, stop + 2)
        else:
            ahead, corner = windows[reached], windows[reached].corner
            places = self._between(windows, reached, t)
        rows = sorted((behind.row, ahead.row))
        for place in places:
            if place <= t or self.sign * place < 0:  # the rasteriser rounds negatives oddly
                continue
            inside = reached < len(windows) and ahead.inside
            low, high = _narrow(cone, ahead, t, v, at=place) if inside else cone
            height = _lattice(v, low * (place - t), high * (place - t), rows[0] - 2, rows[1] + 2)
            if height is not None:
                self.line.to(self.sign * place, height, corner)
                if not inside and abs(height - ahead.row) > _CLIFF:
                    height = ahead.row  # a vertical edge toggles nothing
                    self.line.to(self.sign * place, height, corner)
                return place, height
        return None

    @staticmethod
    def _between(windows: list[_Window], ahead: int, t: int) -> tuple[int, ...]:
        """Places between a window and the one before it: from the middle outwards; in a long run the farthest first."""
        first = math.floor(windows[ahead - 1].t) + 1 if ahead else t + 1
        last = math.ceil(windows[ahead].t) - 1
        if last - first < UNIT:  # neighbouring columns: a vertex close to a window would make a steep edge
            return tuple(sorted(range(first, last + 1), key=lambda place: abs(2 * place - first - last)))
        return (*range(last, first, -((last - first) // 6)), first)


def _lattice(v: int, low: float, high: float, top: int, bottom: int) -> int | None:
    """A height from v + low to v + high: near the middle, yet between the rows around; None where there is none."""
    if low == -math.inf:
        return max((top + bottom) // 2, 0)
    lowest, highest = max(math.ceil(v + low), 0), math.floor(v + high)
    middle = min(max(round(v + (low + high) / 2), top), bottom)
    return None if lowest > highest else min(max(middle, lowest), highest)


def _narrow(cone: _Cone, window: _Window, t: int, v: int, at: int | None = None) -> _Cone:
    """The slopes of a cone from (t, v) that pass a window too, or its row at another place."""
    reach = (window.t if at is None else at) - t
    low = _slope(window.row - _HALF - v + _MARGIN, reach)
    return max(cone[0], low), min(cone[1], _slope(window.row + _HALF - v - _MARGIN, reach))


def _slope(rise: float, reach: float) -> float:
    """The slope s at which the rasteriser sees a line rise by so much: s * reach - min(|s|, 1) / 2.

    It rounds the points of an edge, which shifts the line by half its slope, by half a unit where it is steep.
    """
    if rise >= reach - 0.5 or rise <= -reach - 0.5:
        return (rise + 0.5) / reach
    return rise / (reach - 0.5) if rise >= 0 else rise / (reach + 0.5)


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
