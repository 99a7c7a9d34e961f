"""Text members: CVAT reads them as UTF-8, keeps a byte order mark, and strips lines at both ends."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Final

from segmask import evidence
from segmask.reporter import Reporter
from segmask.rules.rule import Rule

BOM: Final = "\ufeff"


def decode(data: bytes, *, rule: Rule, report: Reporter) -> str:
    """Member as text. What is not UTF-8 breaks `rule`, and is then read as its author most likely meant it."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line = len(lines(before))
        column = len(lines(before)[-1]) + 1
        encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "cp1252"
        byte = data[error.start]
        report.at(line=line, column=column)(
            rule,
            f"byte 0x{byte:02x} is not UTF-8; the file looks like {encoding}: save it as UTF-8 without a byte order mark",
            evidence.NotUtf8(byte, error.start, encoding),
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
