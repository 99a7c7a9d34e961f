"""What mask files are: PNGs of each colour type and depth, and the other formats that CVAT decodes under a PNG's name."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class MaskKind(StrEnum):
    """What a mask file is; the value is what people read."""

    GREY_1 = "1-bit grey"
    GREY_2 = "2-bit grey"
    GREY_4 = "4-bit grey"
    GREY_8 = "8-bit grey"
    GREY_16 = "16-bit grey"
    GREY_ALPHA_8 = "8-bit grey+alpha"
    GREY_ALPHA_16 = "16-bit grey+alpha"
    PALETTE_1 = "1-bit palette"
    PALETTE_2 = "2-bit palette"
    PALETTE_4 = "4-bit palette"
    PALETTE_8 = "8-bit palette"
    RGB_8 = "8-bit RGB"
    RGB_16 = "16-bit RGB"
    RGBA_8 = "8-bit RGBA"
    RGBA_16 = "16-bit RGBA"
    BMP = "BMP"
    JPEG = "JPEG"
    TIFF = "TIFF"
    WEBP = "WEBP"
    JPEG_2000 = "JPEG2000"
    NETPBM = "Netpbm"
    GIF = "GIF"

    @property
    def is_png(self) -> bool:
        """Whether it is a PNG; else the value is Pillow's name of its format."""
        return self not in _OTHERS

    @property
    def is_lossy(self) -> bool:
        """Whether the format changes colours."""
        return self is MaskKind.JPEG

    @property
    def is_grey_alpha(self) -> bool:
        """Whether OpenCV makes a colour of grey, because there is an alpha channel."""
        return self in {MaskKind.GREY_ALPHA_8, MaskKind.GREY_ALPHA_16}

    @property
    def has_palette(self) -> bool:
        """Whether the pixels are indices of a palette in the file."""
        return self in {MaskKind.PALETTE_1, MaskKind.PALETTE_2, MaskKind.PALETTE_4, MaskKind.PALETTE_8}


_OTHERS: Final = {
    *(MaskKind.BMP, MaskKind.JPEG, MaskKind.TIFF, MaskKind.WEBP),
    *(MaskKind.JPEG_2000, MaskKind.NETPBM, MaskKind.GIF),
}
