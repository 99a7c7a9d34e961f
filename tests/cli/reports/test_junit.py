"""``junit``."""

from __future__ import annotations

from collections import Counter

import defusedxml.ElementTree as Xml

from segmask.rules import RULES
from segmask_cli.reports import Options
from segmask_validate.paths import Unusable
from segmask_validate.report.model import Skip
from segmask_validate.selection import FailOn
from support import reported


def test_a_suite_an_archive_and_a_case_a_rule() -> None:
    found = [reported.finding(), reported.finding(), reported.finding("PAIR006")]
    report = reported.report(*found, skipped=[Skip("GEO002", "no photos")])
    root = Xml.fromstring(reported.written("junit", report, reported.report(path="b.zip")))
    first, second = root
    assert (first.get("name"), second.get("name")) == ("a.zip", "b.zip")
    names = [f"{rule.code} {rule.name}" for rule in RULES]
    assert [case.get("name") for case in first[1:]] == [case.get("name") for case in second[1:]] == names
    kinds = {case.get("name", "").split()[0]: [child.tag for child in case] for case in first[1:] if len(case)}
    assert kinds == {"PNG004": ["failure"], "PAIR006": ["system-out"], "GEO002": ["skipped"]}
    assert Counter({key: int(root.get(key, "")) for key in ("tests", "failures", "errors")}) == Counter(
        tests=2 * len(RULES), failures=1, errors=0
    )
    assert (first.get("skipped"), root.get("skipped")) == ("1", None)


def test_what_fails_is_what_makes_the_exit_code_1() -> None:
    report = reported.report(reported.finding("PAIR006"))
    root = Xml.fromstring(reported.written("junit", report, options=Options(fail_on=lambda _: FailOn.of("warning"))))
    assert root.get("failures") == "1"


def test_names_are_no_markup() -> None:
    root = Xml.fromstring(reported.written("junit", reported.hostile()))
    assert {element.tag for element in root.iter()} == {
        *("testsuites", "testsuite", "properties", "property", "testcase", "failure"),
    }


def test_a_path_that_could_not_be_read_is_a_suite_with_an_error() -> None:
    options = Options(errors=[Unusable("no.zip", "no such file")])
    root = Xml.fromstring(reported.written("junit", options=options))
    ((case,),) = root
    assert (root[0].get("name"), case.get("name"), case[0].tag, case[0].get("message")) == (
        "no.zip", "unreadable-path", "error", "no such file",
    )  # fmt: skip
    assert [root.get(name) for name in ("tests", "failures", "errors")] == ["1", "0", "1"]
