"""An image element of CVAT's XML, to an image with its shapes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypedDict

import numpy as np

from segmask._support.arrays import IntArray
from segmask.formats.common import MASK_PIXELS, without_extension
from segmask.pixels import run_lengths
from segmask.shapes.ellipse import REACH
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


def read_image(node: Node, labels: Collection[str]) -> AnnotatedImage | None:
    """The image that a complete element stands for, without the shapes that are wrong; None where its size is.

    Args:
        node: the element, without problems yet.
        labels: those that there are; that a shape has none of them was told before.
    """
    width, height = node.integer("width", low=1), node.integer("height", low=1)
    if node.say.problems:
        return None
    reader = _ShapeReader(width, height)
    found = (reader.read(child) for child in node.children() if child.tag in KEPT)
    shapes = [shape for shape in found if shape is not None and shape.label in labels]
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


@dataclass(slots=True)
class _ShapeReader:
    """Reads the shapes of an image of some size."""

    width: int
    height: int
    mask_pixels: int = 0

    def read(self, node: Node) -> Shape | None:
        """A shape; None where something about it is wrong."""
        before = node.say.problems
        common = _Common(
            label=node.element.get("label", ""),
            group=node.integer("group_id", "0"),
            z_order=node.integer("z_order", "0", low=-INT_MAX),
        )
        make = self._mask(node, common) if node.tag == "mask" else _OUTLINES[node.tag](node, common)
        return make() if node.say.problems == before else None

    def _mask(self, node: Node, common: _Common) -> Make:
        before = node.say.problems
        left, top = node.integer("left"), node.integer("top")
        width, height = node.integer("width", low=1), node.integer("height", low=1)
        if node.say.problems == before:
            _check_end(node, "width", left + width, self.width)
            _check_end(node, "height", top + height, self.height)
        fits = node.say.problems == before
        self.mask_pixels += width * height if fits else 0
        if self.mask_pixels > MASK_PIXELS:
            message = f"the masks of this image have more than {MASK_PIXELS} pixels together"
            node.error("rle", f"{message}: leave some out, or split the image")
            fits = False
        counts = _counts(node, width * height if fits else None)
        return lambda: Mask(run_lengths.to_dense(counts).reshape(height, width), x=left, y=top, **common)


Make = Callable[[], Shape]
"""Makes a shape of its attributes, if nothing was wrong with them."""


def _polygon(node: Node, common: _Common) -> Make:
    points = []
    wrong = []
    for number, pair in enumerate(node.text("points").split(";"), 1):
        match = _POINT.fullmatch(pair)
        point = (float(match[1]), float(match[2])) if match else (math.inf, math.inf)
        points.append(point)
        if max(map(abs, point)) > REACH:
            wrong.append(f"point {number}, {shown(pair)},")
    if wrong and node.element.get("points"):
        more = f" and {len(wrong) - 1:,} more" if len(wrong) > 1 else ""
        what = f"two numbers from -{REACH} to {REACH} with a comma between"
        node.error("points", f"{wrong[0]} is not {what}{more}: correct it")
    elif not wrong and len(points) < 3:
        node.error("points", f"a polygon needs 3 points or more, here are {len(points)}: leave it out")
    return lambda: Polygon(points, **common)


def _box(node: Node, common: _Common) -> Make:
    width, height = _extent(node, "xtl", "xbr"), _extent(node, "ytl", "ybr")
    rotation = node.number("rotation", "0")
    return lambda: Box(node.number("xtl"), node.number("ytl"), width, height, rotation=rotation, **common)


def _extent(node: Node, near: str, far: str) -> float:
    """Difference of two coordinates as people write it: of 0.3 and 0.1 it is 0.2."""
    before = node.say.problems
    difference = float(Decimal(node.decimal(far).strip()) - Decimal(node.decimal(near).strip()))
    if difference < 0 and node.say.problems == before:
        near_text, far_text = shown(node.text(near)), shown(node.text(far))
        node.error(far, f"{far_text} is less than {near}, {near_text}: swap them")
    return difference


def _ellipse(node: Node, common: _Common) -> Make:
    x, y, rx, ry = node.number("cx"), node.number("cy"), node.size("rx"), node.size("ry")
    rotation = node.number("rotation", "0")
    return lambda: Ellipse(x, y, rx, ry, rotation=rotation, **common)


_OUTLINES: Final = {"polygon": _polygon, "box": _box, "ellipse": _ellipse}


def _check_end(node: Node, size: str, end: int, limit: int) -> None:
    if end > limit:
        message = f"the mask ends at {end}, {end - limit:,} outside the image, which ends at {limit}"
        node.error(size, f"{message}: cut the mask at the image's edge, or correct the image's size")


def _counts(node: Node, pixels: int | None) -> IntArray:
    """Run lengths of a mask, of this number of pixels where that is known; none where one is wrong."""
    texts = (node.text("rle") or "0").split(",")
    wrong = next((f"count {n}, {shown(text)}" for n, text in enumerate(texts, 1) if not _COUNT.fullmatch(text)), None)
    if wrong is not None:
        node.error("rle", f"{wrong}, is not a whole number from 0 to {10**10 - 1}: correct it")
        return np.zeros(0, dtype=np.int64)
    counts = np.array([int(text) for text in texts], dtype=np.int64)
    if pixels not in {None, counts.sum()} and node.element.get("rle"):
        size = f"{node.text('width')} x {node.text('height')} = {pixels}"
        node.error(
            "rle", f"the counts add up to {counts.sum()} instead of {size}: correct width and height, or draw it anew"
        )
    return counts
