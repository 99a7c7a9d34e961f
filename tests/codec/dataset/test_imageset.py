"""Image sets: ids, one a line."""

from __future__ import annotations

import pytest

from segmask import rules
from segmask.dataset import imageset
from segmask.dataset.imageset import ImageSet
from support.problems import Problems, unexpected


def parse(data: bytes, problems: Problems | None = None) -> ImageSet:
    handler = unexpected if problems is None else problems
    return imageset.parse(data, member="x/ImageSets/Segmentation/train.v1.txt", root="x/", on_problem=handler)


class TestParse:
    """Lines are stripped; blank lines and lines that start with ``#`` are skipped; a repeated id counts once."""

    def test_ids_and_their_lines(self) -> None:
        found = parse(b"one\r\n\n  dir/two words \n# gone\n #x\nthree")
        assert found.ids == ("one", "dir/two words", "three")
        assert found.lines == (1, 3, 6)
        assert found.comments == ((4, "gone"), (5, "x"))
        assert (found.subset, found.root) == ("train.v1", "x/")

    def test_a_repeated_id(self) -> None:
        problems = Problems()
        assert parse(b"one\ntwo\none \n", problems).ids == ("one", "two")
        problem = problems.only(rules.REPEATED_ID)
        assert (problem.location.line, problem.location.image) == (3, "one")

    @pytest.mark.parametrize("data", [b"", b"\n \n", b"# one\n"])
    def test_an_empty_list(self, data: bytes) -> None:
        problems = Problems()
        assert parse(data, problems).ids == ()
        assert problems.only(rules.EMPTY_LIST).location.line is None

    def test_a_byte_order_mark_belongs_to_the_first_id(self) -> None:
        assert parse(b"\xef\xbb\xbfone\ntwo\n").ids == ("\ufeffone", "two")

    def test_other_encodings(self) -> None:
        problems = Problems()
        assert parse("zwölf\n".encode("cp1252"), problems).ids == ("zwölf",)
        problems.only(rules.LIST_NOT_UTF8)


class TestDump:
    """One id a line; what would not be read back as it is cannot be written."""

    def test_lines(self) -> None:
        assert imageset.dump(()) == ""
        assert imageset.dump(("one", "dir/two words")) == "one\ndir/two words\n"

    @pytest.mark.parametrize("image_id", ["", " a", "a ", "#a", "a\nb", "a\rb"])
    def test_refused(self, image_id: str) -> None:
        with pytest.raises(ValueError, match="cannot hold the id"):
            imageset.dump((image_id,))
