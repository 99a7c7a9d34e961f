"""Rings of every kind in and around images; shapes as masks, ours and those of pycocotools."""

from __future__ import annotations

import math
import warnings
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pycocotools.mask as coco
from hypothesis import strategies as st

from segmask._support.arrays import BoolArray, FloatArray
from segmask.pixels.spans import ColumnSpans
from segmask.shapes.model import Box, Ellipse, Mask, Polygon
from segmask.shapes.raster import rasterise

Ring = FloatArray

SIDES: Final = st.integers(1, 60)
KINDS: Final = ("any", "convex", "star", "thin", "bridge", "beyond", "repeated", "rectilinear", "diagonal")
# Coordinates on the steps of these sizes meet pycocotools' ties, or those of the middles of pixels, or neither.
STEPS: Final = (0, 1, 0.5, 0.2, 0.1, 0.01)


@st.composite
def rings(draw: st.DrawFn, width: int, height: int) -> Ring:
    """Closed rings of three points or more, in, on the border of and beyond an image."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(3, 12))
    ring = any_ring(draw(st.sampled_from(KINDS)), random, count) * (width, height)
    step = draw(st.sampled_from(STEPS))
    return np.round(ring / step) * step if step else ring


def any_ring(kind: str, random: np.random.Generator, count: int) -> Ring:
    """Points in and around the unit square."""
    points = random.random((count, 2))
    if kind in {"convex", "star"}:
        angles = np.sort(random.random(count) * math.tau)
        radii = random.random((count, 1)) if kind == "star" else 0.7
        return 0.5 + np.stack((np.cos(angles), np.sin(angles)), axis=1) * radii
    if kind == "thin":
        way = points[0] + np.linspace(0, 1, count)[:, np.newaxis] * (points[1] - points[0])
        return np.concatenate((way, way[::-1] + random.normal(size=2) * 0.01))
    if kind == "bridge":
        return np.concatenate((points, points[::-1]))
    if kind == "beyond":
        return (points - 0.5) * random.choice([2, 10, 100]) + 0.5
    if kind == "repeated":
        return np.repeat(points, 2, axis=0)
    if kind == "rectilinear":
        corners = points.repeat(2, axis=0)
        return np.stack((corners[:, 0], np.roll(corners[:, 1], 1)), axis=1)
    if kind == "diagonal":
        return np.stack(
            (points[:, 0], points[:, 0] * random.choice([-1, 1]) + random.integers(3, size=count) / 4), axis=1
        )
    return points


def by_pycocotools(ring: npt.ArrayLike, width: int, height: int) -> BoolArray:
    """The (height, width) mask that CVAT gives a polygon."""
    points: Any = np.asarray(ring, dtype=np.float64).ravel().tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # NumPy 2 asks more of __array__ than pycocotools has
        runs: Any = coco.frPyObjects([points], height, width)
        return np.asarray(coco.decode(runs))[:, :, 0].astype(np.bool_)


def dense(shape: Polygon | Box | Ellipse | Mask, width: int, height: int) -> BoolArray:
    """The (height, width) mask that we give a shape; its spans are canonical."""
    spans = rasterise(shape, width, height)
    assert_canonical(spans, width * height)
    return spans.to_dense(width, height)


def assert_canonical(spans: ColumnSpans, size: int) -> None:
    """Spans are in order, apart from each other, and inside the image."""
    bounds = np.stack((spans.starts, spans.ends), axis=1).ravel()
    assert (np.diff(bounds) > 0).all()
    assert not len(bounds) or (bounds[0] >= 0 and bounds[-1] <= size)
