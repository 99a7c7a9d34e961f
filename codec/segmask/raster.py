"""The pixels of shapes, as CVAT computes them on export, as runs down the columns.

CVAT leaves polygons and boxes to pycocotools, whose rule is repeated here exactly: vertices on a lattice of a fifth of
a pixel, and each edge toggles every column whose middle it crosses at one row. pycocotools takes a point for each
lattice step along every edge, so its time and memory grow with the coordinates; here they grow with the columns crossed
inside the image. Ellipses are `segmask.ellipse`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segmask.ellipse import REACH, BoolArray, IntArray, fill_ellipse
from segmask.shapes import Box, Ellipse, Mask, Polygon, Shape

FloatArray = npt.NDArray[np.float64]
Canvas = npt.NDArray[Any]

_FINENESS: Final = 5  # lattice steps in a pixel
_CHUNK: Final = 1 << 22  # toggles, runs or pixels worked on at once
_LONG_RUN: Final = 16  # pixels of a run from which on a slice of its own is faster than indices
_TIE: Final = (
    2.0**-10
)  # far above the error of a quotient of lattice coordinates, far below a lattice step's reciprocal


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
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
    def of_mask(cls, mask: BoolArray, x: int, y: int, height: int) -> Spans:
        """The pixels of an (h, w) bool array whose first pixel is at x, y; all of it in an image of `height` rows."""
        rows, columns = mask.shape
        padded = np.zeros((columns, rows + 1), dtype=np.int8)
        padded[:, 1:] = mask.T
        # The margin that ends one column is the one that begins the next.
        change = np.flatnonzero(np.diff(padded.ravel(), append=np.int8(0)))
        column, row = np.divmod(change, rows + 1)
        return cls.from_toggles(_odd((column + x) * height + row + y))

    @classmethod
    def from_toggles(cls, toggles: IntArray) -> Spans:
        """Runs between ascending flat indices, no two of them equal, where covered begins or ends."""
        return cls(toggles[0::2], toggles[1::2])

    def to_dense(self, width: int, height: int) -> BoolArray:
        """The (height, width) bool array."""
        canvas = np.zeros((width, height), dtype=np.bool_)
        paint(canvas, self, True)
        return canvas.T


def rasterise(shape: Shape, width: int, height: int, *, decimals: int | None = None) -> Spans:
    """The pixels of a shape in an image.

    Args:
        shape: what is drawn; whatever lies outside the image is cut off.
        width: columns of the image, at least 1.
        height: rows of the image, at least 1.
        decimals: round the corners of polygons and boxes, before and after a rotation, to so many decimals; datumaro,
            which CVAT exports with, keeps 2. None takes them as they are.

    Raises:
        ValueError: a coordinate is beyond `REACH` pixels.
    """
    match shape:
        case Polygon():
            points = shape.points if decimals is None else np.around(shape.points, decimals)
            return Spans.from_toggles(toggles_of(points, width, height))
        case Box():
            return Spans.from_toggles(toggles_of(box_corners(shape, decimals), width, height))
        case Ellipse():
            numbers = shape.x, shape.y, shape.rx, shape.ry
            _check_reach(max(map(abs, numbers)))
            cx, cy, rx, ry = map(round, numbers)
            patch = fill_ellipse((cx, cy), (rx, ry), shape.rotation, width, height)
            return _NOTHING if patch is None else Spans.of_mask(patch.mask, patch.x, patch.y, height)
        case Mask():
            left, top = max(shape.x, 0), max(shape.y, 0)
            rows = slice(top - shape.y, max(height - shape.y, 0))
            columns = slice(left - shape.x, max(width - shape.x, 0))
            return Spans.of_mask(shape.mask[rows, columns], left, top, height)


def box_corners(box: Box, decimals: int | None = None) -> FloatArray:
    """(4, 2) corners of a box in the order CVAT has them, rotated around the centre; `decimals` as in `rasterise`."""
    x, y, width, height = box.x, box.y, box.width, box.height
    corners = np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], dtype=np.float64)
    if decimals is not None:
        corners = np.around(corners, decimals)
        (x, y), (right, bottom) = corners[0].tolist(), corners[2].tolist()
        width, height = right - x, bottom - y
    if not box.rotation:
        return corners
    angle = math.radians(box.rotation)
    sine, cosine = math.sin(angle), math.cos(angle)
    cx, cy = x + width / 2, y + height / 2
    dx, dy = corners[:, 0] - cx, corners[:, 1] - cy
    rotated = np.stack((cx + cosine * dx - sine * dy, cy + sine * dx + cosine * dy), axis=1)
    return rotated if decimals is None else np.around(rotated, decimals)


def toggles_of(ring: npt.ArrayLike, width: int, height: int) -> IntArray:
    """Where a closed ring of (N, 2) points begins and ends to cover pixels, even-odd, by pycocotools' rule.

    Returns:
        An even number of ascending column-major flat indices (x * height + y) up to width * height, no two equal.

    Raises:
        ValueError: a coordinate is not a number or beyond `REACH` pixels.
    """
    points = np.asarray(ring, dtype=np.float64).reshape(-1, 2)
    if not len(points):
        return _NOTHING.starts
    _check_reach(float(np.abs(points).max()))
    lattice = np.trunc(_FINENESS * points + 0.5)
    result = _NOTHING.starts
    for part in _toggles(lattice[:, 0], lattice[:, 1], width, height):
        result = _odd(np.concatenate((result, part)) if len(result) else part)
    return result


def same_pixels(ring_a: npt.ArrayLike, ring_b: npt.ArrayLike, width: int, height: int) -> bool:
    """Whether two closed rings of (N, 2) points cover the same pixels of an image."""
    return np.array_equal(toggles_of(ring_a, width, height), toggles_of(ring_b, width, height))


def area(spans: Spans) -> int:
    """Covered pixels."""
    return int((spans.ends - spans.starts).sum())


def union(parts: Sequence[Spans]) -> Spans:
    """Pixels that any of the parts covers, such as the shapes of one group."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return _NOTHING
    starts = np.concatenate([part.starts for part in parts])
    ends = np.concatenate([part.ends for part in parts])
    if not len(starts):
        return _NOTHING
    order = np.argsort(starts, kind="stable")
    starts, reached = starts[order], np.maximum.accumulate(ends[order])
    apart = starts[1:] > reached[:-1]
    return Spans(starts[np.append(True, apart)], reached[np.append(apart, True)])


def paint(canvas: Canvas, spans: Spans, value: float) -> None:
    """Sets the covered pixels of a (width, height) array: the image's transpose, contiguous in memory.

    Raises:
        ValueError: the canvas is not C-contiguous.
    """
    if not canvas.flags.c_contiguous:
        raise ValueError("a canvas is a contiguous (width, height) array")
    flat = canvas.reshape(-1)
    lengths = spans.ends - spans.starts
    long = lengths >= _LONG_RUN
    for starts, ends in _chunks(spans.starts[long], spans.ends[long]):
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            flat[start:end] = value
    for starts, ends in _chunks(spans.starts[~long], spans.ends[~long]):
        counts = ends - starts
        flat[np.arange(counts.sum()) + np.repeat(starts - np.cumsum(counts) + counts, counts)] = value


def _check_reach(largest: float) -> None:
    if not largest <= REACH:
        raise ValueError(f"coordinates must be within {REACH} pixels, not {largest:g}")


def _chunks(starts: IntArray, ends: IntArray) -> Iterator[tuple[IntArray, IntArray]]:
    size = _CHUNK // _LONG_RUN
    return ((starts[at : at + size], ends[at : at + size]) for at in range(0, len(starts), size))


def _odd(indices: IntArray) -> IntArray:
    """Those that occur an odd number of times, ascending, each once."""
    if len(indices) < 2:
        return indices
    indices = np.sort(indices)
    differs = indices[1:] != indices[:-1]
    if differs.all():
        return indices
    first = np.flatnonzero(np.append(True, differs))
    return np.asarray(indices[first[np.diff(first, append=len(indices)) % 2 == 1]])


def _toggles(u: FloatArray, v: FloatArray, width: int, height: int) -> Iterable[IntArray]:
    """Toggles of the edges between lattice vertices, in parts of bounded size, in no order.

    Everything is a float64, since pycocotools' results depend on its roundings, but holds whole numbers where those are
    whole; indices are exact up to 2**53.
    """
    next_u, next_v = np.roll(u, -1), np.roll(v, -1)
    low, high = np.minimum(u, next_u), np.maximum(u, next_u)
    # An edge crosses the middle of column c between u = 5c + 2 and 5c + 3.
    first = np.maximum(np.ceil((low - 2) / _FINENESS), 0)
    counts = np.minimum(np.floor((high - 3) / _FINENESS), width - 1) - first + 1
    crossing = np.flatnonzero(counts > 0)
    if not len(crossing):
        return
    u, v, next_u, next_v = u[crossing], v[crossing], next_u[crossing], next_v[crossing]
    first, counts = first[crossing], counts[crossing].astype(np.int64)
    du, dv = next_u - u, next_v - v
    flat = np.abs(du) >= np.abs(dv)
    # An edge is taken upwards along its longer extent; which of its ends comes first then has no effect.
    swap = np.where(flat, du < 0, dv < 0)
    from_u, from_v = np.where(swap, next_u, u), np.where(swap, next_v, v)
    slope = np.where(flat, dv, du) / np.where(flat, du, dv)
    for kind, rule in ((flat, _rows_along_u), (~flat, _rows_along_v)):
        edges = np.flatnonzero(kind)
        total = np.cumsum(counts[edges])
        cuts = np.searchsorted(total, np.arange(_CHUNK, total[-1], _CHUNK)) if len(edges) else []
        for part in np.split(edges, np.unique(cuts)) if len(cuts) else (edges,):
            if not len(part):
                continue
            times = counts[part]
            column = np.arange(times.sum(), dtype=np.float64) + np.repeat(first[part] - np.cumsum(times) + times, times)
            at_u, at_v, by = (np.repeat(values[part], times) for values in (from_u, from_v, slope))
            rows = np.ceil((rule(column, at_u, at_v, by) - 2) / _FINENESS)
            yield (column * height + np.clip(rows, 0, height)).astype(np.int64)


def _rows_along_u(column: FloatArray, u: FloatArray, v: FloatArray, slope: FloatArray) -> FloatArray:
    """The smaller v beside each column's middle, on edges with a point for each u."""
    steps = _FINENESS * column + 2 - u + (slope < 0)
    return np.floor(v + slope * steps + 0.5)


def _rows_along_v(column: FloatArray, u: FloatArray, v: FloatArray, slope: FloatArray) -> FloatArray:
    """The same on edges with a point for each v: the last one before u crosses the middle."""
    # Solved for the step, which may be one too early where the middle is met exactly and the rounding decides.
    steps = np.ceil((_FINENESS * column + 2.5 - u) / slope - _TIE)
    crossed = (u + slope * steps + 0.5 >= _FINENESS * column + 3) == (slope > 0)
    return v + steps - crossed


_NOTHING: Final = Spans(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
