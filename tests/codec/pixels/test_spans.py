"""Runs down the columns; several shapes of one group are their union."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask._support.arrays import IntArray
from segmask.pixels.spans import ColumnSpans, area, difference, paint, union
from segmask.shapes.model import Box, Mask, Polygon
from segmask.shapes.raster import box_corners, rasterise
from support.rasters import SIDES, assert_canonical, by_pycocotools, rings
from support.strategies import masks


class TestSpans:
    """Runs down the columns; several shapes of one group are their union."""

    @given(masks(values=2, widths=st.integers(1, 40)))
    def test_area_and_dense(self, pixels: IntArray) -> None:
        height, width = pixels.shape
        spans = rasterise(Mask(pixels.astype(np.bool_), "a"), width, height)
        assert area(spans) == pixels.sum()
        assert np.array_equal(spans.to_dense(width, height), pixels)

    @given(st.data())
    def test_union(self, data: st.DataObject) -> None:
        width, height = data.draw(SIDES), data.draw(SIDES)
        parts = [Polygon(ring, "a", 1) for ring in data.draw(st.lists(rings(width, height), max_size=4))]
        joined = union([rasterise(part, width, height) for part in parts])
        assert_canonical(joined, width * height)
        expected = np.zeros((height, width), dtype=np.bool_)
        for part in parts:
            expected |= by_pycocotools(part.points, width, height)
        assert np.array_equal(joined.to_dense(width, height), expected)

    @given(st.data())
    def test_difference(self, data: st.DataObject) -> None:
        first = data.draw(masks(values=2))
        second = data.draw(masks(values=2, heights=st.just(first.shape[0]), widths=st.just(first.shape[1])))
        spans = [ColumnSpans.of_mask(pixels.astype(np.bool_), 0, 0, len(pixels)) for pixels in (first, second)]
        found = difference(*spans)
        assert_canonical(found, first.size)
        assert np.array_equal(found.to_dense(first.shape[1], first.shape[0]), first != second)

    def test_union_of_nothing(self) -> None:
        outside = rasterise(Box(9, 9, 2, 2, "a"), 4, 3)
        assert area(union([])) == area(union([outside])) == area(union([outside, outside])) == 0

    @pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64, np.bool_])
    @pytest.mark.parametrize("shape", [Box(0, 0, 30, 5, "a"), Box(0, 0, 30, 40, "a"), Box(2, 1, 30, 3000, "a")])
    def test_paint_runs_of_any_length(self, dtype: type[np.generic], shape: Box) -> None:
        canvas = np.zeros((32, 3000), dtype=dtype)
        paint(canvas, rasterise(shape, 32, 3000), 1)
        assert np.array_equal(canvas.T, by_pycocotools(box_corners(shape), 32, 3000))

    def test_paint_many_short_runs(self) -> None:
        pixels = np.random.default_rng(0).random((60, 70)) < 0.4
        canvas = np.zeros((70, 60), dtype=np.uint8)
        paint(canvas, rasterise(Mask(pixels, "a"), 70, 60), 9)
        assert np.array_equal(canvas.T, np.where(pixels, 9, 0))

    def test_later_covers_earlier(self) -> None:
        canvas = np.zeros((4, 3), dtype=np.uint16)
        for value, x in ((500, 0), (7, 1)):
            paint(canvas, rasterise(Box(x, 0, 2, 2, "a"), 4, 3), value)
        assert canvas.T.tolist() == [[500, 7, 7, 0], [500, 7, 7, 0], [0, 0, 0, 0]]

    def test_a_canvas_is_contiguous(self) -> None:
        with pytest.raises(ValueError, match="contiguous"):
            paint(np.zeros((3, 4)).T, rasterise(Box(0, 0, 1, 1, "a"), 4, 3), 1)
