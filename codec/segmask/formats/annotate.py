"""An image of an archive as annotation tools know it: instances to polygons, or to masks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Literal

from segmask._support.arrays import FloatArray
from segmask.image import Image
from segmask.mask.instances import Instance
from segmask.outlines.polygons import Simplify
from segmask.pixels.spans import area, difference, union
from segmask.shapes.model import AnnotatedImage, Polygon, Shape
from segmask.shapes.raster import rasterise

As = Literal["polygons", "masks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """How instances become shapes.

    Attributes:
        shapes: polygons, or masks.
        simplify: of polygons, as in `Instance.polygons`.
        tolerance: of the simplification, in pixels.
        split: of an image without object mask, make each 4-connected region an instance of its own.
    """

    shapes: As = "polygons"
    simplify: Simplify = "exact"
    tolerance: float = 1.0
    split: bool = False


def annotated(image: Image, drawing: Drawing) -> AnnotatedImage | None:
    """The image with its instances as shapes; an instance of several polygons is a group.

    The background, which is no object, is left out. None for an image whose size is not known: it has neither
    masks nor a photo.
    """
    if image.width is None or image.height is None:
        return None
    shapes: list[Shape] = []
    free = count(max((instance.id or 0 for instance in image.instances), default=0) + 1)
    for instance in image.instances:
        if not instance.is_background:
            shapes.extend(instance_shapes(instance, drawing, next(free) if instance.id is None else instance.id))
    return AnnotatedImage(name=image.name, width=image.width, height=image.height, shapes=shapes, subset=image.subset)


def instance_shapes(instance: Instance, drawing: Drawing, group: int) -> list[Shape]:
    """An instance as shapes.

    Args:
        instance: the instance.
        drawing: how it becomes shapes.
        group: their group, where it takes several.
    """
    is_split = drawing.split and instance.id is None
    if drawing.shapes == "masks" and not is_split:
        return [instance.encoded()]
    rings = instance.polygons(simplify=drawing.simplify, tolerance=drawing.tolerance)
    number = 0 if is_split or len(rings) == 1 else group
    return [Polygon(ring, instance.label, number) for ring in rings]


def changed_pixels(instance: Instance, rings: list[FloatArray], width: int, height: int) -> int:
    """How many pixels of an image of this size differ between an instance and polygons that stand for it."""
    drawn = union([rasterise(Polygon(ring, instance.label), width, height) for ring in rings])
    return area(difference(rasterise(instance.encoded(), width, height), drawn))
