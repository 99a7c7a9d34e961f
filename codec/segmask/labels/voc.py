"""The Pascal VOC colour map: 256 colours, index to colour and back.

Bits 0, 1, 2 of the index go to the highest bits of red, green, blue; bits 3, 4, 5 to the next ones, and so on.
CVAT paints object index n with colour n, and gives these colours to the labels of a map that has none.
"""

from __future__ import annotations

from typing import Final

from segmask.pixels.color import Color


def voc_color(index: int) -> Color:
    """The colour of an index from 0 up; distinct below 2 ** 24."""
    red = green = blue = 0
    for bit in range(7, -1, -1):
        red |= (index & 1) << bit
        green |= (index >> 1 & 1) << bit
        blue |= (index >> 2 & 1) << bit
        index >>= 3
    return Color(red, green, blue)


VOC_COLORS: Final[tuple[Color, ...]] = tuple(voc_color(index) for index in range(256))
VOC_INDICES: Final[dict[Color, int]] = {color: index for index, color in enumerate(VOC_COLORS)}
