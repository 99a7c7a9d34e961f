"""The page on the format: each statement is shown by archives of the corpus, with the verdict that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from segmask_validate import corpus

PAGE = (Path(__file__).parents[2] / "docs" / "format.md").read_text(encoding="utf-8")
CASES = {case.name: case for case in corpus.cases()}
SHOWN = [
    (verdict, name)
    for verdict, names in re.findall(r"(clean|altered|unknown|unsafe|rejected): ((?:\[[^]]+\]\([^)]+\)(?:, )?)+)", PAGE)
    for name in re.findall(r"\]\(\.\./fixtures/([^)]+)\)", names)
]


@pytest.mark.parametrize(("verdict", "name"), SHOWN, ids=[name for _, name in SHOWN])
def test_the_verdict_is_that_of_the_case(verdict: str, name: str) -> None:
    assert CASES[name].expected["verdict"] == verdict


def test_nothing_else_is_linked() -> None:
    linked = re.findall(r"\]\(\.\./fixtures/([^)]+)\)", PAGE)
    assert linked == ["README.md", *(name for _, name in SHOWN)]


def test_every_statement_is_shown() -> None:
    """But for those that only lead to another page."""
    items = re.split(r"\n(?=\d+\. |- |## )", PAGE)
    bare = [item for item in items if re.match(r"\d+\. |- ", item) and "../fixtures/" not in item]
    assert [re.findall(r"\]\(([a-z-]+\.md)\)", item) for item in bare] == [["geometry.md"], ["task.md"]]
