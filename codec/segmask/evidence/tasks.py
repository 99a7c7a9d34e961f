"""Evidence about an archive and the task that it is imported into."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Evidence


@dataclass(frozen=True, slots=True)
class TaskLabel(Evidence):
    """A label that the task or project lacks.

    Attributes:
        label: its name.
        instances: how many instances have it.
        nearest: the task's label that is closest, where one is close.
    """

    label: str
    instances: int
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class NoFrame(Evidence):
    """An id that matches no frame.

    Attributes:
        id: the id.
        nearest: path of the frame that was most likely meant, where one is near.
        root: the folder of the task that the archive's ids are taken to start in, where there is one.
    """

    id: str
    nearest: str | None = None
    root: str | None = None


@dataclass(frozen=True, slots=True)
class FrameOfId(Evidence):
    """The frame that an id is taken for.

    Attributes:
        id: the id.
        number: of the frame, from 0.
        frame: its path.
    """

    id: str
    number: int
    frame: str


@dataclass(frozen=True, slots=True)
class FramesOfId(Evidence):
    """Frames that differ in their extension alone.

    Attributes:
        id: the id that fits all of them.
        frames: their paths; the last one gets the masks.
    """

    id: str
    frames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IdsOfFrame(Evidence):
    """Two ids that are taken for one frame.

    Attributes:
        ids: both ids.
        frame: path of the frame.
    """

    ids: tuple[str, str]
    frame: str


@dataclass(frozen=True, slots=True)
class FrameSize(Evidence):
    """The sizes of a mask and of the frame that it is put on.

    Attributes:
        mask: width and height.
        frame: width and height as CVAT shows it.
    """

    mask: tuple[int, int]
    frame: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FrameCount(Evidence):
    """How many frames of a task get no masks.

    Attributes:
        frames: their number.
        total: number of all frames.
        first: path of the first one.
    """

    frames: int
    total: int
    first: str
