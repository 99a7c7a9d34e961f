"""The first picture of a GIF as OpenCV reads it, from 4.14 on.

The canvas has the background's colour; the first frame is painted on it, but for its transparent pixels. Pillow, which
unpacks the frame, has other ideas of both.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from segmask.pixels.runs import RowRuns
from segmask.png.unfilter import packed_channels

_EXTENSION: Final = b"!"
_FRAME: Final = b","
_END: Final = b";"
_CONTROL: Final = 0xF9


class BadGif(ValueError):
    """OpenCV would not decode it; the message says why."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the first frame lies.

    Attributes:
        size: width and height of the canvas in pixels.
        background: red, green, blue.
        box: x, y, width, height of the frame.
        transparent: the index that leaves the canvas as it is; None where there is none.
    """

    size: tuple[int, int]
    background: tuple[int, int, int]
    box: tuple[int, int, int, int]
    transparent: int | None


def layout(data: bytes) -> Layout:
    """What the blocks of a GIF say.

    Raises:
        BadGif: they are damaged, or a frame leaves the canvas.
    """
    try:
        width, height, flags, index = struct.unpack_from("<HHBB", data, 6)
        at = 13 + _table(flags)
        color = data[13 + 3 * index : 16 + 3 * index] if flags & 0x80 else b"\0\0\0"
        box, transparent = _first_frame(data, at)
    except (struct.error, IndexError):
        raise BadGif("it is cut off") from None
    if flags & 0x80 and 3 * index >= _table(flags):
        raise BadGif("its background is no colour of its table")
    if box is None or box[0] + box[2] > width or box[1] + box[3] > height:
        raise BadGif("there is no frame inside its canvas")
    return Layout((width, height), (color[0], color[1], color[2]), box, transparent)


def _table(flags: int) -> int:
    """Bytes of the colour table that some flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _first_frame(data: bytes, at: int) -> tuple[tuple[int, int, int, int] | None, int | None]:
    """Box and transparent index of the first frame; all blocks to the end are walked, as OpenCV does."""
    box: tuple[int, int, int, int] | None = None
    transparent = None
    while data[at : at + 1] != _END:
        kind = data[at : at + 1]
        if kind == _EXTENSION:
            if data[at + 1] == _CONTROL and box is None:
                transparent = data[at + 6] if data[at + 3] & 1 else None
            at += 2
        elif kind == _FRAME:
            x, y, width, height, flags = struct.unpack_from("<HHHHB", data, at + 1)
            box = box or (x, y, width, height)
            at += 11 + _table(flags)
        else:
            raise BadGif("a block is damaged, or its end is missing")
        while data[at]:
            at += 1 + data[at]
        at += 1
    return box, transparent


def runs(picture: Image.Image, found: Layout) -> RowRuns:
    """Runs of packed colours.

    Args:
        picture: the GIF, opened by Pillow.
        found: its layout.

    Raises:
        OSError: the frame does not unpack.
    """
    width, height = found.size
    picture.load()
    x, y, columns, rows = found.box
    inside = slice(y, y + rows), slice(x, x + columns)
    colors = np.asarray(picture.convert("RGB"))[inside]
    canvas = np.full((height, width, 3), found.background, dtype=np.uint8)
    shown = np.ones(colors.shape[:2], dtype=bool)
    if found.transparent is not None:
        shown = np.asarray(picture)[inside] != found.transparent
    canvas[inside][shown] = colors[shown]
    return RowRuns.from_dense(packed_channels(canvas))
