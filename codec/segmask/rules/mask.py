"""Single masks: the files in ``SegmentationClass`` and ``SegmentationObject``, and their pixels' values."""

from __future__ import annotations

from typing import Final

from .rule import Effect, Grouping, Rule, Severity

_LABELS_KNOWN: Final = ("LBL001", "LBL003", "LBL022")
"""Defects after which colours and labels are a guess."""

EMPTY_MASK_FILE: Final = Rule(
    code="PNG001",
    name="empty-mask-file",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="A mask file is empty.",
    cvat='CVAT fails to decode it: "(-215:Assertion failed) !buf.empty()" from OpenCV, or '
    "\"'NoneType' object has no attribute 'astype'\".",
    remedy="Write the mask again. If the image has no annotations, remove both its masks: a listed "
    "image without masks is fine.",
)

NOT_AN_IMAGE: Final = Rule(
    code="PNG002",
    name="not-an-image",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="A mask file holds no image that can be decoded.",
    cvat="CVAT fails: \"'NoneType' object has no attribute 'astype'\".",
    remedy="Replace the file with the PNG itself. A text in its place is often a Git LFS pointer (run "
    "`git lfs pull`), a link, or an error page.",
    by_hand="It needs the original file.",
)

DAMAGED_PNG: Final = Rule(
    code="PNG003",
    name="damaged-png",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="A mask is a PNG that is cut off or damaged.",
    cvat="OpenCV gives no image, and CVAT fails: \"'NoneType' object has no attribute 'astype'\".",
    remedy="Write or copy the mask again. If it was fine in its source, look for a copy that broke off "
    "or a transfer in text mode.",
    by_hand="It needs the original file.",
)

UNDECLARED_COLOR: Final = Rule(
    code="PNG004",
    name="undeclared-color",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("UndeclaredColors",),
    grouping=Grouping.BY_COLOR,
    summary="A class mask has a colour that no label declares.",
    cvat='The import fails: "Undeclared color (r, g, b)". This holds for (0, 0, 0) too: the background '
    "must be declared.",
    remedy="If the colour is a label's, add it to `labelmap.txt`, as in `car:255,0,0::` or "
    "`background:0,0,0::`. If it is a blend at edges, make the mask again without smoothing (nearest "
    "neighbour), and if red and blue are swapped, save it as RGB.",
    requires=_LABELS_KNOWN,
)

UNDECLARED_OBJECT_COLOR: Final = Rule(
    code="PNG005",
    name="undeclared-object-color",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("UndeclaredColors",),
    grouping=Grouping.BY_COLOR,
    summary="An object mask has a colour that is not among the 256 VOC colours.",
    cvat='The import fails: "Undeclared color (r, g, b)". It looks like a label problem, yet no line in '
    "`labelmap.txt` helps: object colours are fixed.",
    remedy="Paint the n-th instance in VOC colour n, such as 128,0,0 for 1 and 0,128,0 for 2, or save "
    "the object mask as 8-bit grey with the value n. If the file is a class mask, it belongs into "
    "`SegmentationClass`.",
)

UNDECLARED_INDEX: Final = Rule(
    code="PNG006",
    name="undeclared-index",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("UndeclaredIndices",),
    grouping=Grouping.BY_CAUSE,
    summary="A grey class mask has a value that is no label's index.",
    cvat="The import fails: \"Undeclared label '255'\". Indices start at 0, so n labels have the "
    "indices 0 to n - 1; in an image with an object mask only the pixels of instances count.",
    remedy="Add labels or fillers such as `_dummy3:3,3,3::` until the value has a line, or correct the "
    "mask. A 255 for \"ignore\" has to become a label's index or the background's.",
    requires=_LABELS_KNOWN,
)

JPEG_MASK: Final = Rule(
    code="PNG007",
    name="jpeg-mask",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    by_hand="The masks are made anew from their source.",
    figures=("UndeclaredColors",),
    grouping=Grouping.BY_COLOR,
    summary="A mask is a JPEG under the name `.png`, and its blended colours are not declared.",
    cvat='CVAT reads the JPEG, whose compression changes colours, and fails: "Undeclared color (r, g, b)".',
    remedy="Make the mask again from its source and save it as PNG. Converting the JPEG does not bring "
    "the exact colours back.",
    requires=_LABELS_KNOWN,
)

GREY_ALPHA_MASK: Final = Rule(
    code="PNG008",
    name="grey-alpha-mask",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("UndeclaredColors",),
    grouping=Grouping.BY_COLOR,
    summary="A mask is grey with an alpha channel, which turns its values into colours.",
    cvat='CVAT takes the index 1 for the colour (1, 1, 1) and fails: "Undeclared color (1, 1, 1)".',
    remedy="Save the mask as 8-bit grey without alpha, in Pillow `image.getchannel(0).save(...)`.",
    requires=_LABELS_KNOWN,
)

SCALED_GREY_UNDECLARED: Final = Rule(
    code="PNG009",
    name="scaled-grey-undeclared",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("ScaledIndices",),
    summary="A grey class mask has 1, 2 or 4 bits a pixel, and its scaled values are no labels.",
    cvat="CVAT scales the values to 8 bits, times 255, 85 or 17, and fails: \"Undeclared label '255'\", "
    "or '85', or '17'.",
    remedy="Save the mask with 8 bits a pixel: in Pillow as mode `L` with the values 0, 1, 2 and so on, "
    "not as mode `1`.",
    requires=_LABELS_KNOWN,
)

SCALED_GREY: Final = Rule(
    code="PNG010",
    name="scaled-grey",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    figures=("GreyScale",),
    summary="A grey mask has 1, 2 or 4 bits a pixel, and its scaled values mean other labels or objects.",
    cvat="CVAT scales the values to 8 bits, times 255, 85 or 17, so the value 1 of a 4-bit mask is read "
    "as 17, without a message.",
    remedy="Save the mask with 8 bits a pixel: in Pillow as mode `L` with the values 0, 1, 2 and so on.",
    requires=_LABELS_KNOWN,
)

WIDE_VALUES: Final = Rule(
    code="PNG011",
    name="wide-values",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    by_hand="The masks are made anew from their source.",
    figures=("WidePixels",),
    summary="A 16-bit mask has values above 255.",
    cvat="CVAT keeps only the lower byte: 257 is read as 1, so pixels get other labels or objects.",
    remedy="Save the mask with 8 bits a pixel. An image holds at most 255 instances and 256 labels.",
)

LOST_OBJECT_INDEX: Final = Rule(
    code="PNG012",
    name="lost-object-index",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    by_hand="The masks are made anew from their source.",
    figures=("PixelCount",),
    summary="A 16-bit object mask has objects whose numbers are multiples of 256.",
    cvat="CVAT keeps only the lower byte, which is 0 here, so these instances are lost without a message.",
    remedy="Number the instances of each image from 1 to 255, and save the object mask with 8 bits a pixel.",
)

TRANSPARENT_PIXELS: Final = Rule(
    code="PNG013",
    name="transparent-pixels",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    figures=("PixelCount",),
    summary="A mask has transparent pixels.",
    cvat="CVAT ignores alpha: a transparent pixel counts by the colour stored beneath it, which may be "
    "one that nobody sees.",
    remedy="Save the mask without alpha. Paint transparent pixels with the background's colour first if "
    "that is what they mean.",
)

PALETTE_OVERRUN: Final = Rule(
    code="PNG014",
    name="palette-overrun",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    by_hand="The masks are made anew from their source.",
    figures=("PixelCount",),
    summary="Pixels of a palette PNG point beyond the end of the palette.",
    cvat="They are read as black, which is the background, or fail where black is not declared: "
    '"Undeclared color (0, 0, 0)".',
    remedy="Save the mask with a full palette, or as 8-bit RGB. Some tools cut the palette to the first "
    "entries while the pixels keep higher indices.",
)

NOT_PNG_BYTES: Final = Rule(
    code="PNG015",
    name="not-png-bytes",
    effect=Effect.ODD,
    severity=Severity.INFO,
    figures=("ImageFormat",),
    summary="A mask has the name `.png` and is a BMP, TIFF, WebP, JPEG, JPEG 2000, PBM, PGM, PPM or GIF inside.",
    cvat="CVAT goes by the contents and reads the mask as it was meant. It reads a GIF since it has OpenCV 4.14; before, the import "
    "failed: \"'NoneType' object has no attribute 'astype'\".",
    remedy="Nothing has to be done. Saved as a real PNG, the mask also works in tools that go by the name.",
)

SLOPPY_PNG: Final = Rule(
    code="PNG016",
    name="sloppy-png",
    effect=Effect.ODD,
    severity=Severity.INFO,
    summary="A PNG has bytes after its end, superfluous image data, or an unimportant chunk with a wrong checksum.",
    cvat="CVAT reads the mask all the same.",
    remedy="Nothing has to be done. Saving the mask again removes the fault; stricter tools may refuse it.",
)

OVERSIZED_MASK: Final = Rule(
    code="PNG017",
    name="oversized-mask",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="A mask is wider or higher, or has more pixels, than OpenCV decodes.",
    cvat="OpenCV refuses more than 2^20 pixels a side (libpng stops at 1,000,000 already) and more than "
    "2^30 pixels in all. CVAT fails: \"'NoneType' object has no attribute 'astype'\", or \"pixels <= "
    'CV_IO_MAX_IMAGE_PIXELS".',
    remedy="Cut the image and its masks into tiles. If the size makes no sense, the file is damaged: write it again.",
    by_hand="Somebody has to decide how to cut the images.",
)

INDEX_BEYOND_BYTE: Final = Rule(
    code="PNG018",
    name="index-beyond-byte",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    by_hand="Somebody has to decide how to split the data set.",
    figures=("LabelIndex",),
    summary="A coloured class mask of at most 255 colours has the colour of a label whose index is 256 or more.",
    cvat='CVAT keeps the indices of such a mask in one byte. Since 2026, with numpy 2, the import fails: "Python integer 299 '
    'out of bounds for uint8". Before, with numpy 1, the index wrapped: label 299 was read as label 43. In a mask of more '
    "colours an index has two bytes, and every label is read.",
    remedy="Split the data set so that no label map has more than 256 labels, parts included. Where all masks are coloured, "
    "it is enough to remove labels that no mask uses; in grey masks, that would turn one label into another.",
)

MASK_OVER_LIMIT: Final = Rule(
    code="PNG019",
    name="mask-over-limit",
    effect=Effect.UNREAD,
    severity=Severity.ERROR,
    by_hand="It is done to the command, not to the archive.",
    grouping=Grouping.EACH,
    figures=("OverLimit",),
    summary="A mask has more pixels than are read here unless asked for: more than `--max-pixels`.",
    cvat="CVAT has no such limit up to the 2^30 pixels of OpenCV (PNG017). Here the mask was not read, so nothing is known "
    "of it.",
    remedy="If the size is right, read the masks with `--max-pixels` and the number that the message names; in Python with "
    "`segmask.Limits(pixels=...)`. If it makes no sense, the file is damaged: write it again.",
)

COSTLY_MASK: Final = Rule(
    code="PNG020",
    name="costly-mask",
    effect=Effect.UNREAD,
    severity=Severity.ERROR,
    by_hand="Somebody has to look at what the file is.",
    grouping=Grouping.EACH,
    figures=("OverLimit",),
    summary="A mask has more changes of colour along its rows than any drawn mask, or than its share of what all masks of an "
    "archive of its size may have; or it is no PNG and has many pixels.",
    cvat="CVAT decodes it whole and looks at every pixel: that takes long, and memory. Here the mask was not read, so nothing "
    "is known of it.",
    remedy="If the file is a photo or noise, write the mask in its place. Save a mask in another format as a PNG, without loss. "
    "`segmask.Limits` has the numbers `runs`, `archive_runs` and `decoded_pixels` for programs that must read such masks.",
)
