"""``json``: the report as data, as ``segmask schema`` describes it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator

from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport, to_json

from . import Options


def lines(reports: Iterable[ArchiveReport], options: Options) -> Iterator[Line]:
    """One document, of which no more than an archive is in memory."""
    archives = (report.to_json() for report in reports)
    return holding(lambda: to_json((), options.errors), "archives", archives, indent=2)


def holding(document: Callable[[], object], name: str, items: Iterable[object], *, indent: int) -> Iterator[Line]:
    """The lines of a document with a list whose items come one by one.

    Args:
        document: the document with the list empty: asked for what stands before the list when the first item is there, and
            for what stands behind it when the last is.
        name: the list's key, which no other empty list has.
        items: of the list.
        indent: blanks a level.
    """

    def written(value: object) -> str:
        import json  # the text report needs none

        return json.dumps(value, indent=indent, ensure_ascii=True)

    empty, margin, item = f'"{name}": []', "", ""
    for value in items:
        if item:
            yield line(f"{item},")
        else:
            before, _, _ = written(document()).partition(empty)
            margin = " " * (len(before) - before.rfind("\n") - 1)
            yield line(f"{before}{empty[:-1]}")
        item = textwrap.indent(written(value), margin + " " * indent)
    before, _, after = written(document()).partition(empty)
    if item:
        yield line(item)
        yield line(f"{margin}]{after}")
    else:
        yield line(f"{before}{empty}{after}")
