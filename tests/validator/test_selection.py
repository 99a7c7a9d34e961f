"""Rules are chosen by code, name or area."""

from __future__ import annotations

import pytest

from segmask.rules import BY_CODE, find
from segmask_validate.selection import matching


def test_selectors() -> None:
    assert matching("lbl004") == matching("duplicate-color") == {"LBL004"}
    assert matching("GEO") == {"GEO001", "GEO002"}
    assert matching("all") == set(BY_CODE)
    assert find("nothing") is None
    for wrong in ("", "L", "XYZ001", "Duplicate"):
        with pytest.raises(ValueError, match="no rule matches"):
            matching(wrong)
