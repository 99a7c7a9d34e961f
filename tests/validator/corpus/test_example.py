"""Each rule of an archive has an example in the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmask.rules import ARCHIVE_RULES, BY_CODE, RULES
from segmask.rules.rule import Rule
from segmask_validate import validate
from segmask_validate.corpus.example import example_of


@pytest.mark.parametrize("rule", ARCHIVE_RULES, ids=lambda rule: rule.code)
def test_it_breaks_the_rule(rule: Rule, tmp_path: Path) -> None:
    example = example_of(rule)
    assert example is not None
    assert rule in {finding.rule for finding in validate(example.case.build(tmp_path)).findings}


def test_the_line() -> None:
    example = example_of(BY_CODE["LBL004"])
    assert example is not None
    assert (example.place, example.line) == ("labelmap.txt:4:7", "truck:255,0,0::")


def test_those_of_a_task_have_none() -> None:
    assert [rule.area for rule in RULES if example_of(rule) is None] == ["TASK"] * (len(RULES) - len(ARCHIVE_RULES))
