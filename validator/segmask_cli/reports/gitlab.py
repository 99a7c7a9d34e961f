"""``gitlab``: GitLab's Code Quality report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from segmask.problem import NOWHERE, printable
from segmask.rules.rule import Effect, Severity
from segmask_validate.paths import UNREADABLE, Unusable
from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport, Finding

from . import Options
from .places import digest, file_of, fingerprints, sentence

_SEVERITIES: Final = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}
_WORSE: Final = {Effect.UNSAFE: "blocker", Effect.REJECTED: "critical"}


def lines(reports: Sequence[ArchiveReport], options: Options) -> Iterator[Line]:
    """One array, an entry a finding, then one a path that could not be read."""
    import json  # the text report needs none

    seen: dict[str, int] = {}
    issues = [
        _issue(report.path, finding, name)
        for report in reports
        for name, finding in zip(fingerprints(report), report.findings, strict=True)
    ]
    issues += map(_unread, options.errors)
    for issue in issues:
        name = issue["fingerprint"]
        number = seen[name] = seen.get(name, 0) + 1  # a path may be given twice
        issue["fingerprint"] = name if number == 1 else f"{name}-{number}"
    yield line(json.dumps(issues, indent=2, ensure_ascii=True))


def _unread(error: Unusable) -> dict[str, Any]:
    return {
        "description": f"{UNREADABLE}: {printable(error.reason)}",
        "check_name": UNREADABLE,
        "fingerprint": digest(error.path, UNREADABLE),
        "severity": "blocker",
        "location": {"path": printable(file_of(error.path, NOWHERE).path), "lines": {"begin": 1}},
    }


def _issue(path: str, finding: Finding, fingerprint: str) -> dict[str, Any]:
    file = file_of(path, finding.location)
    severity = _SEVERITIES[finding.severity]
    if finding.severity is Severity.ERROR:
        severity = _WORSE.get(finding.rule.effect, severity)
    return {
        "description": f"{finding.rule.name}: {sentence(finding)}",
        "check_name": finding.rule.code,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": printable(file.path), "lines": {"begin": file.line}},
    }
