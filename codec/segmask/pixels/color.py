"""Colours, and the one number each that masks are compared by."""

from __future__ import annotations

Color = tuple[int, int, int]


def pack(color: Color) -> int:
    """A colour as one number, 0xRRGGBB: the form in which mask values are compared."""
    red, green, blue = color
    return red << 16 | green << 8 | blue


def unpack(packed: int) -> Color:
    """The (r, g, b) colour of a packed number."""
    return packed >> 16 & 255, packed >> 8 & 255, packed & 255
