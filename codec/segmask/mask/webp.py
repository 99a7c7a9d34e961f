"""WebP headers. Pillow makes room for all pixels of a WebP as it opens it, so its size is read without Pillow."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

_START: Final = b"RIFF"
_FORM: Final = b"WEBP"
_PIXEL: Final = bytes.fromhex("2f00000000071011fd0f4444ff03")  # the data of a VP8L chunk: one pixel
_METADATA: Final = frozenset({b"EXIF", b"XMP "})
_FRAME_START: Final = b"\x9d\x01\x2a"


def size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels as the header says them; None where the bytes are no WebP or none that says so."""
    kind, body = next(_chunks(data), (b"", b""))
    if kind == b"VP8X" and len(body) >= 10:
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and len(body) >= 10 and body[3:6] == _FRAME_START:
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    return None


def without_pixels(data: bytes) -> bytes:
    """A WebP of one pixel with the metadata of this one."""
    kept = [(kind, body) for kind, body in _chunks(data) if kind in _METADATA]
    flags = sum({8 if kind == b"EXIF" else 4 for kind, _ in kept})
    chunks = [(b"VP8X", struct.pack("<I6x", flags)), (b"VP8L", _PIXEL), *kept]
    body = b"".join(kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2) for kind, body in chunks)
    return _START + struct.pack("<I", len(_FORM) + len(body)) + _FORM + body


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each chunk; the last one may be cut off."""
    if data[:4] != _START or data[8:12] != _FORM:
        return
    at = 12
    while at + 8 <= len(data):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
