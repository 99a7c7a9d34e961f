"""``jsonl``: a JSON report a line, an archive each, as soon as it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport, to_json

from . import Options


def lines(reports: Sequence[ArchiveReport], _options: Options) -> Iterator[Line]:
    """A document an archive, each described by the schema of the JSON report."""
    for report in reports:
        yield from each(report)


def each(report: ArchiveReport) -> Iterator[Line]:
    """The same for one archive."""
    import json  # the text report needs none

    yield line(json.dumps(to_json((report,)), ensure_ascii=True, separators=(",", ":")))
