"""A small sound archive, and whatever is changed in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from segmask.testing.writers import pngwriter

Build = Callable[..., Path]

LABEL_MAP = "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\n"
COLORS = {0: (0, 0, 0), 1: (128, 0, 0), 2: (0, 128, 0), 3: (128, 128, 0)}


def rgb(*blocks: tuple[tuple[int, int, int], slice, slice], size: tuple[int, int] = (12, 16)) -> bytes:
    """RGB PNG of black with (colour, rows, columns) blocks."""
    pixels = np.zeros((*size, 3), dtype=np.uint8)
    for color, rows, columns in blocks:
        pixels[rows, columns] = color
    return pngwriter.write(pixels, color_type=pngwriter.RGB)


def grey(*blocks: tuple[int, slice, slice], depth: int = 8, size: tuple[int, int] = (12, 16)) -> bytes:
    """Grey PNG of zeros with (value, rows, columns) blocks."""
    pixels = np.zeros(size, dtype=np.uint16)
    for value, rows, columns in blocks:
        pixels[rows, columns] = value
    return pngwriter.write(pixels, color_type=pngwriter.GREY, depth=depth)


CAR = (slice(2, 7), slice(1, 6))
ROAD = (slice(3, 10), slice(8, 14))
VALID: dict[str, bytes | str] = {
    "labelmap.txt": LABEL_MAP,
    "ImageSets/Segmentation/default.txt": "one\ntwo\n",
    "SegmentationClass/one.png": rgb((COLORS[1], *CAR), (COLORS[2], *ROAD)),
    "SegmentationObject/one.png": rgb((COLORS[1], *CAR), (COLORS[2], *ROAD)),
    "SegmentationClass/two.png": rgb((COLORS[1], *CAR)),
    "SegmentationObject/two.png": rgb((COLORS[1], *CAR)),
}


IMAGES = 300


def members(images: int = IMAGES) -> dict[str, bytes | str | None]:
    """More images than a part takes, some of them broken in ways whose report depends on what else was found."""
    names = [f"frame{number:04}" for number in range(images)]
    plain = rgb()
    masks: dict[str, bytes | str | None] = {
        f"Segmentation{kind}/{name}.png": plain for name in names for kind in ("Class", "Object")
    }
    masks[f"SegmentationClass/{names[7]}.png"] = b""
    masks[f"SegmentationClass/{names[33]}.png"] = rgb(((9, 9, 9), slice(3, 8), slice(3, 8)))
    masks[f"SegmentationClass/{names[66]}.png"] = grey((255, slice(3, 8), slice(3, 8)))
    masks[f"SegmentationObject/{names[-1]}.png"] = None
    masks["SegmentationObject/unlisted.png"] = b"no mask"
    masks["ImageSets/Segmentation/more.txt"] = "".join(f"{name}\n" for name in names)
    return masks
