"""A task from a backup, from its pieces, and from a backup with pieces in place of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from segmask_validate import Frame, Target, Task, TaskError
from segmask_validate.task.loading import load

from .test_backup import MANIFEST, TASK, backup

FRAMES = tuple(Frame(f"{name}.jpg", (16, 12)) for name in "abc")


def test_nothing() -> None:
    assert load() is None
    assert Task.load() == Task()


def test_a_project_alone_can_be_checked() -> None:
    assert load(into="project") == Task(into=Target.PROJECT)


def test_a_backup(tmp_path: Path) -> None:
    path = backup(tmp_path, {"task.json": json.dumps(TASK), "data/manifest.jsonl": MANIFEST})
    assert Task.load(path) == Task(labels=("car", "road"), frames=FRAMES)
    assert Task.load(Path(path), into="project") == Task(labels=("car", "road"), frames=FRAMES, into="project")


def test_pieces_come_before_a_backup(tmp_path: Path) -> None:
    path = backup(tmp_path, {"task.json": json.dumps(TASK), "data/manifest.jsonl": MANIFEST})
    labels, frames = tmp_path / "labels.txt", tmp_path / "frames.txt"
    labels.write_text("bus\n")
    frames.write_text("x.jpg\n")
    assert Task.load(path, labels=labels) == Task(labels=("bus",), frames=FRAMES)
    assert Task.load(path, frames=frames) == Task(labels=("car", "road"), frames=(Frame("x.jpg"),))
    assert Task.load(labels=labels, frames=frames) == Task(labels=("bus",), frames=(Frame("x.jpg"),))


def test_a_video(tmp_path: Path) -> None:
    file = tmp_path / "manifest.jsonl"
    file.write_text('{"version":"1.1"}\n{"type":"video"}\n{"properties":{"resolution":[4,3],"length":1}}\n')
    assert Task.load(frames=file) == Task(frames=(Frame("frame_000000", (4, 3)),), is_video=True)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.zip")
    (tmp_path / "none.zip").write_bytes(b"no zip")
    with pytest.raises(TaskError, match=r"none\.zip: "):
        load(tmp_path / "none.zip")
