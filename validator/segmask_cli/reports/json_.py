"""``json``: the report as data, as ``segmask schema`` describes it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport, to_json

from . import Options


def lines(reports: Sequence[ArchiveReport], options: Options) -> Iterator[Line]:
    """One document, of which no more than an archive is in memory."""
    before, archives, after = _written(to_json((), options.errors)).partition('"archives": []')
    if not reports:
        yield line(before + archives + after)
        return
    yield line(f'{before}"archives": [')
    for number, report in enumerate(reports, 1):
        written = textwrap.indent(_written(report.to_json()), "    ")
        yield line(f"{written}{',' if number < len(reports) else ''}")
    yield line(f"  ]{after}")


def _written(value: object) -> str:
    import json  # the text report needs none

    return json.dumps(value, indent=2, ensure_ascii=True)
