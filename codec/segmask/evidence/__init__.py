"""The figures behind problems, a frozen dataclass for each kind.

They are imported when they are first used: an archive in which nothing is wrong needs none of them.
"""

from typing import TYPE_CHECKING

from segmask._support.lazy import attributes

from .base import NOTHING, Evidence, Nothing, Summed

if TYPE_CHECKING:
    from .labelmaps import IndexClaim, IndexGap, LabelIndex, LabelSources, NearColors
    from .labels import (
        FieldCount,
        FirstLine,
        LabelColor,
        LabelComment,
        LabelCount,
        LabelName,
        LabelPart,
        SharedColor,
        WrittenColor,
    )
    from .lists import MeantMasks, OtherTasks, PassedOver, UnlistedMasks
    from .masks import (
        ColorRegion,
        GreyScale,
        ImageFormat,
        PixelCount,
        ScaledIndices,
        UndeclaredColors,
        UndeclaredIndices,
        WidePixels,
    )
    from .members import Depth, ExpectedName, FileSize, FileStart, MemberSize, NotUtf8, Roots, StoredTwice
    from .pairs import (
        BackgroundObjects,
        ClassesOfObject,
        ClassNames,
        MaskSizes,
        MissingNumbers,
        MixedObjects,
        ObjectCount,
        PhotoSize,
        ThinRegions,
        UnpairedPixels,
    )

__all__ = [
    "NOTHING",
    "BackgroundObjects",
    "ClassNames",
    "ClassesOfObject",
    "ColorRegion",
    "Depth",
    "Evidence",
    "ExpectedName",
    "FieldCount",
    "FileSize",
    "FileStart",
    "FirstLine",
    "GreyScale",
    "ImageFormat",
    "IndexClaim",
    "IndexGap",
    "LabelColor",
    "LabelComment",
    "LabelCount",
    "LabelIndex",
    "LabelName",
    "LabelPart",
    "LabelSources",
    "MaskSizes",
    "MeantMasks",
    "MemberSize",
    "MissingNumbers",
    "MixedObjects",
    "NearColors",
    "NotUtf8",
    "Nothing",
    "ObjectCount",
    "OtherTasks",
    "PassedOver",
    "PhotoSize",
    "PixelCount",
    "Roots",
    "ScaledIndices",
    "SharedColor",
    "StoredTwice",
    "Summed",
    "ThinRegions",
    "UndeclaredColors",
    "UndeclaredIndices",
    "UnlistedMasks",
    "UnpairedPixels",
    "WidePixels",
    "WrittenColor",
]

__getattr__, __dir__ = attributes(
    __name__,
    {
        "labelmaps": (
            "IndexClaim",
            "IndexGap",
            "LabelIndex",
            "LabelSources",
            "NearColors",
        ),
        "labels": (
            "FieldCount",
            "FirstLine",
            "LabelColor",
            "LabelComment",
            "LabelCount",
            "LabelName",
            "LabelPart",
            "SharedColor",
            "WrittenColor",
        ),
        "lists": (
            "MeantMasks",
            "OtherTasks",
            "PassedOver",
            "UnlistedMasks",
        ),
        "masks": (
            "ColorRegion",
            "GreyScale",
            "ImageFormat",
            "PixelCount",
            "ScaledIndices",
            "UndeclaredColors",
            "UndeclaredIndices",
            "WidePixels",
        ),
        "members": (
            "Depth",
            "ExpectedName",
            "FileSize",
            "FileStart",
            "MemberSize",
            "NotUtf8",
            "Roots",
            "StoredTwice",
        ),
        "pairs": (
            "BackgroundObjects",
            "ClassNames",
            "ClassesOfObject",
            "MaskSizes",
            "MissingNumbers",
            "MixedObjects",
            "ObjectCount",
            "PhotoSize",
            "ThinRegions",
            "UnpairedPixels",
        ),
    },
)
