"""Evidence about single masks and the values of their pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from segmask.pixels.box import Box
from segmask.pixels.color import Color

from .base import HIDDEN, Evidence, Summed, total_of
from .mask_kind import MaskKind


@dataclass(frozen=True, slots=True)
class ImageFormat(Evidence):
    """What a mask's bytes are.

    Attributes:
        format: the image format, such as JPEG.
    """

    format: str


@dataclass(frozen=True, slots=True)
class PixelCount(Summed):
    """How many pixels are concerned.

    Attributes:
        pixels: the number, over all masks.
    """

    pixels: int

    def merged(self, other: Self) -> Self:
        """See `Summed.merged`."""
        return replace(self, pixels=self.pixels + other.pixels)


@dataclass(frozen=True, slots=True)
class WidePixels(Summed):
    """16-bit values that lose their high byte.

    Attributes:
        pixels: how many pixels have one, over all masks.
        example: a value as it is stored; None where pixels have several channels.
    """

    pixels: int
    example: int | None = field(default=None, metadata=HIDDEN)

    def merged(self, other: Self) -> Self:
        """See `Summed.merged`."""
        example = other.example if self.example is None else self.example
        return replace(self, pixels=self.pixels + other.pixels, example=example)


@dataclass(frozen=True, slots=True)
class ColorRegion(Evidence):
    """The pixels of one colour in a mask.

    Attributes:
        color: red, green and blue.
        pixels: how many.
        box: x, y, width, height of the rectangle around them.
    """

    color: Color
    pixels: int
    box: Box


@dataclass(frozen=True, slots=True)
class UndeclaredColors(Evidence):
    """Colours of a mask that mean nothing; a report sums them by colour.

    Attributes:
        colors: those of most pixels, most first.
        distinct: how many there are.
        pixels: how many pixels have one.
        declared: other colours of the mask.
        kind: what the mask is, such as 8-bit RGB.
    """

    colors: tuple[ColorRegion, ...]
    distinct: int
    pixels: int
    declared: tuple[Color, ...]
    kind: MaskKind


@dataclass(frozen=True, slots=True)
class UndeclaredIndices(Summed):
    """Values of grey masks that are no label's index.

    Attributes:
        indices: the values, over all masks.
        missing_lines: the first and the last index without a line in the label map.
        pixels: pixels by value.
        used: all values of the masks.
        kind: what the first mask is, such as 8-bit grey.
    """

    indices: tuple[int, ...]
    missing_lines: tuple[int, int]
    pixels: Mapping[int, int]
    used: tuple[int, ...]
    kind: MaskKind

    def merged(self, other: Self) -> Self:
        """See `Summed.merged`."""
        (first, last), (other_first, other_last) = self.missing_lines, other.missing_lines
        return replace(
            self,
            indices=_union(self.indices, other.indices),
            missing_lines=(min(first, other_first), max(last, other_last)),
            pixels=dict(sorted(total_of(self.pixels, other.pixels).items())),
            used=_union(self.used, other.used),
        )


@dataclass(frozen=True, slots=True)
class GreyScale(Evidence):
    """Grey of less than 8 bits.

    Attributes:
        scale: what CVAT multiplies its values by.
    """

    scale: int


@dataclass(frozen=True, slots=True)
class ScaledIndices(Summed):
    """Grey of less than 8 bits whose scaled values are no label's index.

    Attributes:
        scale: what CVAT multiplies the first mask's values by.
        indices: the scaled values, over all masks.
    """

    scale: int
    indices: tuple[int, ...]

    def merged(self, other: Self) -> Self:
        """See `Summed.merged`."""
        return replace(self, indices=_union(self.indices, other.indices))


def _union(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({*first, *second}))
