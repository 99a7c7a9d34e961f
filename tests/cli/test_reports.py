"""What all formats do alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import defusedxml.ElementTree as Xml
import pytest

from segmask_cli.reports import Options, streamed
from segmask_validate.paths import Unusable
from segmask_validate.report.formats import FORMATS
from segmask_validate.report.lines import Line, plain
from segmask_validate.report.model import ArchiveReport, Verdict
from support import reported

UNREAD = Options(errors=(Unusable("no.zip", "no such file"), Unusable(reported.HOSTILE, reported.HOSTILE)))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_has_a_module_and_writes_hostile_names_as_text(form: str) -> None:
    text = reported.written(form, reported.hostile())
    text.encode("utf-8")
    assert [char for char in text if not char.isprintable() and char != "\n"] == []
    assert not any(row.startswith(("::error::", "##[")) for row in text.splitlines())


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "text"])
@pytest.mark.parametrize("reports", [(), (reported.report(),)])
def test_every_format_names_a_path_that_could_not_be_read(form: str, reports: tuple[ArchiveReport, ...]) -> None:
    """The text has a line on standard error beside it."""
    said = reported.written(form, *reports, options=UNREAD)
    assert "no.zip" in said
    assert "no such file" in said
    assert said.count(reported.HOSTILE) == 0
    assert [char for char in said if not char.isprintable() and char != "\n"] == []
    assert ("nothing found" in said) <= bool(reports)


@pytest.mark.parametrize("verdict", Verdict)
def test_all_say_the_same_verdict(verdict: Verdict) -> None:
    """In text, JSON, Markdown, JUnit's properties, which are those of pytest too, and in Python."""
    report = replace(reported.report(), verdict=verdict)
    assert dict(report.properties())["segmask_verdict"] == verdict
    assert report.ok == (verdict == "clean")
    assert reported.written("text", report).startswith(f"a.zip: {verdict} - ")
    assert reported.written("markdown", report).startswith(f"### a.zip: {verdict}\n")
    for form in ("json", "jsonl"):
        assert json.loads(reported.written(form, report))["archives"][0]["verdict"] == verdict
    properties = Xml.fromstring(reported.written("junit", report)).iter("property")
    assert [each.get("value") for each in properties if each.get("name") == "segmask_verdict"] == [verdict]


@pytest.mark.parametrize("form", ["concise", "json", "jsonl"])
def test_what_is_streamed_comes_before_the_last_archive_and_has_the_errors_of_all(form: str) -> None:
    reports = [reported.report(reported.finding(), path=f"{number}.zip") for number in range(3)]
    options, before_last = Options(errors=[]), 0
    rows: list[Line] = []

    def coming() -> Iterator[ArchiveReport]:
        nonlocal before_last
        yield from reports[:-1]
        before_last = len(rows)
        yield reports[-1]
        assert isinstance(options.errors, list)
        options.errors.extend(UNREAD.errors)

    stream = streamed(form)
    assert stream is not None
    for row in stream.lines(coming(), options):
        rows.append(row)  # noqa: PERF402 - how many there are is asked meanwhile
    assert "".join(f"{plain(row)}\n" for row in rows[:before_last]).count("0.zip") == 1
    assert "".join(f"{plain(row)}\n" for row in rows) == reported.written(form, *reports, options=UNREAD)


def test_what_is_not_streamed() -> None:
    assert {form for form in FORMATS if streamed(form) is None} == FORMATS.keys() - {"concise", "json", "jsonl"}
