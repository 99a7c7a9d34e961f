"""One thing is told in the singular, two are told in the plural, in every sentence that a user may read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from segmask import Rule, rules
from segmask.evidence import (
    BackgroundObjects,
    ClassesOfObject,
    ColorRegion,
    Evidence,
    GreyScale,
    MissingNumbers,
    MixedObjects,
    ObjectCount,
    PixelCount,
    ScaledIndices,
    ThinRegions,
    UndeclaredColors,
    UndeclaredIndices,
    UnpairedPixels,
    WidePixels,
)
from segmask.evidence.mask_kind import MaskKind
from segmask.sentences import _SENTENCES, sentence

ROOT: Final = Path(__file__).parents[1]
NOUNS: Final = "|".join(
    [
        "archive",
        "byte",
        "character",
        "colour",
        "entry",
        "file",
        "frame",
        "image",
        "index",
        "instance",
        "label",
        "line",
        "mask",
        "member",
        "name",
        "number",
        "object",
        "pixel",
        "place",
        "region",
        "run",
        "shape",
        "task",
    ]
)
BEFORE: Final = r"(?<![\d.,:x#'\[-])(?<!, )(?<!line )(?<!object )(?<!index )"
ONE_OF_MANY: Final = re.compile(
    rf"{BEFORE}\b1 (?:more )?(?:'[^']*' )?(?:(?!of |more )[A-Za-z]+ )?(?:{NOUNS})s\b|\b1 [a-z]+ are\b"
)
MANY_OF_ONE: Final = re.compile(
    rf"{BEFORE}\b(?:2|3|[\d,]+[02-9]) (?:more )?(?:'[^']*' )?(?:{NOUNS})(?! number)(?![\w'-])"
)


def slips(text: str) -> list[str]:
    return [match[0] for pattern in (ONE_OF_MANY, MANY_OF_ONE) for match in pattern.finditer(text)]


def evidences(count: int) -> Iterator[tuple[Rule, Evidence]]:
    """Each rule whose sentence is composed, with figures that are a count."""
    numbers = tuple(range(5, 5 + count))
    color = ColorRegion((1, 2, 3), count, (0, 0, count, 1))
    undeclared = UndeclaredColors((color,) * count, count, count, (), MaskKind.RGB_8)
    for rule in (rules.UNDECLARED_COLOR, rules.UNDECLARED_OBJECT_COLOR):
        yield rule, undeclared
    yield rules.UNDECLARED_INDEX, UndeclaredIndices(numbers, (5, 4 + count), {}, numbers, MaskKind.GREY_8)
    for rule in (rules.LOST_OBJECT_INDEX, rules.TRANSPARENT_PIXELS, rules.PALETTE_OVERRUN):
        yield rule, PixelCount(count)
    for rule in (rules.OBJECT_WITHOUT_CLASS, rules.MERGED_INSTANCES):
        yield rule, ObjectCount(count)
    yield rules.WIDE_VALUES, WidePixels(count)
    yield rules.CLASS_WITHOUT_OBJECT, UnpairedPixels({"car": count})
    yield rules.THIN_REGION, ThinRegions(count, count)
    yield rules.SCALED_GREY, GreyScale(255)
    yield rules.SCALED_GREY_UNDECLARED, ScaledIndices(255, numbers)
    yield rules.OBJECT_INDEX_GAP, MissingNumbers(numbers)
    yield rules.BACKGROUND_INSTANCE, BackgroundObjects(numbers, "sky")
    classes = ClassesOfObject(4, {"car": count, "road": count})
    yield rules.INSTANCE_OVER_CLASSES, MixedObjects(count, (classes,))


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("masks", [1, 2])
def test_composed_sentences(count: int, masks: int) -> None:
    said = {rule: sentence(rule, evidence, masks=masks) for rule, evidence in evidences(count)}
    assert _SENTENCES.keys() <= said.keys()
    assert {rule.code: slips(text) for rule, text in said.items() if slips(text)} == {}


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def test_every_fixture() -> None:
    files = sorted((ROOT / "fixtures").glob("*/*/*.json"))
    texts = {file: text for file in files for text in strings(json.loads(file.read_text("utf-8")))}
    assert len(texts) > 100
    found = [(str(file.relative_to(ROOT)), slips(text)) for file, text in texts.items() if slips(text)]
    assert found == []


@pytest.mark.parametrize(
    "text", ["1 XML files", "has 1 pixels", "1 more lines", "1 'car' pixels", "2 image", "10 'car' pixel"]
)
def test_slips_are_seen(text: str) -> None:
    assert slips(text)


@pytest.mark.parametrize("text", ["1 image", "object 1 lies", "2 images", "1,001 pixels", "line 2 names", "8-bit mask"])
def test_and_nothing_else(text: str) -> None:
    assert not slips(text)
