"""Evidence about a class mask with its object mask, and about the shapes that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from .base import HIDDEN, Evidence, Size, Summed, total_of


@dataclass(frozen=True, slots=True)
class ObjectCount(Summed):
    """How many objects are concerned.

    Attributes:
        objects: the number, over all masks.
    """

    objects: int

    def merged(self, other: Self) -> Self:
        """See `Summed.merged`."""
        return replace(self, objects=self.objects + other.objects)


@dataclass(frozen=True, slots=True)
class MaskSizes(Evidence):
    """The sizes of an image's two masks.

    Attributes:
        class_: width and height of the class mask.
        object: width and height of the object mask.
    """

    class_: Size
    object: Size


@dataclass(frozen=True, slots=True)
class PhotoSize(Evidence):
    """The sizes of a mask and its photo.

    Attributes:
        mask: width and height.
        photo: width and height as CVAT shows it.
        turn: its EXIF orientation, where that lets width and height change places.
    """

    mask: Size
    photo: Size
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class ClassesOfObject(Evidence):
    """An object and the classes that it lies over.

    Attributes:
        object: its number.
        classes: pixels by label, in index order.
    """

    object: int
    classes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MixedObjects(Summed):
    """Objects that lie over several classes.

    Attributes:
        objects: how many, over all masks.
        first: the first ones of the first mask.
    """

    objects: int
    first: tuple[ClassesOfObject, ...]

    def merged(self, other: Self) -> Self:
        """See `Summed.merged`."""
        return replace(self, objects=self.objects + other.objects)


@dataclass(frozen=True, slots=True)
class UnpairedPixels(Summed):
    """Pixels of labels that belong to no object.

    Attributes:
        pixels: pixels by label, over all masks.
    """

    pixels: Mapping[str, int]

    def merged(self, other: Self) -> Self:
        """See `Summed.merged`."""
        return replace(self, pixels=total_of(self.pixels, other.pixels))


@dataclass(frozen=True, slots=True)
class ClassNames(Evidence):
    """The labels of a class mask.

    Attributes:
        labels: the first names in index order.
    """

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingNumbers(Summed):
    """Object numbers without pixels.

    Attributes:
        missing: the numbers in the first mask.
        total: how many there are in all masks, where there are several.
    """

    missing: tuple[int, ...]
    total: int | None = None

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.missing) if self.total is None else self.total

    def merged(self, other: Self) -> Self:
        """See `Summed.merged`."""
        return replace(self, total=self.count + other.count)


@dataclass(frozen=True, slots=True)
class BackgroundObjects(Summed):
    """Objects that lie over nothing but background.

    Attributes:
        objects: their numbers in the first mask.
        label: the background's name.
        total: how many there are in all masks, where there are several.
    """

    objects: tuple[int, ...]
    label: str = field(default="", metadata=HIDDEN)
    total: int | None = None

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.objects) if self.total is None else self.total

    def merged(self, other: Self) -> Self:
        """See `Summed.merged`."""
        return replace(self, total=self.count + other.count)


@dataclass(frozen=True, slots=True)
class ThinRegions(Summed):
    """Regions too thin for CVAT's polygons.

    Attributes:
        regions: how many, over all masks.
        pixels: how many pixels they have, over all masks.
        sizes: how many regions there are of each size in pixels.
    """

    regions: int
    pixels: int
    sizes: Mapping[int, int] = field(default_factory=dict, compare=False, metadata=HIDDEN)

    def from_size(self, pixels: int) -> Self:
        """Those of at least a given number of pixels."""
        sizes = {size: regions for size, regions in self.sizes.items() if size >= pixels}
        total = sum(size * regions for size, regions in sizes.items())
        return replace(self, regions=sum(sizes.values()), pixels=total, sizes=sizes)

    def merged(self, other: Self) -> Self:
        """See `Summed.merged`."""
        sizes = total_of(self.sizes, other.sizes)
        return replace(self, regions=self.regions + other.regions, pixels=self.pixels + other.pixels, sizes=sizes)
