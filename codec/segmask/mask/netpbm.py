"""PBM, PGM and PPM as OpenCV reads them.

Binary samples are kept as they are, whatever the largest value is said to be, with two bytes where that is above 255. Samples
written as text are cut at the largest value, and scaled to 255 where they fit into a byte. Of a bitmap 1 is black.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from segmask._support.arrays import ByteArray
from segmask.pixels.runs import RowRuns, too_many
from segmask.png.unfilter import packed_channels

_NUMBER: Final = re.compile(rb"(?:[ \t\n\v\f\r]|#[^\n\r]*[\n\r])*([0-9]{1,9})(?=.)", re.DOTALL)
_COMMENT: Final = re.compile(rb"([0-9])[^0-9]|#[^\n\r]*[\n\r]?")
"""A comment; but one character directly behind a number only ends it, whatever it is."""
_BLANK: Final = b" \t\n\v\f\r"
_MAX_VALUE: Final = 65535
_MOST_WRITTEN: Final = 1 << 22
"""Samples written as text, each of which takes some fifty bytes while it is read."""


class BadNetpbm(ValueError):
    """OpenCV would not decode it; the message says why."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the samples.

    Attributes:
        form: 1 to 6, the digit of the signature.
        width: columns in pixels.
        height: rows.
        largest: the largest value that a sample may have.
        start: where the samples begin.
    """

    form: int
    width: int
    height: int
    largest: int
    start: int

    @property
    def channels(self) -> int:
        """Samples of a pixel."""
        return 3 if self.form in {3, 6} else 1

    @property
    def is_binary(self) -> bool:
        """Whether samples are bytes; else they are written as text."""
        return self.form > 3


def header(data: bytes) -> Header:
    """The header.

    Raises:
        BadNetpbm: it is damaged, or says that there is no pixel.
    """
    form, numbers, at = data[1] - ord("0"), [], 2
    for _ in range(2 if form in {1, 4} else 3):
        match = _NUMBER.match(data, at)
        if match is None:
            raise BadNetpbm("its header is damaged")
        numbers.append(int(match[1]))
        at = match.end() + 1  # one character ends a number, whatever it is
    width, height, largest = (*numbers, 1)[:3]
    if not (width and height and 0 < largest <= _MAX_VALUE):
        raise BadNetpbm("its header has values that are out of range")
    return Header(form, width, height, largest, at)


def runs(data: bytes, head: Header) -> tuple[RowRuns, bool]:
    """Runs, and whether they are colours; samples modulo 256.

    Raises:
        TooManyRuns: more samples are written as text than any mask has.
        BadNetpbm: there are fewer samples than pixels need, or what is no sample.
    """
    count = head.width * head.channels * head.height
    if count > _MOST_WRITTEN and not head.is_binary:
        raise too_many(_MOST_WRITTEN)
    samples = _binary(data, head, count) if head.is_binary else _written(data, head, count)
    pixels = samples.reshape(head.height, head.width, head.channels)
    if head.channels == 1:
        return RowRuns.from_dense(pixels[..., 0]), False
    return RowRuns.from_dense(packed_channels(pixels)), True


def _binary(data: bytes, head: Header, count: int) -> ByteArray:
    if head.form == 4:
        stride = -(-head.width // 8)
        packed = _bytes(data, head, stride * head.height).reshape(head.height, stride)
        return 255 * (1 - np.unpackbits(packed, axis=1)[:, : head.width])
    if head.largest > 255:
        return _bytes(data, head, 2 * count)[1::2]  # high bytes first, which are lost
    return _bytes(data, head, count)


def _bytes(data: bytes, head: Header, size: int) -> ByteArray:
    if len(data) - head.start < size:
        raise BadNetpbm(f"it ends after {len(data) - head.start:,} of {size:,} bytes")
    return np.frombuffer(data, dtype=np.uint8, count=size, offset=head.start)


def _written(data: bytes, head: Header, count: int) -> ByteArray:
    text = data[head.start :]
    if head.form == 1:
        text = re.sub(rb"#[^\n\r]*[\n\r]?", b" ", text)
        digits = np.frombuffer(text.translate(None, _BLANK), dtype=np.uint8)[:count]
        if len(digits) < count or not np.isin(digits, np.frombuffer(b"0123456789", dtype=np.uint8)).all():
            raise BadNetpbm("it holds less than its pixels, or what is no digit")
        return np.where(digits == ord("0"), 255, 0).astype(np.uint8)
    words = _COMMENT.sub(rb"\1 ", text).split(None, count)
    ended = len(words) > count or not text[-1:].isdigit()
    if len(words) < count or not ended or not all(map(bytes.isdigit, words[:count])):
        raise BadNetpbm("it holds less than its samples, or what is no number")
    values = [int(word) if len(word) < 10 else _MAX_VALUE for word in words[:count]]
    written = np.array(values, dtype=np.int64)
    np.minimum(written, head.largest, out=written)
    if head.largest <= 255:
        written *= 255
        written //= head.largest
    return (written & 255).astype(np.uint8)
