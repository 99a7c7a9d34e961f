"""The Pascal VOC colour map."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from segmask import VOC_COLORS, voc_color
from segmask.labels.voc import VOC_INDICES
from segmask.pixels.color import Color
from segmask.testing import colors

KNOWN = {
    0: (0, 0, 0),
    1: (128, 0, 0),
    2: (0, 128, 0),
    3: (128, 128, 0),
    4: (0, 0, 128),
    7: (128, 128, 128),
    8: (64, 0, 0),
    15: (192, 128, 128),
    20: (0, 64, 128),
    64: (32, 0, 0),
    128: (0, 32, 0),
    255: (224, 224, 192),
}
"""From the VOC development kit's own table."""


def index_of(red: int, green: int, blue: int) -> int:
    """The index of a colour: its channels' bits, highest first, taken in turns."""
    bits = [channel >> (7 - place) & 1 for place in range(8) for channel in (red, green, blue)]
    return sum(bit << place for place, bit in enumerate(bits))


class TestVocColor:
    """Bits 0, 1, 2 of the index go to the highest bits of red, green, blue; bits 3, 4, 5 to the next, and so on."""

    def test_known_values(self) -> None:
        assert {index: voc_color(index) for index in KNOWN} == KNOWN

    @given(st.integers(0, 2**24 - 1))
    def test_has_an_inverse(self, index: int) -> None:
        assert index_of(*voc_color(index)) == index

    @given(colors())
    def test_reaches_every_colour(self, color: Color) -> None:
        assert voc_color(index_of(*color)) == color

    def test_the_256_are_distinct_and_indexed(self) -> None:
        assert len(set(VOC_COLORS)) == 256
        assert [VOC_INDICES[color] for color in VOC_COLORS] == list(range(256))
