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


class TestOddTypes:
    """What CVAT takes as Python does is taken so, and told."""

    @pytest.mark.parametrize(
        ("meta", "names"),
        [
            ({"labels": "abc"}, ("a", "b", "c")),
            ({"labels": {"x": 1}}, ("x",)),
            ({"labels": [7, "7", 1.5, True, 1]}, ("7", "7", "1.5", "True")),
            ({"labels": [10**20, 2**63]}, ("1e+20", "9223372036854775808")),
            ({"labels": [2**64 - 1, -(2**63)]}, ("18446744073709551615", "-9223372036854775808")),
            ({"labels": [2**64, -(2**63) - 1]}, ("1.8446744073709552e+19", "-9.223372036854776e+18")),
            ({"labels": ["a"], "parts": {"0": "zy"}}, ("a", "y", "z")),
            ({"labels": ["a"], "parts": {"0": {"p": 1}}}, ("a", "p")),
            ({"labels": ["a"], "parts": {"0": [7, 7.0]}}, ("a", "7")),
            ({"labels": ["a"], "actions": {"0": "run"}}, ("a",)),
        ],
    )
    def test_names(self, meta: dict[str, Any], names: tuple[str, ...]) -> None:
        problems = Problems()
        labelmap = dataset_meta.parse(json.dumps(meta).encode(), Reporter(problems))
        problems.only(rules.ODD_DATASET_META)
        assert labelmap.names == names
        assert not labelmap.uncertain

    @pytest.mark.parametrize("color", [[], "red", [None, None, None], ["1", "2", "3"], {"x": 1, "y": 2, "z": 3}])
    def test_a_color_that_no_pixel_has(self, color: object) -> None:
        problems = Problems()
        meta = {"label_map": {"0": "a", "1": "b"}, "segmentation_colors": [[1, 2, 3], color]}
        labelmap = dataset_meta.parse(json.dumps(meta).encode(), Reporter(problems))
        assert set(problems.rules) == {rules.ODD_DATASET_META}
        assert labelmap.colors == ((1, 2, 3), (-1, -1, -1))

    @pytest.mark.parametrize("unused", [{"parts": []}, {"actions": 5}, {"label_map": {}, "segmentation_colors": 5}])
    def test_what_cvat_does_not_look_at(self, unused: dict[str, Any]) -> None:
        assert parse(unused) == LabelMap([])


class TestRefused:
    """What CVAT refuses is one problem, and an empty map that proves nothing."""

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"[]", "the file is not a JSON object"),
            (b'{"labels": 3}', "labels is not a JSON array"),
            (b'{"labels": [0]}', "0 is not a label name"),
            (b'{"labels": [["a"]]}', "['a'] is not a label name"),
            (b'{"labels": [""]}', "'' is not a label name"),
            (b'{"labels": ["a"], "parts": []}', "parts is not a JSON object"),
            (b'{"labels": ["a"], "parts": {"0": 5}}', "parts is not a JSON array"),
            (b'{"labels": ["a"], "parts": {"0": [""]}}', "a part has no name"),
            (b'{"labels": ["a"], "parts": {"0": ["p", 5]}}', "texts and numbers among the parts"),
            (b'{"labels": ["a"], "actions": {"0": [[]]}}', "an action has no name"),
            (b'{"label_map": {"0": "a", "1": "b"}, "segmentation_colors": [[1,2,3]]}', "no colour for label_map's 'b'"),
            (b'{"label_map": {"0": "a"}, "segmentation_colors": [[1,2]]}', "[1, 2] is not a colour"),
            (b'{"label_map": {"0": "a"}, "segmentation_colors": [[1,2,[3]]]}', "[1, 2, [3]] is not a colour"),
            (b'{"label_map": {"0": "a"}, "segmentation_colors": ["#ff0000"]}', "is not a colour"),
            (b'{"label_map": {"0": "a"}, "segmentation_colors": [7]}', "a colour is not a JSON array"),
            (
                b'{"label_map": {"0": "a"}, "segmentation_colors": {"0": [1,2,3]}}',
                "segmentation_colors is a JSON object",
            ),
            (b'{"labels": ["a", "b"], "parts": {"0": ["b"]}}', "the part 'b' has the name of a label"),
            (b'{"labels": [NaN]}', "NaN is no JSON value"),
            (b'{"labels": [' + b"9" * 5000 + b"]}", "not JSON"),
            (b"[" * 100_000, "nested too deeply"),
            (b'{"labels": ["\\ud800"]}', "half a surrogate pair"),
            (b"\xff{}", "not UTF-8 at byte 0"),
            (
                b"version https://git-lfs.github.com/spec/v1\n",
                "this is a Git LFS pointer, and not JSON; run 'git lfs pull', or",
            ),
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
        assert problems.rules.count(rules.BAD_DATASET_META) == labelmap.uncertain
        assert set(problems.rules) <= {rules.BAD_DATASET_META, rules.ODD_DATASET_META}
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
