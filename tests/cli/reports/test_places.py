"""Files, lines and names of findings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from segmask.problem import Location
from segmask_cli.reports.places import File, file_of, fingerprints, places
from support import reported


def test_of_a_zip_the_file_is_the_zip(tmp_path: Path) -> None:
    assert file_of("./a.zip", Location(member="labelmap.txt", line=4)) == File("a.zip")
    assert file_of("s3://b/a.zip", Location(member="labelmap.txt", line=4)) == File("s3://b/a.zip")


def test_of_a_folder_it_is_the_member(tmp_path: Path) -> None:
    place = Location(member="labelmap.txt", line=4, column=2)
    assert file_of(str(tmp_path), place) == File(f"{tmp_path.as_posix()}/labelmap.txt", 4, 2)
    assert file_of(str(tmp_path), Location()) == File(tmp_path.as_posix())


def test_each_place_once() -> None:
    first, second = Location(member="a"), Location(member="b")
    found = replace(reported.finding(member="a"), places=(first, second))
    assert places(found) == (first, second)


def test_a_fingerprint_stays_when_figures_lines_and_neighbours_change() -> None:
    one, two = reported.finding(member="a", line=1), reported.finding("PNG001", member="a")
    (name,) = fingerprints(reported.report(one))
    changed = replace(one, message="other", count=9, location=Location(member="a", line=7))
    assert fingerprints(reported.report(two, changed))[1] == name


def test_a_fingerprint_is_unique() -> None:
    same = reported.finding(member="a")
    others = [same, same, reported.finding(member="b"), reported.finding(image="a"), replace(same, cause="resized")]
    names = [*fingerprints(reported.report(*others)), *fingerprints(reported.report(same, path="b.zip"))]
    assert len(set(names)) == 6
