"""How often each rule was broken, over all archives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from segmask.problem import counted
from segmask.rules.rule import Rule, Severity

from .lines import Line, Role, line
from .model import ArchiveReport


@dataclass(slots=True)
class RuleCount:
    """How often a rule was broken.

    Attributes:
        rule: the rule.
        severity: the highest among its findings.
        archives: in how many archives.
        findings: in how many findings.
        count: occurrences.
    """

    rule: Rule
    severity: Severity
    archives: int = 0
    findings: int = 0
    count: int = 0


def by_rule(reports: Iterable[ArchiveReport]) -> list[RuleCount]:
    """The rules that were broken: worst first, then most frequent first, then by code."""
    counts: dict[str, RuleCount] = {}
    for report in reports:
        for finding in report.findings:
            entry = counts.setdefault(finding.rule.code, RuleCount(finding.rule, finding.severity))
            entry.severity = max(entry.severity, finding.severity, key=lambda severity: severity.rank)
            entry.findings += 1
            entry.count += finding.count
        for code in {finding.rule.code for finding in report.findings}:
            counts[code].archives += 1
    return sorted(counts.values(), key=lambda entry: (-entry.severity.rank, -entry.count, entry.rule.code))


def lines(reports: Iterable[ArchiveReport]) -> Iterator[Line]:
    """A table of `by_rule`, and an empty line where it is not empty."""
    entries = by_rule(reports)
    width = max((len(f"{entry.count:,}") for entry in entries), default=0)
    for entry in entries:
        severity = (Role(entry.severity.value), f"{entry.severity:7}")
        name = (Role.NAME, f"{entry.rule.code} {entry.rule.name}")
        yield line(f"{entry.count:{width},}  ", severity, "  ", name, f", in {counted(entry.archives, 'archive')}")
    if entries:
        yield line()
