"""What becomes of shapes: regions too thin for CVAT's polygons, masks that do not fit their photo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from segmask import evidence, rules
from segmask._support.arrays import BoolArray, IntArray
from segmask.pixels.box import Box
from segmask.pixels.chosen import ChosenPixels
from segmask.pixels.regions import Connected, Regions
from segmask.reporter import Reporter

if TYPE_CHECKING:
    from .photo import Photo

_THIN: Final = 2
_MANY: Final = 10
"""Objects in several regions; occlusion leaves some, seldom far apart."""

Size = tuple[int, int]


def check_thin(regions: Regions, report: Reporter, pixels_of: Callable[[IntArray], ChosenPixels]) -> None:
    """Regions that vanish when CVAT converts masks to polygons, which it does unless told otherwise.

    OpenCV traces 8-connected regions through the centres of their border pixels; one that is at most two pixels wide
    or high encloses nothing. The problem's place is that of the largest.

    Args:
        regions: the 8-connected regions of shapes, in the order of their first pixels.
        report: gets the problem; bound to member and image.
        pixels_of: finds the pixels of regions by their keys.
    """
    thin = np.flatnonzero(_are_thin(regions))
    if len(thin):
        areas = regions.areas[thin]
        sizes, counts = (values.tolist() for values in np.unique(areas, return_counts=True))
        found = evidence.ThinRegions(len(thin), int(areas.sum()), dict(zip(sizes, counts, strict=True)))
        report.at(box=Box(*regions.boxes[thin[areas.argmax()]].tolist()))(
            rules.THIN_REGION, evidence=found, pixels=lambda: pixels_of(regions.keys[thin])
        )


def _are_thin(regions: Regions) -> BoolArray:
    """Regions at most two pixels wide or high, and diagonal lines at most two pixels wide."""
    width, height = regions.boxes[:, 2], regions.boxes[:, 3]
    one_run_a_row = (regions.counts == height) & (regions.areas <= _THIN * height)
    diagonal = one_run_a_row & (regions.areas == (width - height + 1) * height)
    thin: BoolArray = (np.minimum(width, height) <= _THIN) | diagonal
    return thin


def check_all_numbers(objects: Connected, report: Reporter) -> None:
    """Objects that use up all numbers: some may be several, which CVAT's export merged.

    Args:
        objects: the regions of all objects.
        report: gets the problem; bound to member and image.
    """
    torn = _torn(objects.regions, objects.values)
    if torn >= _MANY:
        report(rules.MERGED_INSTANCES, evidence=evidence.ObjectCount(torn))
    else:
        report(
            rules.INSTANCE_LIMIT, "255 objects, as many as an object mask can hold: CVAT's export merges what is beyond"
        )


def _torn(regions: Regions, objects: IntArray) -> int:
    """How many objects have two largest regions that lie further apart than either is long."""
    order = np.lexsort((-regions.areas, objects))
    objects, boxes = objects[order], regions.boxes[order]
    first = np.flatnonzero(np.diff(objects, prepend=-1))
    first = first[first + 1 < len(objects)]
    first = first[objects[first] == objects[first + 1]]
    one, two = boxes[first], boxes[first + 1]
    begin = np.maximum(one[:, :2], two[:, :2])
    end = np.minimum(one[:, :2] + one[:, 2:], two[:, :2] + two[:, 2:])
    longest = np.maximum(one[:, 2:], two[:, 2:]).max(axis=1)
    return int(((begin - end).max(axis=1) > longest).sum())


def check_photo(mask: Size, photo: Photo, report: Reporter) -> None:
    """A mask whose (width, height) is not that in which CVAT shows its photo."""
    if mask == photo.size:
        return
    width, height = photo.size
    reason, remedy = f"its photo {width}x{height}", "write the mask in the photo's size"
    if photo.turn is not None:
        reason += f" as CVAT shows it, turned by its EXIF orientation {photo.turn}"
        remedy = "turn the mask as the photo is turned" if mask == (height, width) else f"{remedy} after the turn"
    report(
        rules.IMAGE_SIZE_DIFFERS,
        f"the mask has {mask[0]}x{mask[1]} pixels, {reason}: CVAT does not compare them and puts the shapes in the wrong "
        f"place; {remedy}",
        evidence.PhotoSize(mask, photo.size, photo.turn),
    )
