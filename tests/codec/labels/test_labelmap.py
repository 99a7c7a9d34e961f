"""The text members: ``labelmap.txt``, the lists of image sets, ``dataset_meta.json``."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from segmask import FormatError, FormatWarning, Handler, LabelMap, Severity
from segmask.dataset import imageset
from segmask.dataset.imageset import ImageSet
from segmask.labels import dataset_meta, labelmap_txt
from segmask.labels.labelmap import VOC_LABEL_MAP, dump
from segmask.problem import StrictHandler
from support.problems import Problems, unexpected
from support.strategies import any_label_maps

_TOKENS: Final = (
    *("\n", "\r\n", "\r", ":", "::", ",", "#", "# ", " ", "\t", "\ufeff", "\x0b", "\x1c", "\x85", "\u2028", "\\", "'"),
    *("car", "background", "_background_", "label", "label:color_rgb:parts:actions", "head", "e\u0301", "İ", "dir/a"),
    *(
        "0,0,0",
        "255,0,0",
        "300,-1,2_55",
        "+7, 8 ,9",
        "1,2",
        "1,2,3,4",
        "#ff0000",
        "0.5,1,0",
        "٣,٣,٣",
        "1;2;3",
        "9" * 400,
    ),
    *("car:1,2,3::", "car:::", "road:4,5,6:head:run,# index 3", "a:b:7,8,9::", ":1,1,1::", "car:1,2,3"),
    *("one.jpg", "one 1", "one", "#one", '"one"', "../one", "C:\\one"),
)
texts = st.text() | st.lists(st.sampled_from(_TOKENS)).map("".join)
_listed = st.lists(st.sampled_from(["head", "run", "", "# index 3", " hand "]), max_size=3).map(",".join)
_lines = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["", "1,2,3", "0,0,0", " 4,+5, 6"]), st.just(""), _listed)
    .map(":".join)
    .map("{}  ".format)
    | st.sampled_from(["", "# a comment", "#\x0c", "# label:color_rgb:parts:actions"]),
    max_size=4,
).map("\n".join)
"""Label maps most of which CVAT takes, in forms that are not our own."""
encoded = st.binary() | texts.map(str.encode) | texts.map(lambda text: text.encode("utf-16"))


def parse_map(text: str, on_problem: Handler) -> LabelMap:
    return labelmap_txt.parse(text, member="labelmap.txt", on_problem=on_problem)


def parse_list(data: bytes, on_problem: Handler) -> ImageSet:
    return imageset.parse(data, member="ImageSets/Segmentation/a.txt", root="", on_problem=on_problem)


def parse_meta(data: bytes, on_problem: Handler) -> LabelMap:
    return dataset_meta.parse(data, member="dataset_meta.json", on_problem=on_problem)


def lines_of(text: str) -> list[str]:
    """Lines as an editor counts them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def assert_inside(problems: Problems, text: str) -> None:
    """Every line is one of the text's, every column one of its line's or the place right behind it."""
    lines = lines_of(text)
    for problem in problems:
        line, column = problem.location.line, problem.location.column
        if line is None:
            assert column is None
        else:
            assert 1 <= line <= len(lines)
            assert column is None or 1 <= column <= len(lines[line - 1]) + 1


def assert_strict_agrees(read: Callable[[Handler], object], problems: Problems) -> None:
    """The strict handler stops the reader at the first error there is, and only there."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FormatWarning)
        if errors:
            with pytest.raises(FormatError) as caught:
                read(StrictHandler())
            assert caught.value.problem == errors[0]
        else:
            read(StrictHandler())


class TestLabelMapRoundTrip:
    """A label map is written so that it is read back as it was: labels, parts, actions, comments, colourless or not."""

    @given(any_label_maps())
    def test_of_what_is_written(self, labelmap: LabelMap) -> None:
        assert parse_map(dump(labelmap), Problems()) == labelmap

    @given(_lines | texts)
    def test_of_what_is_read_without_an_error(self, text: str) -> None:
        problems = Problems()
        labelmap = parse_map(text, problems)
        assume(all(problem.severity is not Severity.ERROR for problem in problems))
        assert parse_map(dump(labelmap), Problems()) == labelmap

    @given(any_label_maps(), st.sampled_from(["\r\n", "\r", "\n\n", "  \n\t"]))
    def test_line_ends_and_blanks_around_lines_do_not_matter(self, labelmap: LabelMap, end: str) -> None:
        assert parse_map(dump(labelmap).replace("\n", end), Problems()) == parse_map(dump(labelmap), Problems())

    def test_of_the_voc_labels(self) -> None:
        assert parse_map(dump(VOC_LABEL_MAP), unexpected) == VOC_LABEL_MAP


class TestAnyLabelMap:
    """Whatever the text, parsing ends, and each problem has its place in the text."""

    @given(texts)
    def test_problems_lie_inside_the_text(self, text: str) -> None:
        problems = Problems()
        parse_map(text, problems)
        assert_inside(problems, text)

    @given(texts)
    def test_strict_parsing_raises_the_first_error(self, text: str) -> None:
        problems = Problems()
        parse_map(text, problems)
        assert_strict_agrees(lambda handler: parse_map(text, handler), problems)

    @given(texts)
    def test_every_label_has_a_line_and_its_name_is_on_it(self, text: str) -> None:
        labelmap = parse_map(text, Problems())
        lines = lines_of(text)
        assert len(labelmap.lines) == len(labelmap)
        for index, label in enumerate(labelmap):
            line = labelmap.line_of(index)
            assert line is not None
            assert label.name in lines[line - 1]


class TestImageSetRoundTrip:
    """A list is written so that it is read back as it was."""

    @given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), unique=True))
    def test_of_what_can_be_written(self, ids: list[str]) -> None:
        held = tuple(name for name in ids if is_held(name))
        if len(held) < len(ids):
            with pytest.raises(ValueError, match="cannot hold the id"):
                imageset.dump(tuple(ids))
        problems = Problems()
        assert parse_list(imageset.dump(held).encode(), problems).ids == held
        assert [problem.name for problem in problems] == ([] if held else ["empty-list"])

    @given(encoded)
    def test_of_what_is_read(self, data: bytes) -> None:
        found = parse_list(data, Problems())
        assert parse_list(imageset.dump(found.ids).encode(), Problems()).ids == found.ids

    def test_refuses_an_id_twice(self) -> None:
        with pytest.raises(ValueError, match="each id once"):
            imageset.dump(("one", "two", "one"))


def is_held(name: str) -> bool:
    return name == name.strip() and name[:1] not in {"", "#"} and "\n" not in name and "\r" not in name


class TestAnyList:
    """Whatever the bytes, parsing ends, and each problem and each id has its place in the text."""

    @given(encoded)
    def test_problems_lie_inside_the_text(self, data: bytes) -> None:
        problems = Problems()
        parse_list(data, problems)
        assert_inside(problems, data.decode(errors="replace"))

    @given(encoded)
    def test_strict_parsing_raises_the_first_error(self, data: bytes) -> None:
        problems = Problems()
        parse_list(data, problems)
        assert_strict_agrees(lambda handler: parse_list(data, handler), problems)

    @given(texts)
    def test_every_id_is_its_line_stripped(self, text: str) -> None:
        found = parse_list(text.encode(errors="replace"), Problems())
        lines = lines_of(text.encode(errors="replace").decode())
        assert [lines[line - 1].strip() for line in found.lines] == list(found.ids)
        assert [lines[line - 1].strip()[1:].strip() for line, _ in found.comments] == [
            text for _, text in found.comments
        ]


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
