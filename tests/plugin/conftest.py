"""A small project of a user: two archives, one sound and one broken, and no test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from fsspec.implementations import http

from pytest_segmask import archives, fixtures, marked
from segmask_validate.run import runner
from support.archives import changed, write_zip

KEPT: Final = (archives, fixtures, http, marked, runner)
"""What runs within a test would import; pytester forgets it after each, and neither numpy nor aiohttp must be imported twice."""

LABELS: Final = "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\n"
DUPLICATE: Final = {"labelmap.txt": f"{LABELS}bus:128,0,0::\n"}
"""LBL004, an error."""
CLASS_ONLY: Final = {"SegmentationObject/one.png": None}
"""PAIR006, a warning."""

Run = Callable[..., pytest.RunResult]


@pytest.fixture(autouse=True)
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where these are set, pytest repeats whole messages in its summary."""
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with ``data/sound.zip`` and ``data/broken.zip``, and an empty ini file."""
    pytester.makeini("[pytest]\n")
    data = pytester.mkdir("data")
    write_zip(data / "sound.zip", changed({}))
    write_zip(data / "broken.zip", changed(DUPLICATE))
    return pytester


def data(project: pytest.Pytester) -> Path:
    """The project's folder of archives."""
    return project.path / "data"
