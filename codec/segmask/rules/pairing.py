"""Class mask and object mask: what they mean together."""

from __future__ import annotations

from typing import Final

from .rule import Effect, Rule, Severity

OBJECT_WITHOUT_CLASS: Final = Rule(
    code="PAIR001",
    name="object-without-class",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("ObjectCount",),
    summary="An object mask has instances, and the class mask of the image is missing.",
    cvat="The import fails: \"TypeError: '<=' not supported between instances of 'int' and 'NoneType'\".",
    remedy="Add `SegmentationClass/<id>.png`, of the same size, with the label's colour on all pixels "
    "of each instance. Check its name if you believe that it is there.",
)

SIZE_MISMATCH: Final = Rule(
    code="PAIR002",
    name="size-mismatch",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    by_hand="The masks are made anew from their source.",
    figures=("MaskSizes",),
    summary="The class mask and the object mask of an image differ in size.",
    cvat='The import fails: "ValueError: operands could not be broadcast together with shapes (480,640) (240,320)".',
    remedy="Save both masks in the size of the image. To resize one, use nearest neighbour, so that no "
    "new colours appear.",
)

BROADCAST_MASK: Final = Rule(
    code="PAIR003",
    name="broadcast-mask",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    by_hand="The masks are made anew from their source.",
    figures=("MaskSizes",),
    summary="One mask of an image is a single row, column or pixel, and the other is larger.",
    cvat="CVAT's arithmetic repeats the small mask over the whole of the other instead of failing, so "
    "its one line of values counts everywhere.",
    remedy="Save both masks in the size of the image.",
)

INSTANCE_OVER_CLASSES: Final = Rule(
    code="PAIR004",
    name="instance-over-classes",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    by_hand="Only the author knows which label the instance has.",
    figures=("MixedObjects",),
    summary="The pixels of one instance have several classes.",
    cvat="CVAT gives the whole instance the class with the highest index, that is, the lowest line in "
    "the label map; one stray pixel is enough.",
    remedy="Make the class the same on all pixels of the instance, or give each class an instance of "
    "its own. A one-pixel border often comes from masks drawn in different order.",
)

CLASS_WITHOUT_OBJECT: Final = Rule(
    code="PAIR005",
    name="class-without-object",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("UnpairedPixels",),
    summary="Pixels have a class in the class mask and no instance in the object mask.",
    cvat="CVAT imports instances only, so these pixels are dropped without a message.",
    remedy="Paint the pixels in the object mask too, with the colour of their instance or of a new one, "
    "such as 128,0,0 for instance 1. If they are not meant, make them background in the class mask.",
    requires=("LBL022",),
)

CLASS_ONLY: Final = Rule(
    code="PAIR006",
    name="class-only",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    by_hand="Only the author knows which pixels are one instance.",
    figures=("ClassNames",),
    summary="An image has a class mask and no object mask.",
    cvat="CVAT makes one shape of each class for the whole image, so separate objects become one, and "
    "the background becomes a shape too. A task without such a label fails: \"Label 'background' is not "
    'registered for this task".',
    remedy="Add `SegmentationObject/<id>.png` with one VOC colour for each object, 128,0,0 for the "
    "first, and black for the background. If the data set is meant to be semantic only, import it as a "
    "project.",
)

BACKGROUND_INSTANCE: Final = Rule(
    code="PAIR007",
    name="background-instance",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    figures=("BackgroundObjects",),
    summary="The pixels of an instance are background in the class mask.",
    cvat="CVAT gives the instance the label of the background: a task fails with \"Label 'background' "
    'is not registered for this task", and a project import drops the instance.',
    remedy="Paint the instance in its label's colour in the class mask, or make its pixels black in the object mask.",
)

OBJECT_INDEX_GAP: Final = Rule(
    code="PAIR008",
    name="object-index-gap",
    effect=Effect.ODD,
    severity=Severity.INFO,
    by_hand="Nothing has to be done, or a shape is missing.",
    figures=("MissingNumbers",),
    summary="The numbers of an image's instances have gaps.",
    cvat="CVAT reads them as they are. Its own export leaves such a gap where other shapes covered an "
    "instance completely.",
    remedy="Nothing has to be done if the instances are all there. If one is missing, look for a shape "
    "that lies entirely under others.",
)

INSTANCE_LIMIT: Final = Rule(
    code="PAIR009",
    name="instance-limit",
    effect=Effect.ODD,
    severity=Severity.INFO,
    summary="An image has exactly 255 instances, which is the most that the format can hold.",
    cvat="CVAT's export merges what is beyond: the 256th instance turns black, and those after it share "
    "the numbers of the first.",
    remedy="Check in CVAT whether the image has more than 255 shapes. If so, export it in another "
    "format, such as COCO, or cut it into tiles.",
    by_hand="It is looked up in CVAT.",
)

MERGED_INSTANCES: Final = Rule(
    code="PAIR010",
    name="merged-instances",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    by_hand="It is looked up in CVAT.",
    figures=("ObjectCount",),
    summary="An image has all 255 instances that the format can hold, and many of them lie in regions far apart.",
    cvat="CVAT's export numbers the shapes of an image modulo 256: shape 257 gets the number of shape 1, and both come back as "
    "one instance; the 256th turns black. No reader can tell them apart again.",
    remedy="Look up in CVAT how many shapes the image has. If there are more than 255, export the task as COCO 1.0 or CVAT for "
    "images 1.1, which hold any number of shapes, or cut the image into tiles with at most 255 each, and annotate those. "
    "If the instances do have several parts, nothing has to be done.",
)
