"""Backups of tasks, from CVAT or from somebody who would like the reader to suffer."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from segmask_validate import Frame, TaskError
from segmask_validate.task.backup import read
from segmask_validate.task.jsontext import MAX_BYTES

from .test_frames import photo

TASK: dict[str, Any] = {
    "name": "crossing",
    "labels": [{"name": "car", "color": "#ff0000", "attributes": [], "type": "any"}, {"name": "road"}],
    "data": {"chunk_size": 72, "start_frame": 0, "stop_frame": 2, "storage": "local"},
    "jobs": [{"start_frame": 0, "stop_frame": 2, "status": "annotation"}],
    "version": "1.0",
}
MANIFEST = '{"version":"1.1"}\n{"type":"images"}\n' + "".join(
    f'{{"name":"{name}","extension":".jpg","width":16,"height":12}}\n' for name in "abc"
)


def backup(folder: Path, members: Mapping[str, bytes | str]) -> str:
    path = folder / "backup.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return str(path)


def names(frames: tuple[Frame, ...]) -> list[str]:
    return [frame.path for frame in frames]


def test_labels_and_frames(tmp_path: Path) -> None:
    members = {
        "task.json": json.dumps(TASK),
        "data/manifest.jsonl": MANIFEST,
        "annotations.json": "[",
        "data/a.jpg": "",
    }
    found = read(backup(tmp_path, members))
    assert found.labels == ("car", "road")
    assert found.frames == (tuple(Frame(f"{name}.jpg", (16, 12)) for name in "abc"), False)


def test_an_unpacked_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(backup(tmp_path, {"task.json": json.dumps(TASK), "data/manifest.jsonl": MANIFEST})) as packed:
        packed.extractall(tmp_path / "unpacked")
    assert read(str(tmp_path / "unpacked")) == read(str(tmp_path / "backup.zip"))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, "abc"),
        ({"start_frame": 1}, "bc"),
        ({"stop_frame": 1}, "ab"),
        ({"frame_filter": "step=2"}, "ac"),
        ({"frame_filter": ""}, "abc"),
        ({"start_frame": 1, "stop_frame": 10**30, "frame_filter": "step = 999999999"}, "b"),
        ({"stop_frame": -5}, ""),
    ],
)
def test_the_frames_that_are_the_tasks(tmp_path: Path, data: dict[str, object], expected: str) -> None:
    found = read(backup(tmp_path, {"task.json": json.dumps({**TASK, "data": data}), "data/manifest.jsonl": MANIFEST}))
    assert found.frames is not None
    assert names(found.frames.frames) == [f"{name}.jpg" for name in expected]


def test_no_manifest(tmp_path: Path) -> None:
    members = {"task.json": json.dumps(TASK), "data/b.jpg": photo(8, 6), "data/a.jpg": photo(8, 6, turn=6), "c.jpg": ""}
    found = read(backup(tmp_path, members))
    assert found.frames == ((Frame("a.jpg", (6, 8)), Frame("b.jpg", (8, 6))), False)


def test_a_project(tmp_path: Path) -> None:
    found = read(
        backup(tmp_path, {"project.json": json.dumps({"labels": [{"name": "car"}]}), "task_0/task.json": "{}"})
    )
    assert found == (("car",), None)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"a.txt": ""}, "no backup of a task, which has task.json at the top"),
        ({"task.json": "[]"}, "task.json: no object"),
        ({"task.json": "{"}, "task.json: no JSON"),
        ({"task.json": b"\xff"}, "task.json: no text in UTF-8"),
        ({"task.json": b" " * (MAX_BYTES + 1)}, "task.json: more than the"),
        ({"task.json": '{"a":' * 100_000}, "task.json: no JSON"),
        ({"task.json": '{"name": "a"}'}, "task.json: no list of labels"),
        ({"task.json": json.dumps({**TASK, "data": {"start_frame": -1}})}, "task.json: start_frame"),
        ({"task.json": json.dumps({**TASK, "data": {"start_frame": "0"}})}, "task.json: start_frame"),
        ({"task.json": json.dumps({**TASK, "data": {"start_frame": 10**30}})}, "task.json: start_frame"),
        ({"task.json": json.dumps({**TASK, "data": {"frame_filter": "step=0"}})}, "task.json: start_frame"),
        ({"task.json": json.dumps({**TASK, "data": {"frame_filter": 5}})}, "task.json: start_frame"),
        ({"task.json": json.dumps(TASK), "data/manifest.jsonl": "5"}, "data/manifest.jsonl:1: no line of a manifest"),
    ],
)
def test_refused(tmp_path: Path, members: Mapping[str, bytes | str], reason: str) -> None:
    with pytest.raises(TaskError, match=reason):
        read(backup(tmp_path, members))


def test_a_damaged_member(tmp_path: Path) -> None:
    path = Path(backup(tmp_path, {"task.json": json.dumps(TASK)}))
    data = bytearray(path.read_bytes())
    data[45] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(TaskError, match=r"^task\.json: "):
        read(str(path))
