"""Text members: CVAT reads them as UTF-8, keeps a byte order mark, and strips lines at both ends."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from segmask import evidence
from segmask.reporter import Reporter
from segmask.rules.rule import Rule

BOM: Final = "\ufeff"
UNKNOWN: Final = "unknown"

_HIGH_BYTES: Final = re.compile(rb"(?<![\x80-\xff])([\x00-\x7f]?)([\x80-\xff]+)(?=([\x00-\x7f]?))")
_IN_WORDS: Final = {
    "utf-16": "the file looks like utf-16",
    "cp1252": "the file looks like cp1252, the code page of Western Europe",
    UNKNOWN: "the file is in an old code page, such as one for Cyrillic, Greek or Chinese; open it in that",
}


def decode(data: bytes, *, rule: Rule, report: Reporter) -> str:
    """Member as text. What is not UTF-8 breaks `rule`, and is then read as its author most likely meant it."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line = len(lines(before))
        column = len(lines(before)[-1]) + 1
        encoding = _likely_encoding(data)
        byte = data[error.start]
        report.at(line=line, column=column)(
            rule,
            f"byte 0x{byte:02x} is not UTF-8; {_IN_WORDS[encoding]}: save it as UTF-8 without a byte order mark",
            evidence.NotUtf8(byte, error.start, encoding),
        )
        readable = "cp1252" if encoding == UNKNOWN else encoding
        return data.decode(readable, errors="replace").removeprefix(BOM)


def _likely_encoding(data: bytes) -> str:
    """A name of Python's codecs, or `UNKNOWN`.

    A code page cannot be told from single bytes, and a name in the wrong one is another label. Only Western texts give
    themselves away: their accents stand alone, beside plain letters.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    beside_letters = all(
        len(match[2]) <= 2 and (match[1].isalpha() or match[3].isalpha()) for match in _HIGH_BYTES.finditer(data)
    )
    return "cp1252" if beside_letters else UNKNOWN


def lines(text: str) -> list[str]:
    r"""Lines without their ends: ``\n``, ``\r\n`` or ``\r``, as Python's universal newlines split them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def content_lines(text: str) -> Iterator[tuple[int, str]]:
    """(line number from 1, raw line) of each line that is not blank."""
    return ((number, line) for number, line in enumerate(lines(text), 1) if line.strip())


def indent(line: str) -> int:
    """How many characters stand before the first one that `str.strip` keeps."""
    return len(line) - len(line.lstrip())
