"""Regions and components of runs, against dense arrays: the same areas, boxes and neighbours."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmask._support.arrays import IntArray
from segmask.pixels.regions import Regions, components
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
