"""The smallest failing case as a file that other programs can read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

import segmask
from segmask._support.arrays import BoolArray, FloatArray
from segmask._support.files import replacing
from segmask.labels.labelmap import LabelMap
from segmask.testing.writers import pngwriter


def save_mask(folder: Path, name: str, mask: BoolArray) -> Path:
    """Writes an (H, W) bool array as a grey PNG of 0 and 255."""
    return _save_png(folder / f"{name}.png", mask.astype(np.uint8) * 255, 8)


def save_numbers(folder: Path, name: str, numbers: npt.NDArray[np.integer]) -> Path:
    """Writes an (H, W) array of numbers from 0 to 65,535 as a grey PNG of 16 bits."""
    return _save_png(folder / f"{name}.png", numbers, 16)


def save_polygons(folder: Path, name: str, polygons: Sequence[FloatArray], mask: BoolArray) -> Path:
    """Writes the mask that polygons should give, and beside it the polygons: width, height, lists of points, as JSON."""
    height, width = mask.shape
    document = {"width": width, "height": height, "polygons": [ring.tolist() for ring in polygons]}
    with replacing(folder / f"{name}.json") as stream:
        stream.write(json.dumps(document).encode())
    return save_mask(folder, name, mask)


def save_archive(folder: Path, name: str, images: Sequence[segmask.AnnotatedImage], labelmap: LabelMap) -> Path:
    """Writes images as segmask does."""
    path = folder / f"{name}.zip"
    segmask.write(path, images, labelmap=labelmap)
    return path


def _save_png(path: Path, samples: npt.NDArray[np.generic], depth: int) -> Path:
    with replacing(path) as stream:
        stream.write(pngwriter.write(samples, color_type=pngwriter.GREY, depth=depth, filters=(0,)))
    return path
