"""``segmask schema``: the JSON Schema of the report, as it is shipped."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from support import commands


def test_it_is_the_shipped_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shipped = (files("segmask_validate") / "report" / "report.schema.json").read_text(encoding="utf-8")
    assert commands.segmask(capsys, "schema") == (0, shipped, "")
    assert commands.segmask(capsys, "schema", "-o", tmp_path / "schema.json") == (0, "", "")
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == shipped
