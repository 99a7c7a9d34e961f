"""Where lines go, and how they look there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from segmask.rules.rule import Severity
from segmask_cli.output import styled, writing
from segmask_validate import Verdict
from segmask_validate.report.lines import Role, line, plain, wrapped
from support import commands

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


@pytest.mark.parametrize(
    ("variables", "arguments", "colored"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"FORCE_COLOR": "1"}, ("--color", "auto"), True),
    ],
)
def test_colours_as_asked_for(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variables: dict[str, str],
    arguments: tuple[str, ...],
    colored: bool,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.setenv(name, variables.get(name, ""))
    code, out, err = commands.segmask(capsys, "explain", "PNG004", *arguments)
    assert (code, err, "\x1b[" in out) == (0, "", colored)


@pytest.mark.process
@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "stra\u00dfe \u4e2d".encode()),
        ("latin-1", b"stra\xdfe \\u4e2d"),
        ("ascii", b"stra\\xdfe \\u4e2d"),
        ("ascii:replace", b"stra?e ?"),
    ],
)
def test_the_encoding_that_was_asked_for(encoding: str, expected: bytes) -> None:
    program = (
        "from segmask_cli.output import writing; from segmask_validate.report.lines import line\n"
        "with writing(None) as write: write([line('stra\u00dfe \u4e2d')])"
    )
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (expected + os.linesep.encode(), b"")


class TestWrapping:
    @pytest.mark.parametrize(
        ("width", "expected"),
        [
            (80, ["  one two three four"]),
            (20, ["  one two three four"]),
            (19, ["  one two three", "    four"]),
            (12, ["  one two", "    three", "    four"]),
            (3, ["  one", "    two", "    three", "    four"]),
        ],
    )
    def test_at_spaces_with_a_hanging_indent(self, width: int, expected: list[str]) -> None:
        shown = line("  one ", (Role.ERROR, "two three"), " four")
        found = list(wrapped(shown, width))
        assert [plain(part) for part in found] == expected
        assert "".join(piece.text for part in found for piece in part if piece.role is Role.ERROR) in {
            "two three",
            "twothree",
        }

    def test_a_long_word_stays_whole(self) -> None:
        assert [plain(part) for part in wrapped(line("a bbbbbbbb c"), 4)] == ["a", "  bbbbbbbb", "  c"]

    @pytest.mark.parametrize(("prose", "expected"), [(True, "aaaa\n  bbbb\n"), (False, "aaaa bbbb\n")])
    def test_on_a_terminal(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], prose: bool, expected: str
    ) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        monkeypatch.setenv("COLUMNS", "6")
        with writing(None, prose=prose) as write:
            write([line("aaaa bbbb")])
        assert capsys.readouterr().out == expected
