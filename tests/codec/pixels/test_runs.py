"""Runs against dense arrays: the same pixels, areas, boxes and regions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask._support.arrays import IntArray
from segmask.pixels.runs import RowRuns, TooManyRuns, check_count, narrow, overlay, transposed
from support import dense
from support.strategies import frames, masks, noise


@st.composite
def pairs(draw: st.DrawFn) -> tuple[IntArray, IntArray]:
    """Two masks of one size."""
    first = draw(frames)
    height, width = first.shape
    return first, draw(masks(values=4, heights=st.just(height), widths=st.just(width)))


class TestRuns:
    """A mask as maximal stretches of equal value along its rows; every row starts one."""

    @given(frames)
    def test_from_dense(self, mask: IntArray) -> None:
        runs = RowRuns.from_dense(mask)
        starts, values = dense.runs_of(mask)
        assert (runs.height, runs.width) == mask.shape
        assert runs.starts.tolist() == starts
        assert runs.values.tolist() == values

    @given(frames)
    def test_to_dense_is_the_inverse(self, mask: IntArray) -> None:
        assert np.array_equal(RowRuns.from_dense(mask).to_dense(), mask)

    @given(frames)
    def test_lengths_fill_the_frame_and_stay_in_their_rows(self, mask: IntArray) -> None:
        runs = RowRuns.from_dense(mask)
        assert runs.lengths.sum() == mask.size
        assert (runs.starts % runs.width + runs.lengths <= runs.width).all()

    @given(frames, st.integers(1, 5))
    def test_broadcast_as_numpy_does(self, mask: IntArray, times: int) -> None:
        for one, shape in ((mask[:1], (times, mask.shape[1])), (mask[:, :1], (mask.shape[0], times))):
            assert np.array_equal(RowRuns.from_dense(one).broadcast_to(*shape).to_dense(), np.broadcast_to(one, shape))


class TestOverlay:
    """The overlay of two masks has the fewest runs on which both are constant."""

    @given(pairs())
    def test_equals_the_runs_of_the_pairs(self, two: tuple[IntArray, IntArray]) -> None:
        first, second = two
        starts, in_first, in_second = overlay(RowRuns.from_dense(first), RowRuns.from_dense(second))
        expected, values = dense.runs_of(first * 10 + second)
        assert starts.tolist() == expected
        assert (in_first * 10 + in_second).tolist() == values


@pytest.mark.usefixtures("each_path")
class TestTransposed:
    """Runs across the lines, of a mask whose runs may go on from one line to the next."""

    @given(frames | noise)
    def test_equals_the_runs_of_the_transposed_array(self, mask: IntArray) -> None:
        height, width = mask.shape
        starts, values = dense.runs_of(mask.reshape(1, -1))  # some go on in the next row
        found = transposed(np.array(starts), np.array(values), height, width)
        expected, values = dense.runs_of(mask.T)
        assert (found.width, found.height) == (height, width)
        assert found.starts.tolist() == expected
        assert found.values.tolist() == values

    def test_before_the_first_run_there_is_0(self) -> None:
        found = transposed(np.array([3]), np.array([7]), 2, 2)
        assert found.to_dense().tolist() == [[0, 0], [0, 7]]


@pytest.mark.parametrize(("highest", "bits"), [(0, 16), (65535, 16), (65536, 64)])
def test_narrow_keeps_the_keys(highest: int, bits: int) -> None:
    keys = narrow(np.array([highest, 0]))
    assert keys.tolist() == [highest, 0]
    assert keys.dtype.itemsize * 8 == bits


def test_as_many_runs_as_allowed_are_not_too_many() -> None:
    check_count(1000, 1000)
    with pytest.raises(TooManyRuns, match=r"^more than 1,000 changes of colour along its rows$"):
        check_count(1001, 1000)
