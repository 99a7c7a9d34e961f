"""What becomes of shapes: regions too thin for CVAT's polygons, masks that do not fit their photo."""

from __future__ import annotations

from typing import Final

import numpy as np

from segmask import evidence, rules
from segmask._support.arrays import BoolArray
from segmask.pixels.regions import Regions
from segmask.reporter import Reporter

_THIN: Final = 2

Size = tuple[int, int]


def check_thin(regions: Regions, report: Reporter) -> None:
    """Regions that vanish when CVAT converts masks to polygons, which it does unless told otherwise.

    OpenCV traces 8-connected regions through the centres of their border pixels; one that is at most two pixels wide
    or high encloses nothing.

    Args:
        regions: the 8-connected regions of shapes, in the order of their first pixels.
        report: gets the problem; bound to member and image.
    """
    thin = np.flatnonzero(_are_thin(regions))
    if len(thin):
        found = evidence.ThinRegions(regions=len(thin), pixels=int(regions.areas[thin].sum()))
        x, y, width, height = regions.boxes[thin[0]].tolist()
        report.at(box=(x, y, width, height))(rules.THIN_REGION, evidence=found)


def _are_thin(regions: Regions) -> BoolArray:
    """Regions at most two pixels wide or high, and diagonal lines at most two pixels wide."""
    width, height = regions.boxes[:, 2], regions.boxes[:, 3]
    one_run_a_row = (regions.counts == height) & (regions.areas <= _THIN * height)
    diagonal = one_run_a_row & (regions.areas == (width - height + 1) * height)
    thin: BoolArray = (np.minimum(width, height) <= _THIN) | diagonal
    return thin


def check_photo(mask: Size, photo: Size, report: Reporter) -> None:
    """A mask and its photo that differ in (width, height)."""
    if mask != photo:
        report(
            rules.IMAGE_SIZE_DIFFERS,
            f"the mask has {mask[0]}x{mask[1]} pixels, its photo {photo[0]}x{photo[1]}: CVAT does not compare them "
            "and puts the shapes in the wrong place; write the mask in the photo's size",
            evidence.PhotoSize(mask, photo),
        )
