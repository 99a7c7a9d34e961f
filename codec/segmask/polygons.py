"""Rings to polygons that CVAT rasterises to the same pixels.

One polygon for each region; its holes are joined to it by keyholes: a bridge to the hole and the same bridge back. An
edge and its reverse toggle the same pixels, so a bridge of any slope leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from . import simplify as simplification
from .raster import differing
from .runs import IntArray
from .tracing import Ring

FloatArray = npt.NDArray[np.float64]
_Outline = tuple[FloatArray, IntArray]
"""Points of a ring, and the index of the ring's corner that each has reached."""
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
    outlines: dict[int, _Outline]
    if simplify == "tolerance":
        outlines = {id(ring): simplification.within(ring.corners, tolerance) for ring in every}
    else:
        outlines = {id(ring): (ring.corners.astype(np.float64), np.arange(len(ring.corners))) for ring in every}
    if simplify == "exact":
        outlines |= _exact([ring for ring in every if len(ring.corners) > _RECTANGLE], width, height)
    return [np.array(list(_joined(ring, outlines))) for ring in rings]


def _exact(rings: Sequence[Ring], width: int, height: int) -> dict[int, _Outline]:
    """Outlines with fewer points, of those rings only whose pixels stay the same: each is put to the test."""
    simplified = [simplification.exact(ring.corners) for ring in rings]
    found = [points if len(points) >= 3 else ring.corners for (points, _), ring in zip(simplified, rings, strict=True)]
    failed = set(differing(found, [ring.corners for ring in rings], width, height).tolist())
    failed |= {number for number, (points, _) in enumerate(simplified) if len(points) < 3}
    return {id(ring): simplified[number] for number, ring in enumerate(rings) if number not in failed}


def _with_holes(outer: Ring) -> Iterator[Ring]:
    """A ring, its holes, and the holes that hang on those."""
    stack = [outer]
    while stack:
        ring = stack.pop()
        yield ring
        stack.extend(hole for _, hole in ring.holes)


def _joined(outer: Ring, outlines: Mapping[int, _Outline]) -> Iterator[FloatArray]:
    """Points of a ring with its holes, and the holes that hang on those, in one line.

    A stack in place of recursion: holes may hang on holes thousands deep.
    """
    stack = [_Walk(outer, outlines, None)]
    while stack:
        walk = stack[-1]
        hole = walk.next_hole()
        if hole is not None:
            stack.append(_Walk(hole, outlines, walk.points[walk.place - 1]))
        elif walk.place < len(walk.points):
            yield walk.points[walk.place]
            walk.place += 1
        else:
            stack.pop()
            if walk.back is not None:
                yield walk.points[0]
                yield walk.back


class _Walk:
    """Where a ring is being written: the next point, and the holes that hang behind the points before it."""

    def __init__(self, ring: Ring, outlines: Mapping[int, _Outline], back: FloatArray | None) -> None:
        self.points, reached = outlines[id(ring)]
        self.back = back
        self.place = 0
        corners = np.array([corner for corner, _ in ring.holes], dtype=np.int64)
        behind = np.maximum(np.searchsorted(reached, corners, side="right"), 1)
        order = np.argsort(-behind, kind="stable")
        self._pending: list[tuple[int, Ring]] = [(int(behind[i]), ring.holes[i][1]) for i in order]

    def next_hole(self) -> Ring | None:
        """A hole to be written now, once."""
        if self._pending and self._pending[-1][0] <= self.place:
            return self._pending.pop()[1]
        return None
