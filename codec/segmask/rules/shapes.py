"""Shapes: what becomes of regions after the masks were read."""

from __future__ import annotations

from typing import Final

from .rule import Effect, Rule, Severity

THIN_REGION: Final = Rule(
    code="GEO001",
    name="thin-region",
    effect=Effect.LOST,
    severity=Severity.WARNING,
    by_hand="It is a choice in CVAT's import dialogue.",
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
    by_hand="The masks are made anew from their source.",
    figures=("PhotoSize",),
    summary="A mask and its photo in `JPEGImages`, as CVAT shows it, differ in size.",
    cvat="CVAT never compares them: the shapes keep the mask's coordinates and lie in the wrong place on the photo. It shows "
    "photos turned by their EXIF orientation, of which 5 to 8 let width and height change places.",
    remedy="Save the masks in the photo's size. To resize a mask, use nearest neighbour, so that no new "
    "colours appear. A mask made on the photo as it is stored has to be turned as the photo is.",
)
