"""``github``."""

from __future__ import annotations

from segmask_cli.reports import Options
from segmask_validate.paths import Unusable
from support import reported


def test_an_annotation_a_finding_worst_first() -> None:
    report = reported.report(reported.finding("PAIR006"), reported.finding(member="a.png", message="100 %: x, y"))
    assert reported.written("github", report).splitlines() == [
        "::error file=a.zip,line=1,title=PNG004 undeclared-color::a.png: 100 %25: x, y",
        "::warning file=a.zip,line=1,title=PAIR006 class-only::what is wrong",
        "1 archive: 1 error, 1 warning",
    ]


def test_ten_a_step_then_what_was_left_out() -> None:
    rows = reported.written("github", reported.report(*[reported.finding()] * 12)).splitlines()
    assert [row.startswith("::error ") for row in rows] == [True] * 10 + [False]
    assert rows[-1] == "1 archive: 12 errors; 2 findings not annotated"


def test_names_are_no_commands_and_no_properties() -> None:
    command, summary = reported.written("github", reported.hostile()).splitlines()
    properties, message = command.removeprefix("::error ").split("::", 1)
    assert [part.split("=")[0] for part in properties.split(",")] == ["file", "line", "title"]
    assert "%0A" not in properties + message
    assert summary == "1 archive: 1 error"


def test_paths_that_could_not_be_read_come_first() -> None:
    options = Options(errors=[Unusable("no.zip", "no such file")])
    rows = reported.written("github", reported.report(*[reported.finding()] * 10), options=options).splitlines()
    assert rows[0] == "::error file=no.zip,title=unreadable-path::no.zip: no such file"
    assert len(rows) == 11
    assert rows[-1] == "1 archive: 10 errors; 1 path could not be read; 1 finding not annotated"
