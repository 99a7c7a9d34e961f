"""A codec as people write it in an afternoon: Pillow draws polygons, contours run through the centres of border pixels."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from segmask._support.arrays import BoolArray, IntArray

AROUND = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)]
PALETTE = [
    tuple(sum((index >> 3 * bit + channel & 1) << 7 - bit for bit in range(8)) for channel in range(3))
    for index in range(256)
]


def polygons_to_mask(polygons: list[Any], width: int, height: int) -> BoolArray:
    image = Image.new("1", (width, height))
    draw = ImageDraw.Draw(image)
    for polygon in polygons:
        draw.polygon([(float(x), float(y)) for x, y in polygon], fill=1, outline=1)
    return np.array(image)


def mask_to_polygons(mask: BoolArray) -> list[IntArray]:
    """Outer contours alone, as cv2.findContours gives them with RETR_EXTERNAL."""
    left = np.pad(mask, 1)
    polygons = []
    while left.any():
        y, x = map(int, np.argwhere(left)[0])
        polygons.append(np.array(contour(left, x, y)) - 1)
        erase(left, x, y)
    return polygons


def contour(mask: BoolArray, x: int, y: int) -> list[tuple[int, int]]:
    """Moore's neighbour tracing, clockwise from the first pixel of a region."""
    points, direction = [(x, y)], 0
    for _ in range(4 * mask.size):
        for turn in range(8):
            step = (direction + 6 + turn) % 8
            dx, dy = AROUND[step]
            if mask[points[-1][1] + dy, points[-1][0] + dx]:
                points.append((points[-1][0] + dx, points[-1][1] + dy))
                direction = step
                break
        if points[-1] == (x, y):
            break
    return points[:-1] or points


def erase(mask: BoolArray, x: int, y: int) -> None:
    todo = [(x, y)]
    while todo:
        x, y = todo.pop()
        if mask[y, x]:
            mask[y, x] = False
            todo.extend((x + dx, y + dy) for dx, dy in AROUND)


def write(path: Path, images: list[Any], labelmap: Any) -> None:
    colors = np.array([label.color for label in labelmap], dtype=np.uint8)
    with zipfile.ZipFile(path, "w") as archive:
        for image in images:
            for folder, mask, table in (
                ("SegmentationClass", image.class_mask(), colors),
                ("SegmentationObject", image.object_mask(), np.array(PALETTE, dtype=np.uint8)),
            ):
                stream = io.BytesIO()
                Image.fromarray(table[mask]).save(stream, "PNG")
                archive.writestr(f"{folder}/{image.name}.png", stream.getvalue())
        names = "".join(f"{image.name}\n" for image in images)
        archive.writestr("ImageSets/Segmentation/default.txt", names)
        lines = [f"{label.name}:{','.join(map(str, label.color))}::\n" for label in labelmap]
        archive.writestr("labelmap.txt", "".join(lines))


def read(path: Path) -> list[Any]:
    found = []
    with zipfile.ZipFile(path) as archive:
        text = archive.read("labelmap.txt").decode()
        fields = [line.split(":") for line in text.splitlines() if line and not line.startswith("#")]
        labels = {tuple(map(int, field[1].split(","))): field[0] for field in fields}
        for name in archive.read("ImageSets/Segmentation/default.txt").decode().splitlines():
            if f"SegmentationClass/{name}.png" not in archive.namelist():
                found.append(SimpleNamespace(name=name, instances=[]))
                continue
            classes, objects = (
                np.asarray(Image.open(io.BytesIO(archive.read(f"{folder}/{name}.png"))).convert("RGB"))
                for folder in ("SegmentationClass", "SegmentationObject")
            )
            instances = []
            for color in np.unique(objects.reshape(-1, 3), axis=0):
                mask = (objects == color).all(axis=2)
                if color.any():
                    label = labels[tuple(classes[mask][0].tolist())]
                    instances.append(SimpleNamespace(label=label, mask=mask))
            found.append(SimpleNamespace(name=name, instances=instances))
    return found
