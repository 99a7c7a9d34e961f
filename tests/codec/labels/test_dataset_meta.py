"""``dataset_meta.json``: the labels that replace ``labelmap.txt``."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask import Handler, Label, LabelMap, rules
from segmask.labels import dataset_meta
from segmask.problem import Location
from segmask.reporter import Reporter
from support.problems import Problems, unexpected
from support.strategies import any_label_maps
from support.texts import assert_inside, assert_strict_agrees, texts


def parse(meta: Any) -> LabelMap:
    return dataset_meta.parse(json.dumps(meta).encode(), Reporter(unexpected, Location(member="dataset_meta.json")))


class TestLabels:
    """Those of ``labels``, in order, then those of ``label_map`` that are not among them."""

    def test_empty(self) -> None:
        assert parse({}) == LabelMap([])

    def test_label_map_with_colours(self) -> None:
        meta = {"label_map": {"5": "a", "x": "b"}, "segmentation_colors": [[1, 2, 3], None]}
        assert parse(meta) == LabelMap([Label("a", (1, 2, 3)), Label("b")])

    def test_labels_come_first_and_take_colours_from_the_label_map(self) -> None:
        meta = {"labels": ["a", "b"], "label_map": {"0": "c", "1": "a"}, "segmentation_colors": [[1, 1, 1], [2, 2, 2]]}
        assert parse(meta) == LabelMap([Label("a", (2, 2, 2)), Label("b"), Label("c", (1, 1, 1))])

    def test_without_colours(self) -> None:
        choices: list[list[Any]] = [[], [None, []]]
        for colors in choices:
            meta = {"label_map": {"0": "a", "1": "b"}, "segmentation_colors": colors}
            assert parse(meta) == LabelMap([Label("a"), Label("b")])

    def test_parts_and_actions_by_place_in_labels(self) -> None:
        meta = {"labels": ["a", "b"], "parts": {"0": ["p", "q"]}, "actions": {"1": ["run"]}}
        assert parse(meta) == LabelMap([Label("a", None, ("p", "q")), Label("b", None, (), ("run",))])


class TestRefused:
    """What CVAT refuses is one problem, and an empty map that proves nothing."""

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"[]", "the file is not a JSON object"),
            (b'{"labels": {}}', "labels is not a JSON array"),
            (b'{"labels": [1]}', "1 is not a label name"),
            (b'{"labels": [""]}', "'' is not a label name"),
            (b'{"parts": []}', "parts is not a JSON object"),
            (b'{"labels": ["a"], "parts": {"0": "p"}}', "a list of parts or actions is not"),
            (b'{"label_map": {"0": "a", "1": "b"}, "segmentation_colors": [[1,2,3]]}', "no colour for label_map's 'b'"),
            (b'{"label_map": {"0": "a"}, "segmentation_colors": [[1,2]]}', "[1, 2] is not a colour"),
            (b'{"label_map": {"0": "a"}, "segmentation_colors": [[1,2,"3"]]}', "[1, 2, '3'] is not a colour"),
            (b'{"label_map": {"0": "a"}, "segmentation_colors": ["red"]}', "a colour is not a JSON array"),
            (b'{"labels": ["a", "b"], "parts": {"0": ["b"]}}', "the part 'b' has the name of a label"),
            (b'{"labels": [NaN]}', "NaN is no JSON value"),
            (b'{"labels": [' + b"9" * 5000 + b"]}", "not JSON"),
            (b"[" * 100_000, "nested too deeply"),
            (b'{"labels": ["\\ud800"]}', "half a surrogate pair"),
            (b"\xff{}", "not UTF-8 at byte 0"),
        ],
    )
    def test_one_problem(self, data: bytes, message: str) -> None:
        problems = Problems()
        labelmap = dataset_meta.parse(data, Reporter(problems, Location(member="m.json")))
        problem = problems.only(rules.BAD_DATASET_META)
        assert problem.message.startswith(message) or message in problem.message
        assert (problem.location.member, problem.location.line, problem.complete) == ("m.json", None, False)
        assert len(labelmap) == 0
        assert labelmap.uncertain

    def test_a_syntax_error_has_a_place(self) -> None:
        problems = Problems()
        dataset_meta.parse(b'{\n  "labels" ["a"]\n}', Reporter(problems, Location(member="m.json")))
        problem = problems.only(rules.BAD_DATASET_META)
        assert (problem.location.line, problem.location.column) == (2, 12)


def parse_meta(data: bytes, on_problem: Handler) -> LabelMap:
    return dataset_meta.parse(data, Reporter(on_problem, Location(member="dataset_meta.json")))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


_names = st.lists(st.sampled_from(["car", "road", "head", ""]) | _json, max_size=4)


_meta = st.fixed_dictionaries(
    {},
    optional={
        "labels": _names | _json,
        "label_map": st.dictionaries(st.sampled_from("012"), st.sampled_from(["car", "road", "sky"]) | _json) | _json,
        "segmentation_colors": st.lists(st.lists(st.integers(-1, 256), min_size=3, max_size=3) | _json) | _json,
        "parts": st.dictionaries(st.sampled_from("012"), _names | _json) | _json,
        "actions": st.dictionaries(st.sampled_from("012"), _names | _json) | _json,
        "background_label": _json,
    },
)


class TestAnyDatasetMeta:
    """Whatever the bytes, parsing ends; what CVAT refuses is one problem and an empty, uncertain label map."""

    @given(st.binary() | texts.map(str.encode) | (_json | _meta).map(json.dumps).map(str.encode))
    def test_one_problem_at_most(self, data: bytes) -> None:
        problems = Problems()
        labelmap = parse_meta(data, problems)
        assert len(problems) == labelmap.uncertain
        assert not (labelmap.uncertain and labelmap)
        assert_inside(problems, data.decode(errors="replace").replace("\r", " "))  # json counts \\n only
        assert_strict_agrees(lambda handler: parse_meta(data, handler), problems)

    @given(any_label_maps())
    def test_labels_with_colours_come_in_the_order_of_the_label_map(self, labelmap: LabelMap) -> None:
        names = {label.name: label for label in labelmap}
        colors: list[Any] = [label.color for label in names.values()]
        data = json.dumps({"label_map": dict(enumerate(names)), "segmentation_colors": colors}).encode()
        found = parse_meta(data, unexpected)
        assert [(label.name, label.color) for label in found] == [(name, label.color) for name, label in names.items()]

    @pytest.mark.parametrize(
        "data",
        [b"[" * 100_000, b'{"labels":' * 50_000, b"1" * 5_000, b"NaN", b'{"labels": [NaN]}', b"\xef\xbb\xbf{}", b""],
    )
    def test_hard_cases(self, data: bytes) -> None:
        problems = Problems()
        assert parse_meta(data, problems).uncertain
        assert len(problems) == 1
