"""Boxes are tuples with names."""

from __future__ import annotations

import json

from segmask.pixels.box import Box


def test_a_box_is_a_tuple() -> None:
    box = Box(x=1, y=2, width=30, height=40)
    assert box == (1, 2, 30, 40)
    assert str(box) == "(1, 2, 30, 40)"
    assert {box: "found"}[1, 2, 30, 40] == "found"
    assert json.dumps(box) == "[1, 2, 30, 40]"
