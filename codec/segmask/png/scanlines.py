"""Scanlines to runs, without a dense image on the way.

A Sub-filtered row holds, for each byte, its difference to the same byte of the pixel on the left. Where the colour does
not change the row is zero, so its non-zero bytes are the run boundaries, and their running sum (modulo 256) is the
colour. CVAT writes every row so. Rows filtered None are turned into this form first. In rows filtered otherwise the
non-zero bytes are the places where a row departs from the one above it: `predicted` makes runs of them.

PNG filters a byte by the same byte of other pixels only: each byte of a pixel, a channel, is filtered by itself. So channels
can be picked before the filters are undone. CVAT's reading of a mask, casting to 8 bits and ignoring alpha, is
picking channels: the low byte of each 16-bit sample, and no alpha.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from segmask._support.arrays import ByteArray, IntArray
from segmask.pixels.runs import RowRuns, check_count, first_of_each

from . import adam7
from .inflate import inflated_rows
from .spec import NONE, SUB, Pass, Png

_WORD: Final = 8
_SMALL: Final = 1 << 17


def runs(png: Png, groups: Sequence[Sequence[int]], limit: int) -> list[RowRuns]:
    """Runs of some bytes of each pixel.

    Args:
        png: the image.
        groups: channels, as `Samples.runs` takes them, for each result.
        limit: runs that there may be of each.

    Raises:
        DamagedPng: the image data is damaged.
        TooManyRuns: there are more, or their making takes more.
    """
    samples = Samples(png, limit)
    return [samples.runs(channels) for channels in groups]


class Samples:
    """The pixels of a PNG, inflated once; their channels as runs.

    Args:
        png: the image.
        limit: runs that there may be.

    Raises:
        DamagedPng: the image data is damaged.
        TooManyRuns: now, or when runs are asked for.
    """

    def __init__(self, png: Png, limit: int) -> None:
        self._png = png
        self._limit = limit
        read = _PackedRows if png.depth < _WORD else _Rows
        self._parts = {part: read(part, png) for part in png.passes()}
        count = 0
        for part, first, rows in inflated_rows(png):
            step = max(1, len(rows) * png.depth // _WORD) if png.depth < _WORD else len(rows)  # as many pixels at once
            for at in range(0, len(rows), step):
                count += self._parts[part].add(first + at, rows[at : at + step])
                check_count(count, limit)

    def runs(self, channels: Sequence[int]) -> RowRuns:
        """Runs of some channels, packed into one number.

        Args:
            channels: one or three of the bytes of a pixel, most significant first: three give 0xRRGGBB. Samples of less than 8
                bits have channel 0 only, and values up to 15.
        """
        parts = [part.runs(channels, self._limit) for part in self._parts.values()]
        if not self._png.interlaced:
            return parts[0]
        return adam7.merged(tuple(self._parts), parts, self._png.width, self._png.height, self._limit)


class _Rows:
    """Scanlines of 8 or 16 bits a sample: the filtered pixels that are not zero, and the first of each row."""

    def __init__(self, part: Pass, png: Png) -> None:
        self._size = part.height, part.width
        self._step = png.pixel_bits // _WORD
        self._filters: list[ByteArray] = []
        self._starts: list[IntArray] = []
        self._channels: list[ByteArray] = []

    def add(self, first: int, rows: ByteArray) -> int:
        """Takes in the next rows, of which `first` is the number of the first; returns how many pixels were kept."""
        rows = _without_none(rows, self._step)
        flat = rows.reshape(-1)
        places = nonzero(flat)  # filter bytes are not zero here
        row = places // rows.shape[1]
        byte = places - row  # as if there were no filter bytes, and one more
        np.maximum(byte, row * (rows.shape[1] - 1) + 1, out=byte)
        byte -= 1
        start = byte // self._step
        kept = np.flatnonzero(first_of_each(start))
        start, place = start[kept], row[kept]
        place += start * self._step
        self._filters.append(rows[:, 0].copy())
        self._starts.append(start + first * self._size[1])
        self._channels.append(np.stack([flat[place + channel] for channel in range(1, 1 + self._step)]))
        return len(start)

    def runs(self, channels: Sequence[int], limit: int) -> RowRuns:
        """Runs of some channels, packed into one number; no more than a limit."""
        height, width = self._size
        filters, starts = np.concatenate(self._filters), np.concatenate(self._starts)
        picked = np.concatenate(self._channels, axis=1)
        is_first = starts % width == 0
        if tuple(channels) != tuple(range(self._step)):  # in some places only the other channels are not zero
            picked = picked[list(channels)]
            kept = np.flatnonzero(is_first | (np.bitwise_or.reduce(picked, axis=0) != 0))
            starts, is_first, picked = starts[kept], is_first[kept], picked[:, kept]
        first = np.flatnonzero(is_first)
        if (filters == SUB).all():
            return RowRuns(width, height, starts, _packed(_sums(picked, first)))
        from . import predicted  # CVAT's masks do not need it, and it imports Pillow

        return predicted.runs(self._size, filters, starts, first, picked, limit)


def _sums(channels: ByteArray, row_starts: IntArray) -> IntArray:
    """Running sums modulo 256 that begin anew at each row start: what the pixels are in Sub-filtered rows."""
    steps = channels.astype(np.int64)  # which are added up four times as fast as bytes
    totals = np.add.reduceat(steps, row_starts, axis=1)
    steps[:, row_starts[1:]] -= totals[:, :-1]  # takes back what the row above added up to
    sums: IntArray = np.cumsum(steps, axis=1) & 255
    return sums


def _packed(channels: IntArray) -> IntArray:
    values: IntArray = channels[0]
    for channel in channels[1:]:
        values = values << 8 | channel
    return values


def _without_none(rows: ByteArray, step: int) -> ByteArray:
    """Scanlines with None rows turned into Sub rows, a pixel being `step` bytes."""
    chosen = rows[:, 0] == NONE
    if not chosen.any():
        return rows
    differences = np.empty_like(rows)
    flat = rows.reshape(-1)
    np.subtract(flat[step:], flat[:-step], out=differences.reshape(-1)[step:])
    differences[:, : 1 + step] = rows[:, : 1 + step]
    differences[:, 0] = SUB
    if not chosen.all():
        np.copyto(differences, rows, where=~chosen[:, np.newaxis])
    return differences


def nonzero(flat: ByteArray) -> IntArray:
    """(N,) places of non-zero bytes; a mask is nearly all zeros, so words, and words of words, are looked at first."""
    if len(flat) < _SMALL:
        return np.flatnonzero(flat != 0)  # several times as fast as without the comparison
    whole = len(flat) // _WORD * _WORD
    words = flat[:whole].view(np.uint64)
    some = nonzero((words != 0).view(np.uint8))
    within = np.flatnonzero(words[some].view(np.uint8) != 0)
    return np.concatenate((some[within >> 3] * _WORD + (within & 7), np.flatnonzero(flat[whole:]) + whole))


class _PackedRows:
    """Scanlines of less than 8 bits a sample: several pixels a byte, most significant first."""

    def __init__(self, part: Pass, png: Png) -> None:
        self._size = part.height, part.width
        self._depth = png.depth
        self._above = np.zeros((1, png.row_bytes(part.width)), dtype=np.uint8)
        self._starts: list[IntArray] = []
        self._values: list[IntArray] = []

    def add(self, first: int, rows: ByteArray) -> int:
        """Takes in the next rows, of which `first` is the number of the first; returns how many pixels were kept."""
        plain = self._unfiltered(rows)
        self._above = plain[-1:]
        starts, values = self._read(plain)
        self._starts.append(starts + first * self._size[1])
        self._values.append(values)
        return len(starts)

    def _unfiltered(self, rows: ByteArray) -> ByteArray:
        if (rows[:, 0] == NONE).all():
            return np.ascontiguousarray(rows[:, 1:])
        from . import unfilter  # slow to import

        plain = unfilter.unfiltered(np.concatenate((np.pad(self._above, ((0, 0), (1, 0))), rows)), 1)[1:]
        return plain.astype(np.uint8, copy=False)

    def _read(self, rows: ByteArray) -> tuple[IntArray, IntArray]:
        """Starts and values. Looks at bytes that differ from themselves shifted by a pixel, and only there at pixels."""
        width = self._size[1]
        before = np.zeros_like(rows)
        before[:, 1:] = rows[:, :-1]
        changed: ByteArray = rows ^ (rows >> np.uint8(self._depth) | before << np.uint8(_WORD - self._depth))
        changed[:, 0] |= 1 << (_WORD - self._depth)  # every row starts a run
        places = nonzero(changed.reshape(-1))
        pixels = _unpack(changed.reshape(-1)[places], self._depth)
        place, pixel = np.divmod(np.flatnonzero(pixels), pixels.shape[1])
        row, byte = np.divmod(places[place], rows.shape[1])
        column = byte * pixels.shape[1] + pixel
        inside = np.flatnonzero(column < width)  # the last byte of a row may be padded
        values = _unpack(rows.reshape(-1)[places], self._depth)[place[inside], pixel[inside]]
        return (row * width + column)[inside], values.astype(np.int64)

    def runs(self, channels: Sequence[int], limit: int) -> RowRuns:  # noqa: ARG002 - there is but one, and no more than were kept
        """Runs of the only channel."""
        height, width = self._size
        return RowRuns(width, height, np.concatenate(self._starts), np.concatenate(self._values))


def _unpack(packed: ByteArray, depth: int) -> ByteArray:
    """(N, pixels of a byte) uint8."""
    shifts = np.arange(_WORD - depth, -1, -depth, dtype=np.uint8)
    pixels: ByteArray = packed[:, np.newaxis] >> shifts & np.uint8((1 << depth) - 1)
    return pixels
