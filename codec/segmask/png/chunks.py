"""PNG as bytes: chunks, header, palette, and the inflated scanlines.

What is refused here is what libpng refuses inside OpenCV, which is what CVAT reads masks with: any damage to a
critical chunk or to the compressed data. What it forgives (bytes after the end, superfluous image data, a bad CRC of
an ancillary chunk) is noted in `Png.oddities`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from zlib_ng import zlib_ng

from segmask._support.arrays import ByteArray

from .spec import (
    DEPTHS,
    MAX_PIXELS,
    MAX_SIDE,
    PALETTE,
    RGB,
    RGBA,
    SIGNATURE,
    DamagedPng,
    OversizedPng,
    Png,
)


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
            png.oddities.append(_behind(len(data) - chunk.end))
    if not image_data:
        raise DamagedPng("there is no image data")
    png.data = image_data[0] if len(image_data) == 1 else b"".join(image_data)
    return png


class _Chunk(NamedTuple):
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
    if depth not in DEPTHS.get(color_type, ()):
        raise DamagedPng(f"no PNG has colour type {color_type} with {depth} bits")
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
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


def _behind(count: int) -> str:
    return "1 byte follows the end of the image" if count == 1 else f"{count:,} bytes follow the end of the image"
