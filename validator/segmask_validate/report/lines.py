"""Lines for people, whose pieces say what they are; what shows them chooses colours, or none."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple


class Role(StrEnum):
    """What a piece of text is."""

    PLAIN = "plain"
    NAME = "name"  # of what the line is about
    ASIDE = "aside"  # what can be passed over
    REJECTED = "rejected"  # the verdicts; unsafe is a remark on the whole archive, too
    UNSAFE = "unsafe"
    UNKNOWN = "unknown"
    ALTERED = "altered"
    CLEAN = "clean"
    INCOMPLETE = "incomplete"  # a remark on the whole archive
    ERROR = "error"  # the severities
    WARNING = "warning"
    INFO = "info"
    PASSED = "passed"  # what became of a case
    FAILED = "failed"


class Piece(NamedTuple):
    """A stretch of a line."""

    role: Role
    text: str


Line = tuple[Piece, ...]

_HANGING: Final = 2
"""Columns by which what goes on in the next line is further in."""


def line(*parts: str | tuple[Role, str]) -> Line:
    """A line of pieces; a mere string is plain."""
    return tuple(Piece(Role.PLAIN, part) if isinstance(part, str) else Piece(*part) for part in parts)


def plain(shown: Line) -> str:
    """The text of a line, without its line end."""
    return "".join(piece.text for piece in shown)


def wrapped(shown: Line, width: int) -> Iterator[Line]:
    """A line in lines that fit a width, broken at spaces, with a hanging indent; a longer word stays whole."""
    text = plain(shown)
    indent = len(text) - len(text.lstrip())
    margin: Line = ()
    start, room, word = 0, width, indent
    while len(text) - start > room:
        cut = text.rfind(" ", word + 1, start + room + 1)
        if cut < 0:
            cut = text.find(" ", word + 1)
        if cut < 0:
            break
        yield (*margin, *_between(shown, start, cut))
        margin = line(" " * (indent + _HANGING))
        start, room, word = cut + 1, width - indent - _HANGING, cut + 1
    yield (*margin, *_between(shown, start, len(text)))


def _between(shown: Line, start: int, end: int) -> Iterator[Piece]:
    """The pieces between two places of a line's text."""
    place = 0
    for piece in shown:
        text = piece.text[max(0, start - place) : max(0, end - place)]
        if text:
            yield Piece(piece.role, text)
        place += len(piece.text)
