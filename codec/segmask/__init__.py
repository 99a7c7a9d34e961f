"""Reading and writing CVAT's "Segmentation mask 1.1" archives exactly as CVAT does, and saying what is wrong with them.

Names are imported when they are first used, so that a program that only wants to say its version pays for nothing else.

PYTEST_DONT_REWRITE
"""

from typing import TYPE_CHECKING

from ._support.lazy import attributes

if TYPE_CHECKING:
    from .archive import Archive, open  # noqa: A004 - segmask.open is the contract's name
    from .container.source import SourceError
    from .image import Image
    from .labels.labelmap import VOC_LABEL_MAP, Label, LabelMap
    from .labels.voc import VOC_COLORS, voc_color
    from .limits import Limits
    from .mask.instances import Instance
    from .problem import FormatError, FormatWarning, Handler, Location, Problem, WriteError, printable
    from .rules.rule import Effect, Rule, Severity
    from .shapes.model import AnnotatedImage, Box, Ellipse, Mask, Polygon
    from .shapes.painting import MAX_INSTANCES
    from .writer import Written, write

__all__ = [
    "MAX_INSTANCES",
    "VOC_COLORS",
    "VOC_LABEL_MAP",
    "AnnotatedImage",
    "Archive",
    "Box",
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
    "Rule",
    "Severity",
    "SourceError",
    "WriteError",
    "Written",
    "open",
    "printable",
    "voc_color",
    "write",
]

__getattr__, __dir__ = attributes(
    __name__,
    {
        ".archive": ("Archive", "open"),
        ".labels.voc": ("VOC_COLORS", "voc_color"),
        ".image": ("Image",),
        ".mask.instances": ("Instance",),
        ".labels.labelmap": ("VOC_LABEL_MAP", "Label", "LabelMap"),
        ".limits": ("Limits",),
        ".shapes.painting": ("MAX_INSTANCES",),
        ".problem": (
            "FormatError",
            "FormatWarning",
            "Handler",
            "Location",
            "Problem",
            "WriteError",
            "printable",
        ),
        ".rules.rule": ("Effect", "Rule", "Severity"),
        ".shapes.model": ("AnnotatedImage", "Box", "Ellipse", "Mask", "Polygon"),
        ".container.source": ("SourceError",),
        ".writer": ("Written", "write"),
    },
)
