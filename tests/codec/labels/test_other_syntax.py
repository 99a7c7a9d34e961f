"""Label maps of other tools: what a line means, and where it has two readings."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask import Label
from segmask.labels.other_syntax import OtherFormat, format_of, is_header, label_of

CAR = Label("car", (250, 50, 83))

GAPS = st.sampled_from([":", ";", ",", "|", "\t", " ", ", ", " ; ", "\uff1a", "\uff1b"])
CHANNELS = st.tuples(*[st.integers(0, 255)] * 3)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z_-]{0,8}( [A-Za-z]{1,5})?", fullmatch=True)


class TestLabelOf:
    """A line to a label."""

    @pytest.mark.parametrize(
        "line",
        [
            "car;250;50;83",
            "car\t250,50,83",
            "car,250,50,83",
            '"car",250,50,83',
            "car,250,50,83,255",
            "car 250 50 83",
            "250 50 83 car",
            "250,50,83,car",
            "1:car:250,50,83::",
            "1,car,250,50,83",
            "1 car 250 50 83",
            "car\uff1a250,50,83\uff1a\uff1a",
            "car|250|50|83",
            "car #fa3253",
            "car,#FA3253",
            "#fa3253 car",
            "car (250, 50, 83)",
        ],
    )
    def test_meant(self, line: str) -> None:
        assert label_of(line) == CAR

    @pytest.mark.parametrize(
        "line",
        [
            "car",
            "car 250 50",
            "car,300,50,83",
            "0 250 50 83 car",  # an index first, or four channels?
            "car 250 50 83 255",  # alpha, or a number in the name?
            "250 50 83",
            "1,250,50,83",
            "a:b:250,50,83::",
            "car:250,50,83:: # note",
            "",
        ],
    )
    def test_not_known(self, line: str) -> None:
        assert label_of(line) is None

    @given(NAMES, CHANNELS, GAPS, st.data())
    def test_any_name_and_colour_with_any_separator(
        self, name: str, color: tuple[int, int, int], gap: str, data: st.DataObject
    ) -> None:
        fields = [name, *map(str, color)]
        order = data.draw(st.sampled_from([fields, [*fields[1:], name], ["7", *fields]]))
        assert label_of(gap.join(order)) == Label(name, color)

    @given(st.text(max_size=40))
    def test_never_fails(self, line: str) -> None:
        label = label_of(line)
        assert label is None or (set(label.name) <= {*line, " "} and label.color is not None)

    def test_long_stretches_of_blanks_take_no_time(self) -> None:
        """A regular expression that backtracks over them would take hours."""
        assert label_of(f"car{' ' * 100_000}250 50{' ' * 100_000}83") == CAR
        assert label_of("car" + " :" * 50_000 + "x") is None


class TestIsHeader:
    """A table's first line."""

    @pytest.mark.parametrize("line", ["name,r,g,b", "label\tcolor", '"Class";"R";"G";"B"', "r g b name", "index,name"])
    def test_header(self, line: str) -> None:
        assert is_header(line)

    @pytest.mark.parametrize("line", ["car,r,g,b", "name", "label:car", "", "name,250,50,83"])
    def test_no_header(self, line: str) -> None:
        assert not is_header(line)


class TestFormatOf:
    """A whole text."""

    def test_tensorflow(self) -> None:
        content = "item {\n id: 1\n name: 'car'\n}\n\nitem {\n  id: 2\n  display_name: \"big dog\"\n}\n"
        assert format_of(content) == OtherFormat("TensorFlow's label map", ("car", "big dog"))

    def test_json(self) -> None:
        labels: list[object] = [{"name": "car", "color": "#fa3253"}, {"name": 3}, "dog"]
        assert format_of(json.dumps(labels)) == OtherFormat("JSON", ("car",))
        assert format_of('{"labels": []}') == OtherFormat("JSON", ())

    @pytest.mark.parametrize("content", ["car:1,2,3::\n", "items\n", "[car\n", "", "[" * 100_000])
    def test_lines(self, content: str) -> None:
        assert format_of(content) is None
