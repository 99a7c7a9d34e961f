"""What becomes of shapes: regions too thin for CVAT's polygons, masks that do not fit their photo."""

from __future__ import annotations

from typing import Final

import numpy as np

from segmask import rules
from segmask._support.arrays import BoolArray
from segmask.pixels.regions import Regions
from segmask.problem import Handler, Location, Problem

_THIN: Final = 2

Size = tuple[int, int]


def check_thin(regions: Regions, where: Location, on_problem: Handler) -> None:
    """Regions that vanish when CVAT converts masks to polygons, which it does unless told otherwise.

    OpenCV traces 8-connected regions through the centres of their border pixels; one that is at most two pixels wide
    or high encloses nothing.

    Args:
        regions: the 8-connected regions of shapes, in the order of their first pixels.
        where: member and image, for the problem.
        on_problem: gets the problem.
    """
    thin = np.flatnonzero(_are_thin(regions))
    if len(thin):
        pixels = int(regions.areas[thin].sum())
        x, y, width, height = regions.boxes[thin[0]].tolist()
        on_problem(
            Problem(
                kind=rules.THIN_REGION,
                message=f"regions at most {_THIN} pixels wide ({len(thin):,}, {pixels:,} pixels) vanish when CVAT "
                "converts masks to polygons; switch the conversion off in the import dialog",
                location=where,
                evidence={"regions": len(thin), "pixels": pixels},
            ).at(box=(x, y, width, height))
        )


def _are_thin(regions: Regions) -> BoolArray:
    """Regions at most two pixels wide or high, and diagonal lines at most two pixels wide."""
    width, height = regions.boxes[:, 2], regions.boxes[:, 3]
    one_run_a_row = (regions.counts == height) & (regions.areas <= _THIN * height)
    diagonal = one_run_a_row & (regions.areas == (width - height + 1) * height)
    thin: BoolArray = (np.minimum(width, height) <= _THIN) | diagonal
    return thin


def check_photo(mask: Size, photo: Size, where: Location, on_problem: Handler) -> None:
    """A mask and its photo that differ in (width, height)."""
    if mask != photo:
        on_problem(
            Problem(
                kind=rules.IMAGE_SIZE_DIFFERS,
                message=f"the mask has {mask[0]}x{mask[1]} pixels, its photo {photo[0]}x{photo[1]}: CVAT does not compare them "
                "and puts the shapes in the wrong place; write the mask in the photo's size",
                location=where,
                evidence={"mask": list(mask), "photo": list(photo)},
            )
        )
