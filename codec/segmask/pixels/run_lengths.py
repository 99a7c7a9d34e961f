"""Run lengths (RLE) of pixels in some order: how many are not covered, how many are, and so on in turn.

COCO goes down the columns of the whole image, CVAT along the rows of the box around a mask.
"""

from __future__ import annotations

import numpy as np

from segmask._support.arrays import BoolArray, IntArray


def of_runs(starts: IntArray, ends: IntArray, pixels: int) -> IntArray:
    """Run lengths of runs that cover some of a given number of pixels; the first is 0 where the first pixel is covered.

    Args:
        starts: (N,) first pixel of each run, ascending; where a run touches the one before it, there is a 0 between them.
        ends: (N,) one beyond the last.
        pixels: how many there are, at least 1.
    """
    borders = np.stack((starts, ends), axis=1).ravel()
    counts = np.diff(borders, prepend=0, append=pixels)
    return counts[:-1] if counts[-1] == 0 else counts


def of_mask(mask: BoolArray) -> IntArray:
    """Run lengths of an (H, W) array, row by row."""
    flat = mask.astype(np.bool_, copy=False).ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    counts = np.diff(changes, prepend=0, append=flat.size)
    return np.append(0, counts) if flat[:1].any() else counts


def to_runs(counts: IntArray) -> tuple[IntArray, IntArray]:
    """(starts, ends) of the runs that are covered: ascending, not empty, and not touching, whatever zeros are among the counts."""
    borders = np.cumsum(counts)
    covers = counts[1::2] > 0
    starts, ends = (borders - counts)[1::2][covers], borders[1::2][covers]
    apart = starts[1:] > ends[:-1]
    return np.append(starts[:1], starts[1:][apart]), np.append(ends[:-1][apart], ends[-1:])


def without_zeros(counts: IntArray) -> IntArray:
    """The same with runs joined where there was a 0 between them; the first count may be 0."""
    return of_runs(*to_runs(counts), int(counts.sum()))


def to_dense(counts: IntArray) -> BoolArray:
    """(pixels,) whether each is covered."""
    return np.repeat(np.arange(len(counts)) % 2 == 1, counts)
