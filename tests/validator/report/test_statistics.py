"""Counts by rule."""

from __future__ import annotations

from segmask_validate.report import statistics
from segmask_validate.report.lines import plain
from support import reported


def test_worst_first_then_most_frequent() -> None:
    one = reported.report(reported.finding(count=2), reported.finding(count=1000), reported.finding("PAIR006", count=5))
    two = reported.report(reported.finding("PNG001", count=3), reported.finding("PAIR006"))
    assert [plain(row) for row in statistics.lines([one, two])] == [
        "1,002  error    PNG004 undeclared-color, in 1 archive",
        "    3  error    PNG001 empty-mask-file, in 1 archive",
        "    6  warning  PAIR006 class-only, in 2 archives",
        "",
    ]


def test_nothing_found() -> None:
    assert list(statistics.lines([reported.report()])) == []
