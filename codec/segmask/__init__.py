"""Reading and writing CVAT's "Segmentation mask 1.1" archives exactly as CVAT does, and saying what is wrong with them.

PYTEST_DONT_REWRITE
"""

from .archive import Archive, open  # noqa: A004 - segmask.open is the contract's name
from .colormap import VOC_COLORS, voc_color
from .image import Image
from .instances import Instance
from .labelmap import VOC_LABEL_MAP, Label, LabelMap
from .limits import Limits
from .painting import MAX_INSTANCES
from .problem import (
    Defect,
    Effect,
    FormatError,
    FormatWarning,
    Handler,
    Location,
    Problem,
    Severity,
    printable,
)
from .shapes import AnnotatedImage, Box, Ellipse, Mask, Polygon
from .writer import WriteError, Written, write

__all__ = [
    "MAX_INSTANCES",
    "VOC_COLORS",
    "VOC_LABEL_MAP",
    "AnnotatedImage",
    "Archive",
    "Box",
    "Defect",
    "Effect",
    "Ellipse",
    "FormatError",
    "FormatWarning",
    "Handler",
    "Image",
    "Instance",
    "Label",
    "LabelMap",
    "Limits",
    "Location",
    "Mask",
    "Polygon",
    "Problem",
    "Severity",
    "WriteError",
    "Written",
    "open",
    "printable",
    "voc_color",
    "write",
]
