"""Random documents of shapes, COCO and CVAT XML, full of what decides who covers whom; equal seeds give equal documents."""

from __future__ import annotations

import json
from typing import Any, Final
from xml.etree import ElementTree as ET

import numpy as np

from segmask.pixels import run_lengths

Point = tuple[float, float]
Random = np.random.Generator

# Names and colours: with and without a background, one of another colour, one beside another black label, one that is
# not the first of the alphabet.
_LABELS: Final = (
    {"car": "#c80000", "road": "#00c800"},
    {"car": "#c80000", "background": "#000000", "aeroplane": "#0000c8"},
    {"car": "#c80000", "background": "#0000ff", "road": "#00c800"},
    {"Background": "#000000", "car": "#c80000"},
    {"void": "#000000", "background": "#000000", "car": "#c80000", "road": "#00c800"},
    {"void": "#000000", "car": "#c80000", "abyss": "#000000", "background": "#010101"},
)
_TURNS: Final = (0.0, 0.0, 0.0, 30.0, 90.0, 45.5, 180.0, 317.3)


def xml(seed: int) -> str:
    """A "CVAT for images" document: every kind of shape, groups, z-orders, copies of a shape elsewhere."""
    random = np.random.default_rng(seed)
    labels = _LABELS[random.integers(len(_LABELS))]
    root = ET.Element("annotations")
    ET.SubElement(root, "version").text = "1.1"
    declared = ET.SubElement(ET.SubElement(ET.SubElement(root, "meta"), "task"), "labels")
    for name, color in labels.items():
        label = ET.SubElement(declared, "label")
        ET.SubElement(label, "name").text = name
        ET.SubElement(label, "color").text = color
    for number in range(3):
        size = random.integers(6, 50, 2).tolist()
        width, height = map(str, size)
        image = ET.SubElement(root, "image", id=str(number), name=f"{number}.jpg", width=width, height=height)
        for _ in range(random.integers(9)):
            tag, places = _placed(random, *size)
            common = {"label": str(random.choice(list(labels))), "z_order": str(random.choice([0, 0, 0, 1, -1]))}
            ET.SubElement(image, tag, common | places | {"group_id": str(random.choice([0, 0, 0, 1, 2]))})
    return ET.tostring(root, encoding="unicode")


def _placed(random: Random, width: int, height: int) -> tuple[str, dict[str, str]]:
    x, y = _point(random, width, height, 2)
    across, down = (round(float(length), 2) for length in random.choice([3.0, 8.0, *random.uniform(0.5, 25, 3)], 2))
    turn = {"rotation": str(random.choice(_TURNS))}
    match random.integers(5):
        case 0:
            ring = [_point(random, width, height, 2) for _ in range(random.integers(3, 9))]
            return "polygon", {"points": ";".join(f"{px},{py}" for px, py in ring)}
        case 1 | 2:
            return "box", {"xtl": f"{x}", "ytl": f"{y}", "xbr": f"{x + across:.2f}", "ybr": f"{y + down:.2f}"} | turn
        case 3:
            return "ellipse", {"cx": f"{x}", "cy": f"{y}", "rx": f"{across / 2:.2f}", "ry": f"{down / 2:.2f}"} | turn
        case _:
            return "mask", _mask(random, width, height)


def _mask(random: Random, width: int, height: int) -> dict[str, str]:
    columns, rows = int(random.integers(1, width + 1)), int(random.integers(1, height + 1))
    left, top = int(random.integers(width - columns + 1)), int(random.integers(height - rows + 1))
    counts = run_lengths.of_mask(random.random((rows, columns)) < 0.7)
    place = {"left": left, "top": top, "width": columns, "height": rows}
    return {key: str(number) for key, number in place.items()} | {"rle": ",".join(map(str, counts.tolist()))}


def _point(random: Random, width: int, height: int, decimals: int) -> Point:
    """Anywhere in an image or around it; often on a whole or half number."""
    x, y = random.uniform((-6, -6), (width + 6, height + 6)).tolist()
    fine = int(random.choice([0, 1, decimals]))
    return round(x, fine), round(y, fine)


def coco(seed: int) -> str:
    """COCO instances: annotations of several polygons, whose ids are in no order, run lengths and boxes, some turned."""
    random = np.random.default_rng(seed)
    labels = _LABELS[random.integers(len(_LABELS))]
    categories = [
        {"id": number, "name": name, "color": list(bytes.fromhex(color[1:]))}
        for number, (name, color) in enumerate(labels.items(), 1)
    ]
    sizes = random.integers(6, 50, (3, 2)).tolist()
    images = [
        {"id": number, "file_name": f"{number}.jpg", "width": width, "height": height}
        for number, (width, height) in enumerate(sizes)
    ]
    annotations: list[dict[str, Any]] = []
    for number in random.permutation(18).tolist():
        image = images[random.integers(3)]
        drawn = _drawn(random, image["width"], image["height"])
        common = {"id": number + 1, "image_id": image["id"], "category_id": int(random.integers(len(labels))) + 1}
        annotations.append(common | {"iscrowd": 0, "attributes": {}} | drawn)
    return json.dumps({"images": images, "categories": categories, "annotations": annotations})


def _drawn(random: Random, width: int, height: int) -> dict[str, Any]:
    match random.integers(4):
        case 0 | 1:
            rings = [
                [number for _ in range(random.integers(3, 8)) for number in _point(random, width, height, 3)]
                for _ in range(random.choice([1, 2, 3]))
            ]
            return {"segmentation": rings}
        case 2:
            counts = run_lengths.of_mask(random.random((width, height)) < 0.6).tolist()
            return {"segmentation": {"size": [height, width], "counts": counts}, "iscrowd": 1}
        case _:
            size = random.uniform(0.5, 25, 2).round(2).tolist()
            attributes = {"rotation": float(random.choice(_TURNS))}
            return {"segmentation": [], "bbox": [*_point(random, width, height, 3), *size], "attributes": attributes}
