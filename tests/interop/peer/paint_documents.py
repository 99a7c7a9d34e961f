"""CVAT's export of a document as masks, put together from the steps of datumaro 0.3.1. Run by the peer's own Python.

A request is a line of JSON, ``{"path": DOCUMENT}``: a COCO or CVAT XML document that CVAT would import first. The answer is
another: of each image the two masks as zlib's Base64 of their RGB bytes, or null where no mask was written.
"""

from __future__ import annotations

import base64
import json
import math
import sys
import tempfile
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import cv2
import numpy as np
from datumaro.components.annotation import AnnotationType, Bbox, Mask, Polygon
from datumaro.components.dataset import Dataset
from datumaro.components.extractor import DatasetItem
from datumaro.components.media import Image
from read_archives import answer_requests

BLACK = (0, 0, 0)


def paint(path: str) -> dict:
    """The masks that CVAT would export for a document that it imported."""
    colors, items = (_coco if path.endswith(".json") else _xml)(Path(path))
    dataset = Dataset.from_iterable(items, categories=list(colors))
    for step in ("polygons_to_masks", "boxes_to_masks", "merge_instance_segments"):
        dataset.transform(step)
    with tempfile.TemporaryDirectory() as folder:
        label_map = Path(folder) / "given.txt"
        label_map.write_text(_label_map(colors), encoding="utf-8")
        dataset.export(folder + "/out", "voc_segmentation", apply_colormap=True, label_map=str(label_map))
        return {item.id: [_mask(Path(folder, "out", f"Segmentation{kind}", f"{item.id}.png")) for kind in ("Class", "Object")]
                for item in items}  # fmt: skip


def _label_map(colors: dict[str, tuple[int, int, int]]) -> str:
    """The labels as CVAT's exporter has them, the background first: where this peer, unlike CVAT's branch, takes it from."""
    colors = dict(sorted({"background": BLACK, **colors}.items()))
    background = next((name for name, color in colors.items() if color == BLACK), "background")
    names = [background, *(name for name in colors if name != background)]
    return "".join(f"{name}:{','.join(map(str, colors[name]))}::\n" for name in names)


def _mask(path: Path) -> str | None:
    if not path.exists():
        return None
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)[..., ::-1]
    return base64.b64encode(zlib.compress(np.ascontiguousarray(pixels).tobytes())).decode()


def _item(name: str, width: int, height: int, shapes: list) -> DatasetItem:
    """An image with its shapes as CVAT's exporter hands them over: by z-order, then boxes that are turned last."""
    shapes = sorted(shapes, key=lambda shape: shape.z_order)
    turned = [shape for shape in shapes if shape.type == AnnotationType.bbox and shape.attributes.get("rotation")]
    shapes = [shape for shape in shapes if all(shape is not box for box in turned)] + list(map(_turned, turned))
    return DatasetItem(name, media=Image(path=f"{name}.jpg", size=(height, width)), annotations=shapes)


def _turned(box: Bbox) -> Polygon:
    left, top, right, bottom = box.points
    angle = math.radians(box.attributes["rotation"])
    cos, sin = math.cos(angle), math.sin(angle)
    cx, cy = left + (right - left) / 2, top + (bottom - top) / 2
    points = []
    for x, y in ((left, top), (right, top), (right, bottom), (left, bottom)):
        points += [cx + cos * (x - cx) - sin * (y - cy), cy + sin * (x - cx) + cos * (y - cy)]
    return Polygon(points, label=box.label, group=box.group, z_order=box.z_order)


def _xml(path: Path) -> tuple[dict, list[DatasetItem]]:
    root = ET.parse(path).getroot()
    colors = {
        label.findtext("name"): tuple(bytes.fromhex(label.findtext("color").removeprefix("#")))
        for label in root.iterfind("meta/task/labels/label")
    }
    items = []
    for image in root.iterfind("image"):
        width, height = int(image.get("width")), int(image.get("height"))
        shapes = [_xml_shape(shape, width, height, list(colors)) for shape in image]
        items.append(_item(image.get("name").removesuffix(".jpg"), width, height, shapes))
    return colors, items


def _xml_shape(shape: ET.Element, width: int, height: int, labels: list[str]):
    common = {
        "label": labels.index(shape.get("label")),
        "group": int(shape.get("group_id", 0)),
        "z_order": int(shape.get("z_order", 0)),
    }
    numbers = {key: float(text) for key, text in shape.attrib.items() if key not in ("label", "points", "rle")}
    if shape.tag == "polygon":
        return Polygon(
            [float(number) for point in shape.get("points").split(";") for number in point.split(",")], **common
        )
    if shape.tag == "box":
        x, y, right, bottom = (numbers[key] for key in ("xtl", "ytl", "xbr", "ybr"))
        return Bbox(x, y, right - x, bottom - y, attributes={"rotation": numbers.get("rotation", 0)}, **common)
    pixels = np.zeros((height, width), dtype=np.uint8)
    if shape.tag == "ellipse":
        cx, cy, rx, ry, rotation = (numbers.get(key, 0.0) for key in ("cx", "cy", "rx", "ry", "rotation"))
        right, top = float(f"{cx + rx:.2f}"), float(f"{cy - ry:.2f}")
        radii = round(right - cx), round(cy - top)
        cv2.ellipse(pixels, (round(cx), round(cy)), radii, rotation, 0, 360, 1, thickness=-1)
    else:
        x, y, columns, rows = (int(numbers[key]) for key in ("left", "top", "width", "height"))
        counts = [int(count) for count in shape.get("rle").split(",")]
        pixels[y : y + rows, x : x + columns] = np.repeat(np.arange(len(counts)) % 2, counts).reshape(rows, columns)
    return Mask(pixels, **common)


def _coco(path: Path) -> tuple[dict, list[DatasetItem]]:
    document = json.loads(path.read_text(encoding="utf-8"))
    colors = {category["name"]: tuple(category["color"]) for category in document["categories"]}
    places = {category["id"]: place for place, category in enumerate(document["categories"])}
    items = []
    for image in document["images"]:
        width, height = image["width"], image["height"]
        shapes = []
        for annotation in document["annotations"]:
            if annotation["image_id"] == image["id"]:
                shapes += _coco_shapes(annotation, width, height, places[annotation["category_id"]])
        items.append(_item(image["file_name"].removesuffix(".jpg"), width, height, shapes))
    return colors, items


def _coco_shapes(annotation: dict, width: int, height: int, label: int) -> list:
    segmentation = annotation["segmentation"]
    if not segmentation:
        return [Bbox(*annotation["bbox"], label=label, attributes=annotation["attributes"])]
    if isinstance(segmentation, dict):
        counts = segmentation["counts"]
        pixels = np.repeat(np.arange(len(counts)) % 2, counts).reshape(width, height).T
        return [Mask(pixels, label=label)]
    group = annotation["id"] if len(segmentation) > 1 else 0  # CVAT keeps a group where it has several members
    return [Polygon(ring, label=label, group=group) for ring in segmentation]


if __name__ == "__main__":
    sys.exit(answer_requests(lambda request: paint(request["path"])))
