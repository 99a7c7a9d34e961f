"""Shapes of one image to its object mask and its class mask, in the order and with the numbers that CVAT gives.

Shapes of no group are instances of their own and come first, then the groups by number; each group has the label and
the z-order of its largest shape. Sorted by z-order, instance n is painted with object index n over those before it. What
is covered completely leaves a gap in the numbers.

No pixel is touched on the way. Down the columns, instances begin and end to cover at some thousand places. Between two of
these the set of instances that cover is constant; it is kept as the bits of a number, of which the highest is on top.
Where the top differs from the one a column to the left, runs of rows begin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from segmask._support.arrays import IntArray
from segmask.pixels.runs import Runs, last_of_each
from segmask.pixels.spans import Spans, area, union

from .model import Shape
from .raster import rasterise_all

MAX_INSTANCES: Final = 255
_LAYER_BITS: Final = 8  # a number below MAX_INSTANCES
_BITS: Final = 52  # of a set of instances: as many as a float holds exactly, whose exponent tells the highest


class TooManyInstances(ValueError):
    """More instances than an object mask has numbers for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Painted:
    """An image's masks.

    Attributes:
        objects: object index of each run, 0 for none.
        labels: name of the label of each object index from 1 up.
        covered: object indices of which no pixel is left.
    """

    objects: Runs
    labels: tuple[str, ...]
    covered: tuple[int, ...]

    def classes(self, index_of: Callable[[str], int], background: int) -> Runs:
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
    spans: Spans


def paint_shapes(shapes: Sequence[Shape], width: int, height: int) -> Painted:
    """The masks of an image with these shapes.

    Raises:
        TooManyInstances: there are more than 255.
        ValueError: a shape's coordinates are out of reach.
    """
    instances = sorted(_instances(shapes, width, height), key=lambda instance: instance.z_order)
    if len(instances) > MAX_INSTANCES:
        raise TooManyInstances(f"{len(instances)} instances, and an object mask holds {MAX_INSTANCES}")
    objects = _row_runs(*_tops([instance.spans for instance in instances]), width, height)
    left = set(np.flatnonzero(np.bincount(objects.values)).tolist())
    return Painted(
        objects=objects,
        labels=tuple(instance.label for instance in instances),
        covered=tuple(number for number in range(1, len(instances) + 1) if number not in left),
    )


def _instances(shapes: Sequence[Shape], width: int, height: int) -> list[_Instance]:
    groups: dict[int, list[tuple[Shape, Spans]]] = {}
    alone: list[_Instance] = []
    for shape, spans in zip(shapes, rasterise_all(shapes, width, height), strict=True):
        if shape.group:
            groups.setdefault(shape.group, []).append((shape, spans))
        else:
            alone.append(_Instance(shape.label, shape.z_order, spans))
    return alone + [_merged(groups[group]) for group in sorted(groups)]


def _merged(members: list[tuple[Shape, Spans]]) -> _Instance:
    leader, _ = max(members, key=lambda member: area(member[1]))
    return _Instance(leader.label, leader.z_order, union([spans for _, spans in members]))


def _tops(layers: Sequence[Spans]) -> tuple[IntArray, IntArray]:
    """Ascending column-major places where the set of covering layers changes, and the top one from there, from 1; 0 for none."""
    borders = [border for spans in layers for border in (spans.starts, spans.ends)]
    sizes = np.array([len(border) for border in borders], dtype=np.int64)
    merged = np.concatenate((np.empty(0, dtype=np.int64), *borders)) << _LAYER_BITS
    merged |= np.repeat(np.arange(2 * len(layers)) // 2, sizes)
    merged.sort(kind="stable")  # each layer's are ascending already, so this merges
    places, layer = merged >> _LAYER_BITS, merged & ((1 << _LAYER_BITS) - 1)
    last = last_of_each(places)
    tops = np.zeros(len(last), dtype=np.int64)
    for first in range(0, len(layers), _BITS):
        bit = layer - first
        bits = np.where((bit >= 0) & (bit < _BITS), np.left_shift(1, bit % _BITS), 0)
        covering = np.bitwise_xor.accumulate(bits)[last]
        tops = np.where(covering, first + np.frexp(covering)[1], tops)
    return places[last], tops


def _row_runs(places: IntArray, tops: IntArray, width: int, height: int) -> Runs:
    """Runs along the rows from runs down the columns: they begin where a pixel differs from the one on its left."""
    value = np.append(0, tops)  # by how many places were passed
    merged = np.concatenate(((places << 1) + 1, (places + height) << 1))
    merged.sort(kind="stable")  # merges two ascending halves in linear time
    passed = np.cumsum(merged & 1)
    merged >>= 1
    last = last_of_each(merged)
    passed, passed_on_left = passed[last], (last + 1) - passed[last]
    here, begin = value[passed], np.maximum(merged[last], height)
    end = np.minimum(np.append(merged[last[1:]], width * height), width * height)
    chosen = np.flatnonzero((here != value[passed_on_left]) & (begin < end))
    begin, here = begin[chosen], here[chosen]
    counts = end[chosen] - begin
    beyond = np.cumsum(counts)
    pixel = np.arange(counts.sum()) + np.repeat(begin - beyond + counts, counts)
    x, y = np.divmod(pixel, height)
    rows = np.arange(height)
    starts = np.append(rows * width, y * width + x)
    values = np.append(value[np.searchsorted(places, rows, side="right")], np.repeat(here, counts))
    y = np.append(rows, y)
    order = np.argsort(y.astype(np.uint16) if height < 1 << 16 else y, kind="stable")  # 16 bits are sorted by radix
    return Runs(width, height, starts[order], values[order])
