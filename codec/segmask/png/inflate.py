"""The image data of a PNG, inflated some rows at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

import numpy as np
from zlib_ng import zlib_ng

from segmask._support.arrays import ByteArray

from .spec import (
    PAETH,
    DamagedPng,
    Pass,
    Png,
)

_ROWS_BYTES: Final = 1 << 22
"""Bytes of scanlines to inflate at a time."""


_BLOCK: Final = 1 << 20
"""Bytes of compressed data to hand to zlib at a time, as it copies what it does not take yet."""
_LARGEST_WINDOW: Final = 7
"""In a header: 32 KiB, as much as there is."""
_BY_HEADER: Final = 0
"""Window bits that tell zlib to take the size that the data's header claims."""


class _Inflating:
    """Compressed image data on its way.

    A header may claim a smaller window than zlib has. libpng believes it, and inflates row by row: what a row copies must lie
    in the row or in the window before it.

    Args:
        packed: the data.
        size: bytes that it should hold.
        by_row: whether to believe the header and to inflate row by row.
    """

    def __init__(self, packed: bytes, size: int, *, by_row: bool = False) -> None:
        self._packed = memoryview(packed)
        self._by_row = by_row
        self._engine = zlib_ng.decompressobj(_BY_HEADER) if by_row else zlib_ng.decompressobj()
        self._size = size
        self._inflated = 0

    def rows(self, count: int, stride: int) -> bytes:
        """Exactly the next rows of `stride` bytes each.

        Raises:
            DamagedPng: there are less, or they are damaged.
        """
        if self._by_row:
            return b"".join([self.read(stride) for _ in range(count)])
        return self.read(count * stride)

    def read(self, size: int) -> bytes:
        """Exactly the next `size` bytes.

        Raises:
            DamagedPng: there are less, or they are damaged.
        """
        data = self._some(size)
        while len(data) < size:
            more = self._some(size - len(data))
            if not more and self._is_at_end():
                raise DamagedPng(f"the image data ends after {self._inflated:,} of {self._size:,} bytes")
            data += more
        return data

    def has_more(self) -> bool:
        """Whether something follows what has been read.

        Raises:
            DamagedPng: there is no checksum at the end.
        """
        while not self._is_at_end():
            if self._some(1):
                return True
        if not self._engine.eof:
            raise DamagedPng("the image data has no checksum at its end")
        return bool(self._packed or self._engine.unused_data)

    def _is_at_end(self) -> bool:
        return self._engine.eof or not (self._packed or self._engine.unconsumed_tail)

    def _some(self, size: int) -> bytes:
        packed: bytes | memoryview = self._engine.unconsumed_tail
        if not packed and not self._engine.eof:
            packed, self._packed = self._packed[:_BLOCK], self._packed[_BLOCK:]
        try:
            data = self._engine.decompress(packed, size)
        except zlib_ng.error as error:  # type: ignore[misc]  # its stub calls the class a value
            raise DamagedPng(f"the image data does not inflate ({error})") from None
        self._inflated += len(data)
        return data


def _window(packed: bytes) -> int:
    """Bytes that compressed data may reach back by the claim of its header; what cannot be believed claims the most."""
    exponent = packed[0] >> 4 if packed else _LARGEST_WINDOW
    return 1 << 8 + exponent if exponent < _LARGEST_WINDOW else sys.maxsize


def pieces(png: Png, size: int) -> Iterator[tuple[Pass, int, int, bytes]]:
    """The scanlines, inflated some rows at a time.

    Args:
        png: the image.
        size: bytes of scanlines to inflate at a time, at least one row.

    Yields:
        Pass, number of the first row and of the one behind the last, the scanlines: of each row the filter byte, then the
        filtered bytes.

    Raises:
        DamagedPng: the data does not inflate to exactly what the header promises.
    """
    passes = png.passes()
    total = sum(part.height * (1 + png.row_bytes(part.width)) for part in passes)
    stream = _Inflating(png.data, total, by_row=png.height > 1 and _window(png.data) < total)
    for part in passes:
        stride = 1 + png.row_bytes(part.width)
        height = max(size // stride, 1)
        for first in range(0, part.height, height):
            end = min(first + height, part.height)
            yield part, first, end, stream.rows(end - first, stride)
    if stream.has_more():
        png.oddities.append("more image data than the size needs")


def inflated_rows(png: Png) -> Iterator[tuple[Pass, int, ByteArray]]:
    """As `pieces`, as arrays.

    Yields:
        Pass, number of the first row, (rows, 1 + row bytes) uint8: of each row the filter byte, then the filtered bytes.
        Read-only.

    Raises:
        DamagedPng: the data does not inflate to exactly what the header promises, or a filter is unknown.
    """
    for part, first, end, data in pieces(png, _ROWS_BYTES):
        rows = np.frombuffer(data, dtype=np.uint8).reshape(end - first, -1)
        if rows[:, 0].max() > PAETH:
            raise unknown_filter(first + int((rows[:, 0] > PAETH).argmax()))
        yield part, first, rows


def unknown_filter(row: int) -> DamagedPng:
    """What is raised for a row whose filter byte is none that PNG defines."""
    return DamagedPng(f"row {row} has an unknown filter")
