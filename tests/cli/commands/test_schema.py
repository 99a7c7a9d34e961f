"""``segmask schema``: the JSON Schema of the report, as it is shipped."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from segmask_validate.configuration.schema import schema as of_configuration
from support import commands


def test_it_is_the_shipped_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shipped = (files("segmask_validate") / "report" / "report.schema.json").read_text(encoding="utf-8")
    assert commands.segmask(capsys, "schema") == (0, shipped, "")
    assert commands.segmask(capsys, "schema", "-o", tmp_path / "schema.json") == (0, "", "")
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == shipped


def test_of_a_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = commands.segmask(capsys, "schema", "config")
    assert (code, json.loads(out), err) == (0, of_configuration(), "")


def test_of_something_else(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = commands.segmask(capsys, "schema", "rules")
    assert (code, out, err.count("\n")) == (2, "", 1)
