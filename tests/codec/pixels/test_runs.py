"""Runs against dense arrays: the same pixels, areas, boxes and regions."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmask._support.arrays import IntArray
from segmask.pixels.runs import RowRuns, overlay
from support import dense
from support.strategies import frames, masks


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
