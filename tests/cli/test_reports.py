"""The table of formats, and what ``--report`` says."""

from __future__ import annotations

import pytest

from segmask_cli.reports import FORMATS, Options, parse, streamed
from segmask_validate.paths import Unusable
from segmask_validate.report.lines import plain
from segmask_validate.report.model import ArchiveReport
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


@pytest.mark.parametrize("form", ["concise", "jsonl"])
def test_what_is_streamed_is_the_same_as_the_whole(form: str) -> None:
    reports = [reported.report(reported.finding()), reported.report(path="b.zip")]
    stream = streamed(form)
    assert stream is not None
    rows = [*(line for report in reports for line in stream.each(report)), *stream.unread(UNREAD.errors)]
    assert "".join(f"{plain(line)}\n" for line in rows) == reported.written(form, *reports, options=UNREAD)


def test_what_is_not_streamed() -> None:
    assert {form for form in FORMATS if streamed(form) is None} == FORMATS.keys() - {"concise", "jsonl"}


@pytest.mark.parametrize(
    ("target", "form", "path"),
    [
        ("sarif=a.json", "sarif", "a.json"),
        ("a.sarif", "sarif", "a.sarif"),
        ("dir=x/A.XML", "junit", "dir=x/A.XML"),
        ("json=a=b", "json", "a=b"),
        ("a.ndjson", "jsonl", "a.ndjson"),
    ],
)  # fmt: skip
def test_targets(target: str, form: str, path: str) -> None:
    if target.startswith("dir="):
        with pytest.raises(ValueError, match="there is no format 'dir'"):
            parse(target)
        target = path = f"./{path}"
    assert parse(target) == (form, path)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("junit=", "'junit=' names no file"),
        ("xml=a.xml", "there is no format 'xml'; formats are text, "),
        ("report", "the name 'report' does not say the format; write FORMAT=report, "),
        ("", "the name '' does not say the format"),
    ],
)
def test_what_names_no_format_or_no_file(target: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(target)
