"""What masks show: objects of one class each, nowhere thinner than three pixels, numbered without a gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from hypothesis import strategies as st

from segmask._support.arrays import IntArray

THICK: Final = 3
"""Pixels that a region must be wide and high at least to survive CVAT's conversion to polygons."""

_OWNERS: Final = (1, 0, 2, 3, 4, 5)
_STENCILS: Final = range(4)
_FULL, _NO_CORNERS, _RING, _HALF_EMPTY = _STENCILS

_SIDES: Final = st.lists(st.integers(THICK, 6), min_size=1, max_size=3)
_CELLS: Final = st.sampled_from([(owner, stencil) for stencil in _STENCILS for owner in _OWNERS])


@st.composite
def scenes(
    draw: st.DrawFn, *, background: int, foreground: Sequence[int], has_object: bool = False
) -> tuple[IntArray, IntArray]:
    """(H, W) label indices and (H, W) object numbers of an image, from 3x3 pixels up.

    The image is a grid of cells at least three pixels wide and high; each belongs to an object or to none, so objects
    touch, surround each other, or come in several regions, and none is thin.

    Args:
        draw: given by hypothesis.
        background: index of the pixels without object.
        foreground: indices that objects may have.
        has_object: whether there must be one.
    """
    rows, columns = draw(_SIDES), draw(_SIDES)
    objects = np.zeros((sum(rows), sum(columns)), dtype=np.int64)
    for y, height in zip(np.cumsum([0, *rows[:-1]]), rows, strict=True):
        for x, width in zip(np.cumsum([0, *columns[:-1]]), columns, strict=True):
            owner, stencil = draw(_CELLS)
            _fill(objects[y : y + height, x : x + width], owner, stencil)
    if has_object and not objects.any():
        objects[: rows[0], : columns[0]] = 1
    numbers = [number for number in dict.fromkeys(objects.reshape(-1).tolist()) if number]
    renumbered = np.zeros_like(objects)
    classes = np.full_like(objects, background)
    for new, old in enumerate(numbers, 1):
        renumbered[objects == old] = new
        classes[objects == old] = draw(st.sampled_from(foreground))
    return classes, renumbered


def _fill(cell: IntArray, owner: int, stencil: int) -> None:
    """Gives a cell, or the part of it that a stencil leaves, to an object; no stencil leaves a thin part."""
    cell[:] = owner
    if stencil == _NO_CORNERS:
        cell[:: cell.shape[0] - 1, :: cell.shape[1] - 1] = 0
    elif stencil == _RING:
        cell[1:-1, 1:-1] = 0
    elif stencil == _HALF_EMPTY and cell.shape[1] > THICK:
        cell[:, THICK:] = 0


def solid(value: int, number: int = 1, *, height: int = THICK, width: int = THICK) -> tuple[IntArray, IntArray]:
    """One object of one class that fills its image."""
    return np.full((height, width), value, dtype=np.int64), np.full((height, width), number, dtype=np.int64)
