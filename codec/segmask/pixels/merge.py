"""Two ascending sequences gone through together: what most of the arithmetic with runs begins with."""

from __future__ import annotations

import numpy as np

from segmask._support.arrays import IntArray


def merge(first: IntArray, second: IntArray) -> tuple[IntArray, IntArray]:
    """Both sequences in one, and how far the second one is.

    Args:
        first: (N,) ascending, from 0.
        second: (M,) ascending, from 0.

    Returns:
        (N + M,) ascending, of equal numbers the first sequence's before the second's; and how many of the second's stand
        up to each, itself included. Of the first's it is one more than the index, less these.
    """
    merged = np.concatenate((first << 1, (second << 1) + 1))
    merged.sort(kind="stable")  # merges two ascending halves in linear time
    passed = np.cumsum(merged & 1)
    merged >>= 1
    return merged, passed
