"""Plain dense references, pixel by pixel or value by value: slow, short, and sharing nothing with the code they check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from segmask._support.arrays import BoolArray, IntArray
from segmask.pixels.runs import RowRuns
from segmask.testing.writers import pngwriter

Box = tuple[int, int, int, int]


def packed(rgb: npt.NDArray[np.generic]) -> IntArray:
    """(H, W) 0xRRGGBB of (H, W, 3)."""
    red, green, blue = np.moveaxis(rgb.astype(np.int64), 2, 0)
    return np.asarray(red * 65536 + green * 256 + blue)


def opencv(
    samples: npt.NDArray[np.generic], color_type: int, depth: int, palette: Sequence[Sequence[int]] = ()
) -> IntArray:
    """(H, W) values of a PNG read with IMREAD_UNCHANGED and cast to 8 bits: grey, or packed colours.

    Args:
        samples: (H, W, channels) as written.
        color_type: of the PNG.
        depth: bits of a sample.
        palette: (r, g, b) entries; an index beyond them reads as black.
    """
    values = samples.astype(np.int64) % 256 if depth == 16 else samples.astype(np.int64)
    if color_type == pngwriter.GREY:
        return np.asarray(values[:, :, 0] * {1: 255, 2: 85, 4: 17}.get(depth, 1))
    if color_type == pngwriter.GREY_ALPHA:
        return packed(np.repeat(values[:, :, :1], 3, axis=2))
    if color_type == pngwriter.PALETTE:
        colors = np.zeros((256, 3), dtype=np.int64)
        colors[: len(palette)] = palette
        return packed(colors[values[:, :, 0]])
    return packed(values[:, :, :3])


def runs_of(mask: npt.NDArray[np.generic]) -> tuple[list[int], list[int]]:
    """(flat starts, values) of the maximal runs along each row."""
    height, width = mask.shape
    starts = [y * width + x for y in range(height) for x in range(width) if x == 0 or mask[y, x] != mask[y, x - 1]]
    return starts, [int(mask.flat[start]) for start in starts]


def area(chosen: BoolArray) -> int:
    """How many pixels are true."""
    return int(chosen.sum())


def box(chosen: BoolArray) -> Box:
    """(x, y, width, height) of the true pixels."""
    rows, columns = np.nonzero(chosen)
    x, y = int(columns.min()), int(rows.min())
    return x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1


def flood_fill(mask: npt.NDArray[np.generic]) -> IntArray:
    """(H, W) flat index of the first pixel of the 8-connected region of equal value that each pixel is in."""
    height, width = mask.shape
    region = np.full((height, width), -1, dtype=np.int64)
    for first in range(height * width):
        open_pixels = [divmod(first, width)] if region.flat[first] < 0 else []
        for y, x in open_pixels:
            region[y, x] = first
        while open_pixels:
            y, x = open_pixels.pop()
            for j in range(max(y - 1, 0), min(y + 2, height)):
                for i in range(max(x - 1, 0), min(x + 2, width)):
                    if region[j, i] < 0 and mask[j, i] == mask[y, x]:
                        region[j, i] = first
                        open_pixels.append((j, i))
    return region


class Shape(NamedTuple):
    """What an instance must be."""

    id: int | None
    label_index: int
    area: int
    box: Box
    mask: BoolArray


def instances(classes: IntArray | None, objects: IntArray | None) -> list[Shape]:
    """Instances of a pair of index masks of one size, by CVAT's rule, in ascending order of id or class.

    An object index that appears with several classes takes the highest. Without an object mask there is one shape for
    each class present.
    """
    if classes is None:
        return []
    numbers = classes if objects is None else objects
    shapes = []
    for number in sorted({int(value) for value in numbers.flat}):
        if objects is not None and number == 0:
            continue
        chosen = numbers == number
        label = int(classes[chosen].max())
        shapes.append(Shape(None if objects is None else number, label, area(chosen), box(chosen), chosen))
    return shapes


def assert_well_formed(runs: RowRuns) -> None:
    """Runs are in order, inside the mask, and each row starts one."""
    assert runs.starts.dtype == runs.values.dtype == np.int64
    assert len(runs.starts) == len(runs.values)
    assert (np.diff(runs.starts) > 0).all()
    assert runs.starts[0] >= 0
    assert runs.starts[-1] < runs.width * runs.height
    assert set(range(0, runs.width * runs.height, runs.width)) <= set(runs.starts.tolist())
