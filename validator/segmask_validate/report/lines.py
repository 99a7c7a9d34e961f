"""Lines for people, whose pieces say what they are; what shows them chooses colours, or none."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


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


def line(*parts: str | tuple[Role, str]) -> Line:
    """A line of pieces; a mere string is plain."""
    return tuple(Piece(Role.PLAIN, part) if isinstance(part, str) else Piece(*part) for part in parts)


def plain(shown: Line) -> str:
    """The text of a line, without its line end."""
    return "".join(piece.text for piece in shown)
