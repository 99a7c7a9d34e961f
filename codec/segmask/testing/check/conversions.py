"""segmask's own conversions as plain functions of arrays: the other half for a codec that has only one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from segmask._support.arrays import BoolArray, FloatArray
from segmask.outlines.polygons import polygons as to_polygons
from segmask.outlines.tracing import trace
from segmask.pixels.runs import RowRuns
from segmask.pixels.spans import union
from segmask.shapes.model import Polygon
from segmask.shapes.raster import rasterise


def polygons_to_mask(polygons: Iterable[npt.ArrayLike], width: int, height: int) -> BoolArray:
    """(H, W) bool: the pixels that CVAT gives to the polygons of one shape, which are joined.

    Args:
        polygons: (N, 2) x and y in pixels, origin at the top-left corner of the top-left pixel, each N at least 3.
        width: columns of the image.
        height: rows.

    Raises:
        ValueError: a polygon has less than three points, or a coordinate out of reach.
    """
    spans = union([rasterise(Polygon(ring, ""), width, height) for ring in polygons])
    return spans.to_dense(width, height)


def mask_to_polygons(mask: BoolArray) -> list[FloatArray]:
    """(N, 2) float64 polygons that CVAT rasterises to exactly the true pixels of an (H, W) array: any number but 0 is true."""
    height, width = mask.shape
    rings = trace(RowRuns.from_dense((mask != 0).astype(np.int64)), [1])
    return to_polygons(rings.get(1, []), width, height)
