"""The PNG format's own words: colour types, depths, filters, passes, and an image as its header tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from segmask._support.arrays import ByteArray

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6


CHANNELS: Final = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
"""Samples of a pixel, by colour type."""


NONE, SUB, UP, AVERAGE, PAETH = range(5)
"""Filters of a row, in its first byte."""


DEPTHS: Final = {
    GREY: {1, 2, 4, 8, 16},
    RGB: {8, 16},
    PALETTE: {1, 2, 4, 8},
    GREY_ALPHA: {8, 16},
    RGBA: {8, 16},
}


MAX_SIDE: Final = 1_000_000  # libpng's limit


MAX_PIXELS: Final = 1 << 30  # OpenCV's, CV_IO_MAX_IMAGE_PIXELS


_ADAM7: Final = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


class DamagedPng(ValueError):
    """The bytes are no PNG that CVAT could decode."""


class OversizedPng(ValueError):
    """Sound, and larger than OpenCV takes."""


class Pass(NamedTuple):
    """A sub-image with scanlines of its own: the whole image, or one of the seven passes of an interlaced one.

    Pixel (i, j) of the pass is pixel (x + i * dx, y + j * dy) of the image.
    """

    width: int
    height: int
    x: int = 0
    y: int = 0
    dx: int = 1
    dy: int = 1


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
        return self.depth * CHANNELS[self.color_type]

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
