"""The name that somebody most likely meant."""

from __future__ import annotations

import pytest

from segmask_validate.task.nearest import nearest


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("car ", ["bus", "car"], "car"),
        ("Car", ["cart", "car"], "car"),
        ("e\u0301tage", ["\u00e9tage"], "\u00e9tage"),
        ('"car"', ["car"], "car"),
        ("pedestrain", ["car", "pedestrian"], "pedestrian"),
        ("background", ["car", "road"], None),
        ("x" * 100_000, ["x" * 100_001], None),
        ("car", [], None),
    ],
)
def test_nearest(name: str, known: list[str], found: str | None) -> None:
    assert nearest(name, known) == found
