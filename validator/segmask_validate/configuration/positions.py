"""Lines of keys in TOML, which `tomllib` does not tell."""

from __future__ import annotations

from collections.abc import Sequence

Place = tuple[str | int, ...]
"""The keys that lead to a value; a number is that of an element of an array."""


def line_of(text: str, place: Place) -> int:
    """The line on which a value's statement begins: its key's, or of an element the array's.

    The first lines of a document are a document themselves, unless they end within a statement: the value is in the
    first of them that has it.

    Args:
        text: a valid document.
        place: of a value in it.

    Returns:
        A number from 1.
    """
    lines = [f"{line}\n" for line in text.split("\n")]
    low, high = 0, len(lines)  # the first `low` lines have it not, the first `high` have it
    while low < high:
        middle = (low + high) // 2
        start, data = _parsed(lines, middle)
        if _has(data, place):
            high = start
        elif start > low:
            low = start
        else:  # nothing but a statement lies between
            end, data = _parsed_on(lines, middle + 1)
            if _has(data, place):
                return low + 1
            low = end
    return low + 1


def _parsed(lines: Sequence[str], count: int) -> tuple[int, object]:
    """The longest document that the first `count` lines begin with, and its number of lines."""
    while (data := _document(lines, count)) is None:
        count -= 1
    return count, data


def _parsed_on(lines: Sequence[str], count: int) -> tuple[int, object]:
    """The shortest document of at least the first `count` lines, and its number of lines."""
    while (data := _document(lines, count)) is None:
        count += 1
    return count, data


def _document(lines: Sequence[str], count: int) -> object:
    """The first `count` lines as a document; None where they are none."""
    import tomllib  # slow, and asked for only where something is wrong, or shown

    try:
        return tomllib.loads("".join(lines[:count]))
    except tomllib.TOMLDecodeError:
        return None


def _has(data: object, place: Place) -> bool:
    for key in place:
        inner: object = None  # which no value of TOML is
        if isinstance(data, dict):
            inner = data.get(key)
        elif isinstance(data, list) and isinstance(key, int):
            inner = data[key] if key < len(data) else None
        if inner is None:
            return False
        data = inner
    return True
