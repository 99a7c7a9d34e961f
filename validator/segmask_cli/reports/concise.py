"""``concise``: a line a finding, ``path!member:line:column: CODE message``, for editors and grep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from segmask.problem import printable
from segmask_validate.paths import UNREADABLE
from segmask_validate.report.lines import Line, Role, line
from segmask_validate.report.model import ArchiveReport

from . import Options


def lines(reports: Iterable[ArchiveReport], options: Options) -> Iterator[Line]:
    """A line a finding, then a line a path that could not be read."""
    for report in reports:
        yield from _findings(report)
    for error in options.errors:
        yield line((Role.NAME, printable(error.path)), ": ", (Role.ERROR, UNREADABLE), f" {printable(error.reason)}")


def _findings(report: ArchiveReport) -> Iterator[Line]:
    for finding in report.findings:
        place = str(replace(finding.location, box=None))
        times = f" (x{finding.count:,})" if finding.count > 1 else ""
        yield line(
            (Role.NAME, printable(f"{report.path}{f'!{place}' if place else ''}")),
            ": ",
            (Role(finding.severity.value), finding.rule.code),
            f" {printable(finding.message)}{times}",
        )
