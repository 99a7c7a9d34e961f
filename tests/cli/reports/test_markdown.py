"""``markdown``."""

from __future__ import annotations

from segmask_cli.reports import Options
from segmask_validate.paths import Unusable
from support import reported


def test_a_table_an_archive() -> None:
    rows = reported.written("markdown", reported.report(reported.finding(member="a.png"))).splitlines()
    assert rows == [
        "### a.zip: rejected",
        "",
        "2 images, 1 label, 3 instances",
        "",
        "| severity | rule | place | count | what |",
        "| --- | --- | --- | ---: | --- |",
        "| error | PNG004 undeclared-color | a.png | 1 | what is wrong |",
        "",
        "**1 archive: 1 error**",
    ]


def test_names_are_no_markup() -> None:
    text = reported.written("markdown", reported.hostile())
    (row,) = (row for row in text.splitlines() if row.startswith("| error"))
    assert row.count("|") == 6
    assert not set("`*_<>[]{}~@$\\") & set(text.replace("**1 archive: 1 error**", ""))


def test_what_was_left_out_is_said() -> None:
    text = reported.written("markdown", reported.report(*[reported.finding()] * 203))
    assert text.count("| error |") == 200
    assert text.endswith("\n\n3 findings not shown.\n")


def test_paths_that_could_not_be_read_are_a_table() -> None:
    options = Options(errors=[Unusable("no|.zip", "no such file")])
    assert reported.written("markdown", options=options).splitlines() == [
        "### Could not be read",
        "",
        "| path | why |",
        "| --- | --- |",
        "| no&#124;.zip | no such file |",
        "",
        "**1 path could not be read**",
    ]
