"""Shapes of one image to its object mask and its class mask, in the order and with the numbers that CVAT gives.

CVAT takes the shapes by z-order, and puts rotated boxes, which it turns into polygons, behind all others. Shapes of no
group are instances of their own and come first, then the groups by number; each group has the label and the z-order of
its largest shape. Sorted by z-order again, instance n is painted with object index n over those before it. What is
covered completely leaves a gap in the numbers, and so does a shape of the background's label, which is painted black: a
hole.

No pixel is touched on the way. Down the columns, instances begin and end to cover at some thousand places. Between two of
these the set of instances that cover is constant; it is kept as the bits of a number, of which the highest is on top.
Where the top differs from the one a column to the left, runs of rows begin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from segmask._support.arrays import IntArray
from segmask.pixels.runs import RowRuns, last_of_each, transposed
from segmask.pixels.spans import ColumnSpans, area, union

from .model import Box, Ellipse, Mask, Shape
from .raster import corners, rasterise_all

MAX_INSTANCES: Final = 255
_LAYER_BITS: Final = 8  # a number below MAX_INSTANCES


class TooManyInstances(ValueError):
    """More instances than an object mask has numbers for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Painted:
    """An image's masks.

    Attributes:
        objects: object index of each run, 0 for none.
        labels: name of the label of each object index from 1 up.
        visible: object indices that have pixels.
        covered: object indices of which others left no pixel.
        outside: object indices of what lies outside the image.
        empty: object indices of what has no pixel anywhere.
    """

    objects: RowRuns
    labels: tuple[str, ...]
    visible: tuple[int, ...]
    covered: tuple[int, ...]
    outside: tuple[int, ...]
    empty: tuple[int, ...]

    def classes(self, index_of: Callable[[str], int], background: int) -> RowRuns:
        """Label index of each run.

        Args:
            index_of: index of a label name.
            background: index where there is no object.
        """
        table = np.array([background, *map(index_of, self.labels)], dtype=np.int64)
        return self.objects.map(table[self.objects.values])


@dataclass(frozen=True, slots=True)
class _Instance:
    label: str
    z_order: int
    spans: ColumnSpans
    shapes: tuple[Shape, ...]


def paint_shapes(shapes: Sequence[Shape], width: int, height: int, background: str | None = None) -> Painted:
    """The masks of an image with these shapes.

    Args:
        shapes: in drawing order.
        width: columns of the image, at least 1.
        height: rows of the image, at least 1.
        background: label whose shapes are holes: black, yet with a number each.

    Raises:
        TooManyInstances: there are more than 255.
        ValueError: a shape's coordinates are out of reach.
    """
    instances = sorted(_instances(_on_the_way_out(shapes), width, height), key=lambda instance: instance.z_order)
    if len(instances) > MAX_INSTANCES:
        raise TooManyInstances(f"{len(instances)} instances, and an object mask holds {MAX_INSTANCES}")
    objects = transposed(*_tops([instance.spans for instance in instances]), width, height)
    left = set(np.flatnonzero(np.bincount(objects.values)).tolist())
    numbered = list(enumerate(instances, 1))
    holes = {number for number, instance in numbered if instance.label == background}
    missing = {number: _why(instance, width, height) for number, instance in numbered if number not in left}
    return Painted(
        objects=_blackened(objects, holes & left, len(instances)),
        labels=tuple(instance.label for instance in instances),
        visible=tuple(sorted(left - holes - {0})),
        covered=tuple(number for number, why in missing.items() if why == "covered"),
        outside=tuple(number for number, why in missing.items() if why == "outside"),
        empty=tuple(number for number, why in missing.items() if why == "empty"),
    )


def _on_the_way_out(shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes as CVAT's exporter has them in the end: by z-order, rotated boxes last."""
    by_z_order = sorted(shapes, key=lambda shape: shape.z_order)
    return sorted(by_z_order, key=lambda shape: isinstance(shape, Box) and shape.rotation != 0)


def _instances(shapes: Sequence[Shape], width: int, height: int) -> list[_Instance]:
    groups: dict[int, list[tuple[Shape, ColumnSpans]]] = {}
    alone: list[_Instance] = []
    for shape, spans in zip(shapes, rasterise_all(shapes, width, height, kept=True), strict=True):
        if shape.group:
            groups.setdefault(shape.group, []).append((shape, spans))
        else:
            alone.append(_Instance(shape.label, shape.z_order, spans, (shape,)))
    return alone + [_merged(groups[group]) for group in sorted(groups)]


def _merged(members: list[tuple[Shape, ColumnSpans]]) -> _Instance:
    leader, _ = max(members, key=lambda member: area(member[1]))  # of equal ones the first
    spans = union([spans for _, spans in members])
    return _Instance(leader.label, leader.z_order, spans, tuple(shape for shape, _ in members))


def _why(instance: _Instance, width: int, height: int) -> str:
    """Why no pixel of an instance is left."""
    if area(instance.spans):
        return "covered"
    return "outside" if any(_is_outside(shape, width, height) for shape in instance.shapes) else "empty"


def _is_outside(shape: Shape, width: int, height: int) -> bool:
    """Whether a shape without a pixel in the image lies outside it."""
    if isinstance(shape, Mask):
        return bool(shape.mask.any())
    if isinstance(shape, Ellipse):
        return True  # has a pixel somewhere, its centre
    ring = corners(shape)
    return bool((ring.max(axis=0) <= 0).any() or (ring.min(axis=0) >= (width, height)).any())


def _blackened(objects: RowRuns, holes: set[int], count: int) -> RowRuns:
    if not holes:
        return objects
    table = np.arange(count + 1)
    table[list(holes)] = 0
    return objects.map(table[objects.values])


@dataclass(frozen=True, slots=True, eq=False)
class LayerSets:
    """Sets of the layers that cover, one for each place, each as the bits of a number.

    Attributes:
        bits: (N,) int64; bit n, the lowest being 0, stands for layer n.
    """

    SIZE: ClassVar = 52
    """Layers of a set: as many as a float has bits for, whose exponent then tells the highest."""

    bits: IntArray

    @classmethod
    def toggled(cls, layers: IntArray) -> LayerSets:
        """The sets after each of (N,) layers, in turn, began or ended to cover; layers beyond 0 to 51 leave the set as it is."""
        counts = (layers >= 0) & (layers < cls.SIZE)
        return cls(np.bitwise_xor.accumulate(np.where(counts, np.left_shift(1, layers % cls.SIZE), 0)))

    def highest(self) -> IntArray:
        """(N,) int64, the highest layer of each set, counted from 1; 0 for the empty set."""
        return np.frexp(self.bits)[1].astype(np.int64)


def _tops(layers: Sequence[ColumnSpans]) -> tuple[IntArray, IntArray]:
    """Ascending column-major places where the set of covering layers changes, and the top one from there, from 1; 0 for none."""
    borders = [border for spans in layers for border in (spans.starts, spans.ends)]
    sizes = np.array([len(border) for border in borders], dtype=np.int64)
    merged = np.concatenate((np.empty(0, dtype=np.int64), *borders)) << _LAYER_BITS
    merged |= np.repeat(np.arange(2 * len(layers)) // 2, sizes)
    merged.sort(kind="stable")  # each layer's are ascending already, so this merges
    places, layer = merged >> _LAYER_BITS, merged & ((1 << _LAYER_BITS) - 1)
    last = last_of_each(places)
    tops = np.zeros(len(last), dtype=np.int64)
    for first in range(0, len(layers), LayerSets.SIZE):
        highest = LayerSets.toggled(layer - first).highest()[last]
        tops = np.where(highest, first + highest, tops)
    return places[last], tops
