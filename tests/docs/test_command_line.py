"""The page on the command line names what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from segmask_cli.main import COMMANDS
from segmask_validate.report.formats import FORMATS

PAGE = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text(encoding="utf-8")


def first_cells(heading: str) -> list[str]:
    """The code in the first column of the table below a heading."""
    section = PAGE.partition(f"# {heading}\n")[2].partition("\n## ")[0]
    return [row[1] for row in re.finditer(r"^\| `(\S+?)[ `]", section, re.MULTILINE)]


def test_commands() -> None:
    assert first_cells("The command line") == list(COMMANDS)


def test_formats() -> None:
    assert first_cells("Reports") == list(FORMATS)


@pytest.mark.parametrize("program", ["segmask", "segmask-validate"])
def test_variables_of_completion(program: str) -> None:
    assert f"_{program.replace('-', '_')}_COMPLETE".upper() in PAGE
