"""Text members: UTF-8 or a problem, lines as Python's universal newlines split them."""

from __future__ import annotations

import pytest

from segmask import rules
from segmask.container import text
from segmask.problem import Location
from segmask.reporter import Reporter
from support.problems import Problems, unexpected


def decode(data: bytes, problems: Problems) -> str:
    return text.decode(data, rule=rules.LIST_NOT_UTF8, report=Reporter(problems, Location(member="a.txt")))


class TestDecode:
    """A member is UTF-8; what is not is handed over, then read as its author most likely meant it."""

    @pytest.mark.parametrize("content", ["", "a\nb", "größe\r\n", "\ufeffa"])
    def test_utf8_is_taken_as_it_is(self, content: str) -> None:
        assert (
            text.decode(content.encode(), rule=rules.LIST_NOT_UTF8, report=Reporter(unexpected, Location(member="a")))
            == content
        )

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
    def test_utf16(self, encoding: str) -> None:
        problems = Problems()
        assert decode("\ufeffone\nzwölf\n".encode(encoding), problems) == "one\nzwölf\n"
        problem = problems.only(rules.LIST_NOT_UTF8)
        assert (problem.location.member, problem.location.line, problem.location.column) == ("a.txt", 1, 1)
        assert problem.evidence.to_json()["likely_encoding"] == "utf-16"

    def test_windows_1252(self) -> None:
        problems = Problems()
        assert decode("one\r\nzwölf\r\n".encode("cp1252"), problems) == "one\r\nzwölf\r\n"
        problem = problems.only(rules.LIST_NOT_UTF8)
        assert (problem.location.line, problem.location.column) == (2, 3)
        assert problem.evidence.to_json() == {"byte": 0xF6, "offset": 7, "likely_encoding": "cp1252"}
        assert problem.complete

    @pytest.mark.parametrize(
        ("content", "encoding"),
        [
            ("кит:1,2,3::", "cp1251"),
            ("a\nкит и я\n", "cp1251"),
            ("кит1\n", "cp866"),
            ("αυτοκίνητο\n", "cp1253"),
            ("汽车:1,2,3::", "gbk"),
            ("я\n", "cp1251"),
        ],
    )
    def test_a_code_page_is_not_guessed(self, content: str, encoding: str) -> None:
        """A label in the wrong one is another label."""
        problems = Problems()
        decode(content.encode(encoding), problems)
        problem = problems.only(rules.LIST_NOT_UTF8)
        assert problem.evidence.to_json()["likely_encoding"] == "unknown"
        assert "in an old code page" in problem.message

    @pytest.mark.parametrize("content", ["élan\n", "a\nForêt et pré\n", "Straße\n", "niño:1,2,3::\n", "på\n"])
    def test_accents_beside_plain_letters_are_western(self, content: str) -> None:
        problems = Problems()
        assert decode(content.encode("cp1252"), problems) == content
        assert problems.only(rules.LIST_NOT_UTF8).evidence.to_json()["likely_encoding"] == "cp1252"

    def test_neither(self) -> None:
        problems = Problems()
        assert decode(b"\x81\n", problems) == "\ufffd\n"
        assert decode(b"\xff\xfea", problems) == "\ufffd"
        problems.only(rules.LIST_NOT_UTF8, rules.LIST_NOT_UTF8)


class TestLines:
    r"""A line ends with ``\n``, ``\r\n`` or ``\r``, and with nothing else."""

    @pytest.mark.parametrize(
        ("content", "split"),
        [
            ("", [""]),
            ("a", ["a"]),
            ("a\nb\r\nc\rd", ["a", "b", "c", "d"]),
            ("a\n", ["a", ""]),
            ("a\x0bb\x0cc\x1cd\x85e\u2028f", ["a\x0bb\x0cc\x1cd\x85e\u2028f"]),
        ],
    )
    def test_cases(self, content: str, split: list[str]) -> None:
        assert text.lines(content) == split

    def test_content_lines_are_numbered_and_not_blank(self) -> None:
        assert list(text.content_lines("\n a \n\t\n\x1c\nb")) == [(2, " a "), (5, "b")]

    def test_indent(self) -> None:
        assert [text.indent(line) for line in ("a", "  a ", "\t a", "")] == [0, 2, 2, 0]
