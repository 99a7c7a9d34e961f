"""``json``: the report as data, as ``segmask schema`` describes it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from segmask_validate.paths import Unusable
from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport, to_json

from . import Options

_NO_ARCHIVES: Final = '"archives": []'


def lines(reports: Iterable[ArchiveReport], options: Options) -> Iterator[Line]:
    """One document, of which no more than an archive is in memory."""
    written = None
    for report in reports:
        yield line(f'{_around_archives(())[0]}"archives": [' if written is None else f"{written},")
        written = textwrap.indent(_written(report.to_json()), "    ")
    before, after = _around_archives(options.errors)
    if written is None:
        yield line(f"{before}{_NO_ARCHIVES}{after}")
    else:
        yield line(written)
        yield line(f"  ]{after}")


def _around_archives(errors: Sequence[Unusable]) -> tuple[str, str]:
    """What stands in front of the archives and behind them."""
    before, _, after = _written(to_json((), errors)).partition(_NO_ARCHIVES)
    return before, after


def _written(value: object) -> str:
    import json  # the text report needs none

    return json.dumps(value, indent=2, ensure_ascii=True)
