"""``gitlab``."""

from __future__ import annotations

import json

import pytest

from segmask_cli.reports import Options
from segmask_validate.paths import Unusable
from segmask_validate.report.model import ArchiveReport
from support import reported


def test_an_entry_a_finding() -> None:
    report = reported.report(reported.finding(member="a.png"))
    (entry,) = json.loads(reported.written("gitlab", report))
    assert len(entry.pop("fingerprint")) == 64
    assert entry == {
        "description": "undeclared-color: a.png: what is wrong",
        "check_name": "PNG004",
        "severity": "critical",
        "location": {"path": "a.zip", "lines": {"begin": 1}},
    }


@pytest.mark.parametrize("report", [reported.hostile(), reported.report(reported.finding(member="a.png"))])
def test_each_entry_is_one_that_gitlab_reads(report: ArchiveReport) -> None:
    """As `app/validators/json_schemas/codeclimate.json` of GitLab demands; at the first that is not, GitLab stops reading.

    That schema leaves open what the severities are; GitLab's documentation has them.
    """
    unread = Options(errors=[Unusable(reported.HOSTILE, reported.HOSTILE)])
    entries = json.loads(reported.written("gitlab", report, options=unread))
    for entry in entries:
        assert {"description", "fingerprint", "severity", "location"} <= entry.keys()
        assert all(isinstance(entry[key], str) for key in ("description", "fingerprint", "severity"))
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert isinstance(entry["location"]["path"], str)
        assert isinstance(entry["location"]["lines"]["begin"], int)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == len(report.findings) + 1


def test_severities() -> None:
    codes = ["ZIP008", "PNG004", "LBL004", "PAIR006", "ZIP007"]
    entries = json.loads(reported.written("gitlab", reported.report(*map(reported.finding, codes))))
    assert [entry["severity"] for entry in entries] == ["blocker", "critical", "major", "minor", "info"]


def test_fingerprints_are_unique_where_a_path_is_given_twice() -> None:
    report = reported.report(reported.finding(), reported.finding())
    entries = json.loads(reported.written("gitlab", report, report))
    assert len({entry["fingerprint"] for entry in entries}) == 4


def test_a_path_that_could_not_be_read_is_an_entry() -> None:
    error = Unusable("no.zip", "no such file")
    first, second = json.loads(reported.written("gitlab", options=Options(errors=[error, error])))
    assert first.pop("fingerprint") != second.pop("fingerprint")
    assert first == second
    assert first == {
        "description": "unreadable-path: no such file",
        "check_name": "unreadable-path",
        "severity": "blocker",
        "location": {"path": "no.zip", "lines": {"begin": 1}},
    }
