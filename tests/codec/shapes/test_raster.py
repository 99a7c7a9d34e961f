"""Pixels of shapes: polygons and boxes as pycocotools has them, ellipses as OpenCV, both as CVAT calls them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask.pixels.spans import area
from segmask.shapes import raster
from segmask.shapes.ellipse import REACH
from segmask.shapes.model import Box, Ellipse, Mask, Polygon
from segmask.shapes.raster import box_corners, differing, rasterise, rasterise_all, same_pixels
from support.profile import scaled
from support.rasters import KINDS, SIDES, Ring, any_ring, by_pycocotools, dense, rings
from support.strategies import masks


@st.composite
def rings_in_images(draw: st.DrawFn) -> tuple[Ring, int, int]:
    """A ring, and the width and height of an image."""
    width, height = draw(SIDES), draw(SIDES)
    return draw(rings(width, height)), width, height


@st.composite
def boxes_in_images(draw: st.DrawFn) -> tuple[Box, int, int]:
    """A box, straight or not, and the width and height of an image."""
    width, height = draw(SIDES), draw(SIDES)
    numbers = st.floats(-20, 80) | st.integers(-40, 160).map(lambda number: number / 2)
    x, y, box_width, box_height = draw(numbers), draw(numbers), abs(draw(numbers)), abs(draw(numbers))
    rotation = draw(st.floats(-720, 720) | st.sampled_from([0.0, 90.0, -45.0, 180.0, 360.0]))
    return Box(x, y, box_width, box_height, "a", rotation), width, height


@st.composite
def masks_in_images(draw: st.DrawFn) -> tuple[Mask, int, int]:
    """A mask, in or partly or wholly outside an image, and its width and height."""
    pixels = draw(masks(values=2, widths=st.integers(1, 20))).astype(np.bool_)
    return Mask(pixels, "a", draw(st.integers(-25, 45)), draw(st.integers(-25, 45))), draw(SIDES), draw(SIDES)


class TestPolygons:
    """CVAT rasterises polygons with pycocotools: frPyObjects, then decode.

    The agreement is exact on x86. Elsewhere pycocotools may have been compiled to fused multiplications and additions,
    and then differs from itself on x86 where an edge meets the middle of a column exactly.
    """

    @given(rings_in_images())
    def test_as_pycocotools(self, case: tuple[Ring, int, int]) -> None:
        ring, width, height = case
        assert np.array_equal(dense(Polygon(ring, "a"), width, height), by_pycocotools(ring, width, height))

    def test_many_at_random(self) -> None:
        random = np.random.default_rng(5)
        for index in range(scaled(400)):
            width, height = random.integers(1, 300, 2).tolist()
            kind = KINDS[index % len(KINDS)]
            ring = any_ring(kind, random, int(random.integers(3, 40))) * (width, height)
            assert np.array_equal(dense(Polygon(ring, "a"), width, height), by_pycocotools(ring, width, height)), ring

    @pytest.mark.parametrize("far", [1e3, 1e5])
    def test_far_beyond_the_image(self, far: float) -> None:
        random = np.random.default_rng(6)
        for _ in range(scaled(20)):
            ring = random.normal(size=(3, 2)) * far + (50, 40)
            assert np.array_equal(dense(Polygon(ring, "a"), 100, 80), by_pycocotools(ring, 100, 80)), ring

    @pytest.mark.parametrize(
        "ring",
        [
            [(2, 3), (2, 3), (2, 3)],
            [(2, 3), (9, 8), (2, 3)],
            [(2.5, 0), (2.5, 9), (2.5, 4)],
            [(0, 4), (9, 4), (5, 4)],
            [(-5, -5), (-1, -5), (-1, -1)],
            [(20, 0), (30, 0), (30, 9)],
        ],
    )
    def test_without_area_or_outside(self, ring: list[tuple[float, float]]) -> None:
        assert not by_pycocotools(ring, 10, 10).any()
        assert not dense(Polygon(ring, "a"), 10, 10).any()

    def test_the_whole_image(self) -> None:
        spans = rasterise(Polygon([(-1, -1), (11, -1), (11, 21), (-1, 21)], "a"), 10, 20)
        assert (spans.starts.tolist(), spans.ends.tolist()) == ([0], [200])

    @pytest.mark.parametrize("far", [1e6, 1e9])
    def test_huge_coordinates_cost_nothing(self, far: float) -> None:
        spans = rasterise(Polygon([(-far, -far), (far, -far), (far, far), (-far, far)], "a"), 50, 40)
        assert area(spans) == 2000
        triangle = rasterise(Polygon([(0, 0), (far, far), (0, far)], "a"), 50, 40).to_dense(50, 40)
        y, x = np.mgrid[:40, :50]
        assert np.array_equal(triangle[y > x + 1], np.ones((y > x + 1).sum()))
        assert not triangle[y < x - 1].any()

    @pytest.mark.parametrize("number", [REACH * 1.01, -1e300])
    def test_coordinates_have_a_limit(self, number: float) -> None:
        with pytest.raises(ValueError, match="within 1000000000 pixels"):
            rasterise(Polygon([(0, 0), (number, 5), (5, 5)], "a"), 10, 10)
        with pytest.raises(ValueError, match="within 1000000000 pixels"):
            rasterise(Ellipse(0, number, 1, 1, "a"), 10, 10)

    @given(rings_in_images())
    def test_in_small_portions(self, case: tuple[Ring, int, int]) -> None:
        ring, width, height = case
        whole = rasterise(Polygon(ring, "a"), width, height)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(raster, "_CHUNK", 3)
            parted = rasterise(Polygon(ring, "a"), width, height)
        assert whole.starts.tolist() == parted.starts.tolist()
        assert whole.ends.tolist() == parted.ends.tolist()


class TestAllAtOnce:
    """Shapes rasterised together have the pixels that each has alone."""

    @given(st.data())
    def test_as_one_by_one(self, data: st.DataObject) -> None:
        width, height = data.draw(SIDES), data.draw(SIDES)
        kinds = st.one_of(
            rings(width, height).map(lambda ring: Polygon(ring, "a")),
            boxes_in_images().map(lambda case: case[0]),
            masks_in_images().map(lambda case: case[0]),
            st.just(Ellipse(5, 5, 4, 3, "a", 30)),
        )
        shapes = data.draw(st.lists(kinds, max_size=5))
        for spans, shape in zip(rasterise_all(shapes, width, height), shapes, strict=True):
            alone = rasterise(shape, width, height)
            assert spans.starts.tolist() == alone.starts.tolist()
            assert spans.ends.tolist() == alone.ends.tolist()


class TestSamePixels:
    """Two rings are the same to CVAT if their pixels are."""

    @given(st.data())
    def test_as_the_masks_say(self, data: st.DataObject) -> None:
        width, height = data.draw(SIDES), data.draw(SIDES)
        ring = data.draw(rings(width, height))
        moved = ring + np.random.default_rng(len(ring)).normal(size=ring.shape) * data.draw(
            st.sampled_from([0, 0.03, 1])
        )
        same = np.array_equal(by_pycocotools(ring, width, height), by_pycocotools(moved, width, height))
        assert same_pixels(ring, moved, width, height) is same

    def test_many_at_once(self) -> None:
        random = np.random.default_rng(3)
        first = [any_ring("star", random, count) * (40, 30) for count in range(3, 40)]
        second = [ring + random.normal(size=ring.shape) * 0.02 for ring in first]
        expected = [i for i, (a, b) in enumerate(zip(first, second, strict=True)) if not same_pixels(a, b, 40, 30)]
        assert 0 < len(expected) < len(first)
        assert differing(first, second, 40, 30).tolist() == expected

    def test_of_no_rings(self) -> None:
        assert differing([], [], 10, 10).tolist() == []
        assert differing([[], [(0, 0), (5, 0), (5, 5)], []], [[], [], []], 10, 10).tolist() == [1]

    def test_pairs_only(self) -> None:
        with pytest.raises(ValueError, match="pairs"):
            differing([[(0, 0)]], [], 10, 10)


class TestBoxes:
    """CVAT rasterises a box as the polygon of its corners, rotated around its centre."""

    @staticmethod
    def corners(box: Box) -> list[tuple[float, float]]:
        x, y, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
        straight = [(x, y), (right, y), (right, bottom), (x, bottom)]
        if not box.rotation:
            return straight
        straight = [(float(np.around(px, 2)), float(np.around(py, 2))) for px, py in straight]
        (x, y), (right, bottom) = straight[0], straight[2]
        cx, cy, angle = x + (right - x) / 2, y + (bottom - y) / 2, math.radians(box.rotation)
        sine, cosine = math.sin(angle), math.cos(angle)
        return [
            tuple(
                np.around((cx + cosine * (px - cx) - sine * (py - cy), cy + sine * (px - cx) + cosine * (py - cy)), 2)
            )
            for px, py in straight
        ]

    @given(boxes_in_images())
    def test_as_pycocotools(self, case: tuple[Box, int, int]) -> None:
        box, width, height = case
        assert box_corners(box).tolist() == [list(corner) for corner in self.corners(box)]
        assert np.array_equal(dense(box, width, height), by_pycocotools(self.corners(box), width, height))

    def test_whole_pixels(self) -> None:
        mask = dense(Box(2, 3, 4, 5, "a"), 10, 10)
        assert mask[3:8, 2:6].all()
        assert mask.sum() == 20

    def test_a_quarter_turn_is_exact(self) -> None:
        box = Box(0, 0, 11, 4, "a", 90)
        assert box_corners(box).tolist() == [[7.5, -3.5], [7.5, 7.5], [3.5, 7.5], [3.5, -3.5]]
        assert np.array_equal(dense(box, 12, 12), by_pycocotools(box_corners(box), 12, 12))

    def test_rounding_comes_before_the_rotation_too(self) -> None:
        assert box_corners(Box(0.004, 0, 2, 2, "a"))[0].tolist() == [0.004, 0]
        assert box_corners(Box(0.004, 0, 2, 2, "a", 180)).tolist() == [[2, 2], [0, 2], [0, 0], [2, 0]]


class TestMasks:
    """A mask lies where its first pixel does; what is outside the image is cut off."""

    @given(masks_in_images())
    def test_placed_and_cut(self, case: tuple[Mask, int, int]) -> None:
        mask, width, height = case
        around = np.zeros((150, 150), dtype=np.bool_)
        rows, columns = mask.mask.shape
        around[mask.y + 50 :, mask.x + 50 :][:rows, :columns] = mask.mask
        assert np.array_equal(dense(mask, width, height), around[50 : 50 + height, 50 : 50 + width])

    def test_far_away(self) -> None:
        for x, y in ((-(10**9), 0), (10**9, 0), (0, -(10**9)), (0, 10**9)):
            assert area(rasterise(Mask(np.ones((3, 4), dtype=np.bool_), "a", x, y), 10, 10)) == 0

    def test_without_pixels(self) -> None:
        assert area(rasterise(Mask(np.ones((0, 4), dtype=np.bool_), "a"), 10, 10)) == 0


# fmt: on


def test_radii_come_from_kept_points() -> None:
    """CVAT keeps 16.01 for 11.51 + 4.5, and 6.53 for 10.03 - 3.5, and rounds what these are away from the centre."""
    wide = rasterise(Ellipse(11.51, 20, 4.5, 2, "a"), 40, 40).to_dense(40, 40)
    assert wide.any(axis=0).sum() == 2 * 5 + 1
    high = rasterise(Ellipse(20, 10.03, 2, 3.5, "a"), 40, 40).to_dense(40, 40)
    assert high.any(axis=1).sum() == 2 * 3 + 1
