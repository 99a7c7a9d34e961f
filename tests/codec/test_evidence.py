"""Evidence is data that JSON holds; what can be summed gives the same totals in any order."""

from __future__ import annotations

import json
import pickle
from functools import reduce
from itertools import permutations
from typing import Any

import pytest

from segmask import evidence, rules
from segmask.evidence import (
    NOTHING,
    BackgroundObjects,
    ClassesOfObject,
    ColorRegion,
    Evidence,
    MaskSizes,
    MemberSize,
    MissingNumbers,
    MixedObjects,
    ObjectCount,
    PixelCount,
    ScaledIndices,
    Summed,
    ThinRegions,
    UndeclaredColors,
    UndeclaredIndices,
    UnpairedPixels,
    WidePixels,
)
from segmask.evidence.mask_kind import MaskKind

SUMMED: list[tuple[tuple[Summed, ...], dict[str, Any]]] = [
    ((PixelCount(1), PixelCount(20), PixelCount(300)), {"pixels": 321}),
    ((WidePixels(1), WidePixels(20, 258), WidePixels(300)), {"pixels": 321}),
    ((ObjectCount(1), ObjectCount(2), ObjectCount(2)), {"objects": 5}),
    ((ThinRegions(1, 10), ThinRegions(2, 5), ThinRegions(3, 1)), {"regions": 6, "pixels": 16}),
    (
        (UnpairedPixels({"a": 1}), UnpairedPixels({"b": 2}), UnpairedPixels({"a": 3, "c": 1})),
        {"pixels": {"a": 4, "b": 2, "c": 1}},
    ),
    (
        (
            UndeclaredIndices((9,), (3, 9), {9: 4}, (0, 9), MaskKind.GREY_8),
            UndeclaredIndices((5, 9), (3, 9), {9: 1, 5: 2}, (5, 9), MaskKind.GREY_8),
            UndeclaredIndices((12,), (3, 12), {12: 7}, (1, 12), MaskKind.GREY_8),
        ),
        {
            "indices": [5, 9, 12],
            "missing_lines": [3, 12],
            "pixels": {"5": 2, "9": 5, "12": 7},
            "used": [0, 1, 5, 9, 12],
            "kind": "8-bit grey",
        },
    ),
    ((ScaledIndices(85, (85,)), ScaledIndices(85, (170,)), ScaledIndices(85, (85,))), {"scale": 85, "indices": [85, 170]}),
]  # fmt: skip


def merged(parts: tuple[Summed, ...]) -> Summed:
    return reduce(lambda first, second: first.merged(second), parts)


def shown(value: object) -> str:
    return type(value[0]).__name__ if isinstance(value, tuple) else "total"


class TestSums:
    @pytest.mark.parametrize(("parts", "total"), SUMMED, ids=shown)
    def test_in_any_order(self, parts: tuple[Summed, ...], total: dict[str, Any]) -> None:
        for order in permutations(parts):
            assert merged(order).to_json() == total

    @pytest.mark.parametrize(("parts", "total"), SUMMED, ids=shown)
    def test_grouped_in_any_way(self, parts: tuple[Summed, ...], total: dict[str, Any]) -> None:
        first, *rest = parts
        assert first.merged(merged(tuple(rest))).to_json() == total

    def test_an_example_is_the_first_ones(self) -> None:
        parts = tuple(MixedObjects(1, (ClassesOfObject(number, {"a": 1, "b": 1}),)) for number in (7, 3, 9))
        assert merged(parts) == MixedObjects(3, parts[0].first)
        assert merged((WidePixels(1), WidePixels(1, 258), WidePixels(1, 300))) == WidePixels(3, 258)

    @pytest.mark.parametrize("kind", [MissingNumbers, BackgroundObjects])
    def test_numbers_are_the_first_masks_and_counted_in_all(
        self, kind: type[MissingNumbers | BackgroundObjects]
    ) -> None:
        parts: tuple[Summed, ...] = (kind((4, 5)), kind((1,)), kind((1, 2, 3)))
        name = next(iter(parts[0].to_json()))
        assert parts[0].to_json() == {name: [4, 5]}
        assert merged(parts).to_json() == {name: [4, 5], "total": 6}
        assert parts[0].merged(parts[1].merged(parts[2])) == merged(parts)

    def test_every_kind_is_here(self) -> None:
        kinds = {kind for rule in rules.RULES for kind in rule.evidence if issubclass(kind, Summed)}
        shown = {type(parts[0]) for parts, _ in SUMMED} | {MixedObjects, MissingNumbers, BackgroundObjects}
        assert kinds == shown


class TestJson:
    @pytest.mark.parametrize(
        ("figures", "expected"),
        [
            (NOTHING, {}),
            (MemberSize(5, None), {"size": 5, "packed": None}),
            (MaskSizes((1, 2), (3, 4)), {"class": [1, 2], "object": [3, 4]}),
            (BackgroundObjects((1,), "background"), {"objects": [1]}),
            (
                UndeclaredColors((ColorRegion((1, 2, 3), 4, (0, 0, 2, 2)),), 1, 4, ((0, 0, 0),), MaskKind.RGB_8),
                {
                    "colors": [{"color": [1, 2, 3], "pixels": 4, "box": [0, 0, 2, 2]}],
                    "distinct": 1,
                    "pixels": 4,
                    "declared": [[0, 0, 0]],
                    "kind": "8-bit RGB",
                },
            ),
        ],
    )
    def test_by_name(self, figures: Evidence, expected: dict[str, Any]) -> None:
        assert figures.to_json() == expected
        assert json.loads(json.dumps(figures.to_json())) == expected
        assert pickle.loads(pickle.dumps(figures)) == figures


class TestRules:
    def test_every_kind_is_a_rules_or_inside_another(self) -> None:
        used = {kind for rule in rules.RULES for kind in rule.evidence}
        inside = {ColorRegion, ClassesOfObject}
        named = {getattr(evidence, name) for name in evidence.__all__}
        assert used | inside == {kind for kind in named if isinstance(kind, type)} - {Evidence, Summed}
