"""What docs/pytest.md shows, runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import segmask
from segmask import AnnotatedImage, Box

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
MINE = """
def my_export(path):
    segmask.write(path, [segmask.AnnotatedImage(name="a", width=80, height=9, shapes=[
        segmask.Box(10 * number, 0, 9, 9, "car") for number in range(7)])])

def my_reader(path):
    with segmask.open(path) as archive:
        return [name for names in archive.subsets.values() for name in names]

def my_masks(path):
    with segmask.open(path) as archive:
        return {image.name: image.class_mask() for image in archive}

def my_read(path):
    with segmask.open(path) as archive:
        return list(archive)

def my_write(path, images, labelmap):
    segmask.write(path, images, labelmap=labelmap)
"""


def test_the_marker(pytester: pytest.Pytester) -> None:
    box = Box(0, 0, 5, 5, "car")
    images = (AnnotatedImage(name=f"{number}", width=9, height=9, shapes=[box]) for number in range(120))
    segmask.write(pytester.mkdir("data") / "a.zip", images)
    pytester.makepyfile(PROGRAMS[0])
    pytester.runpytest("--strict-markers").assert_outcomes(passed=1)


def test_the_fixtures(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PROGRAMS[1] + MINE)
    pytester.runpytest("-W", "error").assert_outcomes(passed=PROGRAMS[1].count("\ndef "))


def test_every_program_is_run() -> None:
    assert len(PROGRAMS) == 2
