"""Run lengths (RLE) as COCO has them, as lists and as pycocotools' string, to pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from segmask._support.arrays import BoolArray, IntArray
from segmask.pixels import run_lengths
from segmask.pixels.box import Box
from segmask.pixels.spans import ColumnSpans
from segmask.problem import counted

_ANEW: Final = "encode the mask anew"
_MAX_CHARACTERS: Final = 7  # of one compressed count: 35 bits


def spans_of(counts: str | Sequence[int], pixels: int) -> ColumnSpans:
    """The pixels that run lengths cover in an image of a given number of pixels.

    Raises:
        ValueError: the run lengths are not those of such an image, or not what pycocotools could have written.
    """
    if isinstance(counts, str):
        if counts.startswith(("b'", 'b"')):
            raise ValueError("the text of Python bytes, b'...': write counts.decode('ascii')")
        if len(counts) > _MAX_CHARACTERS * (pixels + 1):
            raise ValueError(f"{counted(len(counts), 'character')} for an image of {counted(pixels, 'pixel')}: {_ANEW}")
        codes = np.frombuffer(counts.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        lengths = _decompress(codes.astype(np.int64))
    else:
        lengths = np.array(counts, dtype=np.int64)
    _check_lengths(lengths, pixels)
    return ColumnSpans(*run_lengths.to_runs(lengths))


def box_of(spans: ColumnSpans, height: int) -> Box:
    """The rectangle around what is covered; all 0 where nothing is."""
    if not len(spans.starts):
        return Box(0, 0, 0, 0)
    (first, top), (last, bottom) = np.divmod(spans.starts, height), np.divmod(spans.ends - 1, height)
    left, right = int(first[0]), int(last[-1]) + 1
    if (first != last).any():
        return Box(left, 0, right - left, height)
    return Box(left, int(top.min()), right - left, int(bottom.max() - top.min()) + 1)


def crop(spans: ColumnSpans, height: int) -> BoolArray:
    """(h, w) bool of the box around what is covered."""
    left, top, width, rows = box_of(spans, height)
    first = left * height
    canvas = ColumnSpans(spans.starts - first, spans.ends - first).to_dense(width, height)
    return np.ascontiguousarray(canvas[top : top + rows])


def _decompress(codes: IntArray) -> IntArray:
    """Counts from the characters of their compressed form.

    Each character has five bits, lowest first, and one that says that more follow; from the fourth on a count is
    the difference to the last but one.

    Raises:
        ValueError: pycocotools could not have written it, and might crash on it.
    """
    bits = codes - ord("0")
    wrong = np.flatnonzero((bits < 0) | (bits > 63))
    if len(wrong):
        character = chr(int(codes[wrong[0]]))
        raise ValueError(f"the character {character!r} at {wrong[0]} is not one of a compressed count's: {_ANEW}")
    if not len(bits):
        return bits
    if bits[-1] & 32:
        raise ValueError(f"the string ends within a count: {_ANEW}")
    last = np.flatnonzero(bits & 32 == 0)
    lengths = np.diff(last, prepend=-1)
    if lengths.max() > _MAX_CHARACTERS:
        raise ValueError(f"a count of more than {_MAX_CHARACTERS} characters: {_ANEW}")
    first = last - lengths + 1
    shifts = 5 * (np.arange(len(bits)) - np.repeat(first, lengths))
    counts = np.add.reduceat((bits & 31) << shifts, first)
    counts -= np.where(bits[last] & 16, np.left_shift(1, 5 * lengths), 0)
    counts[1::2] = np.cumsum(counts[1::2])
    counts[2::2] = np.cumsum(counts[2::2])
    return counts


def _check_lengths(lengths: IntArray, pixels: int) -> None:
    if len(lengths) > pixels + 1:
        raise ValueError(f"{counted(len(lengths), 'run')} in an image of {counted(pixels, 'pixel')}: {_ANEW}")
    wrong = np.flatnonzero((lengths < 0) | (lengths > pixels))
    if len(wrong):
        raise ValueError(f"run {wrong[0]} has {lengths[wrong[0]]:,} of the image's {counted(pixels, 'pixel')}: {_ANEW}")
    if lengths.sum() != pixels:
        raise ValueError(
            f"the runs add up to {counted(int(lengths.sum()), 'pixel')}, but the image has {pixels:,}: {_ANEW}"
        )
