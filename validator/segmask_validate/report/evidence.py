"""Evidence that only a report has: what an archive's masks say of a colour, together."""

from __future__ import annotations

from dataclasses import dataclass

from segmask.evidence.base import Evidence
from segmask.pixels.box import Box
from segmask.pixels.color import Color


@dataclass(frozen=True, slots=True)
class NearestColor(Evidence):
    """The declared colour that is closest to another, by the largest difference of a channel.

    Attributes:
        label: its label.
        color: red, green and blue.
        distance: the largest difference of a channel.
    """

    label: str
    color: Color
    distance: int

    def __str__(self) -> str:
        """Label and colour."""
        return f"{self.label!r} {self.color}"


@dataclass(frozen=True, slots=True)
class ColorTotal(Evidence):
    """An undeclared colour in all masks.

    Attributes:
        color: red, green and blue.
        pixels: how many have it.
        images: in how many masks.
        image: id of the first image that has it.
        box: x, y, width, height of the rectangle around its pixels there.
        nearest: the declared colour that is closest.
    """

    color: Color
    pixels: int
    images: int
    image: str | None
    box: Box
    nearest: NearestColor | None


@dataclass(frozen=True, slots=True)
class ColorTotals(Evidence):
    """Undeclared colours in all masks.

    Attributes:
        distinct: how many there are.
        pixels: how many pixels have one.
        colors: those of most pixels, most first.
    """

    distinct: int
    pixels: int
    colors: tuple[ColorTotal, ...]
