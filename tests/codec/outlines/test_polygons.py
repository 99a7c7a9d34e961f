"""Mask to polygons to pycocotools gives the mask back, always."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pycocotools import mask as coco  # type: ignore[import-untyped]  # no stubs

from segmask._support.arrays import BoolArray, FloatArray, IntArray
from segmask.mask.instances import Frame
from segmask.outlines import simplify
from segmask.outlines.polygons import Simplify, polygons
from segmask.outlines.simplify import exact
from segmask.outlines.tracing import trace
from segmask.pixels.runs import RowRuns
from segmask.shapes import raster
from segmask.shapes.model import Polygon
from support.strategies import masks

DONUTS = np.array([[min(x, y, 14 - x, 14 - y) % 2 for x in range(15)] for y in range(15)])
CHECKERS = np.indices((9, 12)).sum(axis=0) % 2
DIAGONAL = np.eye(9, dtype=np.int64)
COMB = np.array([[int(y % 2 == 0 or x == 0) for x in range(11)] for y in range(9)])
EXACT: list[Simplify] = ["none", "exact"]


def reference(rings: list[FloatArray], height: int, width: int, form: str = "") -> BoolArray:
    """What CVAT's rasteriser makes of polygons, after their numbers were written and read in a format."""
    points = [[float(format(number, form)) for number in ring.ravel().tolist()] for ring in rings]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pycocotools 2.0.11 and numpy 2
        decoded = coco.decode(coco.merge(coco.frPyObjects(points, height, width)))
    return np.asarray(decoded, dtype=np.bool_)


def traced(mask: IntArray, simplify: Simplify, tolerance: float = 1.0) -> dict[int, list[FloatArray]]:
    height, width = mask.shape
    rings = trace(RowRuns.from_dense(mask), [value for value in np.unique(mask).tolist() if value])
    return {
        value: polygons(outer, width, height, simplify=simplify, tolerance=tolerance) for value, outer in rings.items()
    }


@pytest.mark.usefixtures("each_path")
class TestExactness:
    """Rectilinear and simplified polygons are rasterised to the identical mask, also after their text's round trip."""

    @pytest.mark.parametrize("simplify", EXACT)
    @pytest.mark.parametrize("form", ["", ".2f", ".1f"])
    @given(mask=masks(values=3, heights=st.integers(1, 24), widths=st.integers(1, 24)))
    @example(mask=DONUTS)
    @example(mask=CHECKERS)
    @example(mask=DIAGONAL)
    @example(mask=COMB)
    @example(mask=np.ones((1, 1), dtype=np.int64))
    @example(mask=1 - DONUTS)
    def test_the_mask_returns(self, mask: IntArray, simplify: Simplify, form: str) -> None:
        for value, rings in traced(mask, simplify).items():
            np.testing.assert_array_equal(reference(rings, *mask.shape, form), mask == value)

    @given(seed=st.integers(0, 2**32 - 1))
    def test_what_polygons_painted_returns(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        height, width = random.integers(20, 120, 2).tolist()
        points = random.uniform(-20, 140, (int(random.integers(3, 12)), 2)).round(2)
        drawn = raster.rasterise(Polygon(points, "a"), width, height).to_dense(width, height)
        for rings in traced(drawn.astype(np.int64), "exact").values():
            np.testing.assert_array_equal(reference(rings, height, width), drawn)

    def test_regions_that_touch_at_a_corner_are_apart_and_holes_that_touch_are_one(self) -> None:
        assert [len(ring) for ring in traced(DIAGONAL, "none")[1]] == [4] * 9
        (ring,) = traced(1 - np.pad(np.eye(2, dtype=np.int64), 1), "none")[1]
        assert len(ring) == 4 + 8 + 2

    @given(mask=masks(values=4, heights=st.integers(1, 12), widths=st.integers(1, 12)))
    def test_only_what_is_wanted_is_traced_and_equal_neighbours_are_one(self, mask: IntArray) -> None:
        height, width = mask.shape
        pixels = RowRuns(width, height, np.arange(mask.size), mask.ravel())
        found, expected = trace(pixels, [2, 3, 9]), trace(RowRuns.from_dense(np.where(mask > 1, mask, 0)), [2, 3, 9])
        assert found.keys() == expected.keys() == {2, 3, 9}
        for value, outer in expected.items():
            assert [ring.corners.tolist() for ring in found[value]] == [ring.corners.tolist() for ring in outer]

    @given(mask=masks(values=3, heights=st.integers(1, 24), widths=st.integers(1, 24)))
    def test_an_instance_has_polygons_of_its_own(self, mask: IntArray) -> None:
        height, width = mask.shape
        for instance in Frame(RowRuns.from_dense(mask), {1: 0, 2: 0}).instances(("a",), with_id=True):
            for simplified in EXACT:
                first = instance.polygons(simplify=simplified)
                np.testing.assert_array_equal(reference(first, height, width), instance.mask())
                for ring in first:
                    ring[:] = 0  # a change of one changes no other
                np.testing.assert_array_equal(
                    reference(instance.polygons(simplify=simplified), height, width), instance.mask()
                )

    def test_thousands_of_holes_in_a_row_do_not_nest_too_deep(self) -> None:
        mask = np.ones((3, 6001), dtype=np.int64)
        mask[1, 1::2] = 0
        (ring,) = traced(mask, "none")[1]
        np.testing.assert_array_equal(reference([ring], *mask.shape), mask == 1)


class TestSimplification:
    """Exact simplification leaves out what does not change the pixels; a tolerance says how far a corner may be."""

    @given(seed=st.integers(0, 2**32 - 1))
    def test_no_ring_is_changed_by_it(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        points = random.uniform(0, 100, (int(random.integers(3, 9)), 2))
        drawn = raster.rasterise(Polygon(points, "a"), 100, 100).to_dense(100, 100)
        rings = [outer.corners for outer in trace(RowRuns.from_dense(drawn), [1])[1]]
        for corners, (simplified, reached) in zip(rings, exact(rings, 100, 100), strict=True):
            assert raster.same_pixels(simplified, corners, 100, 100)
            assert len(simplified) <= len(corners)
            assert (np.diff(reached) >= 0).all()
            assert (reached >= 0).all()
            assert (reached < len(corners)).all()
            assert (simplified >= 0).all()
            assert (simplified <= 100).all()
            lattice = simplified * 5
            np.testing.assert_allclose(lattice, lattice.round(), atol=1e-9)

    @pytest.mark.parametrize("scale", [1, 5])
    def test_a_triangle_needs_few_points(self, scale: int) -> None:
        triangle = Polygon(np.array([(5, 5), (195, 40), (60, 180)]) * scale, "a")
        drawn = raster.rasterise(triangle, 200 * scale, 200 * scale).to_dense(200 * scale, 200 * scale)
        (corners,), (few,) = traced(drawn.astype(np.int64), "none")[1], traced(drawn.astype(np.int64), "exact")[1]
        assert len(corners) > 400 * scale
        assert len(few) < 12

    @given(seed=st.integers(0, 2**32 - 1))
    def test_a_stretch_may_be_split_anywhere(self, seed: int) -> None:
        points = np.random.default_rng(seed).uniform(0, 60, (5, 2))
        drawn = raster.rasterise(Polygon(points, "a"), 60, 60).to_dense(60, 60).astype(np.int64)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(simplify, "_PATIENCE", 0)
            for rings in traced(drawn, "exact").values():
                np.testing.assert_array_equal(reference(rings, 60, 60), drawn)

    @pytest.mark.parametrize("tolerance", [0.0, 0.5, 2.0])
    @given(mask=masks(values=2, heights=st.integers(3, 24), widths=st.integers(3, 24)))
    def test_a_tolerance_keeps_every_corner_near(self, mask: IntArray, tolerance: float) -> None:
        for outer in trace(RowRuns.from_dense(mask), [1]).get(1, []):
            height, width = mask.shape
            (kept,) = polygons(
                [type(outer)(outer.corners, [])], width, height, simplify="tolerance", tolerance=tolerance
            )
            assert len(kept) >= 3
            following = np.roll(kept, -1, axis=0)
            for corner in outer.corners.astype(np.float64):
                along = following - kept
                place = np.clip(((corner - kept) * along).sum(axis=1) / (along**2).sum(axis=1), 0, 1)
                nearest = np.hypot(*(corner - kept - place[:, None] * along).T).min()
                assert nearest <= tolerance + 1e-9

    def test_bad_choices(self) -> None:
        with pytest.raises(ValueError, match="simplify is one of none, exact, tolerance, not 'some'"):
            polygons([], 1, 1, simplify="some")  # type: ignore[arg-type]  # the point of the test
        for wrong in (-1.0, float("nan")):
            with pytest.raises(ValueError, match="not negative"):
                polygons([], 1, 1, simplify="tolerance", tolerance=wrong)
