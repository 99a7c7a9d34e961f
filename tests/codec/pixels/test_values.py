"""Values of masks, by the kernel and by numpy: which there are, and which stand at the same place."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask._support.arrays import IntArray
from segmask.pixels.runs import RowRuns
from segmask.pixels.values import numbered, paired
from support.strategies import frames, masks, split_runs

pytestmark = pytest.mark.usefixtures("each_path")

MANY = 5000  # more than a mask has colours


def shuffled(count: int) -> IntArray:
    return np.random.default_rng(0).permutation(count) - 1


class TestNumbered:
    """Each distinct value once, and of each value its place among them."""

    @given(st.lists(st.sampled_from([-1, 0, 1, 2, 128, 0x808080, 0xFFFFFF, 1 << 40]) | st.integers(), max_size=200))
    def test_the_places_give_the_values_back(self, values: list[int]) -> None:
        given_values = np.array([value % (1 << 63) for value in values], dtype=np.int64)
        found, places = numbered(given_values)
        assert found[places].tolist() == given_values.tolist()
        assert sorted(found.tolist()) == sorted(set(given_values.tolist()))

    def test_of_many(self) -> None:
        values = np.repeat(shuffled(MANY), 2)
        found, places = numbered(values)
        assert len(found) == MANY
        assert found[places].tolist() == values.tolist()

    def test_of_arrays_that_the_kernel_does_not_take_as_they_are(self) -> None:
        values = np.arange(10) % 3
        values.setflags(write=False)
        for some in (values, values[::2], values.astype(np.uint8)):
            found, places = numbered(some)
            assert found[places].tolist() == some.tolist()


class TestPaired:
    """Pixels of each pair of values that two masks have at the same place."""

    @given(split_runs(), st.data())
    def test_equals_counting_pixels(self, split: tuple[IntArray, RowRuns], data: st.DataObject) -> None:
        first, runs = split
        height, width = first.shape
        second = data.draw(masks(values=4, heights=st.just(height), widths=st.just(width))) - 1
        count = Counter(zip(first.ravel().tolist(), second.ravel().tolist(), strict=True))
        expected = sorted((*pair, pixels) for pair, pixels in count.items())
        assert paired(runs, RowRuns.from_dense(second)) == expected

    @given(frames)
    def test_with_itself(self, mask: IntArray) -> None:
        runs = RowRuns.from_dense(mask)
        values, counts = np.unique(mask, return_counts=True)
        assert paired(runs, runs) == list(zip(values.tolist(), values.tolist(), counts.tolist(), strict=True))

    def test_of_many(self) -> None:
        one, two = shuffled(MANY).reshape(50, 100), np.arange(MANY).reshape(50, 100) // 2
        found = paired(RowRuns.from_dense(one), RowRuns.from_dense(two))
        assert found == sorted(zip(one.ravel().tolist(), two.ravel().tolist(), [1] * MANY, strict=True))
