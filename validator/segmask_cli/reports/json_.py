"""``json``: the report as data, as ``segmask schema`` describes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport, to_json

from . import Options


def lines(reports: Sequence[ArchiveReport], options: Options) -> Iterator[Line]:
    """One document."""
    import json  # the text report needs none

    yield line(json.dumps(to_json(tuple(reports), options.errors), indent=2, ensure_ascii=True))
