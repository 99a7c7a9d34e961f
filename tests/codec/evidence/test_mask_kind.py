"""What mask files are."""

from __future__ import annotations

import json

import pytest

from segmask.evidence.mask_kind import MaskKind
from segmask.mask.decode import _COLOR_TYPES
from segmask.png.spec import DEPTHS, GREY_ALPHA, PALETTE

PNGS = [(color_type, depth) for color_type, depths in DEPTHS.items() for depth in sorted(depths)]


@pytest.mark.parametrize(("color_type", "depth"), PNGS)
def test_each_png_has_a_kind(color_type: int, depth: int) -> None:
    kind = MaskKind(f"{depth}-bit {_COLOR_TYPES[color_type]}")
    assert kind.is_png
    assert not kind.is_lossy
    assert kind.is_grey_alpha == (color_type == GREY_ALPHA)
    assert kind.has_palette == (color_type == PALETTE)


def test_the_others_are_no_pngs() -> None:
    others = [kind for kind in MaskKind if not kind.is_png]
    assert len(others) == len(MaskKind) - len(PNGS)
    assert [kind for kind in others if kind.is_lossy] == [MaskKind.JPEG]


def test_json_has_what_people_read() -> None:
    assert json.dumps({"kind": MaskKind.GREY_8}) == '{"kind": "8-bit grey"}'
