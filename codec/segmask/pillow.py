"""What is left to Pillow: other formats under a mask's name, photos, and undoing PNG filters that look at the row above.

It takes as long to import as all of this package, and archives from CVAT need none of it: import it where it is used.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError
from zlib_ng import zlib_ng

from ._support.arrays import ByteArray
from .pixels.runs import Runs

PHOTOS: Final = ("JPEG", "PNG", "BMP", "TIFF", "WEBP", "GIF")
"""Formats of photos. Pillow knows many more, some of which it reads by starting other programs."""

_ERRORS: Final = (
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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # hints about metadata, and Pillow's own pixel limit
            with Image.open(io.BytesIO(data), formats=PHOTOS if kind is None else [kind]) as image:
                yield image
    except UnidentifiedImageError:  # its text holds a memory address
        what = f"none of {', '.join(PHOTOS)}, or with a damaged header" if kind is None else "its header is damaged"
        raise UnreadableImage(what) from None
    except _ERRORS as error:
        raise UnreadableImage(" ".join(str(error).split())) from error


def mask_runs(image: Image.Image) -> tuple[Runs, bool]:
    """Runs, and whether they are colours: one channel stays one, everything else becomes RGB; wide samples modulo 256."""
    if image.mode in {"L", "1"}:
        return Runs.from_dense(_pixels(image.convert("L"))), False
    if image.mode.startswith(("I", "F")):
        return Runs.from_dense(np.asarray(image).astype(np.uint8)), False
    return Runs.from_dense(_pixels(image.convert("RGB"))), True


def unfiltered(scanlines: ByteArray, lanes: int) -> npt.NDArray[np.uint8 | np.uint32]:
    """(height, width) pixels of 8-bit scanlines with any filters: one lane as it is, three packed to 0xRRGGBB."""
    height, stride = scanlines.shape
    mode = "RGB" if lanes == 3 else "L"
    data = zlib_ng.compress(scanlines, 0)
    return _pixels(Image.frombytes(mode, ((stride - 1) // lanes, height), data, "zip", mode, 0))


def _pixels(image: Image.Image) -> npt.NDArray[np.uint8 | np.uint32]:
    """(height, width) pixels of an image in mode L, or RGB, its channels packed to 0xRRGGBB."""
    if image.mode == "L":
        return np.asarray(image)
    big_endian = np.dtype(np.uint32).newbyteorder(">")
    return np.frombuffer(image.tobytes("raw", "XRGB"), dtype=big_endian).reshape(image.height, image.width)
