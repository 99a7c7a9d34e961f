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
        with pytest.raises(ValueError, match="or rule matches 'fatal'"):
            validate(build()).passed("fatal")


class TestFinding:
    def report(self, build: Build) -> ArchiveReport:
        """Two findings in an image, one of them in another image too."""
        mask = rgb(((128, 0, 0), *CAR), ((9, 250, 100), slice(9, 10), slice(14, 15)))
        objects = rgb(((128, 0, 0), *CAR))
        return validate(
            build(
                {
                    "SegmentationClass/one.png": rgb(),
                    "SegmentationClass/two.png": mask,
                    "SegmentationObject/one.png": objects,
                    "SegmentationObject/two.png": objects,
                }
            )
        )

    def test_what_its_rule_says(self, build: Build) -> None:
        finding = self.report(build).findings[0]
        rule = finding.rule
        assert (finding.code, finding.name, finding.remedy) == ("PNG004", "undeclared-color", rule.remedy)
        assert finding.url == rule.url == "docs/rules.md#png004-undeclared-color"

    def test_short_representations(self, build: Build) -> None:
        report = self.report(build)
        finding = report.findings[0]
        place = "SegmentationClass/two.png [x 14, y 9, 1x1]"
        assert repr(finding) == f"<Finding PNG004 undeclared-color at {place}>"
        assert repr(finding.location) == f"<Location {place}>"
        assert repr(report) == f"<ArchiveReport {report.path}: rejected, {len(report.findings)} findings>"
        assert repr(segmask.Location()) == "<Location nowhere>"

    def test_an_index_by_rule_and_one_by_image(self, build: Build) -> None:
        report = self.report(build)
        written = report.to_json()
        assert written["by_rule"] == {finding.code: [number] for number, finding in enumerate(report.findings)}
        for image in ("one", "two"):
            named = [n for n, f in enumerate(report.findings) if image in {place.image for place in f.places}]
            assert named
            assert written["by_image"][image] == named

    def test_every_place_is_written_and_four_further_ones_stay_among_the_evidence(self, build: Build) -> None:
        names = [f"image{number}" for number in range(9)]
        masks = {f"Segmentation{kind}/{name}.png": rgb() for kind in ("Class", "Object") for name in names}
        (finding,) = validate(build(masks), max_places=7).to_json()["findings"]
        assert [place["image"] for place in finding["places"]] == names[:7]
        assert finding["places_left_out"] == 2
        assert finding["places"][0] == finding["location"]
        assert [place["image"] for place in finding["evidence"]["places"]] == names[1:5]
