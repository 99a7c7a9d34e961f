"""One sentence for one mask and for many, with figures, grammar and remedy."""

from __future__ import annotations

import pytest

from segmask import Rule, rules
from segmask.evidence import (
    BackgroundObjects,
    ClassesOfObject,
    ColorRegion,
    Evidence,
    MissingNumbers,
    MixedObjects,
    ObjectCount,
    PixelCount,
    Summed,
    ThinRegions,
    UndeclaredColors,
    UndeclaredIndices,
    UnpairedPixels,
    WidePixels,
)
from segmask.evidence.mask_kind import MaskKind
from segmask.sentences import sentence

COLORS = UndeclaredColors((ColorRegion((1, 2, 3), 7, (0, 0, 7, 1)),), 2, 1009, (), MaskKind.RGB_8)
INDICES = UndeclaredIndices((5, 7), (3, 7), {5: 1, 7: 2}, (0, 5, 7), MaskKind.GREY_8)


@pytest.mark.parametrize(
    ("rule", "evidence", "masks", "shown"),
    [
        (rules.THIN_REGION, ThinRegions(158, 1316), 79, "2 pixels wide (158, 1,316 pixels in 79 masks) vanish"),
        (rules.THIN_REGION, ThinRegions(1, 1), 1, "2 pixels wide (1, 1 pixel) vanish"),
        (rules.LOST_OBJECT_INDEX, PixelCount(3000), 2, "3,000 pixels in 2 masks have an object number"),
        (rules.TRANSPARENT_PIXELS, PixelCount(1), 1, "1 transparent pixel counts as"),
        (rules.WIDE_VALUES, WidePixels(2, 258), 1, "modulo 256, 258 as 2: another"),
        (rules.WIDE_VALUES, WidePixels(2), 1, "modulo 256: another"),
        (rules.UNDECLARED_INDEX, INDICES, 1, "Undeclared label '5': indices 5, 7 are used; the label map ends at 2; add 5"),
        (rules.CLASS_WITHOUT_OBJECT, UnpairedPixels({"a": 1, "b": 2000}), 2, "2,000 'b', 1 'a' pixels in 2 masks belong"),
        (rules.OBJECT_INDEX_GAP, MissingNumbers((2, 4)), 1, "number 2, 4: in an export"),
        (rules.OBJECT_INDEX_GAP, MissingNumbers((2,), total=9), 3, "number 2, and 9 numbers are missing in 3 masks: in an"),
        (rules.BACKGROUND_INSTANCE, BackgroundObjects((3,), "sky"), 1, "object 3 has no class: it becomes an instance of 'sky'"),
        (rules.BACKGROUND_INSTANCE, BackgroundObjects((3,), "sky", 4), 2, "object 3 and 3 more in 2 masks have no class"),
        (rules.OBJECT_WITHOUT_CLASS, ObjectCount(5), 2, "class mask (5 objects in 2 masks): CVAT fails"),
        (rules.UNDECLARED_COLOR, COLORS, 3, "Undeclared color (1, 2, 3) and 1 more: 1,009 pixels in 3 masks - declare"),
        (rules.JPEG_MASK, COLORS, 1, "1,009 pixels - the mask was saved as JPEG"),
    ],
)  # fmt: skip
def test_figures(rule: Rule, evidence: Evidence, masks: int, shown: str) -> None:
    assert shown in sentence(rule, evidence, masks=masks)


def test_mixed_objects_name_the_first_ones_classes() -> None:
    first = (ClassesOfObject(4, {"car": 9, "road": 1000}),)
    assert sentence(rules.INSTANCE_OVER_CLASSES, MixedObjects(1, first)) == (
        "object 4 lies over several classes (9 'car', 1,000 'road' pixels): all of it becomes 'road', the highest index; "
        "give an object one class, or split it"
    )
    assert sentence(rules.INSTANCE_OVER_CLASSES, MixedObjects(6, first), masks=2) == (
        "object 4 and 5 more lie over several classes in 2 masks (the first has 9 'car', 1,000 'road' pixels): all of each "
        "becomes its class of the highest index, here 'road'; give an object one class, or split it"
    )


def test_a_cause_takes_the_place_of_the_remedy_for_colours() -> None:
    said = sentence(rules.UNDECLARED_COLOR, COLORS, nearest="'car' (1, 2, 4)", cause="it was resized")
    assert said.endswith("1,009 pixels; nearest is 'car' (1, 2, 4) - likely cause: it was resized")


def test_a_cause_replaces_the_remedy_for_indices() -> None:
    said = sentence(rules.UNDECLARED_INDEX, INDICES, cause="it was resized")
    assert said == f"{sentence(rules.UNDECLARED_INDEX, INDICES).partition('; add ')[0]} - likely cause: it was resized"


def test_evidence_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="PixelCount in place of ThinRegions"):
        sentence(rules.THIN_REGION, PixelCount(1))


@pytest.mark.parametrize("rule", [rule for rule in rules.RULES if issubclass(rule.evidence[0], Summed)], ids=repr)
def test_what_is_summed_has_a_sentence(rule: Rule) -> None:
    with pytest.raises(TypeError, match="Strange in place of"):
        sentence(rule, Strange())


class Strange(Evidence):
    """Of no rule's kind."""
