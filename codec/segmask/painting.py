"""Shapes of one image to its object mask and its class mask, in the order and with the numbers that CVAT gives.

Shapes of no group are instances of their own and come first, then the groups by number; each group has the label and
the z-order of its largest shape. Sorted by z-order, instance n is painted with object index n over those before it. What
is covered completely leaves a gap in the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .raster import Spans, area, paint, rasterise_all, union
from .runs import IntArray, Runs
from .shapes import Shape

MAX_INSTANCES: Final = 255


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
    canvas = np.zeros((width, height), dtype=np.uint8)
    for number, instance in enumerate(instances, 1):
        paint(canvas, instance.spans, number)
    objects = _runs_of(canvas)
    left = set(_distinct(objects.values).tolist())
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


def _runs_of(canvas: npt.NDArray[np.uint8]) -> Runs:
    """Runs of an image given as its (width, height) transpose, whose columns are contiguous."""
    width, height = canvas.shape
    x, y = np.divmod(np.flatnonzero(canvas[1:] != canvas[:-1]), height)
    x, y = np.append(np.zeros(height, dtype=np.int64), x + 1), np.append(np.arange(height), y)
    order = np.argsort(y.astype(np.uint16) if height < 1 << 16 else y, kind="stable")  # 16 bits are sorted by radix
    x, y = x[order], y[order]
    return Runs(width, height, y * width + x, canvas[x, y].astype(np.int64))


def _distinct(values: IntArray) -> IntArray:
    return np.flatnonzero(np.bincount(values, minlength=1))
