"""Threads read what is too little for processes: the same report, no process, and no thread that outlives the reading."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import segmask
from segmask_validate import validate, validate_all
from segmask_validate.run import dispatcher
from segmask_validate.run.worker import read
from support.built import Build, members


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads start however little there is to read."""
    monkeypatch.setattr(dispatcher, "_WORTH_THREADS", 0)


def test_the_same_report(build: Build, eager: None) -> None:
    paths = [build(members(130), "a.zip"), build(name="b.zip"), build({"labelmap.txt": None}, "c.zip")]
    assert list(validate_all(paths, jobs=3)) == [validate(path) for path in paths]


def test_a_file_that_cannot_be_read_to_its_end(build: Build, eager: None, tmp_path: Path) -> None:
    paths = [build(members(130), "a.zip"), tmp_path / "none.zip", build(name="b.zip")]
    failed: list[str] = []
    found = list(validate_all(paths, jobs=2, failed=lambda path, _: failed.append(path)))
    assert found == [validate(paths[0]), validate(paths[2])]
    assert failed == [str(paths[1])]


def test_none_is_left_when_reading_ends_early(build: Build, eager: None) -> None:
    before = threading.active_count()
    found = validate_all([build(members(130), "a.zip"), build(members(130), "b.zip")], jobs=2)
    next(found)
    assert threading.active_count() > before
    found.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_what_nobody_waits_for_ends_after_an_image(build: Build) -> None:
    with segmask.open(build(members(130)), on_problem=lambda _: None) as archive:
        part = next(archive.parts())
        assert len(part.entries) > 2
        assert read(part, lambda: True).usage.images == 1
