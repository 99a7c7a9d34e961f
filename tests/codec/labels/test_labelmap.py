"""The text members: ``labelmap.txt``, the lists of image sets, ``dataset_meta.json``."""

from __future__ import annotations

import pytest

from segmask import Label, LabelMap, voc_color
from segmask.labels import labelmap_txt
from segmask.labels.labelmap import VOC_LABEL_MAP, dump
from segmask.problem import Location
from segmask.reporter import Reporter
from support.problems import unexpected


def names(labelmap: LabelMap) -> list[str]:
    return [label.name for label in labelmap]


class TestLabel:
    """A label's colour has names, whatever tuple it was made from."""

    def test_a_plain_tuple_becomes_a_colour(self) -> None:
        label = Label("a", (1, 2, 3))
        assert label.color is not None
        assert (label.color.red, label.color.green, label.color.blue) == (1, 2, 3)

    @pytest.mark.parametrize("color", [(1, 2), (1, 2, 3, 4)])
    def test_a_colour_has_three_channels(self, color: tuple[int, int, int]) -> None:
        with pytest.raises(TypeError, match="argument"):
            Label("a", color)


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

    def test_parts_come_last_sorted_and_once(self) -> None:
        labels = LabelMap([Label("b", parts=("r", "Z")), Label("a", parts=("q", "r"))])
        assert labels.names == ("b", "a", "Z", "q", "r")

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
        assert VOC_LABEL_MAP.names[22:] == ("foot", "hand", "head")


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
        assert labelmap_txt.parse(dump(labels), Reporter(unexpected, Location(member="m"))) == labels
