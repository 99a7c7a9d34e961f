"""The backup of a task, as CVAT writes it: its labels, and its frames with their sizes.

A backup is as little to be trusted as an archive: it is read in place by the same container, and nothing is unpacked to a disk.
What is in its annotations does not matter to an import, and is not read.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from segmask.container.base import Container
from segmask.problem import Problem
from segmask.reporter import Reporter

from . import jsontext, labels, manifest
from .frames import of_images, opened
from .manifest import MAX_FRAMES, Frames, Range
from .model import TaskError

TASK: Final = "task.json"
PROJECT: Final = "project.json"
DATA: Final = "data/"
MANIFEST: Final = f"{DATA}manifest.jsonl"
_STEP: Final = re.compile(r"\s*step\s*=\s*(\d{1,9})\s*")


class Backup(NamedTuple):
    """What a backup says of a task.

    Attributes:
        labels: their names.
        frames: all of them; None in the backup of a project.
    """

    labels: tuple[str, ...]
    frames: Frames | None


def read(path: str) -> Backup:
    """The labels and frames in a backup.

    Args:
        path: of the zip, or of a folder that it was unpacked to; the backup of a project has labels only.

    Raises:
        OSError: it cannot be opened.
        TaskError: it is no backup, or is damaged.
    """
    with opened(path) as container:
        if TASK in container.members:
            task = _object(container, TASK)
            return Backup(labels.of_json(task, TASK), _frames(container, task.get("data")))
        if PROJECT in container.members:
            return Backup(labels.of_json(_object(container, PROJECT), PROJECT), None)
    raise TaskError(f"{path}: no backup of a task, which has {TASK} at the top")


def _frames(container: Container, data: object) -> Frames:
    chosen = _range(data if isinstance(data, dict) else {})
    if MANIFEST in container.members:
        return manifest.read(_text(container, MANIFEST), MANIFEST, chosen)
    images = of_images(container, DATA)
    return Frames(tuple(images[number] for number in chosen.within(len(images))))


def _range(data: dict[str, object]) -> Range:
    """The task's part of the images that it was made of.

    Raises:
        TaskError: the numbers mean nothing.
    """
    start, stop, chosen = data.get("start_frame", 0), data.get("stop_frame"), data.get("frame_filter") or "step=1"
    match = _STEP.fullmatch(chosen) if isinstance(chosen, str) else None
    if (
        match is not None
        and int(match[1])
        and isinstance(start, int)
        and 0 <= start <= MAX_FRAMES
        and (stop is None or isinstance(stop, int))
    ):
        return Range(start, stop, int(match[1]))
    raise TaskError(f"{TASK}: start_frame, stop_frame and frame_filter choose no frames")


def _object(container: Container, path: str) -> dict[str, object]:
    value = jsontext.parsed(_text(container, path), path)
    if not isinstance(value, dict):
        raise TaskError(f"{path}: no object, as CVAT's backups have there")
    return value


def _text(container: Container, path: str) -> str:
    if container.members[path].size > jsontext.MAX_BYTES:
        raise TaskError(f"{path}: more than the {jsontext.MAX_BYTES:,} bytes that are read of a text about a task")
    problems: list[Problem] = []
    data = container.read(path, Reporter(problems.append))
    if data is None:
        raise TaskError(f"{path}: {problems[-1].message if problems else 'cannot be read'}")
    return jsontext.decoded(data, path)
