"""Filled ellipses as CVAT draws them, pixel for pixel: ``cv2.ellipse`` with thickness -1, without OpenCV.

OpenCV draws a polygon of at most 73 corners, not the curve: corners in 16-bit fixed point, from sines of whole degrees
with seven decimals. It draws the polygon's sides as lines, then fills each row between the polygon's two chains. Both
steps round in their own way, and where the polygon leaves the image, cutting the lines rounds once more; so each step
is repeated here as it is there (observed with OpenCV 4.11; all of it is older than that).
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from segmask._support.arrays import BoolArray, IntArray

Corner = tuple[int, int]

REACH: Final = 10**9  # centres and radii beyond it would leave OpenCV's 32-bit integers
_SHIFT: Final = 16
_ONE: Final = 1 << _SHIFT
_HALF: Final = _ONE >> 1
_SINES: Final = tuple(float(np.float32(round(math.sin(math.radians(degree)), 7))) for degree in range(451))
# The larger radius is below the first number: the second is the number of degrees of the ellipse's parameter from one corner to the next.
_STEPS: Final = ((3, 90), (10, 30), (15, 18), (math.inf, 5))


class Patch(NamedTuple):
    """A piece of a mask.

    Attributes:
        x: column of its first pixel in the image.
        y: row of its first pixel.
        mask: (h, w) bool, all of it inside the image; its columns are contiguous in memory.
    """

    x: int
    y: int
    mask: BoolArray


class _Slope(NamedTuple):
    """A stretch of one of the polygon's two chains: x in fixed point at row `y`, and what each further row adds."""

    y: int
    x: int
    step: int


class _Line(NamedTuple):
    """A side of the polygon, a pixel for each step along its longer extent, and its far end.

    Attributes:
        upright: whether the longer extent is y.
        first: whole pixel of the first step along the longer extent.
        steps: pixels.
        minor: fixed point across, at the first step.
        step: what each further step adds to it.
        end: the pixel of the far end.
    """

    upright: bool
    first: int
    steps: int
    minor: int
    step: int
    end: Corner


def fill_ellipse(centre: Corner, radii: Corner, rotation: float, width: int, height: int) -> Patch | None:
    """The pixels of ``cv2.ellipse(image, centre, radii, rotation, 0, 360, value, thickness=-1)``; None if there are none.

    Time and memory are bounded by the image, whatever the radii.

    Args:
        centre: x and y in whole pixels, anywhere.
        radii: along x and y before rotation, in whole pixels, not negative.
        rotation: degrees, clockwise on the screen; OpenCV rounds them to whole ones.
        width: columns of the image, at least 1.
        height: rows of the image, at least 1.

    Raises:
        ValueError: a radius is negative, or a number is beyond `REACH`.
    """
    if min(radii) < 0:
        raise ValueError("an ellipse has no negative radius")
    if max(*map(abs, centre), *radii) > REACH:
        raise ValueError(f"an ellipse's centre and radii must be within {REACH} pixels")
    corners = _outline(centre, radii, rotation)
    lines = [
        line
        for first, second in zip([corners[-1], *corners[:-1]], corners, strict=True)
        if (line := _line(first, second, width, height)) is not None
    ]
    xs, ys = _plot(lines, width, height)
    top, left, right = _rows_between(corners, width, height)
    filled = np.flatnonzero(left <= right)
    if not len(xs) and not len(filled):
        return None
    x0, x1 = _extent(xs, left[filled], right[filled])
    y0, y1 = _extent(ys, filled + top, filled + top)
    low, high = np.full(y1 - y0, x1), np.full(y1 - y0, x0 - 1)
    low[filled + top - y0], high[filled + top - y0] = left[filled], right[filled]
    columns = np.arange(x0, x1)[:, np.newaxis]
    mask = columns >= low
    mask &= columns <= high
    mask[xs - x0, ys - y0] = True
    return Patch(x0, y0, mask.T)


def _extent(points: IntArray, low: IntArray, high: IntArray) -> tuple[int, int]:
    """First and one beyond the last of points and intervals, not both empty."""
    return int(np.append(points, low).min()), int(np.append(points, high).max()) + 1


def _outline(centre: Corner, radii: Corner, rotation: float) -> list[Corner]:
    """Corners of the polygon in fixed point; two equal ones for a single point."""
    turn = round(rotation)
    if not -(2**31) <= turn < 2**31:
        turn = -(2**31)  # what the conversion to a 32-bit integer gives on x86
    turn %= 360
    sine, cosine = _SINES[turn], _SINES[450 - turn]
    delta = next(delta for bound, delta in _STEPS if max(radii) < bound)
    cx, cy = (float(number << _SHIFT) for number in centre)
    rx, ry = (float(number << _SHIFT) for number in radii)
    corners: list[Corner] = []
    for degree in range(0, 361, delta):
        x, y = rx * _SINES[450 - degree], ry * _SINES[degree]
        corner = _fixed(cx + x * cosine - y * sine), _fixed(cy + x * sine + y * cosine)
        if not corners or corner != corners[-1]:
            corners.append(corner)
    return corners if len(corners) > 1 else corners * 2


def _fixed(number: float) -> int:
    """Rounded in two steps, to the pixel and from there, which is not the same as once where it lies halfway."""
    pixel = round(number / _ONE) << _SHIFT
    return pixel + round(number - pixel)


def _divide(dividend: int, divisor: int) -> int:
    """Division towards zero, as C has it; the divisor above 0."""
    return dividend // divisor if dividend >= 0 else -(-dividend // divisor)


# The sides


def _line(first: Corner, second: Corner, width: int, height: int) -> _Line | None:
    """The pixels of a side; None if all of it is outside the image."""
    clipped = _clip(first, second, (width << _SHIFT) - 1, (height << _SHIFT) - 1)
    if clipped is None:
        return None
    (x1, y1), (x2, y2) = clipped
    upright = abs(x2 - x1) <= abs(y2 - y1)
    if upright:  # exchange x and y
        x1, y1, x2, y2 = y1, x1, y2, x2
    if x2 < x1:
        x1, y1, x2, y2 = x2, y2, x1, y1
    extent = x2 - x1
    return _Line(
        upright,
        (x1 + _HALF) >> _SHIFT,
        (extent >> _SHIFT) + 1,
        y1 + _HALF,
        _divide((y2 - y1) << _SHIFT, extent | 1),
        ((x2 + _HALF) >> _SHIFT, (y2 + _HALF) >> _SHIFT),
    )


def _clip(first: Corner, second: Corner, right: int, bottom: int) -> tuple[Corner, Corner] | None:
    """The part of a side inside the image: cut above and below, then left and right, each cut rounded before the next."""
    points = [first, second]
    for axis, limit in ((1, bottom), (0, right)):
        sides = [_side(point[0], right) for point in points], [_side(point[1], bottom) for point in points]
        if any(one == other != 0 for one, other in sides):
            return None
        for which in (0, 1):
            here = points[which]
            beyond = _side(here[axis], limit)
            if not beyond:
                continue
            (x1, y1), (x2, y2) = points
            bound = 0 if beyond < 0 else limit
            # A product and a quotient in double precision: the order of the operations decides the last digit.
            if axis:
                points[which] = here[0] + int(float(bound - here[1]) * (x2 - x1) / (y2 - y1)), bound
            else:
                points[which] = bound, here[1] + int(float(bound - here[0]) * (y2 - y1) / (x2 - x1))
    return points[0], points[1]


def _side(number: int, limit: int) -> int:
    """-1 below 0, 1 above the limit, else 0."""
    return (number > limit) - (number < 0)


def _plot(lines: list[_Line], width: int, height: int) -> tuple[IntArray, IntArray]:
    """(x, y) of the lines' pixels inside the image."""
    pieces: list[tuple[IntArray, IntArray]] = []
    for upright in (False, True):
        table = np.array([line[1:5] for line in lines if line.upright is upright], dtype=np.int64).reshape(-1, 4)
        ends = np.array([line.end for line in lines if line.upright is upright], dtype=np.int64).reshape(-1, 2)
        first, counts, minor, step = table.T
        offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        along = np.append(np.repeat(first, counts) + offsets, ends[:, 0])
        across = np.append((np.repeat(minor, counts) + np.repeat(step, counts) * offsets) >> _SHIFT, ends[:, 1])
        pieces.append((across, along) if upright else (along, across))
    xs, ys = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    inside = (xs >= 0) & (xs < width) & (ys >= 0) & (ys < height)
    return xs[inside], ys[inside]


# The fill


def _rows_between(corners: list[Corner], width: int, height: int) -> tuple[int, IntArray, IntArray]:
    """(first row, first column of each row, last column of each row) of the fill; left beyond right where a row has none."""
    xs, ys = zip(*corners, strict=True)
    (x0, x1), (y0, y1) = (((min(part) + _HALF) >> _SHIFT, (max(part) + _HALF) >> _SHIFT) for part in (xs, ys))
    if len(corners) < 3 or x1 < 0 or y1 < 0 or x0 >= width or y0 >= height:
        return 0, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    slopes, beyond = _chains(corners, y0, min(y1, height - 1) + 1)
    top = max(y0, 0)
    rows = np.arange(top, beyond)
    one, other = (_along(chain, rows) for chain in slopes)
    # OpenCV goes from 64 to 32 bits here.
    left = ((np.minimum(one, other) + _HALF) >> _SHIFT).astype(np.int32).astype(np.int64)
    right = ((np.maximum(one, other) + _HALF) >> _SHIFT).astype(np.int32).astype(np.int64)
    seen = (right >= 0) & (left < width)
    return top, np.where(seen, np.maximum(left, 0), 1), np.where(seen, np.minimum(right, width - 1), 0)


def _chains(corners: list[Corner], top: int, beyond: int) -> tuple[tuple[list[_Slope], list[_Slope]], int]:
    """Both ways down from the topmost corner, and the row before which the fill ends.

    OpenCV walks them in turns, and both draw on one allowance of as many sides as there are corners. The fill ends at
    the row where a side is wanted and none is left, which is the lowest corner's or the one above.
    """
    total = len(corners)
    start = min(range(total), key=lambda index: corners[index][1])
    chains: tuple[list[_Slope], list[_Slope]] = ([], [])
    at, until = [start, start], [top, top]
    allowance = total
    y = top
    while y < beyond:
        for which, stride in ((0, 1), (1, -1)):
            reached = until[which]
            while reached <= y:
                if not allowance:
                    return chains, y
                allowance -= 1
                here = at[which]
                at[which] = (here + stride) % total
                reached = (corners[at[which]][1] + _HALF) >> _SHIFT
                if reached > y:
                    x, span = corners[here][0], reached - y
                    step = _divide((corners[at[which]][0] - x) * 2 + span, 2 * span)
                    chains[which].append(_Slope(y, x, step))
                    until[which] = reached
        y = min(until)
    return chains, beyond


def _along(chain: list[_Slope], rows: IntArray) -> IntArray:
    """X in fixed point at each row."""
    y, x, step = np.array(chain, dtype=np.int64).reshape(-1, 3).T
    piece = np.searchsorted(y, rows, side="right") - 1
    return np.asarray(x[piece] + step[piece] * (rows - y[piece]))
