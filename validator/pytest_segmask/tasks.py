"""The task that archives are imported into: from an argument, else the command line, else the ini file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from segmask_validate.task.loading import load
from segmask_validate.task.model import Target, Task

from . import reports

GivenTask = Task | str | os.PathLike[str]
"""A task, or the path of a backup."""


class _Files(NamedTuple):
    task: Path | None = None
    labels: Path | None = None
    frames: Path | None = None
    into: str = Target.TASK.value


_TASKS: Final = pytest.StashKey[dict[_Files, Task | None]]()


def task_of(config: pytest.Config, given: object = None, base: Path | None = None) -> Task | None:
    """The task that holds for a test; None where there is none.

    Args:
        config: of the run.
        given: by the test's author: a task or the path of a backup; None is what the command line says, else the ini file.
        base: where a path that is given begins; the working directory unless given.

    Raises:
        TypeError: what is given is neither a task nor a path.
        ValueError: a file is missing, or is not what it is taken for.
    """
    if isinstance(given, Task):
        return given
    if given is None:
        return _loaded(config, _settings(config))
    path = os.fspath(given) if isinstance(given, os.PathLike) else given
    if not isinstance(path, str):
        raise TypeError(f"segmask_task: {given!r} is neither a task nor the path of a backup")
    return _loaded(config, _Files(task=reports.absolute(base or Path.cwd(), path)))


def _settings(config: pytest.Config) -> _Files:
    into = _setting(config, "import_into")
    return _Files(
        task=_path(config, "task"),
        labels=_path(config, "labels"),
        frames=_path(config, "frames"),
        into=Target.TASK.value if into is None else into[0],
    )


def _path(config: pytest.Config, name: str) -> Path | None:
    setting = _setting(config, name)
    return None if setting is None else reports.absolute(setting[1], setting[0])


def _setting(config: pytest.Config, name: str) -> tuple[str, Path] | None:
    """What the command line says, else the ini file, and where a path in it begins."""
    option: str | None = config.getoption(f"segmask_{name}")
    if option is not None:
        return option, config.invocation_params.dir
    setting: str | None = config.getini(f"segmask_{name}")
    return (setting, config.rootpath) if setting else None


def _loaded(config: pytest.Config, files: _Files) -> Task | None:
    """What files say of a task, read once in a run."""
    tasks = config.stash.setdefault(_TASKS, {})
    if files not in tasks:
        if files.into not in tuple(Target):
            raise ValueError(f"segmask_import_into: {files.into!r} is none of {', '.join(Target)}")
        try:
            tasks[files] = load(files.task, labels=files.labels, frames=files.frames, into=files.into)
        except OSError as error:
            raise ValueError(f"segmask_task: {reports.reason(error, error.filename or '')}") from None
        except ValueError as error:
            raise ValueError(f"segmask_task: {error}") from None
    return tasks[files]
