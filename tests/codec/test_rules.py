"""The rules: a code, a name and every text each."""

from __future__ import annotations

import pytest

from segmask.rules import BY_CODE
from segmask_validate import RULES, Rule


class TestRegistry:
    """One rule a defect, in the order of the codes, found by code, name and area."""

    def test_no_code_or_name_is_used_twice(self) -> None:
        assert len(BY_CODE) == len(RULES) == len({rule.name for rule in RULES})

    def test_codes_count_up(self) -> None:
        for area in ("ZIP", "LBL", "SET", "PNG", "PAIR", "GEO", "TASK"):
            numbers = [int(rule.code.removeprefix(area)) for rule in RULES if rule.code.startswith(area)]
            assert numbers == sorted(set(numbers))  # gaps are fine: a code is never reused

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
    def test_every_text_is_there(self, rule: Rule) -> None:
        for text in (rule.summary, rule.cvat, rule.remedy):
            assert text.endswith((".", "::", '"'))
            assert "TO BE WRITTEN" not in text
        assert all(code in BY_CODE for code in rule.requires)
