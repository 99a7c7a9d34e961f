"""``concise``."""

from __future__ import annotations

from segmask.pixels.box import Box
from segmask_cli.reports import Options
from segmask_validate.paths import Unusable
from support import reported


def test_a_line_a_finding() -> None:
    found = [
        reported.finding(member="labelmap.txt", line=4, column=5),
        reported.finding("PNG001", member="a.png", box=Box(1, 2, 3, 4), count=1200),
        reported.finding("ZIP001"),
    ]
    assert reported.written("concise", reported.report(*found)).splitlines() == [
        "a.zip!labelmap.txt:4:5: PNG004 what is wrong",
        "a.zip!a.png: PNG001 what is wrong (x1,200)",
        "a.zip: ZIP001 what is wrong",
    ]


def test_nothing_found_is_nothing() -> None:
    assert reported.written("concise", reported.report()) == ""


def test_a_line_a_path_that_could_not_be_read() -> None:
    options = Options(errors=[Unusable("no.zip", "no such file")])
    assert reported.written("concise", options=options) == "no.zip: unreadable-path no such file\n"
