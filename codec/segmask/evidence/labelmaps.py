"""Evidence about a label map as a whole: what it is compared with, and what the masks use of it."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Evidence


@dataclass(frozen=True, slots=True)
class LabelSources(Evidence):
    """Two label maps that differ.

    Attributes:
        used: names that CVAT takes, in index order.
        passed_over: names in the other file.
    """

    used: tuple[str, ...]
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelIndex(Evidence):
    """A label and its index.

    Attributes:
        label: its name.
        index: its index, from 0.
    """

    label: str
    index: int


@dataclass(frozen=True, slots=True)
class IndexClaim(Evidence):
    """A label that says it has another index.

    Attributes:
        label: its name.
        claimed: the index that it says it has.
        index: the index that it has.
    """

    label: str
    claimed: int
    index: int


@dataclass(frozen=True, slots=True)
class IndexGap(Evidence):
    """A label that says it has a higher index, so that lines are missing before it.

    Attributes:
        label: its name.
        claimed: the index that it says it has.
        index: the index that it has.
        missing: the first and the last index without a line.
    """

    label: str
    claimed: int
    index: int
    missing: tuple[int, int]


@dataclass(frozen=True, slots=True)
class NearColors(Evidence):
    """Two labels whose colours hardly differ.

    Attributes:
        labels: their names.
        distance: the largest difference of a channel.
    """

    labels: tuple[str, str]
    distance: int
