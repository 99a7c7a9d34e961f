"""Rules are chosen by code, start of a code, name, or all of them, in the same words everywhere."""

from __future__ import annotations

import re

import pytest

from segmask.rules import BY_CODE, find
from segmask.rules.rule import Severity
from segmask_validate import validate
from segmask_validate.selection import ALL_RULES, ERRORS, FailOn, Selection, codes_of
from support.built import Build

TWO = {
    "labelmap.txt": "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\nbus:128,0,0::\n",
    "SegmentationObject/one.png": None,
    "SegmentationObject/two.png": None,
}
"""What makes LBL004, an error, and PAIR006, a warning."""


class TestWords:
    def test_each_means_rules(self) -> None:
        assert codes_of("lbl004") == codes_of("duplicate-color") == codes_of("Duplicate-Color") == {"LBL004"}
        assert codes_of("GEO") == codes_of("GEO00") == {"GEO001", "GEO002"}
        assert codes_of("all") == codes_of("ALL") == set(BY_CODE)

    def test_several_at_once(self) -> None:
        assert (
            codes_of("LBL004, PNG004 GEO")
            == codes_of(["LBL004,PNG004", "GEO"])
            == codes_of({"GEO", "LBL004", "PNG004"})
        )

    @pytest.mark.parametrize(
        ("word", "told"),
        [
            ("L", "no rule matches 'L'"),
            ("XYZW99", "no rule matches 'XYZW99'"),
            ("undeclared-colour", "no rule matches 'undeclared-colour'; the nearest is 'undeclared-color'"),
            ("PGN", "no rule matches 'PGN'; the nearest is 'PNG'"),
            ("GEO003", "no rule matches 'GEO003'; the nearest is 'GEO002'"),
            ("", "'' names no rule"),
            (" , ", "' , ' names no rule"),
        ],
    )
    def test_one_that_means_nothing_is_refused_with_the_nearest(self, word: str, told: str) -> None:
        with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
            codes_of(word)
        assert find(word) is None

    def test_what_is_no_word(self) -> None:
        with pytest.raises(TypeError, match="5 is no rule, and no list of them"):
            Selection.of(select=5)  # type: ignore[arg-type] # on purpose


class TestSelection:
    def test_nothing_said_is_everything(self) -> None:
        assert Selection.of() == ALL_RULES

    def test_arguments_are_named(self) -> None:
        for name in ("select", "ignore", "severity", "fail_on"):
            with pytest.raises(ValueError, match=f"^{name}: "):
                Selection.of(**{name: "nothing"})  # type: ignore[arg-type] # any of them

    def test_nothing_chosen_is_refused(self) -> None:
        with pytest.raises(ValueError, match="select: it names no rule, so nothing would be reported"):
            Selection.of(select=[])

    def test_severities(self) -> None:
        rule = BY_CODE["GEO001"]
        for given in (
            "GEO=error,thin-region=info",
            ["GEO=error", "thin-region=info"],
            {"GEO": "error", "GEO001": "info"},
        ):
            selection = Selection.of(severity=given)
            assert selection.severities == (("GEO001", Severity.INFO), ("GEO002", Severity.ERROR))
            assert selection.severity_of(rule) is Severity.INFO
        assert ALL_RULES.severity_of(rule) is Severity.WARNING

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ("GEO001", "severity: 'GEO001' is no RULE=LEVEL, such as GEO001=info"),
            ("GEO001=fatal", "severity: 'fatal' is none of error, warning, info"),
            ("GEO003=info", "severity: no rule matches 'GEO003'; the nearest is 'GEO002'"),
        ],
    )
    def test_severities_that_mean_nothing(self, given: str, told: str) -> None:
        with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
            Selection.of(severity=given)


class TestFailOn:
    def test_a_severity_and_what_is_worse(self) -> None:
        failing = FailOn.of("warning")
        assert [failing.includes("GEO001", severity) for severity in Severity] == [True, True, False]

    def test_rules_however_severe(self) -> None:
        failing = FailOn.of("GEO")
        assert failing.includes("GEO001", Severity.INFO)
        assert not failing.includes("ZIP001", Severity.ERROR)

    def test_both(self) -> None:
        failing = FailOn.of("error,GEO001")
        assert failing.includes("GEO001", Severity.INFO)
        assert failing.includes("ZIP001", Severity.ERROR)
        assert not failing.includes("GEO002", Severity.INFO)
        assert str(failing) == "error, GEO001"

    def test_errors_unless_given(self) -> None:
        assert FailOn.of(Severity.ERROR) == FailOn.of(ERRORS) == ERRORS


class TestValidate:
    """`validate` takes the words of the command line."""

    @pytest.mark.parametrize("select", ["duplicate-color", "LBL004", "LBL", {"duplicate-color"}, ["LBL00", "GEO"]])
    def test_select(self, build: Build, select: str) -> None:
        assert [finding.code for finding in validate(build(TWO), select=select).findings] == ["LBL004"]

    def test_ignore(self, build: Build) -> None:
        assert [finding.code for finding in validate(build(TWO), ignore="duplicate-color").findings] == ["PAIR006"]

    def test_an_unknown_word(self, build: Build) -> None:
        with pytest.raises(
            ValueError, match="select: no rule matches 'undeclared-colour'; the nearest is 'undeclared-color'"
        ):
            validate(build(), select={"undeclared-colour"})

    def test_severity(self, build: Build) -> None:
        report = validate(build(TWO), severity={"class-only": "error", "LBL": "info"})
        assert [(finding.code, finding.severity) for finding in report.findings] == [
            ("PAIR006", "error"),
            ("LBL004", "info"),
        ]
        assert report.passed(FailOn.of("LBL005"))
        assert not report.passed("LBL004")
