"""The report as data: its verdict, and what passes."""

from __future__ import annotations

import pytest

import segmask
from segmask import Effect, Severity
from segmask_validate import ArchiveReport, Verdict, validate
from segmask_validate.report.model import verdict_of
from support.built import CAR, Build, rgb

WORST_FIRST = [
    ({Effect.REJECTED, Effect.UNSAFE, Effect.LOST}, False, Verdict.REJECTED),
    ({Effect.UNSAFE, Effect.LOST}, False, Verdict.UNSAFE),
    ({Effect.UNSAFE}, True, Verdict.UNSAFE),
    ({Effect.LOST, Effect.ODD}, False, Verdict.UNKNOWN),
    (set(), False, Verdict.UNKNOWN),
    ({Effect.MISREAD, Effect.ODD}, True, Verdict.ALTERED),
    ({Effect.ODD}, True, Verdict.CLEAN),
    (set(), True, Verdict.CLEAN),
]


@pytest.mark.parametrize(("effects", "complete", "verdict"), WORST_FIRST)
def test_the_first_verdict_that_holds(effects: set[Effect], complete: bool, verdict: Verdict) -> None:
    assert verdict_of(effects, complete=complete) is verdict


class TestNeverCleanWhere:
    """What is unsafe, or was not read, is not clean."""

    def test_a_name_climbs_out_of_the_folder(self, build: Build) -> None:
        report = validate(build({"../outside.txt": "x"}))
        assert (report.verdict, report.unsafe, report.complete, report.ok) == (Verdict.UNSAFE, True, True, False)
        assert not report.passed()

    def test_a_mask_is_over_the_limit(self, build: Build) -> None:
        report = validate(build(), limits=segmask.Limits(pixels=1))
        assert report.verdict in {Verdict.UNSAFE, Verdict.UNKNOWN}
        assert (report.ok, report.complete, report.passed()) == (False, False, False)


class TestPassed:
    def report(self, build: Build) -> ArchiveReport:
        """An archive whose only finding is a warning: an instance with a region of one pixel."""
        mask = rgb(((128, 0, 0), *CAR), ((128, 0, 0), slice(9, 10), slice(14, 15)))
        return validate(build({"SegmentationClass/two.png": mask, "SegmentationObject/two.png": mask}))

    def test_by_severity(self, build: Build) -> None:
        report = self.report(build)
        assert [finding.severity for finding in report.findings] == [Severity.WARNING]
        assert report.passed()
        assert report.passed("error")
        assert not report.passed("warning")
        assert not report.passed(Severity.INFO)

    def test_nothing_found_passes_always(self, build: Build) -> None:
        report = validate(build())
        assert report.ok
        assert report.passed("info")

    def test_an_unknown_severity(self, build: Build) -> None:
        with pytest.raises(ValueError, match="'fatal' is not a valid Severity"):
            validate(build()).passed("fatal")
