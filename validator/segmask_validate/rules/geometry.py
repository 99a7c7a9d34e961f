"""Shapes: what becomes of regions after the masks were read."""

from __future__ import annotations

from typing import Final

from segmask import defects
from segmask_validate.rule import Rule

RULES: Final = (
    Rule(
        defect=defects.THIN_REGION,
        summary="A region of an instance is at most two pixels wide or high.",
        cvat="CVAT turns masks into polygons on import, and such a region vanishes without a message; the "
        "conversion is on by default.",
        remedy='Turn "Convert masks to polygons" off in the import dialogue. If the region is a stray '
        "speck, remove it from the masks.",
    ),
    Rule(
        defect=defects.IMAGE_SIZE_DIFFERS,
        summary="A mask and its photo in `JPEGImages` differ in size.",
        cvat="CVAT never compares them: the shapes keep the mask's coordinates and lie in the wrong place "
        "on the photo.",
        remedy="Save the masks in the photo's size. To resize a mask, use nearest neighbour, so that no new "
        "colours appear; check photos that carry an EXIF rotation.",
    ),
)
