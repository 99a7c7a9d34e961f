"""``concise``: a line a finding, ``path!member:line:column: CODE message``, for editors and grep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from segmask.problem import printable
from segmask_validate.paths import UNREADABLE, Unusable
from segmask_validate.report.lines import Line, Role, line
from segmask_validate.report.model import ArchiveReport

from . import Options


def lines(reports: Sequence[ArchiveReport], options: Options) -> Iterator[Line]:
    """A line a finding."""
    for report in reports:
        yield from each(report)
    yield from unread(options.errors)


def each(report: ArchiveReport) -> Iterator[Line]:
    """The same for one archive."""
    for finding in report.findings:
        place = str(replace(finding.location, box=None))
        times = f" (x{finding.count:,})" if finding.count > 1 else ""
        yield line(
            (Role.NAME, printable(f"{report.path}{f'!{place}' if place else ''}")),
            ": ",
            (Role(finding.severity.value), finding.rule.code),
            f" {printable(finding.message)}{times}",
        )


def unread(errors: Sequence[Unusable]) -> Iterator[Line]:
    """A line a path that could not be read."""
    for error in errors:
        yield line((Role.NAME, printable(error.path)), ": ", (Role.ERROR, UNREADABLE), f" {printable(error.reason)}")
