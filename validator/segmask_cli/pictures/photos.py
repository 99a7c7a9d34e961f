"""Photos of images, small enough to be shown."""

from __future__ import annotations

from typing import Final

from PIL import Image as Pictures
from PIL import ImageOps

from segmask.mask.other_formats import ERRORS, UnreadableImage, opened

_MOST: Final = 1 << 26
"""Pixels of a photo that is decoded whole, which takes three bytes each."""


def small(data: bytes, size: tuple[int, int]) -> Pictures.Image | None:
    """The photo in some bytes, in RGB, turned as CVAT shows it, stretched to a size; None where it cannot be read.

    Args:
        data: its bytes.
        size: width and height.
    """
    try:
        with opened(data) as picture:
            picture.draft("RGB", (size[0] * 2, size[1] * 2))
            if picture.width * picture.height > _MOST:
                return None
            picture.load()
            try:
                turned = ImageOps.exif_transpose(picture)
            except ERRORS:  # damaged metadata
                turned = picture
            return turned.convert("RGB").resize(size, Pictures.Resampling.BILINEAR, reducing_gap=2.0)
    except (UnreadableImage, *ERRORS):
        return None
