"""``junit``: a suite an archive, a case a rule; what was not checked is skipped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from segmask.problem import counted, printable
from segmask.rules import RULES
from segmask.rules.rule import Rule
from segmask_validate.paths import UNREADABLE, Unusable
from segmask_validate.report import TOOL
from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport, Finding
from segmask_validate.selection import FailOn

from . import Options
from .places import sentence, title


def lines(reports: Sequence[ArchiveReport], options: Options) -> Iterator[Line]:
    """One document; the findings that fail are those that make the exit code 1."""
    root = ET.Element("testsuites", name=TOOL)
    for report in reports:
        _add_suite(root, report, options.fail_on(report.path))
    for error in options.errors:
        _add_unread(root, error)
    for name in ("tests", "failures", "errors"):  # those that the schema of Jenkins has here, too
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    yield line('<?xml version="1.0" encoding="UTF-8"?>')
    yield line(ET.tostring(root, encoding="unicode"))


def _add_suite(root: ET.Element, report: ArchiveReport, fail_on: FailOn) -> None:
    suite = ET.SubElement(root, "testsuite", name=printable(report.path))
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.rule.code, []).append(finding)
    reasons = {skip.rule: skip.reason for skip in report.skipped}
    reasons |= {left.rule: f"{left.reason}: {counted(left.findings, 'finding')}" for left in report.left_out}
    properties = ET.SubElement(suite, "properties")
    for name, value in report.properties():
        ET.SubElement(properties, "property", name=name, value=printable(str(value)))
    for rule in RULES:
        _add_case(suite, rule, found.get(rule.code, []), reasons.get(rule.code), fail_on)
    counts = {"tests": len(RULES), "failures": len(suite.findall("*/failure")), "errors": 0}
    for name, count in {**counts, "skipped": len(suite.findall("*/skipped"))}.items():
        suite.set(name, str(count))
    suite.set("time", "0")


def _add_unread(root: ET.Element, error: Unusable) -> None:
    """A suite whose one case has an error, which is what a test is that could not be run."""
    suite = ET.SubElement(root, "testsuite", name=printable(error.path), time="0")
    for name, count in (("tests", 1), ("failures", 0), ("errors", 1), ("skipped", 0)):
        suite.set(name, str(count))
    case = ET.SubElement(suite, "testcase", classname=TOOL, name=UNREADABLE, time="0")
    ET.SubElement(case, "error", type=UNREADABLE, message=printable(error.reason)).text = printable(str(error))


def _add_case(suite: ET.Element, rule: Rule, findings: Sequence[Finding], reason: str | None, fail_on: FailOn) -> None:
    case = ET.SubElement(suite, "testcase", classname=f"{TOOL}.{rule.area}", name=f"{rule.code} {rule.name}", time="0")
    failing = [finding for finding in findings if finding.fails(fail_on)]
    if failing:
        failure = ET.SubElement(case, "failure", type=rule.effect.value, message=sentence(failing[0]))
        failure.text = "\n".join((*map(sentence, failing), f"remedy: {rule.remedy}"))
    elif findings:
        text = (f"{finding.severity}: {title(finding)}: {sentence(finding)}" for finding in findings)
        ET.SubElement(case, "system-out").text = "\n".join(text)
    elif reason is not None:
        ET.SubElement(case, "skipped", message=printable(reason))
