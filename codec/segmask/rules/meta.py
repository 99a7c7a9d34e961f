"""``dataset_meta.json``, which replaces ``labelmap.txt``: the rules of its own."""

from __future__ import annotations

from typing import Final

from .rule import Effect, Grouping, Rule, Severity

META_REPLACES_LABEL_MAP: Final = Rule(
    code="LBL021",
    name="meta-replaces-label-map",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    figures=("LabelSources",),
    grouping=Grouping.EACH,
    summary="The archive holds a `dataset_meta.json` beside `labelmap.txt`, and only the former counts.",
    cvat="CVAT reads the labels and colours of `dataset_meta.json` and never opens `labelmap.txt`, without a message.",
    remedy="Remove `dataset_meta.json`, or bring both files into line. For this format `labelmap.txt` is enough.",
)

BAD_DATASET_META: Final = Rule(
    code="LBL022",
    name="bad-dataset-meta",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    grouping=Grouping.EACH,
    summary="CVAT refuses `dataset_meta.json`.",
    cvat='The import fails, and `labelmap.txt` does not help: "JSONDecodeError", "\'list\' object has '
    'no attribute \'get\'" or "list index out of range", depending on the mistake.',
    remedy="Remove `dataset_meta.json` so that `labelmap.txt` counts. To keep it, make it valid JSON in "
    "UTF-8 without a byte order mark, with one colour `[255, 0, 0]` in `segmentation_colors` for each "
    "entry of `label_map`.",
)

ODD_DATASET_META: Final = Rule(
    code="LBL028",
    name="odd-dataset-meta",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    grouping=Grouping.EACH,
    summary="A value in `dataset_meta.json` has another JSON type than it is meant to have, and CVAT takes it all the same.",
    cvat='CVAT goes on as Python does. A text where a list is meant is the list of its characters: `"labels": "abc"` is three '
    "labels. An object is the list of its keys. A number or `true` becomes a name, `1` the label `1`, and a colour that "
    "is none matches no pixel.",
    remedy="Write `labels` as a list of texts, `segmentation_colors` as a list of `[255, 0, 0]`, and the lists in `parts` and "
    "`actions` as lists of texts. Or remove `dataset_meta.json`, so that `labelmap.txt` counts.",
)
