"""Image sets: ids, one a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask import Handler, Location, rules
from segmask.dataset import imageset
from segmask.dataset.imageset import ImageSet
from segmask.reporter import Reporter
from support.problems import Problems, unexpected
from support.texts import assert_inside, assert_strict_agrees, encoded, lines_of, texts

MEMBER = "x/ImageSets/Segmentation/train.v1.txt"


def parse(data: bytes, problems: Problems | None = None) -> ImageSet:
    handler = unexpected if problems is None else problems
    return imageset.parse(data, member=MEMBER, root="x/", report=Reporter(handler))


class TestParse:
    """Lines are stripped; blank lines and lines that start with ``#`` are skipped; a repeated id counts once."""

    def test_ids_and_their_lines(self) -> None:
        found = parse(b"one\r\n\n  dir/two words \n# gone\n #x\nthree")
        assert found.ids == ("one", "dir/two words", "three")
        assert found.lines == (1, 3, 6)
        assert found.comments == ((4, "gone"), (5, "x"))
        assert (found.member, found.subset, found.root) == (MEMBER, "train.v1", "x/")

    def test_a_repeated_id(self) -> None:
        problems = Problems()
        assert parse(b"one\ntwo\none \n", problems).ids == ("one", "two")
        problem = problems.only(rules.REPEATED_ID)
        assert problem.location == Location(member=MEMBER, line=3, image="one")
        assert problem.message == "'one' is listed already on line 1; CVAT counts it once"

    @pytest.mark.parametrize("data", [b"", b"\n \n", b"# one\n"])
    def test_an_empty_list(self, data: bytes) -> None:
        problems = Problems()
        assert parse(data, problems).ids == ()
        problem = problems.only(rules.EMPTY_LIST)
        assert problem.location == Location(member=MEMBER)
        assert problem.message == (
            "the list names no image, so nothing is imported from it; list the ids, or remove the file"
        )

    def test_a_byte_order_mark_belongs_to_the_first_id(self) -> None:
        assert parse(b"\xef\xbb\xbfone\ntwo\n").ids == ("\ufeffone", "two")

    def test_other_encodings(self) -> None:
        problems = Problems()
        assert parse("zwölf\n".encode("cp1252"), problems).ids == ("zwölf",)
        assert problems.only(rules.LIST_NOT_UTF8).location == Location(member=MEMBER, line=1, column=3)

    def test_a_git_lfs_pointer(self) -> None:
        problems = Problems()
        found = parse(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 8\n", problems)
        assert found.ids == (
            "version https://git-lfs.github.com/spec/v1",
            "oid sha256:00",
            "size 8",
        )  # as CVAT has them
        problem = problems.only(rules.LIST_IS_POINTER)
        assert "git lfs pull" in problem.message
        assert not problem.complete


class TestDump:
    """One id a line; what would not be read back as it is cannot be written."""

    def test_lines(self) -> None:
        assert imageset.dump(()) == ""
        assert imageset.dump(("one", "dir/two words")) == "one\ndir/two words\n"

    @pytest.mark.parametrize("image_id", ["", " a", "a ", "#a", "a\nb", "a\rb"])
    def test_refused(self, image_id: str) -> None:
        with pytest.raises(ValueError, match=r"^a list cannot hold the id ") as caught:
            imageset.dump((image_id,))
        assert str(caught.value).endswith(repr(image_id))


def parse_list(data: bytes, on_problem: Handler) -> ImageSet:
    return imageset.parse(data, member="ImageSets/Segmentation/a.txt", root="", report=Reporter(on_problem))


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
        with pytest.raises(ValueError, match=r"^a list holds each id once$"):
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
