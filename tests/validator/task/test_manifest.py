"""CVAT's manifests: of images, of videos, and what pretends to be one."""

from __future__ import annotations

import json

import pytest

from segmask_validate import Frame, TaskError
from segmask_validate.task.manifest import Frames, Range, read

IMAGES = [{"name": f"d/{name}", "extension": ".jpg", "width": 16, "height": 12, "meta": {}} for name in "abcde"]
VIDEO = [{"properties": {"name": "v.mp4", "resolution": [640, 480], "length": 12}}, {"number": 0, "pts": 0}]


def text(kind: object, lines: list[object], version: str = "1.1") -> str:
    return "\n".join(map(json.dumps, [{"version": version}, {"type": kind}, *lines])) + "\n"


def test_images() -> None:
    found = read(text("images", list(IMAGES)), "m")
    assert found == Frames(tuple(Frame(f"d/{name}.jpg", (16, 12)) for name in "abcde"))


@pytest.mark.parametrize(
    ("chosen", "names"),
    [(Range(1), "bcde"), (Range(1, 3), "bcd"), (Range(0, 99, 2), "ace"), (Range(1, 3, 2), "bd"), (Range(9), "")],
)
def test_some_of_the_images(chosen: Range, names: str) -> None:
    frames = read(text("images", list(IMAGES)), "m", chosen).frames
    assert [frame.path for frame in frames] == [f"d/{name}.jpg" for name in names]


def test_a_video() -> None:
    found = read(text("video", list(VIDEO)), "m", Range(2, 9, 5))
    assert found == Frames((Frame("frame_000002", (640, 480)), Frame("frame_000007", (640, 480))), is_video=True)


@pytest.mark.parametrize(
    "size", [{}, {"width": 0, "height": 5}, {"width": "1", "height": 5}, {"width": 1 << 40, "height": 5}]
)
def test_sizes_that_are_none(size: dict[str, object]) -> None:
    assert read(text("images", [{"name": "a", **size}]), "m").frames == (Frame("a"),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no manifest of images"),
        (text("pcd", []), "no manifest of images"),
        (text(["images"], []), "no manifest of images"),
        (text("images", [5]), "3: no line of a manifest"),
        (text("images", [{"name": 5}]), "an image whose name is no text"),
        (text("images", []) + "[" * 100_000, "3: no JSON"),
        (text("video", []), "a video without a length"),
        (text("video", [{"properties": {"length": 10**12}}]), "a video without a length, or with more than 1,000,000"),
        (text("video", [{"properties": [1]}]), "a video without a length"),
    ],
)
def test_refused(content: str, reason: str) -> None:
    with pytest.raises(TaskError, match=rf"^m: ?{reason}|^m:{reason}"):
        read(content, "m")
