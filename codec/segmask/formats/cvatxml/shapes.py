"""An image element of CVAT's XML, to an image with its shapes."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Final, TypedDict

import numpy as np

from segmask._support.arrays import BoolArray
from segmask.formats.common import MASK_PIXELS, without_extension
from segmask.pixels import run_lengths
from segmask.shapes.model import AnnotatedImage, Box, Ellipse, Mask, Polygon, Shape

from .nodes import NUMBER, Node
from .terms import DEFAULT_SUBSET, INT_MAX, shown

KEPT: Final = frozenset({"polygon", "box", "ellipse", "mask"})
"""Tags of the shapes that a mask archive can hold."""
_POINT: Final = re.compile(f"{NUMBER},{NUMBER}", re.ASCII)
_COUNT: Final = re.compile(r"\s*\d{1,10}\s*", re.ASCII)


class _Common(TypedDict):
    """What all shapes have."""

    label: str
    group: int
    z_order: int


def read_image(node: Node) -> AnnotatedImage:
    """The image that a complete element stands for.

    Raises:
        AnnotationError: a size or a shape is wrong, or the masks are too large together.
    """
    width, height = node.integer("width", low=1), node.integer("height", low=1)
    shapes: list[Shape] = []
    pixels = 0
    for child in node.children():
        if child.tag == "mask":
            pixels += _check_extent(child, width, height)
            if pixels > MASK_PIXELS:
                raise child.error("rle", f"the masks of this image have more than {MASK_PIXELS} pixels together")
        if child.tag in KEPT:
            shapes.append(_shape(child))
    return AnnotatedImage(
        name=image_name(node), width=width, height=height, shapes=shapes, subset=node.text("subset", DEFAULT_SUBSET)
    )


def image_name(node: Node) -> str:
    """The name that an image element has, without extension."""
    return without_extension(node.text("name"))


def item_of(node: Node) -> str:
    """What an image element is called by its own id and name, as far as it has them."""
    number, name = node.element.get("id", ""), node.element.get("name", "")
    known = (number if _COUNT.fullmatch(number) else "", shown(name) if name else "")
    return f"image {', '.join(filter(None, known))}" if any(known) else ""


def _shape(node: Node) -> Shape:
    common = _Common(
        label=node.text("label"),
        group=node.integer("group_id", "0"),
        z_order=node.integer("z_order", "0", low=-INT_MAX),
    )
    match node.tag:
        case "polygon":
            return Polygon(_points(node), **common)
        case "box":
            return _box(node, common)
        case "ellipse":
            return Ellipse(
                node.number("cx"),
                node.number("cy"),
                node.size("rx"),
                node.size("ry"),
                rotation=node.number("rotation", "0"),
                **common,
            )
        case _:
            return Mask(_pixels(node), x=node.integer("left"), y=node.integer("top"), **common)


def _points(node: Node) -> list[tuple[float, float]]:
    points = []
    for number, pair in enumerate(node.text("points").split(";"), 1):
        match = _POINT.fullmatch(pair)
        point = (float(match[1]), float(match[2])) if match else (math.nan, math.nan)
        if not all(map(math.isfinite, point)):
            raise node.error("points", f"point {number}, {shown(pair)}, is not two finite numbers with a comma between")
        points.append(point)
    if len(points) < 3:
        raise node.error("points", f"a polygon needs 3 points or more, here are {len(points)}")
    return points


def _box(node: Node, common: _Common) -> Box:
    width, height = _extent(node, "xtl", "xbr"), _extent(node, "ytl", "ybr")
    rotation = node.number("rotation", "0")
    return Box(node.number("xtl"), node.number("ytl"), width, height, rotation=rotation, **common)


def _extent(node: Node, near: str, far: str) -> float:
    """Difference of two coordinates as people write it: of 0.3 and 0.1 it is 0.2."""
    difference = float(Decimal(node.decimal(far).strip()) - Decimal(node.decimal(near).strip()))
    if not 0 <= difference < math.inf:
        near_text, far_text = shown(node.text(near)), shown(node.text(far))
        raise node.error(far, f"{far_text} is less than {near}, {near_text}, or out of its reach")
    return difference


def _check_extent(node: Node, width: int, height: int) -> int:
    """How many pixels the mask has; all of them lie inside the image."""
    for start, size, limit in (("left", "width", width), ("top", "height", height)):
        end = node.integer(start) + node.integer(size, low=1)
        if end > limit:
            raise node.error(size, f"the mask ends at {end}, outside the image, which ends at {limit}")
    return node.integer("width") * node.integer("height")


def _pixels(node: Node) -> BoolArray:
    width, height = node.integer("width"), node.integer("height")
    texts = node.text("rle").split(",")
    for number, text in enumerate(texts, 1):
        if not _COUNT.fullmatch(text):
            raise node.error("rle", f"count {number}, {shown(text)}, is not a whole number from 0 to {10**10 - 1}")
    lengths = np.array([int(text) for text in texts], dtype=np.int64)
    if lengths.sum() != width * height:
        raise node.error(
            "rle", f"the counts add up to {lengths.sum()} instead of {width} x {height} = {width * height}"
        )
    return run_lengths.to_dense(lengths).reshape(height, width)
