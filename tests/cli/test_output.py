"""Where lines go, and how they look there."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from segmask.rules.rule import Severity
from segmask_cli.output import styled, writing
from segmask_validate import Verdict
from segmask_validate.report.lines import Role, line, plain

LINES = [line("a ", (Role.ERROR, "b"), (Role.ASIDE, " c")), line(), line((Role.CLEAN, "d"))]


@pytest.mark.parametrize("word", [*Verdict, *Severity])
def test_every_verdict_and_severity_has_a_colour_of_its_own(word: str) -> None:
    drawn = styled(line((Role(word), word)))
    assert drawn != word
    assert click.unstyle(drawn) == word


def test_styles_are_all_that_is_added() -> None:
    assert [click.unstyle(styled(shown)) for shown in LINES] == [plain(shown) for shown in LINES] == ["a b c", "", "d"]


def test_what_is_no_terminal_gets_no_colours(capsys: pytest.CaptureFixture[str]) -> None:
    with writing(None) as write:
        write(LINES)
        write(LINES[:1])
    assert capsys.readouterr() == ("a b c\n\nd\na b c\n", "")


def test_a_file_gets_no_colours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "file"
    with writing(str(target)) as write:
        write(LINES)
        assert not target.exists()
    assert target.read_bytes() == b"a b c\n\nd\n"
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("refused", [True, False])
def test_a_terminal_gets_colours_unless_it_refuses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], refused: bool
) -> None:
    monkeypatch.setattr(click.utils, "should_strip_ansi", lambda _, color: color is False)
    monkeypatch.setenv("NO_COLOR", "1" if refused else "")
    with writing(None) as write:
        write(LINES)
    assert ("\x1b[" in capsys.readouterr().out) is not refused
