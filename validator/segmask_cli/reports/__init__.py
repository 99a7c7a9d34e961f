"""The formats of a report: a module each; `segmask_validate.report.formats` names them.

A module has ``lines(reports, options)``, the lines of the whole report. One whose report is a line an archive or a
finding has ``each(report)`` beside it, so that standard output gets them as soon as they are there, and ``unread(errors)``.
A path that could not be read is in every report: it says less than a sound archive does, and must not look like one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Protocol, cast

from segmask_validate.paths import Unusable
from segmask_validate.report.lines import Line
from segmask_validate.report.model import ArchiveReport
from segmask_validate.selection import ERRORS, FailOn

_MODULES: Final = {"json": "json_"}
"""Where the module has another name than the format."""

_STREAMED: Final = frozenset({"concise", "jsonl"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a report depends on beside the findings.

    Attributes:
        fail_on: which findings fail.
        quiet: whether the text leaves out archives that pass.
        statistics: whether the text ends with counts by rule.
        errors: paths that could not be read; the list grows while archives are read.
    """

    fail_on: FailOn = ERRORS
    quiet: bool = False
    statistics: bool = False
    errors: Sequence[Unusable] = ()


class Format(Protocol):
    """A module of this package."""

    def lines(self, reports: Sequence[ArchiveReport], options: Options) -> Iterable[Line]:
        """The report on all archives."""
        ...


class Streamed(Format, Protocol):
    """A format whose report on several archives is that on each, one after the other."""

    def each(self, report: ArchiveReport) -> Iterable[Line]:
        """The report on one archive."""
        ...

    def unread(self, errors: Sequence[Unusable]) -> Iterable[Line]:
        """What comes behind the last archive: the paths that could not be read."""
        ...


def format_of(name: str) -> Format:
    """A format by its name; it is imported when it is asked for."""
    return cast("Format", import_module(f".{_MODULES.get(name, name)}", __package__))


def streamed(name: str) -> Streamed | None:
    """The same, None where its report is only whole when all archives are read."""
    return cast("Streamed", format_of(name)) if name in _STREAMED else None
