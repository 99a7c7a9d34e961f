"""What is painted, against one dense mask a shape, each over those before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask.shapes.model import Box, Mask, Polygon, Shape
from segmask.shapes.painting import MAX_INSTANCES, LayerSets, TooManyInstances, paint_shapes
from segmask.shapes.raster import rasterise
from support import dense

SIDES = st.integers(1, 40)


def scene(seed: int, count: int, width: int, height: int) -> list[Shape]:
    """Boxes and noise in random z-order, many of them over others, some outside."""
    random = np.random.default_rng(seed)
    shapes: list[Shape] = []
    for _ in range(count):
        x, y = random.integers(-3, width), random.integers(-3, height)
        z_order = int(random.integers(-2, 3))
        if random.random() < 0.5:
            shapes.append(Box(int(x), int(y), int(random.integers(12)), int(random.integers(12)), "a", z_order=z_order))
        else:
            pixels = random.random(random.integers(1, 9, 2)) < 0.5
            shapes.append(Mask(pixels, "a", int(x), int(y), z_order=z_order))
    return shapes


@given(st.integers(0, 2**32 - 1), st.sampled_from([0, 1, 2, 9, 52, 53, 104, 255]), SIDES, SIDES)
def test_later_shapes_cover_earlier_ones(seed: int, count: int, width: int, height: int) -> None:
    shapes = scene(seed, count, width, height)
    expected = np.zeros((height, width), dtype=np.int64)
    for number, shape in enumerate(sorted(shapes, key=lambda shape: shape.z_order), 1):
        expected[rasterise(shape, width, height).to_dense(width, height)] = number
    painted = paint_shapes(shapes, width, height)
    assert (painted.objects.starts.tolist(), painted.objects.values.tolist()) == dense.runs_of(expected)
    assert set(painted.visible) == set(expected.ravel().tolist()) - {0}
    missing = (*painted.covered, *painted.outside, *painted.empty)
    assert sorted(missing) == sorted(set(range(1, count + 1)) - set(painted.visible))
    assert painted.labels == ("a",) * count


def test_more_than_a_mask_holds() -> None:
    with pytest.raises(TooManyInstances, match="256 instances, and an object mask holds 255"):
        paint_shapes([Box(0, 0, 1, 1, "a")] * (MAX_INSTANCES + 1), 4, 4)


def test_coordinates_are_kept_with_two_decimals() -> None:
    """Column 2 is covered from 2.5 on, which 2.4951 becomes where 2.4949 does not."""
    for edge, covered in ((2.4951, 0), (2.4949, 1)):
        objects = paint_shapes([Polygon([(edge, 0), (9, 0), (9, 4), (edge, 4)], "a")], 4, 4).objects.to_dense()
        assert objects[0, 2] == covered, edge


class TestLayerSets:
    """Sets as numbers, against Python's sets."""

    @given(st.lists(st.integers(-3, LayerSets.SIZE + 2), max_size=60))
    def test_the_highest_after_each_toggle(self, layers: list[int]) -> None:
        covering: set[int] = set()
        expected = []
        for layer in layers:
            covering ^= {layer} & set(range(LayerSets.SIZE))
            expected.append(max(covering, default=-1) + 1)
        assert LayerSets.toggled(np.array(layers, dtype=np.int64)).highest().tolist() == expected

    def test_all_at_once(self) -> None:
        assert LayerSets.toggled(np.arange(LayerSets.SIZE)).highest().tolist() == list(range(1, LayerSets.SIZE + 1))
