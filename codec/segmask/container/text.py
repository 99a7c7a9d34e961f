"""Text members: CVAT reads them as UTF-8, keeps a byte order mark, and strips lines at both ends."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Final

from segmask.problem import Handler, Location, Problem
from segmask.rules.rule import Rule

BOM: Final = "\ufeff"


def decode(data: bytes, *, rule: Rule, member: str, on_problem: Handler) -> str:
    """Member as text. What is not UTF-8 is handed over as `defect`, then read as its author most likely meant it."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line = len(lines(before))
        column = len(lines(before)[-1]) + 1
        encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "cp1252"
        on_problem(
            Problem(
                kind=rule,
                message=f"byte 0x{data[error.start]:02x} is not UTF-8; the file looks like {encoding}: save it as "
                "UTF-8 without a byte order mark",
                location=Location(member=member, line=line, column=column),
                evidence={"byte": data[error.start], "offset": error.start, "likely_encoding": encoding},
            )
        )
        return data.decode(encoding, errors="replace").removeprefix(BOM)


def lines(text: str) -> list[str]:
    r"""Lines without their ends: ``\n``, ``\r\n`` or ``\r``, as Python's universal newlines split them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def content_lines(text: str) -> Iterator[tuple[int, str]]:
    """(line number from 1, raw line) of each line that is not blank."""
    return ((number, line) for number, line in enumerate(lines(text), 1) if line.strip())


def indent(line: str) -> int:
    """How many characters stand before the first one that `str.strip` keeps."""
    return len(line) - len(line.lstrip())
