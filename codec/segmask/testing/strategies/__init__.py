"""Hypothesis strategies for the format's parts; what they draw shrinks to something that a person can read."""

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
