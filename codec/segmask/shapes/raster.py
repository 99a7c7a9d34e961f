"""The pixels of shapes, as CVAT computes them on export, as runs down the columns.

CVAT leaves polygons and boxes to pycocotools, whose rule is repeated here exactly: vertices on a lattice of a fifth of
a pixel, and each edge toggles every column whose middle it crosses at one row. pycocotools takes a point for each
lattice step along every edge, so its time and memory grow with the coordinates; here they grow with the columns crossed
inside the image. Ellipses are `segmask.shapes.ellipse`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from segmask._support.arrays import BoolArray, FloatArray, IntArray
from segmask.pixels.spans import NOTHING, ColumnSpans, odd

from .ellipse import REACH, fill_ellipse
from .model import Box, Ellipse, EncodedMask, Mask, Polygon, Shape

_DECIMALS: Final = 2  # of datumaro's points
FINENESS: Final = 5  # lattice steps in a pixel
_CHUNK: Final = 1 << 20  # toggles worked on at once
_TIE: Final = 2.0**-10  # of a lattice step: far above the error of a quotient of coordinates within REACH


def rasterise(shape: Shape, width: int, height: int) -> ColumnSpans:
    """The pixels of a shape in an image.

    Args:
        shape: what is drawn; whatever lies outside the image is cut off.
        width: columns of the image, at least 1.
        height: rows of the image, at least 1.

    Raises:
        ValueError: a coordinate is beyond `REACH` pixels.
    """
    return rasterise_all([shape], width, height)[0]


def rasterise_all(shapes: Sequence[Shape], width: int, height: int, *, kept: bool = False) -> list[ColumnSpans]:
    """The pixels of each shape: `rasterise` of many, much faster where they are polygons or boxes.

    Args:
        shapes: what is drawn.
        width: as of `rasterise`.
        height: as of `rasterise`.
        kept: with the coordinates that are left on CVAT's way out, where datumaro keeps two decimals.
    """
    rings = [corners(shape) for shape in shapes if isinstance(shape, Polygon | Box)]
    if kept:
        rings = [ring.round(_DECIMALS) for ring in rings]
    toggles = iter(_toggles_apart(rings, width, height))
    return [
        ColumnSpans.from_toggles(next(toggles)) if isinstance(shape, Polygon | Box) else _filled(shape, width, height)
        for shape in shapes
    ]


def columns_crossed(shapes: Sequence[Shape], width: int) -> int:
    """How many columns of an image the edges of polygons and boxes cross, in all: what painting them costs."""
    edges = _Edges.of_rings([corners(shape) for shape in shapes if isinstance(shape, Polygon | Box)])
    return int(edges.columns(width)[1].sum())


def _filled(shape: Ellipse | Mask, width: int, height: int) -> ColumnSpans:
    if isinstance(shape, Ellipse):
        numbers = shape.x, shape.y, shape.rx, shape.ry
        _check_reach(max(map(abs, numbers)))
        patch = fill_ellipse((round(shape.x), round(shape.y)), _radii(shape), shape.rotation, width, height)
        return NOTHING if patch is None else ColumnSpans.of_mask(patch.mask, patch.x, patch.y, height)
    if isinstance(shape, EncodedMask) and (spans := shape.spans_in(width, height)) is not None:
        return spans
    left, top = max(shape.x, 0), max(shape.y, 0)
    rows = slice(top - shape.y, max(height - shape.y, 0))
    columns = slice(left - shape.x, max(width - shape.x, 0))
    return ColumnSpans.of_mask(shape.mask[rows, columns], left, top, height)


def _radii(shape: Ellipse) -> tuple[int, int]:
    """Whole radii. CVAT keeps the rightmost and the topmost point, with two decimals, and takes the radii from there."""
    right, top = float(f"{shape.x + shape.rx:.2f}"), float(f"{shape.y - shape.ry:.2f}")
    return round(right - shape.x), round(shape.y - top)


def corners(shape: Polygon | Box) -> FloatArray:
    """(N, 2) corners of what pycocotools rasterises."""
    return shape.points if isinstance(shape, Polygon) else box_corners(shape)


def box_corners(box: Box) -> FloatArray:
    """(4, 2) corners of a box in the order CVAT has them, rotated around the centre.

    A rotated box becomes a polygon on CVAT's way out, whose points datumaro keeps with two decimals, before and after;
    that also takes the noise of sines away, which would decide ties.
    """
    upright = np.array([(x, y) for x in (box.x, box.x + box.width) for y in (box.y, box.y + box.height)])
    upright = upright[[0, 2, 3, 1]].astype(np.float64)
    if not box.rotation:
        return upright
    upright = np.around(upright, _DECIMALS)
    angle = math.radians(box.rotation)
    sine, cosine = math.sin(angle), math.cos(angle)
    (left, top), (right, bottom) = upright[0].tolist(), upright[2].tolist()
    cx, cy = left + (right - left) / 2, top + (bottom - top) / 2
    dx, dy = upright[:, 0] - cx, upright[:, 1] - cy
    turned: FloatArray = np.stack((cx + cosine * dx - sine * dy, cy + sine * dx + cosine * dy), axis=1)
    return turned.round(_DECIMALS)


def same_pixels(ring_a: npt.ArrayLike, ring_b: npt.ArrayLike, width: int, height: int) -> bool:
    """Whether two closed rings of (N, 2) points cover the same pixels of an image."""
    return not len(_toggles(_Edges.of_rings([ring_a, ring_b]), width, height))


def differing(rings_a: Sequence[npt.ArrayLike], rings_b: Sequence[npt.ArrayLike], width: int, height: int) -> IntArray:
    """Ascending indices of the pairs of rings that do not cover the same pixels: `same_pixels` of many at once.

    Raises:
        ValueError: there are not as many of the one as of the other.
    """
    if len(rings_a) != len(rings_b):
        raise ValueError("the rings must come in pairs")
    layer = width * height + 1  # each pair has a range of indices of its own
    edges = _Edges.of_rings([*rings_a, *rings_b], np.tile(np.arange(len(rings_a), dtype=np.int64) * layer, 2))
    return np.unique(_toggles(edges, width, height) // layer)


def _check_reach(largest: float) -> None:
    if not largest <= REACH:
        raise ValueError(f"coordinates must be within {REACH} pixels, not {largest:g}")


class _Edges(NamedTuple):
    """Edges between lattice vertices. Whole numbers, as float64 since pycocotools' results depend on its roundings.

    Attributes:
        u: (N,) where each begins, in lattice steps to the right.
        v: the same downwards.
        next_u: where each ends.
        next_v: the same downwards.
        base: what is added to the indices of its toggles.
    """

    u: FloatArray
    v: FloatArray
    next_u: FloatArray
    next_v: FloatArray
    base: FloatArray

    @classmethod
    def of_rings(cls, rings: Sequence[npt.ArrayLike], bases: IntArray | None = None) -> _Edges:
        """The edges of closed rings of (N, 2) points, with a base a ring, else 0."""
        parts = [np.asarray(ring, dtype=np.float64).reshape(-1, 2) for ring in rings]
        sizes = np.array([len(part) for part in parts], dtype=np.int64)
        points = np.concatenate((np.empty((0, 2)), *parts))
        _check_reach(float(np.abs(points).max(initial=0)))
        u, v = np.trunc(FINENESS * points + 0.5).T
        ends = np.cumsum(sizes)
        following = np.arange(1, len(points) + 1)
        following[ends[sizes > 0] - 1] = (ends - sizes)[sizes > 0]
        base = np.zeros(len(points)) if bases is None else np.repeat(bases.astype(np.float64), sizes)
        return cls(u, v, u[following], v[following], base)

    def columns(self, width: int) -> tuple[IntArray, IntArray]:
        """The first column whose middle each edge crosses, and how many it crosses."""
        # An edge crosses the middle of column c between u = 5c + 2 and 5c + 3.
        first = np.maximum(np.ceil((np.minimum(self.u, self.next_u) - 2) / FINENESS), 0).astype(np.int64)
        last = np.minimum(np.floor((np.maximum(self.u, self.next_u) - 3) / FINENESS), width - 1).astype(np.int64)
        return first, np.maximum(last + 1 - first, 0)


def _toggles_apart(rings: Sequence[npt.ArrayLike], width: int, height: int) -> list[IntArray]:
    """For each closed ring where it begins and ends to cover pixels, even-odd, by pycocotools' rule.

    Returns:
        Even numbers of ascending column-major flat indices (x * height + y) up to width * height, no two equal.

    Raises:
        ValueError: a coordinate is not a number or beyond `REACH` pixels.
    """
    bases = np.arange(len(rings) + 1, dtype=np.int64) * (width * height + 1)
    toggles = _toggles(_Edges.of_rings(rings, bases[:-1]), width, height)
    borders = np.searchsorted(toggles, bases)
    return [toggles[borders[i] : borders[i + 1]] - bases[i] for i in range(len(rings))]


def _toggles(edges: _Edges, width: int, height: int) -> IntArray:
    """Ascending indices that the edges toggle an odd number of times."""
    result = NOTHING.starts
    gathered: list[IntArray] = []
    for part in _toggles_in_parts(edges, width, height):
        gathered.append(part)
        if sum(map(len, gathered)) > _CHUNK:  # cancel what cancels before there is more
            result = odd(np.concatenate((result, *gathered)))
            gathered = []
    return odd(np.concatenate((result, *gathered))) if gathered else result


def _toggles_in_parts(edges: _Edges, width: int, height: int) -> Iterator[IntArray]:
    """What each edge toggles, in no order, in batches that bound the memory; exact for indices up to 2**53."""
    u, v, next_u, next_v, base = edges
    first, counts = edges.columns(width)
    lines = Lines.between(u, v, next_u, next_v)
    for part in _parts(counts):
        repeats = counts[part]
        which = np.repeat(np.arange(part.start, part.stop), repeats)
        before = np.cumsum(repeats) - repeats
        column = first[which] + np.arange(len(which)) - np.repeat(before, repeats)
        rows = np.minimum(np.maximum(lines.rows(which, column), 0), height)
        yield (base[which] + column * height + rows).astype(np.int64)


def _parts(counts: IntArray) -> Iterator[slice]:
    """Stretches of the edges whose counts add up to no more than a chunk, or that are a single one."""
    total = np.cumsum(counts)
    start = 0
    while start < len(counts):
        done = int(total[start - 1]) if start else 0
        stop = max(int(np.searchsorted(total, done + _CHUNK, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


class Lines(NamedTuple):
    """Edges, taken upwards along their longer extent, so that their direction has no effect.

    Attributes:
        flat: (N,) whether the longer extent is along u; such a line has a point for each u, others for each v.
        u: (N,) where each begins, in lattice steps to the right.
        v: the same downwards.
        slope: what the shorter extent adds for each step of the longer one.
    """

    flat: BoolArray
    u: FloatArray
    v: FloatArray
    slope: FloatArray

    @classmethod
    def between(cls, u: FloatArray, v: FloatArray, next_u: FloatArray, next_v: FloatArray) -> Lines:
        """Lines between lattice points."""
        du, dv = next_u - u, next_v - v
        flat = np.abs(du) >= np.abs(dv)
        longer, shorter = np.where(flat, du, dv), np.where(flat, dv, du)
        turned = longer < 0
        slope = np.divide(shorter, longer, out=np.zeros(len(u)), where=longer != 0)
        return cls(flat, np.where(turned, next_u, u), np.where(turned, next_v, v), slope)

    def rows(self, which: IntArray, columns: IntArray) -> FloatArray:
        """(M,) the row below which a line toggles a column, unbounded.

        Args:
            which: (M,) indices of lines.
            columns: (M,) columns whose middles these lines cross.
        """
        crossed = np.empty(len(which))
        flat = self.flat[which]
        for places, v_beside in ((np.flatnonzero(flat), _v_along_u), (np.flatnonzero(~flat), _v_along_v)):
            line = which[places]
            crossed[places] = v_beside(columns[places], self.u[line], self.v[line], self.slope[line])
        return np.asarray(np.ceil((crossed - 2) / FINENESS))


def _v_along_u(column: IntArray, u: FloatArray, v: FloatArray, slope: FloatArray) -> FloatArray:
    """The smaller v beside each column's middle, on lines with a point for each u."""
    steps = FINENESS * column + 2 - u + (slope < 0)
    return np.asarray(np.floor(v + slope * steps + 0.5))


def _v_along_v(column: IntArray, u: FloatArray, v: FloatArray, slope: FloatArray) -> FloatArray:
    """The same on lines with a point for each v: the v of the last one before u crosses the middle."""
    middle = FINENESS * column + 2.5
    # Where the middle is met exactly, the rounding decides; so the step solved for, early rather than late, is tried.
    steps = np.ceil((middle - u) / slope - _TIE)
    beyond = (u + slope * steps + 0.5 >= middle + 0.5) == (slope > 0)
    return np.asarray(v + steps - beyond)
