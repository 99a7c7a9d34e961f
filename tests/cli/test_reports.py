"""What all formats do alike."""

from __future__ import annotations

import json
from dataclasses import replace

import defusedxml.ElementTree as Xml
import pytest

from segmask_cli.reports import Options, streamed
from segmask_validate.paths import Unusable
from segmask_validate.report.formats import FORMATS
from segmask_validate.report.lines import plain
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


@pytest.mark.parametrize("form", ["concise", "jsonl"])
def test_what_is_streamed_is_the_same_as_the_whole(form: str) -> None:
    reports = [reported.report(reported.finding()), reported.report(path="b.zip")]
    stream = streamed(form)
    assert stream is not None
    rows = [*(line for report in reports for line in stream.each(report)), *stream.unread(UNREAD.errors)]
    assert "".join(f"{plain(line)}\n" for line in rows) == reported.written(form, *reports, options=UNREAD)


def test_what_is_not_streamed() -> None:
    assert {form for form in FORMATS if streamed(form) is None} == FORMATS.keys() - {"concise", "jsonl"}
