"""PNG filters that look at the row above, undone by Pillow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image
from zlib_ng import zlib_ng

from segmask._support.arrays import ByteArray


def unfiltered(scanlines: ByteArray, channels: int) -> npt.NDArray[np.uint8 | np.uint32]:
    """(height, width) pixels of 8-bit scanlines with any filters: one channel as it is, three packed to 0xRRGGBB."""
    height, stride = scanlines.shape
    mode = "RGB" if channels == 3 else "L"
    data = zlib_ng.compress(scanlines, 0)
    return packed_pixels(Image.frombytes(mode, ((stride - 1) // channels, height), data, "zip", mode, 0))


def packed_pixels(image: Image.Image) -> npt.NDArray[np.uint8 | np.uint32]:
    """(height, width) pixels of an image in mode L, or RGB, its channels packed to 0xRRGGBB."""
    if image.mode == "L":
        return np.asarray(image)
    big_endian = np.dtype(np.uint32).newbyteorder(">")
    return np.frombuffer(image.tobytes("raw", "XRGB"), dtype=big_endian).reshape(image.height, image.width)


def packed_channels(pixels: ByteArray) -> npt.NDArray[np.uint32]:
    """(height, width) pixels of (height, width, 3) red, green and blue, packed to 0xRRGGBB."""
    height, width, _ = pixels.shape
    channels = np.zeros((height, width, 4), dtype=np.uint8)
    channels[..., 1:] = pixels
    return channels.view(np.dtype(np.uint32).newbyteorder(">"))[..., 0]
