"""What is left to Pillow: other formats under a mask's name, photos, and undoing PNG filters that look at the row above.

It takes as long to import as all of this package, and archives from CVAT need none of it: import it where it is used.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from segmask.evidence.mask_kind import MaskKind
from segmask.pixels.runs import RowRuns
from segmask.png.unfilter import packed_pixels

from . import gif, netpbm, webp
from .pillow_warnings import ignored

PHOTOS: Final = ("JPEG", "PNG", "BMP", "TIFF", "WEBP", "GIF")
"""Formats of photos. Pillow knows many more, some of which it reads by starting other programs."""

ERRORS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    struct.error,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    Image.DecompressionBombError,
)
"""What Pillow raises for damaged images."""


class UnreadableImage(ValueError):
    """The bytes do not decode."""


@contextmanager
def opened(data: bytes, kind: str | None = None) -> Iterator[Image.Image]:
    """The image in some bytes, not decoded yet; of one format, such as ``JPEG``, or of any that photos have.

    Raises:
        UnreadableImage: now, or while the block decodes it.
    """
    try:
        with ignored(), Image.open(io.BytesIO(data), formats=PHOTOS if kind is None else [kind]) as image:
            yield image
    except UnidentifiedImageError:  # its text holds a memory address
        what = f"none of {', '.join(PHOTOS)}, or with a damaged header" if kind is None else "its header is damaged"
        raise UnreadableImage(what) from None
    except ERRORS as error:
        raise UnreadableImage(" ".join(str(error).split())) from error


def runs(data: bytes, kind: MaskKind, check: Callable[[int, int], None]) -> tuple[RowRuns, bool]:
    """Runs of a mask, and whether they are colours.

    Args:
        data: the file's bytes.
        kind: what they are.
        check: gets width and height in pixels before anything is decoded.

    Raises:
        UnreadableImage: OpenCV would not decode it.
    """
    try:
        if kind is MaskKind.NETPBM:
            head = netpbm.header(data)
            check(head.width, head.height)
            return netpbm.runs(data, head)
        found = gif.layout(data) if kind is MaskKind.GIF else None
        if size := webp.size(data):
            check(*size)
    except (netpbm.BadNetpbm, gif.BadGif) as error:
        raise UnreadableImage(str(error)) from error
    with opened(data, kind) as picture:
        check(picture.width, picture.height)
        return mask_runs(picture) if found is None else (gif.runs(picture, found), True)


def mask_runs(image: Image.Image) -> tuple[RowRuns, bool]:
    """Runs, and whether they are colours: one channel stays one, everything else becomes RGB; wide samples modulo 256."""
    if image.format == MaskKind.JPEG_2000 and image.mode == "LA":
        raise ValueError("OpenCV does not read grey with alpha in this format")
    if image.mode in {"L", "1"}:
        return RowRuns.from_dense(packed_pixels(image.convert("L"))), False
    if image.mode.startswith(("I", "F")):
        with np.errstate(invalid="ignore"):  # what is no number has some value or other
            return RowRuns.from_dense(np.asarray(image).astype(np.uint8)), False
    return RowRuns.from_dense(packed_pixels(image.convert("RGB"))), True
