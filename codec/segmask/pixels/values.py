"""Which values a mask has, and which two masks have at the same place: by the kernel, or by numpy.

numpy does it where there is no kernel, and where there are more values than a mask has colours.
"""

from __future__ import annotations

import numpy as np

from segmask._support.arrays import IntArray
from segmask.native import library

from .runs import RowRuns, distinct, overlay, totals


def numbered(values: IntArray) -> tuple[IntArray, IntArray]:
    """(D,) the distinct values, in any order, and (N,) the place of each value among them."""
    kernel = library.kernel()
    found = None if kernel is None else kernel.distinct(values)
    return _numbered(values) if found is None else found


def _numbered(values: IntArray) -> tuple[IntArray, IntArray]:
    found = distinct(values)
    return found, np.searchsorted(found, values)


def paired(first: RowRuns, second: RowRuns) -> list[tuple[int, int, int]]:
    """(value of the first mask, value of the second, how many pixels have both), ascending.

    The masks must have equal sizes.
    """
    kernel = library.kernel()
    if kernel is not None:
        end = first.width * first.height
        table = kernel.overlay((first.starts, first.values), (second.starts, second.values), end)
        if table is not None:
            return sorted((one, two, pixels) for one, two, pixels in table.tolist())
    return _paired(first, second)


def _paired(first: RowRuns, second: RowRuns) -> list[tuple[int, int, int]]:
    starts, *values = overlay(first, second)
    (ones, one), (twos, two) = map(_numbered, values)
    keys, pixels = totals(one * len(twos) + two, np.diff(starts, append=first.width * first.height))
    one, two = np.divmod(keys, len(twos))
    return list(zip(ones[one].tolist(), twos[two].tolist(), pixels.tolist(), strict=True))
