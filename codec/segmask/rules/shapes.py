"""Shapes: what becomes of regions after the masks were read."""

from __future__ import annotations

from typing import Final

from .rule import Effect, Rule, Severity

THIN_REGION: Final = Rule(
    code="GEO001",
    name="thin-region",
    effect=Effect.LOST,
    severity=Severity.WARNING,
    figures=("ThinRegions",),
    summary="A region of an instance is at most two pixels wide or high.",
    cvat="CVAT turns masks into polygons on import, and such a region vanishes without a message; the "
    "conversion is on by default.",
    remedy='Turn "Convert masks to polygons" off in the import dialogue. If the region is a stray '
    "speck, remove it from the masks.",
)

IMAGE_SIZE_DIFFERS: Final = Rule(
    code="GEO002",
    name="image-size-differs",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    figures=("PhotoSize",),
    summary="A mask and its photo in `JPEGImages` differ in size.",
    cvat="CVAT never compares them: the shapes keep the mask's coordinates and lie in the wrong place on the photo.",
    remedy="Save the masks in the photo's size. To resize a mask, use nearest neighbour, so that no new "
    "colours appear; check photos that carry an EXIF rotation.",
)
