"""What the masks of an archive hold of each label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from segmask.pixels.color import Color

if TYPE_CHECKING:
    from segmask import Image, LabelMap

POWERS: Final = 31
"""Sizes that are told apart, each up to twice the one before: OpenCV, and so CVAT, reads no larger image."""


class LabelCount(NamedTuple):
    """A label, and what the masks hold of it.

    Attributes:
        name: the label's.
        color: its colour in the label map, None where it has none.
        images: how many have an instance of it.
        instances: instances that CVAT would import.
        pixels: their pixels.
        sizes: instances by size: item n counts those of 2 ** n to 2 ** (n + 1) - 1 pixels.
    """

    name: str
    color: Color | None
    images: int
    instances: int
    pixels: int
    sizes: tuple[int, ...]


@dataclass(slots=True)
class _Tally:
    images: int = 0
    pixels: int = 0
    sizes: list[int] = field(default_factory=lambda: [0] * POWERS)


@dataclass(slots=True)
class LabelTally:
    """Counts by label index, collected as images go by."""

    _by_index: dict[int, _Tally] = field(default_factory=dict)

    def add(self, image: Image) -> None:
        """Counts an image in."""
        for index in {instance.label_index for instance in image.instances}:
            self._by_index.setdefault(index, _Tally()).images += 1
        for instance in image.instances:
            tally = self._by_index[instance.label_index]
            tally.pixels += instance.area
            tally.sizes[min(instance.area.bit_length(), POWERS) - 1] += 1

    def join(self, other: LabelTally) -> None:
        """Counts in what was collected elsewhere."""
        for index, tally in other._by_index.items():
            own = self._by_index.setdefault(index, _Tally())
            own.images += tally.images
            own.pixels += tally.pixels
            own.sizes = [sum(pair) for pair in zip(own.sizes, tally.sizes, strict=True)]

    def counts(self, labelmap: LabelMap) -> tuple[LabelCount, ...]:
        """A count for each label, in index order."""
        return tuple(_counts(labelmap.names, labelmap.colors, self._by_index))


def _counts(
    names: Iterable[str], colors: tuple[Color | None, ...], tallies: Mapping[int, _Tally]
) -> Iterable[LabelCount]:
    for index, name in enumerate(names):
        tally = tallies.get(index, _Tally())
        yield LabelCount(
            name=name,
            color=colors[index] if index < len(colors) else None,  # parts have none
            images=tally.images,
            instances=sum(tally.sizes),
            pixels=tally.pixels,
            sizes=tuple(tally.sizes),
        )
