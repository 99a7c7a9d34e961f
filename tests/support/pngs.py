"""PNGs put together chunk by chunk, sound or not."""

from __future__ import annotations

import struct
import zlib
from typing import Final

from segmask.testing.writers.pngwriter import chunk

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
ROWS: Final = b"".join(b"\1" + bytes([y, 0, 0]) for y in range(4))  # 3x4 grey, every row Sub-filtered
DATA: Final = zlib.compress(ROWS)
END: Final = chunk(b"IEND", b"")
PLTE: Final = chunk(b"PLTE", bytes(range(12)))


def header(width: int = 3, height: int = 4, depth: int = 8, color_type: int = 0, rest: bytes = b"\0\0\0") -> bytes:
    """The header; `rest` is compression, filtering, interlacing."""
    return chunk(b"IHDR", struct.pack(">IIBB", width, height, depth, color_type) + rest)


def idat(data: bytes = DATA) -> bytes:
    """A chunk of image data."""
    return chunk(b"IDAT", data)


def file(*chunks: bytes) -> bytes:
    """A PNG of chunks."""
    return SIGNATURE + b"".join(chunks)


def claiming(packed: bytes, window: int) -> bytes:
    """Compressed data whose header claims a window of 2 ** window bytes, 8 to 15."""
    method, level = (window - 8) << 4 | 8, 3 << 6
    return bytes([method, level + -(method << 8 | level) % 31]) + packed[2:]
