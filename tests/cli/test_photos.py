"""Photos are found by an image's id."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image as Pictures

from segmask_cli.photos import Photos


def test_the_suffix_may_be_any(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("a/b.c.JPG", "a/d.txt", "e.png", "e.jpg"):
        (tmp_path / name).write_bytes(b"")
    photos = Photos(str(tmp_path))
    assert {name: found and found.name for name in ("a/b.c", "a/d", "e", "x/y") for found in [photos.of(name)]} == {
        "a/b.c": "a/b.c.JPG",
        "a/d": None,
        "e": "e.jpg",
        "x/y": None,
    }


def test_the_size_is_none_where_it_cannot_be_read(tmp_path: Path) -> None:
    Pictures.new("RGB", (3, 2)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"none")
    sizes = [found and found.size() for found in map(Photos(str(tmp_path)).of, "ab")]
    assert sizes == [(3, 2), None]


@pytest.mark.parametrize("name", ["../secret", "/etc/secret", "dir/../../secret", "\0", "x" * 5000, ""])
def test_an_id_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"")
    assert Photos(str(tmp_path / "photos")).of(name) is None


def test_nor_does_a_link(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"")
    (tmp_path / "photos" / "one.jpg").symlink_to("../secret.jpg")
    assert Photos(str(tmp_path / "photos")).of("one") is None


def test_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.jpg").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert Photos(".").of("one") is not None
    assert Photos(".").of(str(tmp_path / "one")) is None
