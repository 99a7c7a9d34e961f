"""What names a format and a file."""

from __future__ import annotations

import pytest

from segmask_validate.report.formats import parse


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
