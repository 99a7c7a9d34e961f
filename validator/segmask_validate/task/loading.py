"""A task from the files that describe it."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING

from . import jsontext
from . import labels as label_lists
from .model import Target, Task

if TYPE_CHECKING:
    from .backup import Backup
    from .manifest import Frames

AnyPath = str | PathLike[str]


def load(
    backup: AnyPath | None = None,
    *,
    labels: AnyPath | None = None,
    frames: AnyPath | None = None,
    into: Target | str = Target.TASK,
) -> Task | None:
    """A task as files describe it; None where no file is given, and there is nothing to know of a project either.

    Args:
        backup: the backup of a task, or of a project for its labels.
        labels: the label constructor's raw JSON, or names in a text, one on each line; in place of the backup's.
        frames: a folder or a zip of images, a ``manifest.jsonl``, or paths in a text, one on each line; in place of the
            backup's.
        into: what the archive is imported into.

    Raises:
        OSError: a file cannot be read.
        TaskError: a file is not what it is taken for.
    """
    target = Target(into)
    if backup is labels is frames is None and target is Target.TASK:
        return None
    whole = None if backup is None else _backup(fspath(backup))
    names = whole.labels if whole is not None else None
    found = whole.frames if whole is not None else None
    if labels is not None:
        names = label_lists.of_text(jsontext.read(Path(labels)), fspath(labels))
    if frames is not None:
        found = _frames(fspath(frames))
    is_video = found is not None and found.is_video
    return Task(labels=names, frames=None if found is None else found.frames, is_video=is_video, into=target)


def _backup(path: str) -> Backup:
    from .backup import read  # what measures images is slow to import

    return read(path)


def _frames(path: str) -> Frames:
    from .frames import read  # as above

    return read(path)
