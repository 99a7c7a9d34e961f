"""Hypothesis strategies for the format's parts; what they draw shrinks to something that a person can read."""

try:
    import hypothesis as hypothesis  # only to say early and plainly that it is missing
except ImportError:
    raise ImportError(
        "segmask's strategies and check_codec need hypothesis: pip install 'segmask[testing]'", name="hypothesis"
    ) from None

from .images import annotated_images
from .labelmaps import colors, label_maps, labels
from .shapes import boxes, ellipses, polygons
from .textures import index_masks, masks

__all__ = [
    "annotated_images",
    "boxes",
    "colors",
    "ellipses",
    "index_masks",
    "label_maps",
    "labels",
    "masks",
    "polygons",
]
