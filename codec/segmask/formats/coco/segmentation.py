"""Segmentations: what people write in place of polygons and run lengths, and polygons that may be meant as holes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from segmask._support.arrays import BoolArray, FloatArray

from .terms import short

_CORNERS: Final = 3
_WORK: Final = 1 << 22
"""Corner times edge, or polygon times polygon: how much of an annotation is looked at for polygons inside others."""


def advice(segmentation: object) -> tuple[tuple[int, ...], str] | None:
    """Where a segmentation that does not fit the schema goes wrong and what to write instead, for mistakes that are known."""
    if segmentation is None or isinstance(segmentation, str):
        what = "null" if segmentation is None else "a text"
        return (), f"{what} is no segmentation: give [] where the bbox counts, or polygons or run lengths"
    if not isinstance(segmentation, list) or not segmentation:
        return None
    if all(map(_is_number, segmentation)):
        return (), "x and y stand in one list, not in a list of polygons: put it into another list, [[x, y, ...]]"
    for place, part in enumerate(segmentation):
        if isinstance(part, dict):
            return (place,), "an object in a list: give the run lengths themselves, without the list around them"
        if isinstance(part, list) and part and all(isinstance(corner, list) for corner in part):
            return (place,), "each corner is a list of its own: write a polygon as one flat list, [x, y, x, y, ...]"
        if not isinstance(part, list) or not all(map(_is_number, part)):
            return None
    return _too_short(segmentation)


def _too_short(parts: Sequence[Sequence[float]]) -> tuple[tuple[int, ...], str] | None:
    """Of polygons of numbers."""
    short_ones = [place for place, part in enumerate(parts) if 0 < len(part) < 2 * _CORNERS]
    if not short_ones:
        return None
    first = (short_ones[0],)
    if len(short_ones) == len(parts) and len(parts) >= _CORNERS and all(len(part) == 2 for part in parts):
        return first, "each corner is a list of its own: put them into one flat list in a list, [[x, y, x, y, ...]]"
    if len(parts) == 1 and len(parts[0]) == 4:
        return first, f"{short(parts[0])} looks like a bbox: leave segmentation empty, [], and give it as bbox"
    number = f"{len(short_ones):,} of {len(parts):,} polygons" if len(parts) > 1 else "a polygon"
    verb, them = ("have", "them") if len(short_ones) > 1 else ("has", "it")
    return first, f"{number} {verb} fewer than {_CORNERS} corners, here {short(parts[short_ones[0]])}: leave {them} out"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def count_inside(rings: Sequence[Sequence[float]]) -> int:
    """How many polygons of an annotation lie inside another one of it, as holes would, all their corners included.

    Args:
        rings: x and y in turn, each of three corners or more.
    """
    if len(rings) < 2:
        return 0
    points = [np.array(ring, dtype=np.float64).reshape(-1, 2) for ring in rings]
    low, high = np.array([ring.min(axis=0) for ring in points]), np.array([ring.max(axis=0) for ring in points])
    left = _WORK
    found = 0
    largest_first = np.argsort(-np.prod(high - low, axis=1), kind="stable")
    for rank, inner in enumerate(largest_first.tolist()):
        outers = largest_first[:rank]
        around = (low[outers] <= low[inner]).all(axis=1) & (high[outers] >= high[inner]).all(axis=1)
        left -= rank
        for outer in outers[around].tolist():
            left -= len(points[inner]) * len(points[outer])
            if left < 0:
                return found
            if _are_inside(points[inner], points[outer]).all():
                found += 1
                break
    return found


def _are_inside(points: FloatArray, ring: FloatArray) -> BoolArray:
    """(N,) bool: which of (N, 2) points lie inside a ring of (M, 2) corners, an odd number of edges on their left."""
    inside = np.zeros(len(points), dtype=np.bool_)
    x, y = points.T
    for (x1, y1), (x2, y2) in pairwise(np.vstack((ring, ring[:1])).tolist()):
        if y1 != y2:
            crosses = (y1 > y) != (y2 > y)
            inside ^= crosses & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return inside
