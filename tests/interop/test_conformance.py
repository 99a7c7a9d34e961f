"""The peer as the first program that `segmask-validate conformance` drives; its table in docs/ is current."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmask_cli import main

PAGE = Path(__file__).parents[2] / "docs" / "conformance-datumaro.md"
BEGIN, END = "<!-- conformance table -->\n```text\n", "\n```\n<!-- end -->"


def test_the_table_is_current(peer_command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main.segmask_validate(["conformance", "--timeout", "300", "--", *peer_command])
    table = capsys.readouterr().out.rstrip()
    shown = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert table == shown, "run: SEGMASK_PEER_PYTHON=... python docs/generate.py"
