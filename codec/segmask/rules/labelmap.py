"""The label map: ``labelmap.txt``, or ``dataset_meta.json`` where that replaces it, whose rules stand in `meta`."""

from __future__ import annotations

from typing import Final

from .meta import BAD_DATASET_META as BAD_DATASET_META  # noqa: PLC0414 - rules of this area
from .meta import META_REPLACES_LABEL_MAP as META_REPLACES_LABEL_MAP  # noqa: PLC0414
from .meta import ODD_DATASET_META as ODD_DATASET_META  # noqa: PLC0414
from .rule import Effect, Grouping, Rule, Severity

_INDICES_KNOWN: Final = ("LBL001", "LBL002", "LBL008", "LBL022")
"""Defects after which the lines' indices are a guess."""

_MASKS_READ: Final = (
    "ZIP003",
    "ZIP004",
    "ZIP005",
    "ZIP012",
    "ZIP026",
    "PNG001",
    "PNG002",
    "PNG003",
    "PNG017",
    "PNG020",
)
"""Defects after which a mask may use what no other uses."""

WRONG_FIELD_COUNT: Final = Rule(
    code="LBL001",
    name="wrong-field-count",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("FieldCount",),
    grouping=Grouping.EACH,
    summary="A line of the label map does not have exactly four fields, separated by `:`.",
    cvat="The import fails: \"Label description has wrong number of fields '3'. Expected 4 ':'-separated fields.\"",
    remedy="Write name, colour, parts and actions, the last two mostly empty: `car:255,0,0::`. A name "
    "cannot contain `:`, and a comment must stand on a line of its own.",
)

DUPLICATE_LABEL: Final = Rule(
    code="LBL002",
    name="duplicate-label",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("FirstLine",),
    grouping=Grouping.EACH,
    summary="Two lines of the label map have the same name.",
    cvat="The import fails: \"Label 'car' is already defined in the label map\".",
    remedy="Rename one label. Remove its line only where no mask has its colour, which no label would then declare. In grey "
    "masks the indices of all labels after a removed line go down by one.",
)

BAD_COLOR: Final = Rule(
    code="LBL003",
    name="bad-color",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("WrittenColor",),
    grouping=Grouping.EACH,
    summary="A label's colour is not three whole numbers.",
    cvat="The import fails: \"Label 'car' has wrong color '...'. Expected an 'r,g,b' triplet.\", or "
    "\"invalid literal for int() with base 10: '1.0'\".",
    remedy="Write red, green and blue from 0 to 255, separated by commas: `car:255,0,0::`. Hexadecimal, "
    "fractions and a fourth number for alpha are not taken, and a header line must start with `#`.",
)

DUPLICATE_COLOR: Final = Rule(
    code="LBL004",
    name="duplicate-color",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    by_hand="The masks are made anew from their source.",
    figures=("SharedColor",),
    grouping=Grouping.EACH,
    summary="Two labels have the same colour.",
    cvat="The last one wins: all pixels of that colour become the last label, and coloured masks never "
    "contain the first.",
    remedy="Write the masks again, from where they come, with a colour of its own for each label. A change of the label "
    "map alone makes it worse: every pixel of the colour then becomes the label that keeps it. If both labels mean the "
    "same, remove one of them. Grey masks, which hold indices, need only the new colour.",
)

EMPTY_LABEL_NAME: Final = Rule(
    code="LBL005",
    name="empty-label-name",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    grouping=Grouping.EACH,
    summary="A label has no name.",
    cvat='The import fails with an "AssertionError" that has no further text.',
    remedy="Write a name before the first `:`, such as `car:255,0,0::`, or remove the line.",
)

BAD_PART: Final = Rule(
    code="LBL006",
    name="bad-part",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("LabelPart",),
    grouping=Grouping.EACH,
    summary="A part of a label has no name, or the name of a label.",
    cvat='Parts are labels too, so the import fails with an "AssertionError" that shows only the '
    "part's name, or nothing.",
    remedy="Rename or remove the part. Masks need no parts: leave the third field empty, as in `person:192,128,128::`.",
)

LABEL_MAP_BOM: Final = Rule(
    code="LBL007",
    name="label-map-bom",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    grouping=Grouping.EACH,
    summary="The label map starts with a byte order mark, and its first line is no sound label.",
    cvat='The mark hides the `#` of a header, so CVAT reads the line as a label and fails: "Label '
    "'\\ufeff# label' has wrong color\", or \"Label description has wrong number of fields '1'\".",
    remedy="Save `labelmap.txt` as UTF-8 without a byte order mark; Windows editors call the other one "
    '"UTF-8 with BOM".',
)

LABEL_MAP_NOT_UTF8: Final = Rule(
    code="LBL008",
    name="label-map-not-utf8",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("NotUtf8",),
    grouping=Grouping.EACH,
    summary="The label map is not UTF-8.",
    cvat='The import fails with a "UnicodeDecodeError": "\'utf-8\' codec can\'t decode byte 0xe9 in position 34".',
    remedy="Save `labelmap.txt` as UTF-8 without a byte order mark. Where it is in an old code page, "
    "open it in that one: in another, its names become other names.",
)

BOM_IN_LABEL_NAME: Final = Rule(
    code="LBL009",
    name="bom-in-label-name",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    figures=("LabelName",),
    grouping=Grouping.EACH,
    summary="The label map starts with a byte order mark, which becomes part of the first label's name.",
    cvat="The import goes on with a label `\\ufeffcar` in place of `car`. A task that lacks it fails "
    "where it is used: \"Label '\\ufeffcar' is not registered for this task\".",
    remedy="Save `labelmap.txt` as UTF-8 without a byte order mark.",
)

COLOR_OUT_OF_RANGE: Final = Rule(
    code="LBL010",
    name="color-out-of-range",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    figures=("LabelColor",),
    grouping=Grouping.EACH,
    summary="A label's colour has a number below 0 or above 255.",
    cvat="CVAT takes the colour, and no pixel can ever match it. A mask with the colour that was meant "
    'ends in "Undeclared color (r, g, b)".',
    remedy="Write three whole numbers from 0 to 255, the ones that the masks use: `car:255,0,0::`.",
)

ODD_COLOR_NUMBER: Final = Rule(
    code="LBL011",
    name="odd-color-number",
    effect=Effect.ODD,
    severity=Severity.INFO,
    figures=("LabelColor",),
    grouping=Grouping.EACH,
    summary="A colour number is written in an unusual way, such as `+7`, `007`, `2_5` or with blanks.",
    cvat="CVAT reads it as the programming language Python does, so `2_5` is 25; other tools may fail.",
    remedy="Nothing has to be done if that is the number you mean. Plain digits are safe everywhere: `car:7,0,25::`.",
)

COMMENT_AS_ACTION: Final = Rule(
    code="LBL012",
    name="comment-read-as-action",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    figures=("LabelComment",),
    summary="A comment after the last field of a line is read as part of the label.",
    cvat="CVAT knows comments only as whole lines: the text becomes an action of the label, or a part, "
    "which is a label of its own. Its documentation's sample does this too.",
    remedy="Put the comment on a line of its own that starts with `#`, or remove it.",
)

BLANK_IN_LABEL_NAME: Final = Rule(
    code="LBL013",
    name="blank-in-label-name",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    figures=("LabelName",),
    grouping=Grouping.EACH,
    summary="A label's name begins or ends with a blank.",
    cvat="CVAT keeps the blank, which makes it another label: \"Label 'car ' is not registered for this task\".",
    remedy="Remove the blanks around the name: `car:255,0,0::`, not `car : 255,0,0 : :`.",
)

COMMENTED_LABEL: Final = Rule(
    code="LBL014",
    name="commented-label",
    effect=Effect.LOST,
    severity=Severity.WARNING,
    figures=("LabelName",),
    grouping=Grouping.EACH,
    summary="A line that looks like a label starts with `#`.",
    cvat='CVAT skips it as a comment, so the label does not exist. Its pixels end in "Undeclared color '
    '(r, g, b)", and in grey masks all labels after it have an index one lower.',
    remedy="Remove the `#` if the label is meant, or the whole line if it is not. A name cannot start with `#`.",
)

BLACK_LABEL: Final = Rule(
    code="LBL015",
    name="black-label",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    by_hand="Only the author knows which black pixels are the label.",
    figures=("LabelName",),
    grouping=Grouping.EACH,
    summary="A label that is not the background is black.",
    cvat="Black is the background's colour: with class masks only, every pixel without a label becomes "
    "this label. CVAT's export takes the first black label for the background.",
    remedy="Give the label another colour, in the label map and in the masks, and declare the "
    "background: `background:0,0,0::`.",
)

TOO_MANY_LABELS: Final = Rule(
    code="LBL016",
    name="too-many-labels",
    effect=Effect.ODD,
    severity=Severity.INFO,
    by_hand="Somebody has to decide how to split the data set.",
    figures=("LabelCount",),
    grouping=Grouping.EACH,
    summary="The label map has more than 256 labels, parts included.",
    cvat="Grey masks cannot hold an index from 256 on, and coloured ones only where they have more than 255 colours. Since "
    "2026, with numpy 2, CVAT refuses any other mask that uses such a label (PNG018); before, with numpy 1, it read label "
    "299 as label 43. Labels that no mask uses do no harm.",
    remedy="Split the data set so that no label map has more than 256 labels. Remove labels that no "
    "mask uses, and parts, which count as labels.",
)

INDEX_COMMENT_MISMATCH: Final = Rule(
    code="LBL017",
    name="index-comment-mismatch",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    by_hand="Only the author knows whether the masks go by the numbers or by the lines.",
    figures=("IndexClaim",),
    grouping=Grouping.EACH,
    summary="A comment such as `# color index 3`, or a name such as `_dummy3`, contradicts the line's real index.",
    cvat="Only the position counts: the index of a label is the number of label lines above it, "
    "starting at 0. The sample in CVAT's documentation has this mistake: its `boat ... # color index 3` "
    "is at index 4.",
    remedy="Count the label lines from 0, then correct the comment or move the line. If the masks were "
    "made by the comments, the lines must move.",
    requires=_INDICES_KNOWN,
)

INDEX_GAP: Final = Rule(
    code="LBL018",
    name="index-gap",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    by_hand="Only the author knows whether the masks go by the numbers or by the lines.",
    figures=("IndexGap",),
    grouping=Grouping.EACH,
    summary="The indices that comments or filler names claim jump forward, so filler lines are missing.",
    cvat="CVAT does not read the claims: it numbers the lines from 0 without gaps. Grey pixels then get "
    "another label than meant, or end in \"Undeclared label '200'\".",
    remedy="Add a filler for each missing index, with a colour of its own: `_dummy3:3,3,3::` at index 3.",
    requires=_INDICES_KNOWN,
)

UNUSED_FILLER: Final = Rule(
    code="LBL019",
    name="unused-filler",
    effect=Effect.ODD,
    severity=Severity.INFO,
    figures=("LabelIndex",),
    summary="A filler such as `_dummy3` stands for an index that no mask needs.",
    cvat="It becomes a label that is never used. A project with labels of its own refuses every label "
    'it lacks: "Target project does not have label with name ...".',
    remedy="Nothing has to be done for a task. Fillers behind the highest index in use can be removed "
    "without changing other indices, and all of them if every mask is coloured.",
    requires=(*_INDICES_KNOWN, *_MASKS_READ),
)

USED_FILLER: Final = Rule(
    code="LBL020",
    name="used-filler",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    figures=("LabelIndex",),
    summary="Pixels of a grey mask have the index of a filler such as `_dummy3`.",
    cvat="CVAT imports them with the filler's label, or fails where the task lacks it: \"Label "
    "'_dummy3' is not registered for this task\".",
    remedy="Put the label that is meant on this line, in place of the filler, or correct the mask. "
    "Indices start at 0: a map that was counted from 1 is off by one.",
    requires=_INDICES_KNOWN,
)

LABEL_WITHOUT_COLOR: Final = Rule(
    code="LBL023",
    name="label-without-color",
    effect=Effect.ODD,
    severity=Severity.INFO,
    figures=("LabelName",),
    summary="A label has no colour while others have one.",
    cvat="No coloured mask can contain the label; a grey mask can, by its index. Only where no label at "
    "all has a colour, CVAT gives each the VOC colour of its index.",
    remedy="If coloured masks use the label, add their colour: `car:255,0,0::`. If only grey masks do, "
    "any colour that is free will serve.",
)

EMPTY_LABEL_MAP: Final = Rule(
    code="LBL024",
    name="empty-label-map",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    grouping=Grouping.EACH,
    summary="The label map has no labels.",
    cvat='No colour and no index is declared, so every mask is refused: "Undeclared color (0, 0, 0)", '
    "or \"Undeclared label '0'\" for a grey one. The import succeeds only while no mask is read.",
    remedy="Write one line for each label, the background first: `background:0,0,0::`. Or remove the "
    "file, and CVAT takes the VOC labels.",
)

SIMILAR_BACKGROUND: Final = Rule(
    code="LBL025",
    name="similar-background",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    figures=("LabelName",),
    grouping=Grouping.EACH,
    summary="A second label is named like the background, in other letters, such as `Background`.",
    cvat="Only the exact name `background` has that meaning to CVAT. Where instances carry the other "
    "label, a task without it fails: \"Label 'Background' is not registered for this task\".",
    remedy="Keep one label, `background:0,0,0::`, and use its colour or index in all masks.",
)

NEAR_EQUAL_COLORS: Final = Rule(
    code="LBL026",
    name="near-equal-colors",
    effect=Effect.ODD,
    severity=Severity.INFO,
    figures=("NearColors",),
    summary="Two labels have colours that are nearly the same.",
    cvat="CVAT compares colours exactly and keeps the labels apart.",
    remedy="Nothing has to be done. Colours that are further apart are easier to tell for people, and "
    "survive tools that round colours.",
)


UNDECLARED_BOX_LABEL: Final = Rule(
    code="LBL027",
    name="undeclared-box-label",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("LabelName",),
    summary="A file `Annotations/<id>.xml` uses a label that the label map does not have.",
    cvat="CVAT reads the file for each image that a list of `ImageSets/Main`, `Layout` or `Action` names, and the import "
    "fails: \"Undeclared label 'tree'\". Names are compared exactly, blanks and case included.",
    remedy="If only the masks are meant, remove `ImageSets/Main`, `Layout`, `Action` and `Annotations` from the archive. "
    "Otherwise add the label to the label map, or correct the name in the file.",
)
