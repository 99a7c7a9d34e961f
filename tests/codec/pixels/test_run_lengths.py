"""Run lengths against the pixels they stand for."""

from __future__ import annotations

from itertools import groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmask.pixels import run_lengths

PIXELS = st.lists(st.booleans(), min_size=1, max_size=30)
COUNTS = st.lists(st.integers(0, 4), max_size=12)


def counted(pixels: list[bool]) -> list[int]:
    """Run lengths, one pixel after the other."""
    counts = [len(list(group)) for _, group in groupby(pixels)]
    return [0, *counts] if pixels[0] else counts


@given(PIXELS)
def test_of_a_mask(pixels: list[bool]) -> None:
    assert run_lengths.of_mask(np.array([pixels])).tolist() == counted(pixels)


@given(PIXELS)
def test_there_and_back(pixels: list[bool]) -> None:
    counts = run_lengths.of_mask(np.array([pixels]))
    assert run_lengths.to_dense(counts).tolist() == pixels
    assert run_lengths.of_runs(*run_lengths.to_runs(counts), len(pixels)).tolist() == counts.tolist()


@given(COUNTS)
def test_runs_never_touch_whatever_zeros_are_among_the_counts(counts: list[int]) -> None:
    starts, ends = run_lengths.to_runs(np.array(counts, dtype=np.int64))
    pixels = [bool(place % 2) for place, count in enumerate(counts) for _ in range(count)]
    assert [n for start, end in zip(starts, ends, strict=True) for n in range(start, end)] == list(
        np.flatnonzero(pixels)
    )
    assert (starts < ends).all()
    assert (ends[:-1] < starts[1:]).all()


def test_where_runs_touch_there_is_a_zero() -> None:
    assert run_lengths.of_runs(np.array([1, 3]), np.array([3, 4]), 6).tolist() == [1, 2, 0, 1, 2]
