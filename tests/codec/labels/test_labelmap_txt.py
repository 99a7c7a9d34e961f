"""The label map: its index order, its colours, and every line that CVAT refuses or reads otherwise than meant."""

from __future__ import annotations

import pytest

from segmask import Label, LabelMap, Rule, rules, voc_color
from segmask.labels import labelmap_txt
from segmask.labels.labelmap import VOC_LABEL_MAP, dump
from support.problems import Problems, unexpected


def parse(content: str) -> tuple[LabelMap, Problems]:
    problems = Problems()
    return labelmap_txt.parse(content, member="labelmap.txt", on_problem=problems), problems


def names(labelmap: LabelMap) -> list[str]:
    return [label.name for label in labelmap]


class TestSequence:
    """A label map is a sequence of labels; comments are kept beside them."""

    LABELS = LabelMap([Label("a", (1, 2, 3)), "# note", Label("b", (4, 5, 6))], lines=[1, 3])

    def test_length_items_and_slices(self) -> None:
        assert len(self.LABELS) == 2
        assert self.LABELS[1].name == "b"
        assert names(LabelMap(self.LABELS[:1])) == ["a"]
        assert self.LABELS.entries[1] == "# note"

    def test_equality_ignores_lines(self) -> None:
        assert LabelMap([Label("a")], lines=[7]) == LabelMap([Label("a")])
        assert hash(LabelMap([Label("a")], lines=[7])) == hash(LabelMap([Label("a")]))
        assert LabelMap([Label("a")]) != LabelMap([Label("a"), "# note"])
        assert LabelMap([Label("a")]) != [Label("a")]

    def test_repr(self) -> None:
        assert repr(LabelMap(["# x"])) == "LabelMap(['# x'])"

    def test_lines(self) -> None:
        assert [self.LABELS.line_of(index) for index in range(3)] == [1, 3, None]


class TestIndices:
    """Names in index order: the labels, then each distinct part. Equal colours: the last wins."""

    def test_parts_come_last_and_once(self) -> None:
        labels = LabelMap([Label("a", parts=("p", "q")), Label("b", parts=("q", "r"))])
        assert labels.names == ("a", "b", "p", "q", "r")

    def test_the_last_of_equal_colours_wins(self) -> None:
        labels = LabelMap([Label("a", (1, 2, 3)), Label("b", (1, 2, 3))])
        assert labels.index_of_color == {0x010203: 1}

    def test_colours_out_of_range_and_missing_ones_have_no_index(self) -> None:
        labels = LabelMap([Label("a", (256, 0, 0)), Label("b"), Label("c", (0, 0, 255)), Label("d", (-1, 0, 0))])
        assert labels.index_of_color == {255: 2}
        assert labels.colors == ((256, 0, 0), None, (0, 0, 255), (-1, 0, 0))

    def test_a_colourless_map_has_the_voc_colours(self) -> None:
        labels = LabelMap([Label("a"), Label("b")])
        assert labels.colors == (voc_color(0), voc_color(1))
        assert labels.index_of_color == {0: 0, 0x800000: 1}

    @pytest.mark.parametrize(
        ("labels", "index"),
        [
            ([Label("background", (1, 1, 1)), Label("a", (0, 0, 0))], 1),
            ([Label("a", (1, 1, 1)), Label("background", (2, 2, 2))], 1),
            ([Label("a", (1, 1, 1)), Label("Background", (2, 2, 2))], None),
            ([Label("a"), Label("b")], 0),
            ([], None),
        ],
    )
    def test_background_is_black_or_named_so(self, labels: list[Label], index: int | None) -> None:
        assert LabelMap(labels).background == index

    def test_the_default_labels(self) -> None:
        assert len(VOC_LABEL_MAP) == 22
        assert VOC_LABEL_MAP[15].parts == ("head", "hand", "foot")
        assert VOC_LABEL_MAP[21] == Label("ignored", (224, 224, 192))
        assert VOC_LABEL_MAP.names[22:] == ("head", "hand", "foot")


class TestDump:
    """What would not be read back as it is cannot be written."""

    def test_lines(self) -> None:
        labels = LabelMap(["# a", Label("car", (1, 2, 3), ("p", "q"), ("r",)), Label("b")])
        assert dump(labels) == "# a\ncar:1,2,3:p,q:r\nb:::\n"

    @pytest.mark.parametrize("comment", ["no comment", "# a\n", "# a\rb", " # a", "# a "])
    def test_refused_comments(self, comment: str) -> None:
        with pytest.raises(ValueError, match="not a comment line"):
            dump(LabelMap([comment]))

    @pytest.mark.parametrize("name", ["", "a:b", "#a", " a", "a ", "\t"])
    def test_refused_names(self, name: str) -> None:
        with pytest.raises(ValueError, match="cannot hold the label"):
            dump(LabelMap([Label(name)]))

    @pytest.mark.parametrize("items", [("a,b",), ("",), (" a",), ("a\nb",), ("a\rb",)])
    def test_refused_parts_and_actions(self, items: tuple[str, ...]) -> None:
        for label in (Label("a", parts=items), Label("a", actions=items)):
            with pytest.raises(ValueError, match="cannot hold the parts or actions"):
                dump(LabelMap([label]))

    def test_several_empty_items_are_read_back(self) -> None:
        labels = LabelMap([Label("a", (1, 2, 3), actions=("", "run", ""))])
        assert labelmap_txt.parse(dump(labels), member="m", on_problem=unexpected) == labels


class TestSoundLabelMaps:
    """Forms that CVAT takes, and nothing is to be said about."""

    @pytest.mark.parametrize(
        "content",
        [
            "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:128,0,0::\n",
            "\n  car:1,2,3::  \r\n\r\nroad:4,5,6:head,hand:run",
            "car:::\nroad:::\n",
            "_background_:0,0,0::\ncar:1,2,3::",
            "car:1,2,3::run\nlabel:4,5,6::",
        ],
    )
    def test_no_problem(self, content: str) -> None:
        parse(content)[1].none()


CASES: list[tuple[str, Rule, int | None, int | None, list[str]]] = [
    # content, defect, line, column, names that are read all the same
    ("a:1,2,3\n", rules.WRONG_FIELD_COUNT, 1, 8, ["a"]),
    ("a\n", rules.WRONG_FIELD_COUNT, 1, 2, ["a"]),
    ("b:1,1,1::\n  a:c:1,2,3::\n", rules.WRONG_FIELD_COUNT, 2, 4, ["b", "a:c"]),
    ("a:1,2,3:::\n", rules.WRONG_FIELD_COUNT, 1, 10, ["a"]),
    ("a:1,2,3:: # x: y\n", rules.WRONG_FIELD_COUNT, 1, 11, ["a"]),
    ("a:1,2,3::\na:4,5,6::\n", rules.DUPLICATE_LABEL, 2, 1, ["a", "a"]),
    ("a:1,2::\n", rules.BAD_COLOR, 1, 3, ["a"]),
    ("a:#ff0000::\n", rules.BAD_COLOR, 1, 3, ["a"]),
    ("a:1.0,0.5,0::\n", rules.BAD_COLOR, 1, 3, ["a"]),
    ("label:color_rgb:parts:actions\na:1,2,3::\n", rules.BAD_COLOR, 1, 7, ["a"]),
    ("a:1,2,3::\nb:1,2,3::\n", rules.DUPLICATE_COLOR, 2, 3, ["a", "b"]),
    (":1,2,3::\n", rules.EMPTY_LABEL_NAME, 1, 1, [""]),
    ("a:1,2,3:b:\nb:4,5,6::\n", rules.BAD_PART, 1, 3, ["a", "b"]),
    ("a:1,2,3:p,,q:\n", rules.BAD_PART, 1, 3, ["a"]),
    ("\ufeff# label:color_rgb:parts:actions\na:1,2,3::\n", rules.LABEL_MAP_BOM, 1, 1, ["a"]),
    ("\ufeff\na:1,2,3::\n", rules.LABEL_MAP_BOM, 1, 1, ["a"]),
    ("\ufeffa:1,2,3::\n", rules.BOM_IN_LABEL_NAME, 1, 1, ["\ufeffa"]),
    ("\ufeff# a:1,2,3::\n", rules.BOM_IN_LABEL_NAME, 1, 1, ["\ufeff# a"]),
    ("\ufeffa:::\nb:::\n", rules.BOM_IN_LABEL_NAME, 1, 1, ["\ufeffa", "b"]),
    ("a:1,256,3::\n", rules.COLOR_OUT_OF_RANGE, 1, 3, ["a"]),
    ("a:-1,2,3::\n", rules.COLOR_OUT_OF_RANGE, 1, 3, ["a"]),
    ("a: 1,+2,0_3::\n", rules.ODD_COLOR_NUMBER, 1, 3, ["a"]),
    ("a:1,2,3::# note\n", rules.COMMENT_AS_ACTION, 1, 10, ["a"]),
    ("a:1,2,3:# note:\n", rules.COMMENT_AS_ACTION, 1, 9, ["a"]),
    ("a :1,2,3::\n", rules.BLANK_IN_LABEL_NAME, 1, 2, ["a "]),
    ("a:1,2,3::\n # b:4,5,6::\n", rules.COMMENTED_LABEL, 2, 2, ["a"]),
    ("a:0,0,0::\n", rules.BLACK_LABEL, 1, 3, ["a"]),
    ("a:1,2,3::\nb:::\n", rules.LABEL_WITHOUT_COLOR, 2, 3, ["a", "b"]),
    ("", rules.EMPTY_LABEL_MAP, None, None, []),
    ("# label\n", rules.EMPTY_LABEL_MAP, None, None, []),
    ("background:0,0,0::\nBackground:1,1,1::\n", rules.SIMILAR_BACKGROUND, 2, 1, ["background", "Background"]),
]


class TestProblems:
    """One problem a mistake, at its place, and the label as its author most likely meant it."""

    @pytest.mark.parametrize(("content", "rule", "line", "column", "read"), CASES)
    def test_found_and_nothing_else(
        self, content: str, rule: Rule, line: int | None, column: int | None, read: list[str]
    ) -> None:
        labelmap, problems = parse(content)
        problem = problems.only(rule)
        assert (problem.location.member, problem.location.line, problem.location.column) == (
            "labelmap.txt",
            line,
            column,
        )
        assert names(labelmap) == read

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("#ff8000", (255, 128, 0)),
            ("ff8000", (255, 128, 0)),
            ("1.0,0.5,0", (255, 128, 0)),
            ("255.0,128.0,0.0", (255, 128, 0)),
            ("1;2;3", (1, 2, 3)),
            ("1 2 3", (1, 2, 3)),
            ("rgb(1, 2, 3)", (1, 2, 3)),
            ("1,2,3,255", (1, 2, 3)),
        ],
    )
    def test_a_colour_that_is_plain_enough_is_taken(self, written: str, meant: tuple[int, int, int]) -> None:
        labelmap, problems = parse(f"a:{written}::")
        assert problems.only(rules.BAD_COLOR).complete
        assert labelmap[0].color == meant
        assert not labelmap.uncertain

    @pytest.mark.parametrize("written", ["red", "1,2", "1,2,300,4", "-1;2;3", "0x1,0x2,0x3"])
    def test_a_colour_that_is_not_leaves_the_map_uncertain(self, written: str) -> None:
        labelmap, problems = parse(f"a:{written}::\nb:::\n")
        assert not problems.only(rules.BAD_COLOR).complete
        assert labelmap[0].color is None
        assert labelmap.uncertain

    def test_a_line_of_a_name_only_leaves_the_map_uncertain(self) -> None:
        labelmap, problems = parse("car\n")
        assert not problems.only(rules.WRONG_FIELD_COUNT).complete
        assert labelmap.uncertain

    @pytest.mark.parametrize(
        ("line", "remedy"),
        [
            ("car:1,2,3", "write car:1,2,3::"),
            ("car", "write car:r,g,b::"),
            ("a:b:1,2,3::", "write a_b:1,2,3::"),
            ("a:1,2,3::: # c", "no trailing comments"),
        ],
    )
    def test_the_remedy_of_a_wrong_line(self, line: str, remedy: str) -> None:
        assert remedy in parse(line)[1].only(rules.WRONG_FIELD_COUNT).message

    @pytest.mark.parametrize(
        ("line", "remedy"), [("a:1,2,3::", "so that the label is 'a'"), ("# a:1,2,3::", "so that it is a comment")]
    )
    def test_the_remedy_of_a_byte_order_mark(self, line: str, remedy: str) -> None:
        assert parse(f"\ufeff{line}")[1].only(rules.BOM_IN_LABEL_NAME).message.endswith(remedy)

    def test_more_than_256_labels(self) -> None:
        content = "".join(f"l{index}:{index % 256},{index // 256},1::\n" for index in range(257))
        problem = parse(content)[1].only(rules.TOO_MANY_LABELS)
        assert problem.location.line == 257
        assert problem.evidence == {"labels": 257}

    def test_parts_count(self) -> None:
        content = "".join(f"l{index}:{index},0,1::\n" for index in range(255)) + "last:1,1,1:p,q:\n"
        assert parse(content)[1].only(rules.TOO_MANY_LABELS).location.line is None

    def test_a_second_label_of_one_name_points_at_the_first(self) -> None:
        problem = parse("# x\na:1,2,3::\n\na:4,5,6::\n")[1].only(rules.DUPLICATE_LABEL)
        assert problem.evidence == {"label": "a", "first_line": 2}
