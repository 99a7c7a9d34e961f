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
    cvat='Without a list there is no data set for CVAT, whatever masks there are: "Dataset must contain a file: ...", or '
    '"DatasetNotFoundError" where it passes over the lists that there are.',
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
    remedy="Let the name end in `.txt`, in small letters. A list of another data set belongs into an "
    "archive of its own, with that one's masks and labels.",
)

LIST_NOT_UTF8: Final = Rule(
    code="SET004",
    name="list-not-utf8",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("NotUtf8",),
    summary="A list is not UTF-8.",
    cvat='The import fails with a "UnicodeDecodeError": "\'utf-8\' codec can\'t decode byte 0xe9 in position 0".',
    remedy="Save the list as UTF-8 without a byte order mark. Where it is in an old code page, open it in that one: in "
    "another, its ids become other ids.",
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
    summary="A line of a list has something beside the id: the `1` or `-1` of VOC's class lists, or the paths of photo and "
    "mask.",
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
    summary="A mask's file name does not end as its id demands: it has another extension than `.png` "
    "or an addition such as `_mask`, or it lies in a folder more.",
    cvat="CVAT opens exactly `<id>.png` in the mask folders, so it does not find the file, and the "
    "annotations are lost without a message.",
    remedy="Rename the mask to the id and `.png`: for the id `image1` it is "
    "`SegmentationClass/image1.png`. Masks in other image formats have to be saved as PNG first. "
    "Move masks that lie too deep (`SegmentationClass/SegmentationClass/image1.png`) up.",
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
    requires=("SET032",),
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
    by_hand="Nothing has to be done, or the masks are missing.",
    requires=("SET032",),
)

OTHER_TASK_LISTS: Final = Rule(
    code="SET020",
    name="other-task-lists",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    figures=("OtherTasks",),
    summary="The archive also has lists for other VOC tasks: `ImageSets/Main`, `Layout` or `Action`.",
    cvat="CVAT imports those lists and the boxes in `Annotations/*.xml` too, beside the masks. Images that only "
    "they name are imported as well, without masks. What is wrong in them fails the whole import.",
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

OTHER_TASK_LINE: Final = Rule(
    code="SET023",
    name="other-task-line",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="A list of another VOC task has a line that CVAT refuses.",
    cvat="CVAT imports the lists of `ImageSets/Main`, `Layout` and `Action` beside the masks, and stops at the first line "
    'that it cannot read. In a list of `Layout`: "unexpected number of quotes in filename, expected 0 or 2". In '
    '`Main/<label>_<subset>.txt`: "invalid number of fields in line, expected 2", or "unexpected class existence value '
    "'7', expected -1, 0 or 1\".",
    remedy="If only the masks are meant, remove `ImageSets/Main`, `Layout` and `Action` from the archive. Otherwise write "
    "an id without quotes in `Layout`, and an id and -1, 0 or 1 in `Main/<label>_<subset>.txt`.",
)

BAD_ANNOTATION_FILE: Final = Rule(
    code="SET024",
    name="bad-annotation-file",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="A file `Annotations/<id>.xml` is not as CVAT wants it, and a list of another VOC task names its image.",
    cvat="CVAT reads the file for each image that a list of `ImageSets/Main`, `Layout` or `Action` names, and the import "
    'fails: "Failed to parse XML file", "Missing annotation field \'bndbox\'", "Invalid annotation field \'truncated\' '
    'value". So it does where `filename` is another photo of the archive: "mismatching media path info".',
    remedy="If only the masks are meant, remove `ImageSets/Main`, `Layout`, `Action` and `Annotations` from the archive. "
    "Otherwise mend the file: its root is `annotation`, each `object` has a `name` and a `bndbox` with `xmin`, `ymin`, "
    "`xmax`, `ymax`, a flag is 0 or 1, and `filename` is the photo of the same name.",
)

IDS_DIFFER_IN_SLASH: Final = Rule(
    code="SET025",
    name="ids-differ-in-slash",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="The only list names an id twice, once with `/` and once with `\\`.",
    cvat="CVAT makes `dir/image1` of both, and the import fails: \"Item ('dir/image1', 'default') is repeated in the source "
    'sequence". Where the archive has several lists, it merges both into one image.',
    remedy="List the id once, with `/`: `dir/image1`.",
)

NOTHING_ARRIVES: Final = Rule(
    code="SET026",
    name="nothing-arrives",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("MaskCount",),
    summary="The archive has several masks, and CVAT reads none of them.",
    cvat="The listed images arrive without annotations, and the import may even succeed without a message. Where no frame "
    "matches, it fails: \"Could not match item id: 'image1' with any task frame\".",
    remedy="The other findings say why each mask is lost. An id in a list and the path of its mask have to agree "
    "exactly: `image1` is `SegmentationClass/image1.png`, and `dir/image1` is `SegmentationClass/dir/image1.png`.",
    by_hand="What the other findings say is to be done.",
    requires=("SET032",),
)

PATH_IN_ID: Final = Rule(
    code="SET029",
    name="path-in-id",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("MeantMasks",),
    summary="A line of a list is the path of a mask or a photo, such as `SegmentationClass/image1.png`.",
    cvat="CVAT looks for the mask below its folder, at `SegmentationClass/SegmentationClass/image1.png.png`, and finds "
    'none, so the annotations are lost. Where no frame matches, the import fails: "Could not match item id: '
    "'SegmentationClass/image1.png' with any task frame\".",
    remedy="List the id alone: `image1`, or `dir/image1` for `SegmentationClass/dir/image1.png`.",
)

STRAY_CHARACTER_IN_ID: Final = Rule(
    code="SET030",
    name="stray-character-in-id",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("MeantMasks",),
    summary="A line of a list ends in a comma or semicolon, or has a character that nobody sees, such as a zero-width space.",
    cvat="The character belongs to the id, so CVAT finds no mask for it and the annotations are lost. Where no frame "
    "matches, the import fails: \"Could not match item id: 'image1,' with any task frame\".",
    remedy="List the id alone: `image1`. Type the line anew where the character cannot be seen.",
)


NAME_IN_CODE_PAGE: Final = Rule(
    code="SET031",
    name="name-in-code-page",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("MeantMasks",),
    summary="The zip stores a mask's name in an old code page and not as UTF-8, so it is unpacked under another name than its id.",
    cvat="Python reads names without the flag for UTF-8 in code page 437, whatever they are in, so CVAT finds no mask "
    "for the id and the annotations are lost.",
    remedy="Zip the folder again with names in UTF-8: `7z a -mcu=on archive.zip labelmap.txt ImageSets "
    "SegmentationClass SegmentationObject`, or Python's zipfile. The names in the list stay as they are.",
)

LIST_IS_POINTER: Final = Rule(
    code="SET032",
    name="list-is-pointer",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    summary="A list holds a Git LFS pointer in place of its ids.",
    cvat="CVAT takes the pointer's lines for ids of images without masks, and does not see the masks of the images that the list "
    "is to name. Where no frame matches, the import fails: \"Could not match item id: 'size 1234' with any task frame\".",
    remedy="Run `git lfs pull` where the data set is checked out, and make the archive again. If the ids are lost, write the list "
    "anew: one a line, for `SegmentationClass/dir/image1.png` the line `dir/image1`.",
    by_hand="It needs the original file.",
)
