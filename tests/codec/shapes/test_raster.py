"""Pixels of shapes: polygons and boxes as pycocotools has them, ellipses as OpenCV, both as CVAT calls them."""

from __future__ import annotations

import hashlib
import math
import warnings
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pycocotools.mask as coco
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask._support.arrays import BoolArray, FloatArray, IntArray
from segmask.pixels.spans import Spans, area, paint, union
from segmask.shapes import raster
from segmask.shapes.ellipse import REACH, fill_ellipse
from segmask.shapes.model import Box, Ellipse, Mask, Polygon
from segmask.shapes.raster import box_corners, differing, rasterise, rasterise_all, same_pixels
from support.profile import scaled
from support.strategies import masks

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
    ring = _ring(draw(st.sampled_from(KINDS)), random, count) * (width, height)
    step = draw(st.sampled_from(STEPS))
    return np.round(ring / step) * step if step else ring


def _ring(kind: str, random: np.random.Generator, count: int) -> Ring:
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


def by_pycocotools(ring: npt.ArrayLike, width: int, height: int) -> BoolArray:
    """The (height, width) mask that CVAT gives a polygon."""
    points: Any = np.asarray(ring, dtype=np.float64).ravel().tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # NumPy 2 asks more of __array__ than pycocotools has
        runs: Any = coco.frPyObjects([points], height, width)
        return np.asarray(coco.decode(runs))[:, :, 0].astype(np.bool_)


def dense(shape: Polygon | Box | Ellipse | Mask, width: int, height: int) -> BoolArray:
    spans = rasterise(shape, width, height)
    assert_canonical(spans, width * height)
    return spans.to_dense(width, height)


def assert_canonical(spans: Spans, size: int) -> None:
    bounds = np.stack((spans.starts, spans.ends), axis=1).ravel()
    assert (np.diff(bounds) > 0).all()
    assert not len(bounds) or (bounds[0] >= 0 and bounds[-1] <= size)


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
            ring = _ring(kind, random, int(random.integers(3, 40))) * (width, height)
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
        first = [_ring("star", random, count) * (40, 30) for count in range(3, 40)]
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


# centre, radii, rotation, image (width, height), and the first half of the SHA-256 of the mask's packed bits, as
# cv2 4.11.0 drew it: cv2.ellipse(zeros, centre, radii, rotation, 0, 360, 255, thickness=-1) > 0
# fmt: off
ELLIPSES: Final = [
    ((0, 0), (0, 0), 0, (1, 1), "76be8b528d0075f7"),
    ((3, 3), (0, 0), 45, (8, 8), "01234566814cd2a2"),
    ((5, 5), (0, 4), 30, (12, 12), "34d1979d90bd2a5c"),
    ((5, 5), (4, 0), -30.5, (12, 12), "691ea3d672c5bfc0"),
    ((5, 5), (2, 2), 0, (12, 12), "b23138dc2b44a6dd"),
    ((5, 5), (3, 2), 29.5, (12, 12), "ff0d2ee4e265fc84"),
    ((20, 20), (9, 9), 10, (41, 41), "d1e92b5016b10675"),
    ((20, 20), (10, 9), 10, (41, 41), "fd637dd53d092a27"),
    ((20, 20), (14, 3), 77.5, (41, 41), "848b13ea506454af"),
    ((20, 20), (15, 3), 78.5, (41, 41), "e0b0a8863b1bcd1b"),
    ((50, 40), (40, 20), 0, (100, 80), "f2dd9efa04565bbe"),
    ((50, 40), (40, 20), 90, (100, 80), "8ade6ff102b782b3"),
    ((50, 40), (40, 20), 360, (100, 80), "f2dd9efa04565bbe"),
    ((50, 40), (40, 20), -725.25, (100, 80), "ad0fd2b76e5c8383"),
    ((50, 40), (49, 39), 123.4, (100, 80), "135bd7c7a4d75bda"),
    ((-1, 12), (1, 2), 692, (3, 24), "f052d96f31244e7b"),
    ((-1, 0), (8, 6), 29.5, (1, 97), "7acaad6570a29ce6"),
    ((0, 0), (60, 30), 33, (64, 48), "823ec9cae86a8db1"),
    ((63, 47), (60, 30), 33, (64, 48), "bdc3678bd31b03b0"),
    ((64, 48), (60, 30), 147, (64, 48), "95fe422aa2f89999"),
    ((-200, 20), (230, 40), 5, (64, 48), "848dd06ec9a81fa8"),
    ((300, -250), (400, 200), 140, (64, 48), "7f2a4c023e0dc22c"),
    ((1000, 1000), (2000, 1500), 12, (64, 48), "a292bc4a1d8d3caa"),
    ((70000, -70000), (99000, 99000), 45, (64, 48), "fc8f5cf3f3e486d8"),
    ((-1000000, 0), (1000020, 1000000), 0, (64, 48), "83ab9daf4df28730"),
    ((1000000000, 24), (999999990, 40), 0, (64, 48), "336485f27f21e63f"),
    ((960, 540), (900, 500), 17, (1920, 1080), "2686aeb89bc27941"),
    ((960, 540), (1500, 300), -61.7, (1920, 1080), "e655e285f57f880c"),
    ((86, 15), (107, 23), -560.1, (247, 17), "201d26f086e459d1"),
    ((72, 12), (183, 13), 446.2, (134, 136), "23e9b85fe63658ab"),
    ((91, -1), (181, 121), -662.8, (121, 120), "832cc224e4f86c25"),
    ((305, -50), (27, 107), 95.3, (205, 206), "726bfe701351500b"),
    ((-54, 7), (145, 93), -707.4, (197, 242), "f437559d1435852f"),
    ((53, 212), (129, 184), -287.5, (275, 223), "5a55ef8b4cf80876"),
    ((18, -4), (184, 111), 479.7, (216, 30), "adc0bb10226f2cd8"),
    ((7, 167), (98, 37), 304.8, (87, 255), "0a188c76827a5bc0"),
    ((1, 246), (192, 11), -481.7, (12, 193), "90558d1e3a0ecb9f"),
    ((154, 6), (126, 27), 527.7, (140, 22), "ca5c7c03f99daab2"),
    ((72, 202), (24, 98), -207.0, (220, 152), "2067647833781a67"),
    ((276, 92), (195, 114), -196.2, (248, 135), "4e3740f1e1633c31"),
]
# fmt: on


class TestEllipses:
    """CVAT draws ellipses with OpenCV. `tests/interop` compares with OpenCV itself."""

    @pytest.mark.parametrize(("centre", "radii", "rotation", "size", "digest"), ELLIPSES)
    def test_as_opencv(
        self, centre: tuple[int, int], radii: tuple[int, int], rotation: float, size: tuple[int, int], digest: str
    ) -> None:
        mask = dense(Ellipse(*centre, *radii, "a", rotation), *size)
        assert hashlib.sha256(np.packbits(mask).tobytes()).hexdigest()[: len(digest)] == digest

    def test_rounds_halves_to_even(self) -> None:
        halves = dense(Ellipse(20.5, 21.5, 8.5, 9.5, "a"), 50, 50)
        assert np.array_equal(halves, dense(Ellipse(20, 22, 8, 10, "a"), 50, 50))

    def test_a_patch_is_tight(self) -> None:
        patch = fill_ellipse((10, 12), (3, 0), 0, 40, 40)
        assert patch is not None
        assert (patch.x, patch.y, patch.mask.tolist()) == (7, 12, [[True] * 7])

    @pytest.mark.parametrize("turns", [1e10, -1e12, 1e300])
    def test_enormous_rotations(self, turns: float) -> None:
        # OpenCV makes each of them the lowest 32-bit integer, which is -128 degrees.
        drawn = dense(Ellipse(30, 30, 20, 9, "a", turns), 60, 60)
        assert np.array_equal(drawn, dense(Ellipse(30, 30, 20, 9, "a", -128), 60, 60))

    def test_huge_radii_cost_nothing(self) -> None:
        assert area(rasterise(Ellipse(0, 0, REACH, REACH, "a", 33), 64, 48)) == 64 * 48

    @pytest.mark.parametrize(
        ("centre", "radii", "match"), [((0, 0), (-1, 1), "negative"), ((0, REACH + 1), (1, 1), "within")]
    )
    def test_what_cannot_be_drawn(self, centre: tuple[int, int], radii: tuple[int, int], match: str) -> None:
        with pytest.raises(ValueError, match=match):
            fill_ellipse(centre, radii, 0, 10, 10)
