"""A baseline as a file that nobody vouches for."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from segmask_validate.baseline.comparing import known_of
from segmask_validate.baseline.file import SCHEMA, BaselineError, read, write
from segmask_validate.baseline.keys import Key
from support import reported


def test_written_and_read(tmp_path: Path) -> None:
    report = reported.report(
        reported.finding("PAIR006", image="b"),
        reported.finding(member="a.png", count=3),
        path=str(tmp_path / "x" / "a.zip"),
    )
    hostile = reported.hostile()
    write(tmp_path / "known.json", [hostile, report])
    document = json.loads((tmp_path / "known.json").read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    found = read(tmp_path / "known.json")
    assert found["x/a.zip"] == known_of(report)
    assert sorted(map(dict, found.values()), key=len) == sorted((known_of(hostile), known_of(report)), key=len)
    assert list(document["archives"]) == sorted(document["archives"])


def test_equal_findings_are_equal_bytes(tmp_path: Path) -> None:
    found = [reported.finding(image=name) for name in "abc"]
    for name, findings in (("one", found), ("two", found[::-1])):
        write(tmp_path / name, [reported.report(*findings)])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


WRONG = {
    "": "no baseline, and no JSON: ",
    "[": "no baseline, and no JSON: ",
    "\xff": "no baseline, and no JSON: ",
    "[" * 100_000: "no baseline, and no JSON: ",
    "[]": "no baseline: it: ",
    "{}": "no baseline: it: ",
    '{"segmask_baseline": 2, "archives": {}}': "no baseline: ['segmask_baseline']: ",
    '{"segmask_baseline": 1, "archives": []}': "no baseline: ['archives']: ",
    '{"segmask_baseline": 1, "archives": {"a": [{"rule": "X", "count": 0}]}}': "no baseline: ['archives']['a'][0]['count']: ",
    '{"segmask_baseline": 1, "archives": {"a": [{"rule": "X", "count": 1e400}]}}': "no baseline",
    '{"segmask_baseline": 1, "archives": {"a": [{"rule": "X", "count": true}]}}': "no baseline: ['archives']['a'][0]['count']: ",
    '{"segmask_baseline": 1, "archives": {"a": [{"rule": "X", "count": 1, "\\u001b[31m": 1}]}}': "no baseline: ",
    '{"segmask_baseline": 1, "archives": {"\\ud800": [{"rule": "X"}]}}': "no baseline",
    f'{{"segmask_baseline": 1, "archives": {{"a": [{{"rule": "X", "count": {"9" * 5000}}}]}}}}': "no baseline",
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_none_is_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "known.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(BaselineError) as caught:
        read(file)
    assert str(caught.value).startswith(f"{file}: {WRONG[text]}")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def test_unknown_rules_are_read(tmp_path: Path) -> None:
    """Of a later version, or of one that had others."""
    file = tmp_path / "known.json"
    file.write_text('{"segmask_baseline": 1, "archives": {"a": [{"rule": "X", "image": null, "count": 3}]}}')
    assert read(file) == {"a": Counter({Key("X"): 3})}
