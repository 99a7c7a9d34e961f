"""The label map: its index order, its colours, and every line that CVAT refuses or reads otherwise than meant."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from segmask import Handler, Label, LabelMap, Rule, Severity, evidence, rules
from segmask.labels import labelmap_txt
from segmask.labels.labelmap import VOC_LABEL_MAP, dump
from segmask.problem import Location
from segmask.reporter import Reporter
from support.problems import Problems, unexpected
from support.strategies import any_label_maps
from support.texts import assert_inside, assert_strict_agrees, lines_of, texts


def parse(content: str) -> tuple[LabelMap, Problems]:
    problems = Problems()
    return labelmap_txt.parse(content, Reporter(problems, Location(member="labelmap.txt"))), problems


def names(labelmap: LabelMap) -> list[str]:
    return [label.name for label in labelmap]


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


WORDS = [
    (":1,2,3::", (1, 1), "the label has no name; write one before the first ':'"),
    (
        "car:1,2,3:#wheel:",
        (1, 11),
        "CVAT has no trailing comments: '#wheel' becomes a part of the label 'car'; put the comment on a line of its own",
    ),
    (
        "car:1,2,3::# note #2",
        (1, 12),
        "CVAT has no trailing comments: '# note #2' becomes an action of the label 'car'; put the comment on a line of its own",
    ),
    ("car:1,2,3:wheel,:", (1, 5), "a part of 'car' has no name; rename or remove ''"),
    ("car:1,2,3:wheel,car:", (1, 5), "a part of 'car' has the name of a label; rename or remove 'car'"),
    ("car:1,2,3:a:b:c", (1, 14), "5 fields where a label has 4, separated by ':'; write car:1,2,3::"),
    ("car:1,2,3", (1, 10), "2 fields where a label has 4, separated by ':'; write car:1,2,3::"),
    ("car", (1, 4), "1 field where a label has 4, separated by ':'; write car:r,g,b::"),
    ("label:rgb::\ncar:1,2,3::", (1, 7), "'rgb' is not a colour; a header must start with '#'"),
    ("Name:rgb::\ncar:1,2,3::", (1, 6), "'rgb' is not a colour; a header must start with '#'"),
    (
        "car:1,2::",
        (1, 5),
        "'1,2' is not a colour; write three whole numbers from 0 to 255, such as 255,0,0",
    ),
    (
        "car:1,2,256,4::",
        (1, 5),
        "'1,2,256,4' is not a colour; write three whole numbers from 0 to 255, such as 255,0,0",
    ),
    ("car:1,2,3,4::", (1, 5), "'1,2,3,4' is not a colour; write 1,2,3"),
    ("car:0.5,1,0::", (1, 5), "'0.5,1,0' is not a colour; write 128,255,0"),
    ("car:#fa3253::", (1, 5), "'#fa3253' is not a colour; write 250,50,83"),
    ("1:car:255,0,0:", (1, 3), "'car' is not a colour; write car:255,0,0::"),
    ("road:1,2,3::\ncar:255:0:0", (2, 5), "'255' is not a colour; write car:255,0,0::"),
    ("car:01,2,3::", (1, 5), "CVAT reads '01,2,3' as 1,2,3; write it so"),
    (
        "# only",
        None,
        (
            "the label map has no labels, so every mask has undeclared colours; list the labels, or remove the file to get the "
            "21 VOC labels"
        ),
    ),
    (
        "##car:1,2,3::\nroad:4,5,6::",
        (1, 1),
        (
            "a line that starts with '#' is a comment, so the label 'car' does not exist; remove the '#' (a name cannot start "
            "with one) or the line"
        ),
    ),
]
"""What is said of a line, and where: somebody does what it says."""


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

    @pytest.mark.parametrize(("content", "place", "message"), WORDS)
    def test_its_words(self, content: str, place: tuple[int, int] | None, message: str) -> None:
        (problem,) = parse(content)[1]
        assert problem.message == message
        assert (problem.location.line, problem.location.column) == (place or (None, None))

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

    @pytest.mark.parametrize("line", ["1:car:250,50,83:", "car:250:50:83"])
    def test_the_remedy_of_four_other_fields(self, line: str) -> None:
        labelmap, problems = parse(line)
        assert problems.only(rules.BAD_COLOR).message.endswith("; write car:250,50,83::")
        assert labelmap[0] == Label("car", (250, 50, 83))
        assert not labelmap.uncertain

    def test_the_header_of_a_table_is_no_label(self) -> None:
        labelmap, problems = parse("name,r,g,b\ncar:1,2,3::\n")
        assert problems.only(rules.WRONG_FIELD_COUNT).message.endswith("remove the line, or begin it with '#'")
        assert names(labelmap) == ["car"]
        assert not labelmap.uncertain

    def test_a_line_of_another_tool_is_read_as_it_is_meant(self) -> None:
        labelmap, problems = parse("car;250;50;83\n")
        assert problems.only(rules.WRONG_FIELD_COUNT).message.endswith("; write car:250,50,83::")
        assert labelmap[0] == Label("car", (250, 50, 83))
        assert not labelmap.uncertain

    def test_a_map_of_another_format_is_one_problem(self) -> None:
        labelmap, problems = parse('item {\n  id: 1\n  name: "car"\n}\nitem {\n  id: 2\n  name: "dog"\n}\n')
        problem = problems.only(rules.WRONG_FIELD_COUNT)
        assert problem.message == (
            "this is TensorFlow's label map, not a label map of CVAT; write a line for each label, such as car:r,g,b:: with "
            "the colour that it has in the masks"
        )
        assert problem.location == Location(member="labelmap.txt", line=1, column=1)
        assert problem.evidence == evidence.FieldCount(1)
        assert problem.complete is False
        assert names(labelmap) == ["car", "dog"]
        assert labelmap.uncertain

    def test_a_pointer_of_git_lfs(self) -> None:
        _, problems = parse(f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 123\n")
        message = problems.only(rules.WRONG_FIELD_COUNT).message
        assert message == "this is a Git LFS pointer, not a label map of CVAT; run 'git lfs pull'"

    def test_a_map_of_another_format_without_names_has_an_example_all_the_same(self) -> None:
        labelmap, problems = parse('{"labels": []}')
        assert "such as car:r,g,b::" in problems.only(rules.WRONG_FIELD_COUNT).message
        assert names(labelmap) == []

    @pytest.mark.parametrize(
        ("content", "rule", "warning"),
        [
            (
                "car:1,2,3::\ntruck:1,2,3::\n",
                rules.DUPLICATE_COLOR,
                "changed in the label map alone, every 'truck' would become 'car'",
            ),
            ("car:0,0,0::\n", rules.BLACK_LABEL, "in the label map and in the masks"),
        ],
    )
    def test_a_remedy_does_not_send_people_to_the_label_map_alone(self, content: str, rule: Rule, warning: str) -> None:
        """The masks keep the old colour, which is then another label's."""
        assert warning in parse(content)[1].only(rule).message

    @pytest.mark.parametrize(
        ("line", "remedy"), [("a:1,2,3::", "so that the label is 'a'"), ("# a:1,2,3::", "so that it is a comment")]
    )
    def test_the_remedy_of_a_byte_order_mark(self, line: str, remedy: str) -> None:
        assert parse(f"\ufeff{line}")[1].only(rules.BOM_IN_LABEL_NAME).message.endswith(remedy)

    def test_a_byte_order_mark_before_a_line_that_is_no_label(self) -> None:
        problems = parse("\ufeff# a:1,2,x::\na:1,2,3::\n")[1]
        assert problems.only(rules.LABEL_MAP_BOM).message == (
            "the file starts with a byte order mark, so CVAT takes this line for a label; save it as UTF-8 without the mark"
        )

    def test_more_than_256_labels(self) -> None:
        content = "".join(f"l{index}:{index % 256},{index // 256},1::\n" for index in range(257))
        problem = parse(content)[1].only(rules.TOO_MANY_LABELS)
        assert problem.location.line == 257
        assert problem.message.endswith("; split the data set where masks use more")
        parse(content[: content.index("l256:")])[1].none()
        assert problem.evidence.to_json() == {"labels": 257}

    def test_parts_count(self) -> None:
        content = "".join(f"l{index}:{index},0,1::\n" for index in range(255)) + "last:1,1,1:p,q:\n"
        assert parse(content)[1].only(rules.TOO_MANY_LABELS).location.line is None

    def test_a_second_label_of_one_name_points_at_the_first(self) -> None:
        problem = parse("# x\na:1,2,3::\n\na:4,5,6::\n")[1].only(rules.DUPLICATE_LABEL)
        assert problem.evidence.to_json() == {"label": "a", "first_line": 2}


_listed = st.lists(st.sampled_from(["head", "run", "", "# index 3", " hand "]), max_size=3).map(",".join)


_lines = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["", "1,2,3", "0,0,0", " 4,+5, 6"]), st.just(""), _listed)
    .map(":".join)
    .map("{}  ".format)
    | st.sampled_from(["", "# a comment", "#\x0c", "# label:color_rgb:parts:actions"]),
    max_size=4,
).map("\n".join)
"""Label maps most of which CVAT takes, in forms that are not our own."""


def parse_map(text: str, on_problem: Handler) -> LabelMap:
    return labelmap_txt.parse(text, Reporter(on_problem, Location(member="labelmap.txt")))


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
