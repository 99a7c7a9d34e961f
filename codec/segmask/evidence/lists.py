"""Evidence about image sets and the masks that they name."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Evidence


@dataclass(frozen=True, slots=True)
class MeantMasks(Evidence):
    """What an id most likely means.

    Attributes:
        meant: the id without its slip.
        masks: paths of masks that come close.
    """

    meant: str
    masks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnlistedMasks(Evidence):
    """The masks of an image that no list names.

    Attributes:
        masks: their paths.
    """

    masks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassedOver(Evidence):
    """Files that were meant as lists.

    Attributes:
        passed_over: their names.
    """

    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OtherTasks(Evidence):
    """What CVAT imports beside the masks.

    Attributes:
        lists: lists of other tasks.
        annotations: XML files.
        images: images that no list for masks names.
    """

    lists: int
    annotations: int
    images: int


@dataclass(frozen=True, slots=True)
class MaskCount(Evidence):
    """How many masks an archive has.

    Attributes:
        masks: the number; the class mask and the object mask of an image are one.
    """

    masks: int
