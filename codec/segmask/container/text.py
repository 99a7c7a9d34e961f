"""Text members: CVAT reads them as UTF-8, keeps a byte order mark, and strips lines at both ends."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from segmask import evidence
from segmask.limits import Limits
from segmask.reporter import Reporter
from segmask.rules.rule import Rule

from .base import over_limit

BOM: Final = "\ufeff"
LFS_POINTER: Final = "version https://git-lfs.github.com/spec/"
"""How what Git LFS puts in a file's place begins, until ``git lfs pull`` fetches the file."""
UNKNOWN: Final = "unknown"

_HIGH_BYTES: Final = rb"(?<![\x80-\xff])([\x00-\x7f]?)([\x80-\xff]+)(?=([\x00-\x7f]?))"
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
        len(match[2]) <= 2 and (match[1].isalpha() or match[3].isalpha()) for match in re.finditer(_HIGH_BYTES, data)
    )
    return "cp1252" if beside_letters else UNKNOWN


def check_size(size: int, before: int, limits: Limits, report: Reporter) -> bool:
    """Whether a list or label map may be read; reports where it may not.

    Args:
        size: its bytes.
        before: bytes of the texts that were read before.
        limits: what may be read.
        report: bound to the member.
    """
    if size > limits.text_bytes:
        name, allowed, what = "text_bytes", limits.text_bytes, f"a text of {size:,} bytes"
    elif before + size > limits.texts_bytes:
        name, allowed, what = "texts_bytes", limits.texts_bytes, f"texts of {before + size:,} bytes"
    else:
        return True
    over_limit(
        name, allowed, f"{what}, more than the {allowed:,} allowed; this one was not read: split the data set", report
    )
    return False


def check_lines(data: bytes, before: int, limits: Limits, report: Reporter) -> bool:
    """Whether a text has few enough lines, and short ones; reports where it has not.

    Args:
        data: the text.
        before: lines of the texts that were read before.
        limits: what may be read.
        report: bound to the member.
    """
    if before + count_lines(data) > limits.lines:
        over_limit(
            "lines",
            limits.lines,
            f"more than {limits.lines:,} lines in the lists and label maps of the archive; the file was not read: split the "
            "data set",
            report,
        )
        return False
    for number, line in enumerate(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), 1):
        if len(line) > limits.line_bytes:
            over_limit(
                "line_bytes",
                limits.line_bytes,
                f"a line of {len(line):,} bytes, more than the {limits.line_bytes:,} allowed; the file was not read: shorten it",
                report.at(line=number),
            )
            return False
    return True


def count_lines(data: bytes) -> int:
    """How many lines end in a text, as `lines` splits them."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")


def check_label_lines(data: bytes, limits: Limits, report: Reporter) -> bool:
    """Whether a label map has few enough lines to be read; reports where it has not."""
    count = count_lines(data)
    if count <= limits.label_lines:
        return True
    over_limit(
        "label_lines",
        limits.label_lines,
        f"{count:,} lines, more than the {limits.label_lines:,} allowed for a label map; it was not read: a mask tells "
        "256 labels apart",
        report,
    )
    return False


def lines(text: str) -> list[str]:
    r"""Lines without their ends: ``\n``, ``\r\n`` or ``\r``, as Python's universal newlines split them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def content_lines(text: str) -> Iterator[tuple[int, str]]:
    """(line number from 1, raw line) of each line that is not blank."""
    return ((number, line) for number, line in enumerate(lines(text), 1) if line.strip())


def indent(line: str) -> int:
    """How many characters stand before the first one that `str.strip` keeps."""
    return len(line) - len(line.lstrip())
