"""``html``: one file for people, with pictures, that needs no network and runs nothing but its own script.

page      the whole: what is shown, in which order, within how many bytes
pieces    templates filled in, measured, and kept on disk until the page is written
findings  what is found, by rule
album     pictures of the images that are shown, each read once more
labels    tables and charts
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from segmask_cli.reports import Options
from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport

from .page import page


def lines(reports: Sequence[ArchiveReport], options: Options) -> Iterator[Line]:
    """The page."""
    rest = ""
    for text in page(reports, options):
        *whole, rest = "".join((rest, text)).split("\n")  # adding would escape
        yield from map(line, whole)
    if rest:
        yield line(rest)
