"""What is left to Pillow: other formats under a mask's name, photos, and PNG filters that runs do not follow.

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
from PIL import Image, UnidentifiedImageError
from zlib_ng import zlib_ng

from .png import Bytes
from .runs import Runs

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
    """The image in some bytes, not decoded yet; of one format, such as ``JPEG``, or of any.

    Raises:
        UnreadableImage: now, or while the block decodes it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # hints about metadata, and Pillow's own pixel limit
            with Image.open(io.BytesIO(data), formats=None if kind is None else [kind]) as image:
                yield image
    except UnidentifiedImageError:  # its text holds a memory address
        raise UnreadableImage("its header is damaged") from None
    except _ERRORS as error:
        raise UnreadableImage(" ".join(str(error).split())) from error


def mask_runs(image: Image.Image) -> tuple[Runs, bool]:
    """Runs, and whether they are colours: one channel stays one, everything else becomes RGB; wide samples modulo 256."""
    if image.mode in {"L", "1"}:
        return _runs(image.convert("L")), False
    if image.mode.startswith(("I", "F")):
        return Runs.from_dense(np.asarray(image).astype(np.uint8)), False
    return _runs(image.convert("RGB")), True


def unfiltered_runs(scanlines: Bytes, lanes: int) -> Runs:
    """Runs of 8-bit scanlines with any filters, 1 or 3 lanes a pixel, packed."""
    return _runs(_unfiltered(scanlines, lanes))


def unfiltered_rows(scanlines: Bytes) -> Bytes:
    """(height, row bytes) uint8 of scanlines with any filters, 1 byte or less a pixel."""
    return np.array(_unfiltered(scanlines, 1))


def _unfiltered(scanlines: Bytes, lanes: int) -> Image.Image:
    height, stride = scanlines.shape
    mode = "RGB" if lanes == 3 else "L"
    data = zlib_ng.compress(scanlines.tobytes(), 0)
    return Image.frombytes(mode, ((stride - 1) // lanes, height), data, "zip", mode, 0)


def _runs(image: Image.Image) -> Runs:
    """Runs of an image in mode L, or RGB, its channels packed to 0xRRGGBB."""
    if image.mode == "L":
        return Runs.from_dense(np.asarray(image))
    padded = np.frombuffer(image.tobytes("raw", "RGBX"), dtype=">u4")  # 0xRRGGBBXX, where X is the same everywhere
    runs = Runs.from_dense(padded.view(np.uint32).reshape(image.height, image.width))
    return runs.map(padded[runs.starts].astype(np.int64) >> 8)
