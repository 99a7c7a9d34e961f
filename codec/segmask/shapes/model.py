"""Shapes that people draw: polygons, boxes, ellipses, masks. Coordinates in pixels, origin top-left, y down.

Shapes of one image with the same group, unless it is 0, are one instance with the label of the largest of them. Where
shapes overlap the one with the higher z-order covers the other; of equal ones, the later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmask._support.arrays import BoolArray, FloatArray, IntArray
from segmask.pixels import run_lengths
from segmask.pixels.box import Box as PixelBox
from segmask.pixels.spans import ColumnSpans


@dataclass(frozen=True, slots=True, eq=False)
class Polygon:
    """A closed ring, which may cross itself (even-odd).

    Attributes:
        points: (N, 2) float64 x and y of the corners, N at least 3; the last one is joined to the first.
        label: name of the label.
        group: shapes of one group are one instance; 0 is no group.
        z_order: higher covers lower.
    """

    points: FloatArray
    label: str
    group: int = 0
    z_order: int = 0

    def __init__(self, points: npt.ArrayLike, label: str, group: int = 0, z_order: int = 0) -> None:
        array = np.array(points, dtype=np.float64).reshape(-1, 2)
        if len(array) < 3 or not np.isfinite(array).all():
            raise ValueError("a polygon needs three points or more, all of them finite")
        array.flags.writeable = False
        object.__setattr__(self, "points", array)
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "group", group)
        object.__setattr__(self, "z_order", z_order)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle.

    Attributes:
        x: left edge before rotation.
        y: top edge before rotation.
        width: not negative.
        height: not negative.
        label: name of the label.
        rotation: degrees around the centre, clockwise on the screen.
        group: shapes of one group are one instance; 0 is no group.
        z_order: higher covers lower.
    """

    x: float
    y: float
    width: float
    height: float
    label: str
    rotation: float = 0.0
    group: int = 0
    z_order: int = 0

    def __post_init__(self) -> None:
        _check_finite(self.x, self.y, self.width, self.height, self.rotation)
        if self.width < 0 or self.height < 0:
            raise ValueError("a box has no negative size")


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse.

    Attributes:
        x: of the centre.
        y: of the centre.
        rx: radius along x before rotation, not negative.
        ry: radius along y before rotation, not negative.
        label: name of the label.
        rotation: degrees around the centre, clockwise on the screen.
        group: shapes of one group are one instance; 0 is no group.
        z_order: higher covers lower.
    """

    x: float
    y: float
    rx: float
    ry: float
    label: str
    rotation: float = 0.0
    group: int = 0
    z_order: int = 0

    def __post_init__(self) -> None:
        _check_finite(self.x, self.y, self.rx, self.ry, self.rotation)
        if self.rx < 0 or self.ry < 0:
            raise ValueError("an ellipse has no negative radius")


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """Pixels.

    Attributes:
        mask: (h, w) bool.
        label: name of the label.
        x: column of the mask's first pixel in the image; what lies outside the image is cut off.
        y: row of the mask's first pixel.
        group: shapes of one group are one instance; 0 is no group.
        z_order: higher covers lower.
    """

    mask: BoolArray
    label: str
    x: int = 0
    y: int = 0
    group: int = 0
    z_order: int = 0

    def __post_init__(self) -> None:
        if self.mask.ndim != 2:
            raise ValueError("a mask has two dimensions")


class EncodedMask(Mask):
    """A mask known as runs; the array is made when it is first asked for. A copy is a mask with its array."""

    __slots__ = ("_counts", "_rows", "_size", "_spans")
    _counts: IntArray
    _rows: int
    _size: tuple[int, int]
    _spans: ColumnSpans

    @classmethod
    def of(cls, label: str, box: PixelBox, counts: IntArray, spans: ColumnSpans, rows: int) -> EncodedMask:
        """The pixels in a box, twice: the reader of each format takes what is in its order.

        Args:
            label: name of the label.
            box: the rectangle around them.
            counts: run lengths along the rows of the box.
            spans: runs down the columns of the image.
            rows: of the image.
        """
        self = cls.__new__(cls)
        known = {"label": label, "x": box.x, "y": box.y, "group": 0, "z_order": 0}
        encoded = {"_counts": counts, "_size": (box.width, box.height), "_spans": spans, "_rows": rows}
        for name, value in {**known, **encoded}.items():
            object.__setattr__(self, name, value)
        return self

    def __getattr__(self, name: str) -> BoolArray:  # asked for slots that are not set
        if name != "mask":
            raise AttributeError(name, name=name, obj=self)
        width, height = self._size
        mask = run_lengths.to_dense(self._counts).reshape(height, width)
        object.__setattr__(self, name, mask)
        return mask

    def counts_in(self, width: int, height: int) -> tuple[PixelBox, IntArray] | None:
        """Its box, and run lengths along the rows there; None where it is a copy, or reaches beyond such an image."""
        columns, rows = getattr(self, "_size", (width + 1, height + 1))
        is_within = self.x + columns <= width and self.y + rows <= height
        return (PixelBox(self.x, self.y, columns, rows), self._counts) if is_within else None

    def spans_in(self, width: int, height: int) -> ColumnSpans | None:
        """Runs down the columns of such an image; None where it is a copy, or of an image of another size."""
        is_within = getattr(self, "_rows", None) == height and self.counts_in(width, height) is not None
        return self._spans if is_within else None


Shape = Polygon | Box | Ellipse | Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedImage:
    """An image as annotation tools know it.

    Attributes:
        name: id, as an image set lists it: no extension; may contain ``/``.
        width: columns in pixels.
        height: rows in pixels.
        shapes: what is drawn on it, in drawing order.
        subset: name of its image set.
    """

    name: str
    width: int
    height: int
    shapes: Sequence[Shape] = ()
    subset: str = "default"


def _check_finite(*numbers: float) -> None:
    if not all(np.isfinite(number) for number in numbers):
        raise ValueError("coordinates must be finite")
