"""A small sound archive, and whatever is changed in it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from segmask.testing.writers import pngwriter

Build = Callable[..., Path]

LABEL_MAP = "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\n"
COLORS = {0: (0, 0, 0), 1: (128, 0, 0), 2: (0, 128, 0), 3: (128, 128, 0)}


def rgb(*blocks: tuple[tuple[int, int, int], slice, slice], size: tuple[int, int] = (12, 16)) -> bytes:
    """RGB PNG of black with (colour, rows, columns) blocks."""
    pixels = np.zeros((*size, 3), dtype=np.uint8)
    for color, rows, columns in blocks:
        pixels[rows, columns] = color
    return pngwriter.write(pixels, color_type=pngwriter.RGB)


def grey(*blocks: tuple[int, slice, slice], depth: int = 8, size: tuple[int, int] = (12, 16)) -> bytes:
    """Grey PNG of zeros with (value, rows, columns) blocks."""
    pixels = np.zeros(size, dtype=np.uint16)
    for value, rows, columns in blocks:
        pixels[rows, columns] = value
    return pngwriter.write(pixels, color_type=pngwriter.GREY, depth=depth)


CAR = (slice(2, 7), slice(1, 6))
ROAD = (slice(3, 10), slice(8, 14))
VALID: dict[str, bytes | str] = {
    "labelmap.txt": LABEL_MAP,
    "ImageSets/Segmentation/default.txt": "one\ntwo\n",
    "SegmentationClass/one.png": rgb((COLORS[1], *CAR), (COLORS[2], *ROAD)),
    "SegmentationObject/one.png": rgb((COLORS[1], *CAR), (COLORS[2], *ROAD)),
    "SegmentationClass/two.png": rgb((COLORS[1], *CAR)),
    "SegmentationObject/two.png": rgb((COLORS[1], *CAR)),
}


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Writes the sound archive with some members replaced, added, or (None) left out; returns the zip's path."""

    def write(changes: Mapping[str, bytes | str | None] | None = None, name: str = "a.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in {**VALID, **(changes or {})}.items():
                if content is not None:
                    archive.writestr(member, content)
        return path

    return write


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the folder of the archives the working directory."""
    monkeypatch.chdir(tmp_path)
