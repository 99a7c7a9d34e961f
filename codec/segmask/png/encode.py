"""Runs to PNG bytes, every row Sub-filtered as CVAT writes it, without an image of colours on the way.

In a Sub-filtered row only the first pixel of a run differs from zero, so the rows are zeros with a few bytes in them.
Deflate is told to look for nothing but repeated bytes, as OpenCV does: it meets hardly anything else, and is three times
as fast as with the search for longer patterns, for files of about the same size.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import chain
from typing import Final, Literal

import numpy as np
from zlib_ng import zlib_ng

from segmask._support.arrays import ByteArray
from segmask.pixels.color import Color
from segmask.pixels.runs import RowRuns

from .spec import GREY, PALETTE, RGB, SIGNATURE, SUB

Mode = Literal["rgb", "palette", "grey"]
_INDICES: Final = np.arange(256, dtype=np.uint8)[:, np.newaxis]
_TYPES: Final = {"rgb": RGB, "palette": PALETTE, "grey": GREY}


def encode(runs: RowRuns, colors: list[Color], mode: Mode) -> bytes:
    """An 8-bit PNG of a mask.

    Args:
        runs: indices, each below the number of colours.
        colors: (r, g, b) of each index; grey masks hold the index itself.
        mode: ``"rgb"`` colours, ``"palette"`` indices and their colours, ``"grey"`` indices.
    """
    entries = b"" if mode == "grey" else bytes(chain.from_iterable(colors))  # numpy takes longer for this many tuples
    table = np.frombuffer(entries, dtype=np.uint8).reshape(-1, 3) if mode == "rgb" else _INDICES
    header = struct.pack(">IIBBBBB", runs.width, runs.height, 8, _TYPES[mode], 0, 0, 0)
    palette = entries if mode == "palette" else b""
    deflate = zlib_ng.compressobj(strategy=zlib_ng.Z_RLE)
    data = deflate.compress(_scanlines(runs, table)) + deflate.flush()
    chunks = [(b"IHDR", header), (b"PLTE", palette), (b"IDAT", data), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks if body or kind == b"IEND")


def encode_dense(indices: ByteArray, colors: Sequence[Color]) -> bytes:
    """A PNG with a palette, unfiltered, of 1, 2, 4 or 8 bits a pixel: the smallest for a small picture of few colours.

    Args:
        indices: (H, W) uint8, each below the number of colours.
        colors: (r, g, b) of each index, at most 256.
    """
    height, width = indices.shape
    depth = next(depth for depth in (1, 2, 4, 8) if len(colors) <= 1 << depth)
    per_byte = 8 // depth
    padded = np.pad(indices, ((0, 0), (0, -width % per_byte))).reshape(height, -1, per_byte)
    shifts = depth * np.arange(per_byte - 1, -1, -1, dtype=np.uint8)
    packed = np.bitwise_or.reduce(padded << shifts, axis=2)
    rows = np.pad(packed, ((0, 0), (1, 0)))  # filter 0, none, before each
    header = struct.pack(">IIBBBBB", width, height, depth, PALETTE, 0, 0, 0)
    palette = bytes(chain.from_iterable(colors))
    chunks = [(b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib_ng.compress(rows.tobytes(), 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _scanlines(runs: RowRuns, table: ByteArray) -> ByteArray:
    """(H, 1 + W * L) uint8: the filter byte, then the filtered row, for a table of (C, L) uint8 colours of L channels."""
    channels = table.shape[1]
    rows = np.zeros((runs.height, 1 + runs.width * channels), dtype=np.uint8)
    rows[:, 0] = SUB
    y = runs.starts // runs.width
    leftmost = np.flatnonzero(runs.starts == y * runs.width)
    place = runs.starts * channels + y
    for channel in table.T:
        place += 1
        values = channel.take(runs.values)
        steps = values.copy()
        steps[1:] -= values[:-1]
        steps[leftmost] = values[leftmost]
        rows.reshape(-1)[place] = steps
    return rows


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib_ng.crc32(kind + body))
