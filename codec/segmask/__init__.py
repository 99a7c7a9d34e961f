"""Reading CVAT's "Segmentation mask 1.1" archives exactly as CVAT does, and saying what is wrong with them.

PYTEST_DONT_REWRITE
"""

from .archive import Archive, open  # noqa: A004 - segmask.open is the contract's name
from .colormap import VOC_COLORS, voc_color
from .image import Image
from .instances import Instance
from .labelmap import VOC_LABEL_MAP, Label, LabelMap
from .limits import Limits
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

__all__ = [
    "VOC_COLORS",
    "VOC_LABEL_MAP",
    "Archive",
    "Defect",
    "Effect",
    "FormatError",
    "FormatWarning",
    "Handler",
    "Image",
    "Instance",
    "Label",
    "LabelMap",
    "Limits",
    "Location",
    "Problem",
    "Severity",
    "open",
    "printable",
    "voc_color",
]
