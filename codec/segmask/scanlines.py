"""Scanlines to runs, without a dense image on the way.

A Sub-filtered row holds, for each byte, its difference to the same byte of the pixel on the left. Where the colour does
not change the row is zero, so its non-zero bytes are the run boundaries, and their running sum (modulo 256) is the
colour. CVAT writes every row so. Rows filtered None are turned into this form first. In rows filtered Up and Paeth the
non-zero bytes are the places where a row departs from the one above it: `predicted` follows them from row to row.

PNG filters a byte by the same byte of other pixels only: each byte of a pixel, a lane, is filtered by itself. So lanes
can be picked before the filters are undone. CVAT's reading of a mask, casting to 8 bits and ignoring alpha, is
picking lanes: the low byte of each 16-bit sample, and no alpha.

What is left is handed to Pillow: Average rows, where every pixel depends on two others in a way that is not linear, and
images of so many colours that their runs are no shorter than their pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from . import predicted
from .png import Bytes, Pass, Png
from .predicted import PAETH, SUB, UP
from .runs import IntArray, Runs, first_of_each

NONE: Final = 0
_WORD: Final = 8
_SMALL: Final = 1 << 14
_BAND: Final = 1 << 23
"""Bytes of scanlines to look at together: where every byte is a change, 40 bytes are needed for each."""
_BUSY: Final = 200
"""Bytes of lanes for each departure from the row above, below which Pillow is faster than following them."""


class Samples:
    """The pixels of a PNG, inflated once; their lanes as runs.

    Args:
        png: the image.

    Raises:
        DamagedPng: the image data is damaged.
    """

    def __init__(self, png: Png) -> None:
        self._png = png
        self._passes = png.passes()
        read = _PackedRows if png.depth < _WORD else _Rows
        self._parts = [
            read(scanlines, part, png) for part, scanlines in zip(self._passes, png.scanlines(), strict=True)
        ]

    def runs(self, lanes: Sequence[int]) -> Runs:
        """Runs of some lanes, packed into one number.

        Args:
            lanes: one or three of the bytes of a pixel, most significant first: three give 0xRRGGBB. Samples of less than 8
                bits have lane 0 only, and values up to 15.
        """
        parts = [part.runs(lanes) for part in self._parts]
        if not self._png.interlaced:
            return parts[0]
        image = np.empty((self._png.height, self._png.width), dtype=np.uint32)
        for part, runs in zip(self._passes, parts, strict=True):
            image[part.y :: part.dy, part.x :: part.dx] = runs.to_dense(np.uint32)
        return Runs.from_dense(image)


class _Rows:
    """Scanlines of 8 or 16 bits a sample, and the pixels at which their bytes are not zero."""

    def __init__(self, scanlines: Bytes, part: Pass, png: Png) -> None:
        self._scanlines = scanlines
        self._size = part.height, part.width
        self._pixel_bytes = png.pixel_bits // 8
        self._filters = np.where(scanlines[:, 0] == NONE, SUB, scanlines[:, 0])
        self._rows = _without_none(scanlines, self._pixel_bytes)
        band = max(_BAND // self._rows.shape[1], 1)
        bands = [self._changes(first, first + band) for first in range(0, part.height, band)]
        self._starts, self._row = (np.concatenate(parts) for parts in zip(*bands, strict=True))

    def _changes(self, first: int, beyond: int) -> tuple[IntArray, IntArray]:
        """Flat indices of the pixels that are not zero, and of all row starts, of some rows; and the row of each."""
        rows = self._rows[first:beyond]
        places = nonzero(rows.reshape(-1))  # filter bytes are not zero here
        row = places // rows.shape[1]
        byte = places - row  # as if there were no filter bytes, and one more
        np.maximum(byte, row * (rows.shape[1] - 1) + 1, out=byte)
        byte -= 1
        start = byte // self._pixel_bytes
        kept = np.flatnonzero(first_of_each(start))
        return start[kept] + first * self._size[1], row[kept] + first

    def runs(self, lanes: Sequence[int]) -> Runs:
        height, width = self._size
        starts, row = self._starts, self._row
        picked = self._pick(lanes)
        row_starts = first_of_each(row)
        if len(lanes) < self._pixel_bytes:  # in some places only the other lanes are not zero
            kept = np.flatnonzero(np.logical_or.reduce([row_starts, *(lane != 0 for lane in picked)]))
            starts, row_starts, picked = starts[kept], row_starts[kept], [lane[kept] for lane in picked]
        first = np.flatnonzero(row_starts)
        sums = _pack([_sums(lane, first) for lane in picked])
        if (self._filters == SUB).all():
            return Runs(width, height, starts, sums)
        followed = set(self._filters.tolist()) <= {SUB, UP, PAETH}
        if followed and len(starts) * _BUSY <= height * width * len(lanes):
            return predicted.runs(self._size, self._filters, starts, first, _pack(picked), sums)
        from . import pillow  # hardly ever needed, and slow to import

        return pillow.unfiltered_runs(_lanes_of(self._scanlines, self._pixel_bytes, lanes), len(lanes))

    def _pick(self, lanes: Sequence[int]) -> list[Bytes]:
        """(N,) uint8 of each lane, at the pixels that are not zero and the row starts."""
        flat = self._rows.reshape(-1)
        first_byte = self._starts * self._pixel_bytes + self._row + 1
        return [flat[first_byte + lane] for lane in lanes]


def _sums(lane: Bytes, row_starts: IntArray) -> Bytes:
    """Running sums modulo 256 that begin anew at each row start: what the pixels are in Sub-filtered rows."""
    totals = np.add.reduceat(lane, row_starts, dtype=np.uint8)
    steps = lane.copy()
    steps[row_starts[1:]] -= totals[:-1]  # takes back what the row above added up to
    return np.cumsum(steps, dtype=np.uint8)


def _pack(lanes: Sequence[Bytes]) -> IntArray:
    packed = lanes[0].astype(np.int64)
    for lane in lanes[1:]:
        packed <<= 8
        packed |= lane
    return packed


def _without_none(scanlines: Bytes, step: int) -> Bytes:
    """The scanlines with None rows turned into Sub rows, a pixel being `step` bytes."""
    chosen = np.flatnonzero(scanlines[:, 0] == NONE)
    if not len(chosen):
        return scanlines
    rows = scanlines.copy()
    if len(chosen) == len(rows):
        rows[:, 1 + step :] -= scanlines[:, 1:-step]
    else:
        rows[chosen, 1 + step :] -= scanlines[chosen, 1:-step]
    rows[chosen, 0] = SUB
    return rows


def nonzero(flat: Bytes) -> IntArray:
    """(N,) places of non-zero bytes; a mask is nearly all zeros, so words, and words of words, are looked at first."""
    if len(flat) < _SMALL:
        return np.flatnonzero(flat)
    whole = len(flat) // _WORD * _WORD
    words = flat[:whole].view(np.uint64)
    some = nonzero((words != 0).view(np.uint8))
    within = np.flatnonzero(words[some].view(np.uint8) != 0)
    return np.concatenate((some[within >> 3] * _WORD + (within & 7), np.flatnonzero(flat[whole:]) + whole))


class _PackedRows:
    """Scanlines of less than 8 bits a sample: several pixels a byte, most significant first."""

    def __init__(self, scanlines: Bytes, part: Pass, png: Png) -> None:
        rows = np.ascontiguousarray(scanlines[:, 1:])
        if scanlines[:, 0].any():
            from . import pillow  # see above

            rows = pillow.unfiltered_rows(scanlines)
        self._size = part.height, part.width
        self._runs = self._read(rows, png.depth)

    def _read(self, rows: Bytes, depth: int) -> Runs:
        """Looks at bytes that differ from themselves shifted by a pixel, and only there at single pixels."""
        height, width = self._size
        before = np.zeros_like(rows)
        before[:, 1:] = rows[:, :-1]
        changed: Bytes = rows ^ (rows >> np.uint8(depth) | before << np.uint8(_WORD - depth))
        changed[:, 0] |= 1 << (_WORD - depth)  # every row starts a run
        places = nonzero(changed.reshape(-1))
        pixels = _unpack(changed.reshape(-1)[places], depth)
        place, pixel = np.divmod(np.flatnonzero(pixels), pixels.shape[1])
        row, byte = np.divmod(places[place], rows.shape[1])
        column = byte * pixels.shape[1] + pixel
        inside = np.flatnonzero(column < width)  # the last byte of a row may be padded
        values = _unpack(rows.reshape(-1)[places], depth)[place[inside], pixel[inside]]
        return Runs(width, height, (row * width + column)[inside], values.astype(np.int64))

    def runs(self, lanes: Sequence[int]) -> Runs:  # noqa: ARG002 - there is but one
        return self._runs


def _unpack(packed: Bytes, depth: int) -> Bytes:
    """(N, pixels of a byte) uint8."""
    shifts = np.arange(_WORD - depth, -1, -depth, dtype=np.uint8)
    pixels: Bytes = packed[:, np.newaxis] >> shifts & np.uint8((1 << depth) - 1)
    return pixels


def _lanes_of(scanlines: Bytes, step: int, lanes: Sequence[int]) -> Bytes:
    """Scanlines of some lanes only, filter bytes first."""
    if tuple(lanes) == tuple(range(step)):
        return scanlines
    height, stride = scanlines.shape
    pixels = scanlines[:, 1:].reshape(height, (stride - 1) // step, step)
    picked = np.empty((height, 1 + pixels.shape[1] * len(lanes)), dtype=np.uint8)
    picked[:, 0] = scanlines[:, 0]
    for number, lane in enumerate(lanes):
        picked[:, 1 + number :: len(lanes)] = pixels[:, :, lane]
    return picked
