"""Regions and components of runs, against dense arrays: the same areas, boxes and neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask._support.arrays import BoolArray, IntArray
from segmask.pixels.regions import Regions, components, connected
from segmask.pixels.runs import RowRuns
from support import dense
from support.strategies import frames, split_runs


class TestRegions:
    """Regions have the area and the box of all pixels with their key."""

    @given(split_runs())
    def test_areas_and_boxes(self, split: tuple[IntArray, RowRuns]) -> None:
        mask, runs = split
        regions = Regions.of(runs.values, runs.starts, runs.lengths, runs.width)
        keys = sorted(set(mask.ravel().tolist()))
        assert regions.keys.tolist() == keys
        assert regions.areas.tolist() == [dense.area(mask == key) for key in keys]
        assert [tuple(box) for box in regions.boxes.tolist()] == [dense.box(mask == key) for key in keys]

    @given(frames, st.integers(0, 2))
    def test_of_some_of_the_runs(self, mask: IntArray, key: int) -> None:
        runs = RowRuns.from_dense(mask)
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
        runs = RowRuns.from_dense(mask)
        found = components(runs.values, runs.starts, runs.lengths, runs.width)
        assert found.tolist() == self.expected(mask, runs.starts)

    @given(split_runs())
    def test_runs_side_by_side_touch(self, split: tuple[IntArray, RowRuns]) -> None:
        mask, runs = split
        found = components(runs.values, runs.starts, runs.lengths, runs.width)
        assert found.tolist() == self.expected(mask, runs.starts)

    @given(frames, st.integers(0, 2))
    def test_of_some_of_the_runs(self, mask: IntArray, left_out: int) -> None:
        runs = RowRuns.from_dense(mask)
        chosen = np.flatnonzero(runs.values != left_out)
        found = components(runs.values[chosen], runs.starts[chosen], runs.lengths[chosen], runs.width)
        assert chosen[found].tolist() == [self.expected(mask, runs.starts)[number] for number in chosen]

    def test_a_long_spiral_is_one(self) -> None:
        mask = spiral(41)
        runs = RowRuns.from_dense(mask)
        found = components(runs.values, runs.starts, runs.lengths, runs.width)
        assert set(found[runs.values == 1].tolist()) == {0}


@pytest.mark.usefixtures("each_path")
class TestConnected:
    """By the kernel and by numpy: the 8-connected regions of some values, and all regions of each value together."""

    @staticmethod
    def assert_connected(mask: IntArray, runs: RowRuns, wanted: set[int]) -> None:
        found = connected(runs, wanted)
        region = dense.flood_fill(mask)
        firsts = [first for first in sorted(set(region.ravel().tolist())) if int(mask.flat[first]) in wanted]
        assert found.values.tolist() == [int(mask.flat[first]) for first in firsts]
        assert_regions(found.regions, list(range(len(firsts))), [region == first for first in firsts], runs)
        values = sorted(wanted & set(mask.ravel().tolist()))
        assert_regions(found.wholes, values, [mask == value for value in values], runs)

    @given(split_runs(), st.sets(st.integers(0, 4)))
    def test_equal_to_flood_fill(self, split: tuple[IntArray, RowRuns], wanted: set[int]) -> None:
        self.assert_connected(*split, wanted)

    @given(frames)
    def test_of_a_mask_with_values_that_are_no_index(self, mask: IntArray) -> None:
        mask = np.where(mask == 1, -1, mask * 1000)
        self.assert_connected(mask, RowRuns.from_dense(mask), {2000})

    def test_a_long_spiral_is_one(self) -> None:
        found = connected(RowRuns.from_dense(spiral(201)), [1])
        assert found.values.tolist() == [1]

    def test_more_regions_than_there_is_room_for_at_first(self) -> None:
        mask = np.zeros((150, 150), dtype=np.int64)
        mask[::2, ::2] = 7
        found = connected(RowRuns.from_dense(mask), [7])
        assert found.regions.areas.tolist() == [1] * 75**2
        assert found.wholes.keys.tolist() == [7]
        assert found.wholes.areas.tolist() == found.wholes.counts.tolist() == [75**2]
        assert found.wholes.boxes.tolist() == [[0, 0, 149, 149]]


def assert_regions(regions: Regions, keys: list[int], pixels: list[BoolArray], runs: RowRuns) -> None:
    """They are those of the given (H, W) arrays, in this order."""
    assert regions.keys.tolist() == keys
    assert regions.areas.tolist() == [dense.area(chosen) for chosen in pixels]
    assert [tuple(box) for box in regions.boxes.tolist()] == [dense.box(chosen) for chosen in pixels]
    assert regions.counts.tolist() == [int(chosen.ravel()[runs.starts].sum()) for chosen in pixels]


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
