"""Runs against dense arrays: the same pixels, areas, boxes and regions."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmask._support.arrays import IntArray
from segmask.pixels.regions import Regions, components
from segmask.pixels.runs import Runs, overlay
from support import dense
from support.strategies import masks

frames = st.one_of(
    masks(values=3, widths=st.integers(1, 40)),
    masks(values=3, heights=st.just(1)),
    masks(values=3, heights=st.integers(1, 40), widths=st.just(1)),
    masks(values=2, heights=st.integers(1, 8), widths=st.integers(1, 3)),
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[IntArray, IntArray]:
    """Two masks of one size."""
    first = draw(frames)
    height, width = first.shape
    return first, draw(masks(values=4, heights=st.just(height), widths=st.just(width)))


@st.composite
def split_runs(draw: st.DrawFn) -> tuple[IntArray, Runs]:
    """A mask, and runs of it that are not maximal, as mapping two values to one leaves them."""
    finer, kept = draw(frames), draw(st.lists(st.integers(0, 2), min_size=3, max_size=3))
    values = np.array(kept, dtype=np.int64)
    runs = Runs.from_dense(finer)
    return values[finer], runs.map(values[runs.values])


class TestRuns:
    """A mask as maximal stretches of equal value along its rows; every row starts one."""

    @given(frames)
    def test_from_dense(self, mask: IntArray) -> None:
        runs = Runs.from_dense(mask)
        starts, values = dense.runs_of(mask)
        assert (runs.height, runs.width) == mask.shape
        assert runs.starts.tolist() == starts
        assert runs.values.tolist() == values

    @given(frames)
    def test_to_dense_is_the_inverse(self, mask: IntArray) -> None:
        assert np.array_equal(Runs.from_dense(mask).to_dense(), mask)

    @given(frames)
    def test_lengths_fill_the_frame_and_stay_in_their_rows(self, mask: IntArray) -> None:
        runs = Runs.from_dense(mask)
        assert runs.lengths.sum() == mask.size
        assert (runs.starts % runs.width + runs.lengths <= runs.width).all()

    @given(frames, st.integers(1, 5))
    def test_broadcast_as_numpy_does(self, mask: IntArray, times: int) -> None:
        for one, shape in ((mask[:1], (times, mask.shape[1])), (mask[:, :1], (mask.shape[0], times))):
            assert np.array_equal(Runs.from_dense(one).broadcast_to(*shape).to_dense(), np.broadcast_to(one, shape))


class TestOverlay:
    """The overlay of two masks has the fewest runs on which both are constant."""

    @given(pairs())
    def test_equals_the_runs_of_the_pairs(self, two: tuple[IntArray, IntArray]) -> None:
        first, second = two
        starts, in_first, in_second = overlay(Runs.from_dense(first), Runs.from_dense(second))
        expected, values = dense.runs_of(first * 10 + second)
        assert starts.tolist() == expected
        assert (in_first * 10 + in_second).tolist() == values


class TestRegions:
    """Regions have the area and the box of all pixels with their key."""

    @given(split_runs())
    def test_areas_and_boxes(self, split: tuple[IntArray, Runs]) -> None:
        mask, runs = split
        regions = Regions.of(runs.values, runs.starts, runs.lengths, runs.width)
        keys = sorted(set(mask.ravel().tolist()))
        assert regions.keys.tolist() == keys
        assert regions.areas.tolist() == [dense.area(mask == key) for key in keys]
        assert [tuple(box) for box in regions.boxes.tolist()] == [dense.box(mask == key) for key in keys]

    @given(frames, st.integers(0, 2))
    def test_of_some_of_the_runs(self, mask: IntArray, key: int) -> None:
        runs = Runs.from_dense(mask)
        chosen = runs.values == key
        regions = Regions.of(runs.values[chosen], runs.starts[chosen], runs.lengths[chosen], runs.width)
        if (mask == key).any():
            assert regions.keys.tolist() == [key]
            assert tuple(regions.boxes[0].tolist()) == dense.box(mask == key)
        else:
            assert regions.keys.shape == regions.areas.shape == (0,)
            assert regions.boxes.shape == (0, 4)


class TestComponents:
    """Runs of equal value that touch, corners included, are one component, named by its first run."""

    @staticmethod
    def expected(mask: IntArray, starts: IntArray) -> list[int]:
        """Component of each run by flood fill: number of the run at the region's first pixel."""
        region = dense.flood_fill(mask).ravel()
        run_at = {start: number for number, start in enumerate(starts.tolist())}
        return [run_at[first] for first in region[starts].tolist()]

    @given(frames)
    def test_equal_to_flood_fill(self, mask: IntArray) -> None:
        runs = Runs.from_dense(mask)
        found = components(runs.values, runs.starts, runs.lengths, runs.width)
        assert found.tolist() == self.expected(mask, runs.starts)

    @given(split_runs())
    def test_runs_side_by_side_touch(self, split: tuple[IntArray, Runs]) -> None:
        mask, runs = split
        found = components(runs.values, runs.starts, runs.lengths, runs.width)
        assert found.tolist() == self.expected(mask, runs.starts)

    @given(frames, st.integers(0, 2))
    def test_of_some_of_the_runs(self, mask: IntArray, left_out: int) -> None:
        runs = Runs.from_dense(mask)
        chosen = np.flatnonzero(runs.values != left_out)
        found = components(runs.values[chosen], runs.starts[chosen], runs.lengths[chosen], runs.width)
        assert chosen[found].tolist() == [self.expected(mask, runs.starts)[number] for number in chosen]

    def test_a_long_spiral_is_one(self) -> None:
        mask = spiral(41)
        runs = Runs.from_dense(mask)
        found = components(runs.values, runs.starts, runs.lengths, runs.width)
        assert set(found[runs.values == 1].tolist()) == {0}


def spiral(size: int) -> IntArray:
    """A one-pixel path of ones from the top left corner inwards, its turns one pixel apart."""
    mask = np.zeros((size, size), dtype=np.int64)
    low, high = 0, size - 1
    while low < high:
        mask[low, max(low - 2, 0) : high + 1] = 1
        mask[low : high + 1, high] = 1
        mask[high, low : high + 1] = 1
        mask[low + 2 : high + 1, low] = 1
        low, high = low + 2, high - 2
    return mask
