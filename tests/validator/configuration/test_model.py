"""What a configuration says of an archive, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmask_validate.configuration.model import Configuration
from segmask_validate.configuration.reader import read

TEXT = """ignore = "GEO"
[[paths]]
match = ["old/", "/top.zip"]
[[paths]]
match = "*.zip"
"""


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    file = tmp_path / "segmask.toml"
    file.write_text(TEXT)
    return read(file)


@pytest.mark.parametrize(
    ("archive", "numbers"),
    [
        ("old/a.zip", [0, 1]),
        ("x/old/y/a", [0]),
        ("top.zip", [0, 1]),
        ("x/top.zip", [1]),
        ("x", []),
        ("old", [0]),
        ("../a.zip", []),
        ("..zip", [1]),
    ],
)
def test_settings_for_paths(
    configuration: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: str, numbers: list[int]
) -> None:
    (tmp_path / "old").mkdir()
    assert [number for number, _ in configuration.matching(str(tmp_path / archive))] == numbers
    monkeypatch.chdir(tmp_path)
    assert [number for number, _ in configuration.matching(archive)] == numbers


def test_none_for_urls(configuration: Configuration) -> None:
    assert list(configuration.matching("https://localhost/old/a.zip")) == []


def test_limits_of_paths(tmp_path: Path) -> None:
    file = tmp_path / "segmask.toml"
    file.write_text(f"{TEXT}limits.pixels = 3\n[limits]\npixels = 1\nslow-bytes = 2\n")
    found = read(file)
    assert found.limits() == found.limits(str(tmp_path / "x")) == {"pixels": 1, "slow_bytes": 2}
    assert found.limits(str(tmp_path / "a.zip")) == {"pixels": 3, "slow_bytes": 2}


def test_places(configuration: Configuration, tmp_path: Path) -> None:
    assert configuration.where("paths", 1, "match") == f"{tmp_path / 'segmask.toml'}:5"
    assert configuration.where() == f"{tmp_path / 'segmask.toml'}:1"
    assert configuration.path("x/y") == str(tmp_path / "x" / "y")
    assert Configuration().path("x/y") == "x/y"
