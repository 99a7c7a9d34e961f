"""``text``: for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from segmask_validate.report import text
from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport

from . import Options


def lines(reports: Sequence[ArchiveReport], options: Options) -> Iterator[Line]:
    """The report on each archive, then how much was found in all of them; nothing where none could be read.

    Quietly, those alone that fail; nothing where none does.
    """
    if options.quiet and all(options.passed(report) for report in reports):
        return
    if options.errors and not reports:
        return
    for report in reports:
        if not (options.quiet and options.passed(report)):
            yield from text.lines(report, verbose=options.verbose)
            yield line()
    if options.statistics:
        from segmask_validate.report import statistics  # most runs do not ask for them

        yield from statistics.lines(reports)
    yield line(text.summary(reports, options.passed, options.errors))
