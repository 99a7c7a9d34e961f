"""A harness for code that reads and writes masks: generated data, and the laws that conversions must keep.

The strategies and `check_codec` need hypothesis (``pip install 'segmask[testing]'``); the laws do not. Names are imported
when they are first used.

PYTEST_DONT_REWRITE
"""

from typing import TYPE_CHECKING

from segmask._support.lazy import attributes

if TYPE_CHECKING:
    from .check.codec import Failure, Report, check_codec
    from .check.conversions import mask_to_polygons, polygons_to_mask
    from .check.laws import assert_agrees, assert_archive_survives, assert_pixels_survive, assert_polygons_survive
    from .counterexamples import BrokenArchive, broken_archives, counterexample
    from .samples.archives import archives
    from .samples.model import SampleArchive, SampleImage
    from .strategies import (
        annotated_images,
        boxes,
        colors,
        ellipses,
        index_masks,
        label_maps,
        labels,
        masks,
        polygons,
    )

__all__ = [
    "BrokenArchive",
    "Failure",
    "Report",
    "SampleArchive",
    "SampleImage",
    "annotated_images",
    "archives",
    "assert_agrees",
    "assert_archive_survives",
    "assert_pixels_survive",
    "assert_polygons_survive",
    "boxes",
    "broken_archives",
    "check_codec",
    "colors",
    "counterexample",
    "ellipses",
    "index_masks",
    "label_maps",
    "labels",
    "mask_to_polygons",
    "masks",
    "polygons",
    "polygons_to_mask",
]

__getattr__, __dir__ = attributes(
    __name__,
    {
        ".check.codec": ("Failure", "Report", "check_codec"),
        ".check.conversions": ("mask_to_polygons", "polygons_to_mask"),
        ".counterexamples": ("BrokenArchive", "broken_archives", "counterexample"),
        ".check.laws": ("assert_agrees", "assert_archive_survives", "assert_pixels_survive", "assert_polygons_survive"),
        ".samples.archives": ("archives",),
        ".samples.model": ("SampleArchive", "SampleImage"),
        ".strategies": (
            *("annotated_images", "boxes", "colors", "ellipses", "index_masks", "label_maps", "labels", "masks"),
            "polygons",
        ),
    },
    {"hypothesis": "segmask's strategies and check_codec need hypothesis: pip install 'segmask[testing]'"},
)
