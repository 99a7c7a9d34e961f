"""Scanlines to runs by the kernel, some rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from segmask.native.kernel import Kernel, Rows, TooMany, UnknownFilter
from segmask.pixels.runs import RowRuns, too_many

from . import adam7, inflate
from .spec import Pass, Png

_PIECE: Final = 1 << 20
"""Bytes of scanlines to inflate at a time: with less zlib-ng loses more than the processor's cache gives the kernel."""
_WORD: Final = 8


def runs(kernel: Kernel, png: Png, groups: Sequence[Sequence[int]], limit: int) -> list[RowRuns]:
    """As `decode.runs`."""
    readers = [_Reader(kernel, png, channels, limit) for channels in groups]
    try:
        for part, first, end, scanlines in inflate.pieces(png, _PIECE):
            for reader in readers:
                reader.add(part, first, end, scanlines)
        return [reader.runs() for reader in readers]
    except TooMany:
        raise too_many(limit) from None
    except UnknownFilter as error:
        raise inflate.unknown_filter(error.row) from None


class _Reader:
    """What becomes of one group of channels."""

    def __init__(self, kernel: Kernel, png: Png, channels: Sequence[int], limit: int) -> None:
        self._kernel = kernel
        self._png = png
        self._channels = channels
        self._limit = self._left = limit
        self._parts: list[RowRuns] = []

    def add(self, part: Pass, first: int, end: int, scanlines: bytes) -> None:
        """Takes in some rows of a pass."""
        if first == 0:
            self._rows = self._begun(part)
        self._rows.add(scanlines, first, end)
        if end == part.height:
            self._parts.append(self._ended(part))
            self._left -= len(self._parts[-1].starts)

    def _begun(self, part: Pass) -> Rows:
        if self._png.depth >= _WORD:
            return self._kernel.rows(part.width, self._png.pixel_bits // _WORD, self._channels, self._left)
        # Of two bytes that differ, two pixels do; and so may the padding of a row.
        return self._kernel.rows(self._png.row_bytes(part.width), 1, self._channels, 2 * (self._left + part.height))

    def _ended(self, part: Pass) -> RowRuns:
        found = self._rows.found()
        if self._png.depth < _WORD:
            found = self._kernel.unpacked(found, self._png.depth, (part.height, part.width), self._left)
        return RowRuns(part.width, part.height, *found)

    def runs(self) -> RowRuns:
        """Those of the whole image."""
        if not self._png.interlaced:
            return self._parts[0]
        return adam7.merged(self._png.passes(), self._parts, self._png.width, self._png.height, self._limit)
