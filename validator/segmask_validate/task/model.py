"""A task of CVAT's, as far as an import looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from os import PathLike
from typing import NamedTuple


class Target(StrEnum):
    """What an archive is imported into."""

    TASK = "task"  # its annotations are added to the frames of a task
    PROJECT = "project"  # each of its subsets becomes a new task, whose frames are the archive's photos


class TaskError(ValueError):
    """The description of a task cannot be read, and why."""


class Frame(NamedTuple):
    """A frame of a task.

    Attributes:
        path: of its image in the task, with ``/`` and the extension; of a video such as ``frame_000012``.
        size: (width, height) in pixels as CVAT shows it, turned by its EXIF orientation; None where it is not known.
    """

    path: str
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What an archive meets in CVAT; what is None is not known, and not checked.

    Attributes:
        labels: names of the labels of the task, or of its project; those inside a skeleton are not among them.
        frames: all frames of the task, in its order.
        is_video: whether they are those of a video.
        into: whether the archive is imported into the task or into the project, of which no frame matters.
    """

    labels: tuple[str, ...] | None = None
    frames: tuple[Frame, ...] | None = None
    is_video: bool = False
    into: Target | str = Target.TASK

    def __post_init__(self) -> None:
        """Checks the target.

        Raises:
            ValueError: it is neither ``"task"`` nor ``"project"``.
        """
        object.__setattr__(self, "into", Target(self.into))

    @classmethod
    def load(
        cls,
        backup: str | PathLike[str] | None = None,
        *,
        labels: str | PathLike[str] | None = None,
        frames: str | PathLike[str] | None = None,
        into: Target | str = Target.TASK,
    ) -> Task:
        """A task as files describe it, each of them what the option of its name takes.

        Args:
            backup: the backup of a task, a zip or an unpacked folder; that of a project has labels only.
            labels: the label constructor's raw JSON, or names in a text, one on each line; in place of the backup's.
            frames: a folder or a zip of images, a ``manifest.jsonl``, or paths in a text, one on each line; in place of the
                backup's.
            into: whether the archive is imported into the task or into the project.

        Raises:
            OSError: a file cannot be read.
            TaskError: a file is not what it is taken for.
            ValueError: there is no such target.
        """
        from .loading import load  # which imports this module

        return load(backup, labels=labels, frames=frames, into=into) or cls()

    @property
    def is_project(self) -> bool:
        """Whether the archive is imported into a project."""
        return self.into is Target.PROJECT
