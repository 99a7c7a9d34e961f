"""Colours are tuples with names, and one number each."""

from __future__ import annotations

import json

from hypothesis import given

from segmask.pixels.color import Color, pack, unpack
from segmask.testing import colors


class TestColor:
    """A tuple with names: equal to plain ones, and hashed like them."""

    def test_is_a_tuple(self) -> None:
        color = Color(red=1, green=2, blue=3)
        assert color == (1, 2, 3)
        assert {color: "found"}[1, 2, 3] == "found"
        assert json.dumps(color) == "[1, 2, 3]"

    def test_as_texts(self) -> None:
        assert str(Color(128, 0, 7)) == "(128, 0, 7)"
        assert Color(128, 0, 7).triplet == "128,0,7"

    @given(colors(), colors())
    def test_distance_is_that_of_the_channel_that_differs_most(self, first: Color, second: Color) -> None:
        assert first.distance(second) == max(abs(a - b) for a, b in zip(first, second, strict=True))


class TestPack:
    """A colour is packed as 0xRRGGBB."""

    @given(colors())
    def test_is_the_hexadecimal_notation(self, color: Color) -> None:
        assert f"{pack(color):06x}" == bytes(color).hex()

    @given(colors())
    def test_unpack_is_the_inverse(self, color: Color) -> None:
        assert unpack(pack(color)) == color
