"""``github``: annotations of a step in GitHub Actions, as workflow commands.

GitHub shows ten of a step; the worst are written, and a line that is no command says how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Final

from segmask.problem import NOWHERE, counted, printable
from segmask.rules.rule import Severity
from segmask_validate.paths import UNREADABLE, Unusable
from segmask_validate.report import text
from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport, Finding

from . import Options
from .places import file_of, sentence, title

MOST: Final = 10
_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def lines(reports: Sequence[ArchiveReport], options: Options) -> Iterator[Line]:
    """A command a path that could not be read, then one a finding, worst first, then the summary."""
    found = [(report.path, finding) for report in reports for finding in report.findings]
    found.sort(key=lambda entry: -entry[1].severity.rank)
    commands = chain(map(_unread, options.errors), (_command(path, finding) for path, finding in found))
    yield from map(line, islice(commands, MOST))
    room = max(MOST - len(options.errors), 0)
    left_out = f"; {counted(len(found) - room, 'finding')} not annotated" if len(found) > room else ""
    yield line(f"{text.summary(reports, options.passed, options.errors)}{left_out}")


def _command(path: str, finding: Finding) -> str:
    file = file_of(path, finding.location)
    column = "" if file.column is None else f",col={file.column}"
    properties = f"file={_property(file.path)},line={file.line}{column},title={_property(title(finding))}"
    return f"::{_COMMANDS[finding.severity]} {properties}::{_data(sentence(finding))}"


def _unread(error: Unusable) -> str:
    return f"::error file={_property(file_of(error.path, NOWHERE).path)},title={UNREADABLE}::{_data(str(error))}"


def _data(value: str) -> str:
    return printable(value).replace("%", "%25")  # line ends are escaped already


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
