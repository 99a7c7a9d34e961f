"""The image sets: the lists in ``ImageSets/Segmentation``, and the masks that they name."""

from __future__ import annotations

from typing import Final

from .rule import Effect, Rule, Severity

NO_IMAGE_SET: Final = Rule(
    code="SET001",
    name="no-image-set",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("PassedOver",),
    summary="The archive has no list `ImageSets/Segmentation/<subset>.txt` that CVAT sees.",
    cvat='Without a list there is no data set for CVAT, whatever masks there are: "DatasetNotFoundError".',
    remedy="Write the ids of the images, one a line and without extension, to "
    "`ImageSets/Segmentation/default.txt`. The name must end in `.txt` and must not contain `_`.",
)

UNDERSCORE_IN_LIST_NAME: Final = Rule(
    code="SET002",
    name="underscore-in-list-name",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    summary="A list has `_` in its name.",
    cvat="CVAT passes over it without a message, so none of its images is imported.",
    remedy="Rename the list, for example `train_1.txt` to `train-1.txt`. CVAT's export writes such a "
    "name for a subset with `_`: rename the subset too.",
)

IGNORED_LIST_FILE: Final = Rule(
    code="SET003",
    name="ignored-list-file",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    summary="A file among the lists is passed over, because of its ending or its place.",
    cvat="CVAT reads `ImageSets/Segmentation/*.txt` of one data set, the one that is least deep. What "
    "only this file lists is not imported, without a message.",
    remedy="Let the name end in `.txt`, in small letters, and put the file into the "
    "`ImageSets/Segmentation` of the data set that CVAT takes.",
)

LIST_NOT_UTF8: Final = Rule(
    code="SET004",
    name="list-not-utf8",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("NotUtf8",),
    summary="A list is not UTF-8.",
    cvat='The import fails with a "UnicodeDecodeError": "\'utf-8\' codec can\'t decode byte 0xe9 in position 0".',
    remedy="Save the list as UTF-8 without a byte order mark. The file is most likely UTF-16 or a Windows code page.",
)

BOM_IN_LIST: Final = Rule(
    code="SET005",
    name="bom-in-list",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("MeantMasks",),
    summary="A list starts with a byte order mark, which becomes part of its first id.",
    cvat="CVAT looks for the mask of `\\ufeffimage1` and finds none, so the image's annotations are "
    'lost. Where no frame of the task matches, the import fails: "Could not match item id: '
    "'\\ufeffimage1' with any task frame\".",
    remedy="Save the list as UTF-8 without a byte order mark.",
)

EXTENSION_IN_ID: Final = Rule(
    code="SET006",
    name="extension-in-id",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("MeantMasks",),
    summary="An id in a list has a file extension, such as `image1.jpg`.",
    cvat="CVAT adds `.png` to the id, looks for `image1.jpg.png` and finds no mask, so the annotations "
    "are lost. Where no frame matches, the import fails: \"Could not match item id: 'image1.jpg' with "
    'any task frame".',
    remedy="List the id without extension: `image1`.",
)

QUOTES_IN_ID: Final = Rule(
    code="SET007",
    name="quotes-in-id",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("MeantMasks",),
    summary="An id in a list stands in quotes.",
    cvat="The quotes belong to the id, so CVAT finds no mask for it and the annotations are lost. Where "
    'no frame matches, the import fails: "Could not match item id: \'"image1"\' with any task frame".',
    remedy="List the id without quotes: `image1`. Blanks inside an id need none.",
)

FLAG_AFTER_ID: Final = Rule(
    code="SET008",
    name="flag-after-id",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("MeantMasks",),
    summary="A line of a list has something after the id, such as the `1` or `-1` of VOC's class lists.",
    cvat="CVAT takes the whole line for the id, `image1 1`, and finds no mask, so the annotations are "
    "lost. Where no frame matches, the import fails: \"Could not match item id: 'image1 1' with any "
    'task frame".',
    remedy="Leave only the id on the line: `image1`.",
)

BACKSLASH_IN_ID: Final = Rule(
    code="SET009",
    name="backslash-in-id",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("MeantMasks",),
    summary="An id in a list has `\\` where `/` should be.",
    cvat="CVAT looks for a file with a backslash in its name and finds no mask. The image is imported "
    "as `dir/image1`, without annotations.",
    remedy="Write the id with `/`: `dir/image1`.",
)

CASE_DIFFERS: Final = Rule(
    code="SET010",
    name="case-differs",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("MeantMasks",),
    summary="An id and its mask's path differ in upper and lower case.",
    cvat="CVAT compares them exactly and finds no mask, so the image arrives without annotations. Where "
    "the frame's name differs too, the import fails: \"Could not match item id: 'Image1' with any task "
    'frame".',
    remedy="Write the id in the list exactly like the mask's name and the frame's name in the task, and "
    "let the mask's name end in `.png`, in small letters.",
)

UNICODE_FORM_DIFFERS: Final = Rule(
    code="SET011",
    name="unicode-form-differs",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("MeantMasks",),
    summary="An id and its mask's name look the same and are different Unicode: one is composed (NFC), "
    "the other decomposed (NFD).",
    cvat="CVAT compares them character by character and finds no mask, so the image arrives without "
    "annotations. Where the frame's name differs too, the import fails with \"Could not match item "
    'id".',
    remedy='Write lists and file names in NFC, as `unicodedata.normalize("NFC", name)` does in Python. '
    "macOS is the usual source of NFD.",
)

WRONG_MASK_NAME: Final = Rule(
    code="SET012",
    name="mask-suffix",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("MeantMasks",),
    summary="A mask's file name does not end as its id demands: it has another extension than `.png`, "
    "or an addition such as `_mask`.",
    cvat="CVAT opens exactly `<id>.png` in the mask folders, so it does not find the file, and the "
    "annotations are lost without a message.",
    remedy="Rename the mask to the id and `.png`: for the id `image1` it is "
    "`SegmentationClass/image1.png`. Masks in other image formats have to be saved as PNG first.",
)

COMMENTED_ID: Final = Rule(
    code="SET013",
    name="commented-id",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    summary="A line of a list that names a mask starts with `#`.",
    cvat="CVAT skips the line as a comment, so the image and its annotations are not imported.",
    remedy="Remove the `#` if the image is meant. If the file's name itself starts with `#`, rename the "
    "mask, the image and the id.",
)

EMPTY_LIST: Final = Rule(
    code="SET014",
    name="empty-list",
    effect=Effect.LOST,
    severity=Severity.WARNING,
    summary="A list names no image.",
    cvat="The import succeeds and brings 0 images from this list.",
    remedy="List the ids of the images, one a line, or remove the file.",
)

UNLISTED_MASK: Final = Rule(
    code="SET015",
    name="unlisted-mask",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("UnlistedMasks",),
    summary="A mask exists whose id is in no list that CVAT reads.",
    cvat="The lists alone decide what is imported, so the mask is ignored without a message.",
    remedy="Add its id to a list: for `SegmentationClass/dir/image1.png` the line `dir/image1`. If the "
    "mask is not meant, remove it.",
)

REPEATED_ID: Final = Rule(
    code="SET016",
    name="repeated-id",
    effect=Effect.ODD,
    severity=Severity.INFO,
    summary="An id stands in the same list more than once.",
    cvat="CVAT counts it once.",
    remedy="Nothing has to be done. If a different image was meant, correct the line.",
)

ID_IN_SEVERAL_LISTS: Final = Rule(
    code="SET017",
    name="id-in-several-lists",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    summary="An id stands in several lists.",
    cvat="The image comes once for each list, so its annotations are imported several times over.",
    remedy="Keep the id in one list only: an image belongs to one subset.",
)

ID_OUTSIDE_DATASET: Final = Rule(
    code="SET018",
    name="id-outside-dataset",
    effect=Effect.UNSAFE,
    severity=Severity.ERROR,
    summary="An id is absolute, or climbs out of the data set by `..`.",
    cvat="CVAT adds the id to the mask folder's path without a check, and opens a file outside the data set.",
    remedy="Write ids relative to the mask folders, without `..`: `dir/image1`. If you did not make the "
    "archive, find out where it comes from.",
)

LISTED_WITHOUT_MASK: Final = Rule(
    code="SET019",
    name="listed-without-mask",
    effect=Effect.ODD,
    severity=Severity.INFO,
    summary="A listed image has no mask at all.",
    cvat="The image is imported without annotations. CVAT's own export lists images that have none in this way.",
    remedy="Nothing has to be done if the image has no annotations. If it has, put its masks to "
    "`SegmentationClass/<id>.png` and `SegmentationObject/<id>.png`.",
)

OTHER_TASK_LISTS: Final = Rule(
    code="SET020",
    name="other-task-lists",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    figures=("OtherTasks",),
    summary="The archive also has lists for other VOC tasks: `ImageSets/Main`, `Layout` or `Action`.",
    cvat="CVAT imports those lists and the boxes in `Annotations/*.xml` too, beside the masks. They are "
    "not checked here.",
    remedy="If only the masks are meant, remove these folders and `Annotations` from the archive.",
)

LIST_IS_A_FOLDER: Final = Rule(
    code="SET021",
    name="list-is-a-folder",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="A folder stands in the place of a list.",
    cvat='CVAT tries to open it as a list and fails: "Can\'t find txt subset list file at ...".',
    remedy="Rename or remove the folder whose name ends in `.txt`.",
)
