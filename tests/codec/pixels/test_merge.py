"""Two ascending sequences gone through together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmask.pixels.merge import merge

ASCENDING = st.lists(st.integers(0, 30), max_size=12).map(sorted)


@given(ASCENDING, ASCENDING)
def test_one_by_one(first: list[int], second: list[int]) -> None:
    together = sorted([(number, 0) for number in first] + [(number, 1) for number in second])
    merged, passed = merge(np.array(first, dtype=np.int64), np.array(second, dtype=np.int64))
    assert merged.tolist() == [number for number, _ in together]
    assert passed.tolist() == [sum(which for _, which in together[: n + 1]) for n in range(len(together))]
