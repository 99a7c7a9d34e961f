"""Reports to write: one of many findings, and one whose names try to become markup, commands and control sequences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from segmask.problem import NOWHERE, Location
from segmask.rules import BY_CODE
from segmask_cli.reports import Options, format_of
from segmask_validate.report.lines import plain
from segmask_validate.report.model import ArchiveReport, Finding, Skip, Verdict

HOSTILE: Final = (
    "a\x1b[31m\u202e\x00\n::error::x\r\n##[error]y%0A,title=z:|<script>alert(1)</script>]]>&amp;"
    "[l](javascript:1)`*_\"'{0}\ud800\ufffe://@x.png"
)
"""Part of a path, a member, an image's id and a message at once."""


def finding(code: str = "PNG004", *, count: int = 1, message: str = "what is wrong", **where: object) -> Finding:
    """A finding of a rule at a place."""
    location = replace(NOWHERE, **where)  # type: ignore[arg-type] # the parts of a location
    rule = BY_CODE[code]
    return Finding(rule=rule, severity=rule.severity, message=message, location=location, count=count)


def report(*findings: Finding, path: str = "a.zip", skipped: Iterable[Skip] = ()) -> ArchiveReport:
    """A report of findings."""
    return ArchiveReport(
        path=path, verdict=Verdict.REJECTED, unsafe=False, complete=True, subsets={"default": 2}, labels=("background",),
        images=2, instances=3, findings=findings, skipped=tuple(skipped),
    )  # fmt: skip


def hostile() -> ArchiveReport:
    """A report whose every text is hostile."""
    found = finding(message=HOSTILE, member=HOSTILE, image=HOSTILE, line=3, column=4)
    return report(replace(found, places=(Location(member=f"{HOSTILE}2"),)), path=f"{HOSTILE}/a.zip")


def written(form: str, *reports: ArchiveReport, options: Options = Options()) -> str:  # noqa: B008 - frozen
    """What a format makes of reports."""
    return "".join(f"{plain(line)}\n" for line in format_of(form).lines(reports, options))
