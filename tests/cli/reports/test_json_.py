"""``json``: the document that the schema describes, written an archive at a time."""

from __future__ import annotations

import json

import pytest

from segmask_cli.reports import Options
from segmask_validate.report.model import to_json
from support import reported


@pytest.mark.parametrize("count", [0, 1, 3])
def test_as_if_written_at_once(count: int) -> None:
    """A path may hold what looks like the place where the archives go."""
    reports = tuple(
        reported.report(reported.finding("LBL004"), path=f'"archives": [] {number}') for number in range(count)
    )
    expected = json.dumps(to_json(reports), indent=2, ensure_ascii=True)
    assert reported.written("json", *reports, options=Options()).rstrip("\n") == expected
