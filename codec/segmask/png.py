"""PNG as bytes: chunks, header, palette, and the inflated scanlines.

What is refused here is what libpng refuses inside OpenCV, which is what CVAT reads masks with: any damage to a
critical chunk or to the compressed data. What it forgives (bytes after the end, superfluous image data, a bad CRC of
an ancillary chunk) is noted in `Png.oddities`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from zlib_ng import zlib_ng

from ._support.arrays import ByteArray

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
LANES: Final = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
"""Samples of a pixel, by colour type."""
NONE, SUB, UP, AVERAGE, PAETH = range(5)
"""Filters of a row, in its first byte."""

_DEPTHS: Final = {
    GREY: {1, 2, 4, 8, 16},
    RGB: {8, 16},
    PALETTE: {1, 2, 4, 8},
    GREY_ALPHA: {8, 16},
    RGBA: {8, 16},
}
_MAX_SIDE: Final = 1_000_000  # libpng's limit
_MAX_PIXELS: Final = 1 << 30  # OpenCV's, CV_IO_MAX_IMAGE_PIXELS
_BAND: Final = 1 << 22
"""Bytes of scanlines to inflate at a time."""
_BITE: Final = 1 << 20
"""Bytes of compressed data to hand to zlib at a time, as it copies what it does not take yet."""
_ADAM7: Final = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


# glibc gives a large block back to the system when it is freed, and the next one costs a page fault for each 4 KiB; but
# only a block larger than any that was freed before. So a very large one is, untouched.
np.empty(4 * _BAND, dtype=np.uint8)


class DamagedPng(ValueError):
    """The bytes are no PNG that CVAT could decode."""


class OversizedPng(ValueError):
    """Sound, and larger than OpenCV takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A sub-image with scanlines of its own: the whole image, or one of the seven passes of an interlaced one.

    Pixel (i, j) of the pass is pixel (x + i * dx, y + j * dy) of the image.
    """

    x: int = 0
    y: int = 0
    dx: int = 1
    dy: int = 1
    width: int
    height: int


@dataclass(slots=True, kw_only=True)
class Png:
    """A parsed PNG.

    Attributes:
        width: columns, at least 1.
        height: rows, at least 1.
        depth: bits of a sample.
        color_type: one of GREY, RGB, PALETTE, GREY_ALPHA, RGBA.
        interlaced: whether rows come in seven passes (Adam7).
        palette: (N, 3) uint8, empty where the colour type is another.
        alpha: the tRNS chunk's bytes; empty where there is none.
        data: the compressed image data.
        oddities: what CVAT forgives, one phrase each.
    """

    width: int
    height: int
    depth: int
    color_type: int
    interlaced: bool
    palette: ByteArray = field(default_factory=lambda: np.empty((0, 3), dtype=np.uint8))
    alpha: bytes = b""
    data: bytes = b""
    oddities: list[str] = field(default_factory=list)

    @property
    def pixel_bits(self) -> int:
        """Bits of a pixel."""
        return self.depth * LANES[self.color_type]

    def row_bytes(self, width: int) -> int:
        """Bytes of a row of `width` pixels, without the filter byte."""
        return (width * self.pixel_bits + 7) // 8

    def passes(self) -> tuple[Pass, ...]:
        """The sub-images in the order of the data, empty ones left out."""
        if not self.interlaced:
            return (Pass(width=self.width, height=self.height),)
        passes = (
            Pass(x=x, y=y, dx=dx, dy=dy, width=-(-(self.width - x) // dx), height=-(-(self.height - y) // dy))
            for x, y, dx, dy in _ADAM7
        )
        return tuple(part for part in passes if part.width > 0 and part.height > 0)

    def bands(self) -> Iterator[tuple[Pass, int, ByteArray]]:
        """The scanlines, inflated some rows at a time.

        Yields:
            Pass, number of the first row, (rows, 1 + row bytes) uint8: of each row the filter byte, then the filtered bytes.
            Read-only.

        Raises:
            DamagedPng: the data does not inflate to exactly what the header promises, or a filter is unknown.
        """
        passes = self.passes()
        stream = _Inflating(self.data, sum(part.height * (1 + self.row_bytes(part.width)) for part in passes))
        for part in passes:
            stride = 1 + self.row_bytes(part.width)
            height = max(_BAND // stride, 1)
            for first in range(0, part.height, height):
                size = min(height, part.height - first) * stride
                rows = np.frombuffer(stream.read(size), dtype=np.uint8).reshape(-1, stride)
                if rows[:, 0].max() > PAETH:
                    raise DamagedPng(f"row {first + int((rows[:, 0] > PAETH).argmax())} has an unknown filter")
                yield part, first, rows
        if stream.has_more():
            self.oddities.append("more image data than the size needs")


class _Inflating:
    """Compressed image data on its way.

    Args:
        packed: the data.
        size: bytes that it should hold.
    """

    def __init__(self, packed: bytes, size: int) -> None:
        self._packed = memoryview(packed)
        self._engine = zlib_ng.decompressobj()
        self._size = size
        self._inflated = 0

    def read(self, size: int) -> bytes:
        """The next bytes, exactly so many.

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
            packed, self._packed = self._packed[:_BITE], self._packed[_BITE:]
        try:
            data = self._engine.decompress(packed, size)
        except zlib_ng.error as error:  # type: ignore[misc]  # its stub calls the class a value
            raise DamagedPng(f"the image data does not inflate ({error})") from None
        self._inflated += len(data)
        return data


def parse(data: bytes) -> Png:
    """Header, palette and compressed data of a PNG.

    Raises:
        DamagedPng: libpng would not decode it.
        OversizedPng: OpenCV would not.
    """
    if data[:8] != SIGNATURE:
        raise DamagedPng("the PNG signature is damaged")
    chunks = _chunks(data)
    first = next(chunks)
    png = _header(first)
    image_data: list[bytes] = []
    seen = [first.kind]
    interrupted = False  # libpng takes the first unbroken series of IDAT chunks only
    for chunk in chunks:
        if chunk.kind[:1].isupper():
            _check_critical(chunk, seen, png)
            if chunk.kind == b"IDAT" and not interrupted:
                image_data.append(chunk.body)
            elif chunk.kind == b"PLTE" and png.color_type == PALETTE:
                png.palette = _palette(chunk.body, png)
        elif not chunk.sound:
            png.oddities.append(f"the {chunk.kind.decode()} chunk has a wrong checksum")
        elif chunk.kind == b"tRNS" and b"IDAT" not in seen:
            png.alpha = chunk.body
        interrupted |= bool(image_data) and chunk.kind != b"IDAT"
        seen.append(chunk.kind)
        if chunk.kind == b"IEND" and chunk.end < len(data):
            png.oddities.append(f"{len(data) - chunk.end:,} bytes follow the end of the image")
    if not image_data:
        raise DamagedPng("there is no image data")
    png.data = image_data[0] if len(image_data) == 1 else b"".join(image_data)
    return png


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A chunk, its checksum compared."""

    kind: bytes
    body: bytes
    sound: bool  # the checksum is right
    end: int  # where the next one begins


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """Chunks from behind the signature to IEND.

    Raises:
        DamagedPng: there is no chunk where one must begin, or no IEND.
    """
    position, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        if position + 12 > len(data):
            raise DamagedPng("the file ends before its IEND chunk: it is cut off")
        length, kind = struct.unpack_from(">I4s", data, position)
        if not kind.isalpha() or length >> 31:
            raise DamagedPng(f"no chunk begins at byte {position}")
        start, end = position + 8, position + 12 + length
        if end > len(data):
            raise DamagedPng(f"the file ends inside its {kind.decode()} chunk: it is cut off")
        stored = int.from_bytes(data[end - 4 : end], "big")
        sound = zlib_ng.crc32(data[start - 4 : end - 4]) == stored
        yield _Chunk(kind, data[start : end - 4], sound, end)
        position = end


def _header(chunk: _Chunk) -> Png:
    if chunk.kind != b"IHDR" or len(chunk.body) != 13 or not chunk.sound:
        raise DamagedPng("the header (IHDR) is damaged")
    width, height, depth, color_type, compression, filtering, interlace = struct.unpack(">IIBBBBB", chunk.body)
    if not (0 < width < 1 << 31 and 0 < height < 1 << 31) or compression or filtering or interlace > 1:
        raise DamagedPng("the header (IHDR) holds values that PNG does not define")
    if depth not in _DEPTHS.get(color_type, ()):
        raise DamagedPng(f"no PNG has colour type {color_type} with {depth} bits")
    if width > _MAX_SIDE or height > _MAX_SIDE or width * height > _MAX_PIXELS:
        raise OversizedPng(f"{width}x{height} pixels")
    return Png(width=width, height=height, depth=depth, color_type=color_type, interlaced=interlace == 1)


def _check_critical(chunk: _Chunk, seen: list[bytes], png: Png) -> None:
    kind = chunk.kind
    if kind not in {b"PLTE", b"IDAT", b"IEND"}:
        what = "a second header" if kind == b"IHDR" else f"an unknown critical chunk {kind.decode()}"
        raise DamagedPng(f"the file has {what}")
    if not chunk.sound:
        raise DamagedPng(f"the {kind.decode()} chunk has a wrong checksum")
    if kind == b"PLTE" and b"PLTE" in seen:
        raise DamagedPng("the file has two palettes")
    if kind == b"PLTE" and png.color_type in {RGB, RGBA} and not chunk.body and b"IDAT" not in seen:
        raise DamagedPng("the palette (PLTE) has 0 bytes")  # other lengths pass: here it is only a hint
    if kind == b"IDAT" and png.color_type == PALETTE and b"PLTE" not in seen:
        raise DamagedPng("the palette (PLTE) is missing")


def _palette(body: bytes, png: Png) -> ByteArray:
    if len(body) % 3 or not 3 <= len(body) <= 768:
        raise DamagedPng(f"the palette (PLTE) has {len(body)} bytes")
    return np.frombuffer(body, dtype=np.uint8).reshape(-1, 3)[: 1 << png.depth]
