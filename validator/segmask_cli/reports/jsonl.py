"""``jsonl``: a JSON report a line, an archive each, as soon as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from segmask_validate.paths import Unusable
from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport, to_json

from . import Options


def lines(reports: Iterable[ArchiveReport], options: Options) -> Iterator[Line]:
    """A document an archive, each described by the schema of the JSON report; and one without archives a path that could not be read."""
    for report in reports:
        yield _document((report,), ())
    for error in options.errors:
        yield _document((), (error,))


def _document(reports: tuple[ArchiveReport, ...], errors: tuple[Unusable, ...]) -> Line:
    import json  # the text report needs none

    return line(json.dumps(to_json(reports, errors), ensure_ascii=True, separators=(",", ":")))
