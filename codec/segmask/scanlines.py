"""Scanlines to runs, without a dense image on the way where the rows' filters allow it.

A Sub-filtered row holds, for each byte, its difference to the same byte of the pixel on the left. Where the colour does
not change the row is zero, so its non-zero bytes are the run boundaries, and their running sum (modulo 256) is the
colour. CVAT writes every row so. Rows filtered None or Up are turned into this form first: the difference to the left
is linear, so it can be taken of the filtered bytes, and an Up row then adds the row above.

PNG filters a byte by the same byte of other pixels only: each byte of a pixel, a lane, is filtered by itself. So lanes
can be picked before the filters are undone. CVAT's reading of a mask, casting to 8 bits and ignoring alpha, is
picking lanes: the low byte of each 16-bit sample, and no alpha.

Average and Paeth rows depend on more than one neighbour in a way that is not linear; images that have such rows are
handed to Pillow, lanes already picked.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image

from .png import Bytes, Png
from .runs import IntArray, Runs

NONE, SUB, UP, AVERAGE, PAETH = range(5)
_WORD: Final = 8


def to_runs(png: Png, lanes: Sequence[int]) -> Runs:
    """Runs of an image of 8 or 16 bits a sample; equal to the runs of `to_dense`, lanes packed into one number.

    Args:
        png: the image.
        lanes: the bytes of a pixel to read, in order, most significant first: three give 0xRRGGBB.

    Raises:
        DamagedPng: the image data is damaged.
    """
    if not png.interlaced and png.depth >= 8:
        rows = _pick(png.scanlines()[0], png, lanes)
        if rows[:, 0].max() <= UP:
            return _runs_of_sub(_to_sub(rows, len(lanes)), len(lanes))
        return runs_of_dense(_unfilter(rows, len(lanes)))
    return runs_of_dense(to_dense(png, lanes))


def to_dense(png: Png, lanes: Sequence[int]) -> Bytes:
    """(height, width, lanes) uint8: the picked lanes of each pixel; samples below 8 bits as they are, 0 to 15.

    Raises:
        DamagedPng: the image data is damaged.
    """
    image = np.empty((png.height, png.width, len(lanes)), dtype=np.uint8)
    for part, scanlines in zip(png.passes(), png.scanlines(), strict=True):
        pixels = _unfilter(_pick(scanlines, png, lanes), len(lanes))
        if png.depth < 8:
            pixels = _unpack_bits(pixels, png.depth)[:, : part.width]
        image[part.y :: part.dy, part.x :: part.dx] = pixels
    return image


def _pick(scanlines: Bytes, png: Png, lanes: Sequence[int]) -> Bytes:
    """Scanlines of the picked lanes only, filter bytes first."""
    pixel_bytes = max(png.pixel_bits // 8, 1)
    if tuple(lanes) == tuple(range(pixel_bytes)):
        return scanlines
    height, stride = scanlines.shape
    pixels = scanlines[:, 1:].reshape(height, (stride - 1) // pixel_bytes, pixel_bytes)
    picked = np.empty((height, 1 + pixels.shape[1] * len(lanes)), dtype=np.uint8)
    picked[:, 0] = scanlines[:, 0]
    picked[:, 1:] = pixels[:, :, list(lanes)].reshape(height, -1)
    return picked


def _to_sub(scanlines: Bytes, lanes: int) -> Bytes:
    """The scanlines with None and Up rows turned into Sub rows."""
    filters = scanlines[:, 0]
    others = np.flatnonzero(filters != SUB)
    if not len(others):
        return scanlines
    rows = scanlines.copy()
    pixels = rows[:, 1:]
    left = pixels[others, :-lanes]
    pixels[others, lanes:] -= left
    for y in others[(filters[others] == UP) & (others > 0)]:
        pixels[y] += pixels[y - 1]
    rows[:, 0] = SUB
    return rows


def _runs_of_sub(rows: Bytes, lanes: int) -> Runs:
    height, stride = rows.shape
    width = (stride - 1) // lanes
    places = _nonzero(rows.reshape(-1))  # the filter bytes are not zero: every row starts a run
    row, byte = np.divmod(places, stride)
    start = row * width + np.maximum(byte - 1, 0) // lanes
    start = start[np.concatenate(([True], start[1:] != start[:-1]))]
    row, column = np.divmod(start, width)
    first_byte = row * stride + 1 + column * lanes
    flat = rows.reshape(-1)
    row_start = np.flatnonzero(column == 0)
    runs_of_row = np.diff(row_start, append=len(start))
    packed = np.zeros(len(start), dtype=np.int64)
    for lane in range(lanes):
        total = np.cumsum(flat[first_byte + lane], dtype=np.uint8)  # sums modulo 256, as PNG does
        before = np.concatenate((np.zeros(1, dtype=np.uint8), total[row_start[1:] - 1]))
        packed = packed << 8 | (total - np.repeat(before, runs_of_row))
    return Runs(width, height, start, packed)


def _nonzero(flat: Bytes) -> IntArray:
    """Places of non-zero bytes; a mask is nearly all zeros, so words are looked at first."""
    whole = len(flat) // _WORD * _WORD
    words = np.flatnonzero(flat[:whole].view(np.uint64))
    within = np.flatnonzero(flat[:whole].reshape(-1, _WORD)[words].reshape(-1) != 0)
    word, byte = within // _WORD, within % _WORD
    return np.concatenate((words[word] * _WORD + byte, np.flatnonzero(flat[whole:]) + whole))


def _unfilter(rows: Bytes, lanes: int) -> Bytes:
    """(height, width, lanes) uint8 of 8-bit scanlines with any filters, 1 or 3 lanes, by Pillow."""
    height, stride = rows.shape
    width = (stride - 1) // lanes
    mode = "RGB" if lanes == 3 else "L"
    image = Image.frombytes(mode, (width, height), zlib.compress(rows.tobytes(), 0), "zip", mode, 0)
    return np.asarray(image).reshape(height, width, lanes)


def _unpack_bits(packed: Bytes, depth: int) -> Bytes:
    """(height, samples, 1) uint8 from rows of packed samples, most significant first."""
    shifts = np.arange(8 - depth, -1, -depth, dtype=np.uint8)
    samples = packed[:, :, 0, np.newaxis] >> shifts & np.uint8((1 << depth) - 1)
    return samples.reshape(len(packed), -1, 1).astype(np.uint8, copy=False)


def runs_of_dense(pixels: Bytes) -> Runs:
    """Runs of (height, width, lanes) uint8, lanes packed into one number."""
    height, width, lanes = pixels.shape
    change = np.ones((height, width), dtype=bool)
    change[:, 1:] = False
    for lane in range(lanes):  # six times faster than numpy.any over so short an axis
        change[:, 1:] |= pixels[:, 1:, lane] != pixels[:, :-1, lane]
    starts = np.flatnonzero(change)
    packed = np.zeros(len(starts), dtype=np.int64)
    for lane in range(lanes):
        packed = packed << 8 | pixels.reshape(-1, lanes)[starts, lane]
    return Runs(width, height, starts, packed)
