"""``markdown``: for the summary of a step, or a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from segmask.problem import counted, printable
from segmask_validate.paths import Unusable
from segmask_validate.report import text
from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport, Finding

from . import Options
from .places import title

MOST: Final = 200
"""Findings in the tables: GitHub takes a summary of 1 MiB."""
_LONGEST: Final = 1000
_ACTIVE: Final = re.compile(r"[\\`*_{}\[\]<>&|~#@$]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def lines(reports: Sequence[ArchiveReport], options: Options) -> Iterator[Line]:
    """A heading and a table an archive, then the summary."""
    left = MOST
    for report in reports:
        shown = report.findings[:left]
        left -= len(shown)
        yield from map(line, _archive(report, shown))
    if options.errors:
        yield from map(line, _unread(options.errors))
    total = sum(len(report.findings) for report in reports)
    yield line(f"**{text.summary(reports, options.passed, options.errors)}**")
    if total > MOST:
        yield line()
        yield line(f"{counted(total - MOST, 'finding')} not shown.")


def _archive(report: ArchiveReport, shown: Sequence[Finding]) -> Iterator[str]:
    yield f"### {escaped(report.path)}: {report.verdict}"
    yield ""
    yield (
        f"{counted(report.images, 'image')}, {counted(len(report.labels), 'label')}"
        f"{text.arrives(report)}{'' if report.complete else '; part of it could not be checked'}"
    )
    yield ""
    if shown:
        yield "| severity | rule | place | count | what |"
        yield "| --- | --- | --- | ---: | --- |"
        for finding in shown:
            place, message = escaped(str(finding.location)), escaped(finding.message)
            yield f"| {finding.severity} | {title(finding)} | {place} | {finding.count:,} | {message} |"
        yield ""
    yield from _baseline(report)


def _baseline(report: ArchiveReport) -> Iterator[str]:
    known = sum(report.known.values())
    told = [f"{counted(known, 'occurrence')} known to the baseline"] if known else []
    told += [
        f"gone since: {escaped(what)}{f' (x{count:,})' if count > 1 else ''}" for what, count in report.gone[:MOST]
    ]
    for each in told:
        yield f"- {each}"
    if told:
        yield ""


def _unread(errors: Sequence[Unusable]) -> Iterator[str]:
    yield "### Could not be read"
    yield ""
    yield "| path | why |"
    yield "| --- | --- |"
    for error in errors[:MOST]:
        yield f"| {escaped(error.path)} | {escaped(error.reason)} |"
    yield ""
    if len(errors) > MOST:
        yield f"{counted(len(errors) - MOST, 'path')} not shown."
        yield ""


def escaped(value: str) -> str:
    """Text that Markdown shows as it is: what could be markup, a link or a mention is a character reference."""
    short = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}..."
    return _ACTIVE.sub(lambda found: f"&#{ord(found[0])};", printable(short))
