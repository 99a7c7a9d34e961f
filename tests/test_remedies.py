"""Who follows a remedy is better off: a program does what the findings of each case say, until nothing more can be done."""

from __future__ import annotations

from pathlib import Path

import pytest

import segmask_validate
from segmask.rules import RULES, Effect
from segmask.testing.writers import zipwriter
from segmask.testing.writers.zipwriter import Member
from segmask_validate import ArchiveReport, corpus
from segmask_validate.report.model import Finding
from support.remedies import REMEDIES, ByHand, Files

CASES = [case for case in corpus.cases() if case.expected["findings"]]
VERDICTS = ("clean", "altered", "unknown", "unsafe", "rejected")
COMES_TO_LIGHT = {
    "PAIR006": "object masks are mended after class masks, or are missing",
    "SET014": "a list that named an image twice is empty now",
    "GEO001": "pixels that were lost are thin regions",
    "LBL020": "masks that can be read again use a filler",
}
"""Warnings about what could not be seen before, and why they are no harm done."""


def counts(report: ArchiveReport) -> dict[str, int]:
    found: dict[str, int] = {}
    for finding in report.findings:
        found[finding.rule.code] = found.get(finding.rule.code, 0) + finding.count
    return found


def harmful(report: ArchiveReport) -> set[str]:
    return {finding.rule.code for finding in report.findings if finding.rule.effect is not Effect.ODD}


def follow(finding: Finding, files: Files, path: Path) -> ArchiveReport | None:
    """The report after a remedy, which is done to the files; None where a person is needed."""
    remedy = REMEDIES.get(finding.rule.code)
    if remedy is None:
        return None
    try:
        remedy(files, finding)
    except ByHand:
        return None
    path.write_bytes(zipwriter.write(Member(name=name, data=data) for name, data in files.items()))
    return segmask_validate.validate(path)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_better_off(case: corpus.Case, tmp_path: Path) -> None:
    first = report = segmask_validate.validate(case.build(tmp_path))
    files = {member.name: member.data for member in case.members()}
    left = list(report.findings)
    while left:
        finding = left.pop(0)
        after = follow(finding, files, tmp_path / "mended.zip")
        if after is None:
            continue
        code = finding.rule.code
        assert counts(after).get(code, 0) < counts(report)[code], finding.message
        assert harmful(after) - harmful(report) <= COMES_TO_LIGHT.keys(), finding.message
        assert VERDICTS.index(after.verdict) <= VERDICTS.index(report.verdict), finding.message
        report, left = after, list(after.findings)
    assert harmful(report) <= harmful(first) | {"PAIR006", "GEO001"}


def test_every_rule_has_a_remedy_or_a_reason() -> None:
    assert {rule.code for rule in RULES if not rule.by_hand} == REMEDIES.keys()


def test_every_remedy_is_tried() -> None:
    assert REMEDIES.keys() <= {found["rule"] for case in CASES for found in case.expected["findings"]}
