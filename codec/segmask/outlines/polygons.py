"""Rings to polygons that CVAT rasterises to the same pixels.

One polygon for each region; its holes are joined to it by keyholes: a bridge to the hole and the same bridge back. An
edge and its reverse toggle the same pixels, so a bridge of any slope leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from segmask._support.arrays import FloatArray
from segmask.shapes.raster import differing

from . import simplify as simplification
from .simplify import Outline
from .tracing import Ring

Simplify = Literal["none", "exact", "tolerance"]
_CHOICES: Final = get_args(Simplify)
_RECTANGLE: Final = 4


def polygons(
    rings: Sequence[Ring], width: int, height: int, *, simplify: Simplify = "exact", tolerance: float = 1.0
) -> list[FloatArray]:
    """One polygon for each outer ring.

    Args:
        rings: outer rings, with their holes.
        width: columns of the image.
        height: rows.
        simplify: ``"none"`` keeps every corner; ``"exact"`` leaves out what does not change the pixels; ``"tolerance"``
            leaves out corners that lie within `tolerance` of the line.
        tolerance: in pixels.

    Returns:
        (N, 2) float64 arrays of x and y in pixels, corners of the pixel grid at whole numbers; the last point is joined
        to the first.

    Raises:
        ValueError: an unknown `simplify`, or a negative tolerance.
    """
    if simplify not in _CHOICES:
        raise ValueError(f"simplify is one of {', '.join(_CHOICES)}, not {simplify!r}")
    if simplify == "tolerance" and not tolerance >= 0:
        raise ValueError("a tolerance is not negative")

    every = [ring for outer in rings for ring in _with_holes(outer)]
    outlines: dict[int, Outline]
    if simplify == "tolerance":
        outlines = {id(ring): simplification.within(ring.corners, tolerance) for ring in every}
    else:
        outlines = {id(ring): (ring.corners.astype(np.float64), np.arange(len(ring.corners))) for ring in every}
    if simplify == "exact":
        outlines |= _exact([ring for ring in every if len(ring.corners) > _RECTANGLE], width, height)
    return [_joined(ring, outlines) for ring in rings]


def _exact(rings: Sequence[Ring], width: int, height: int) -> dict[int, Outline]:
    """Outlines with fewer points, of those rings only whose pixels stay the same: each is put to the test."""
    corners = [ring.corners for ring in rings]
    simplified = simplification.exact(corners, width, height)
    failed = set(differing([points for points, _ in simplified], corners, width, height).tolist())
    return {id(ring): simplified[number] for number, ring in enumerate(rings) if number not in failed}


def _with_holes(outer: Ring) -> Iterator[Ring]:
    """A ring, its holes, and the holes that hang on those."""
    stack = [outer]
    while stack:
        ring = stack.pop()
        yield ring
        stack.extend(hole for _, hole in ring.holes)


def _joined(outer: Ring, outlines: Mapping[int, Outline]) -> FloatArray:
    """Points of a ring with its holes, and the holes that hang on those, in one line."""
    return np.concatenate(list(_pieces(outer, outlines)))


def _pieces(outer: Ring, outlines: Mapping[int, Outline]) -> Iterator[FloatArray]:
    """A stack in place of recursion: holes may hang on holes thousands deep."""
    stack = [_Walk.around(outer, outlines, None)]
    while stack:
        walk = stack[-1]
        if walk.pending:
            stop, hole = walk.pending.pop()
            yield walk.points[walk.place : stop]
            walk.place = stop
            stack.append(_Walk.around(hole, outlines, walk.points[stop - 1 : stop]))
        else:
            yield walk.points[walk.place :]
            if walk.back is not None:
                yield walk.points[:1]
                yield walk.back
            stack.pop()


@dataclass(slots=True)
class _Walk:
    """Where a ring is being written.

    Attributes:
        points: of the ring.
        pending: its holes that are not written yet, and behind how many points each hangs; the next one last.
        back: the point from which the walk set out to this ring.
        place: how many points are written.
    """

    points: FloatArray
    pending: list[tuple[int, Ring]]
    back: FloatArray | None
    place: int = 0

    @classmethod
    def around(cls, ring: Ring, outlines: Mapping[int, Outline], back: FloatArray | None) -> _Walk:
        points, reached = outlines[id(ring)]
        if not ring.holes:
            return cls(points, [], back)
        corners = np.array([corner for corner, _ in ring.holes], dtype=np.int64)
        behind = np.maximum(np.searchsorted(reached, corners, side="right"), 1)
        order = np.argsort(-behind, kind="stable")
        return cls(points, [(int(behind[i]), ring.holes[i][1]) for i in order], back)
