"""JSON that nobody vouches for."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .model import TaskError

MAX_BYTES: Final = 64 << 20
"""Of a text about a task; a manifest of half a million frames has as many."""
MAX_VALUE: Final = 8 << 20
"""Characters of one JSON value, which may take fifty times as much memory."""


def is_json(text: str) -> bool:
    """Whether a text is meant as JSON: a list or an object."""
    return text.lstrip().startswith(("[", "{"))


def parsed(text: str, name: str) -> object:
    """The value of a JSON text.

    Args:
        text: the text.
        name: of the file, for messages.

    Raises:
        TaskError: it is no JSON, is too long, is nested too deeply, or has numbers of too many digits.
    """
    if len(text) > MAX_VALUE:
        raise TaskError(f"{name}: more than the {MAX_VALUE:,} characters that are read of one value")
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TaskError(f"{name}: no JSON ({error})") from None
    return value


def lines(text: str) -> Iterator[str]:
    r"""The lines of a text that are not blank, each stripped; they end in ``\n``, ``\r\n`` or ``\r``."""
    return (line.strip() for line in io.StringIO(text, newline=None) if line.strip())


def decoded(data: bytes, name: str) -> str:
    """A text in UTF-8, with or without a byte order mark.

    Raises:
        TaskError: it is none.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TaskError(f"{name}: no text in UTF-8") from None


def read(path: Path) -> str:
    """The text of a file.

    Raises:
        OSError: it cannot be read.
        TaskError: it is too large, or no text.
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TaskError(f"{path}: more than the {MAX_BYTES:,} bytes that are read of a text about a task")
    return decoded(data, str(path))
