"""Colours, and the one number each that masks are compared by."""

from __future__ import annotations

from typing import NamedTuple


class Color(NamedTuple):
    """A colour, 0 to 255 a channel; a label map may have other numbers, which no pixel has."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        """As CVAT's messages have it: ``(128, 0, 0)``."""
        return f"({self.red}, {self.green}, {self.blue})"

    @property
    def triplet(self) -> str:
        """As label maps have it: ``128,0,0``."""
        return f"{self.red},{self.green},{self.blue}"

    def distance(self, other: Color) -> int:
        """The largest difference of a channel."""
        return max(abs(self.red - other.red), abs(self.green - other.green), abs(self.blue - other.blue))


def pack(color: Color) -> int:
    """A colour as one number, 0xRRGGBB: the form in which mask values are compared."""
    return color.red << 16 | color.green << 8 | color.blue


def unpack(packed: int) -> Color:
    """The colour of a packed number."""
    return Color(packed >> 16 & 255, packed >> 8 & 255, packed & 255)
