"""The text of a COCO document: UTF-8, JSON without the generosities of Python's parser, and no more than fits."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from segmask.formats.annotations import AnnotationError

from .schema import check_schema, place_of
from .terms import short

_MAX_DIGITS: Final = 4000  # Python refuses to convert more than 4300 at once
_BLOCK: Final = _MAX_DIGITS // 2


def load(data: bytes) -> Any:
    """A document that fits the schema.

    Raises:
        AnnotationError: the bytes are not UTF-8, not JSON or nested too deeply, or the document breaks the schema.
    """
    try:
        document = _parse(data)
        check_schema(document)
    except RecursionError:
        raise AnnotationError("", "nested too deeply") from None
    return document


@dataclass(frozen=True, slots=True)
class _NotJson:
    """Stands in the parsed document where something is no JSON, so that its place can be named."""

    what: str


def _parse(data: bytes) -> Any:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise AnnotationError("", f"not UTF-8: line {line}, byte {column} of it") from None
    hooks = _Hooks()
    integer = hooks.integer if _may_have_long(text) else None  # a call for each number takes as long as all the rest
    try:
        document = json.loads(text, parse_int=integer, parse_constant=hooks.constant, object_pairs_hook=hooks.members)
    except json.JSONDecodeError as error:
        raise AnnotationError("", f"not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
    if hooks.found:
        place, oddity = _first_oddity(document)
        raise AnnotationError(place_of(place), oddity.what)
    return document


def _may_have_long(text: str) -> bool:
    """Whether there may be numbers of so many digits: such a one fills a block."""
    return any(text[start : start + _BLOCK].isdigit() for start in range(0, len(text), _BLOCK))


class _Hooks:
    """What the JSON parser asks for values that it is generous with."""

    def __init__(self) -> None:
        self.found = False

    def integer(self, digits: str) -> int | _NotJson:
        return int(digits) if len(digits) < _MAX_DIGITS else self._odd(f"a number of {len(digits):,} digits")

    def constant(self, name: str) -> _NotJson:
        return self._odd(f"{name} is no JSON number")

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any] | _NotJson:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        return self._odd(f"the key {short(twice)} is there more than once")

    def _odd(self, what: str) -> _NotJson:
        self.found = True
        return _NotJson(what)


def _first_oddity(document: Any) -> tuple[tuple[str | int, ...], _NotJson]:
    """Place and cause of the first in a document that has one."""
    open_ends: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while not isinstance(open_ends[-1][1], _NotJson):
        place, value = open_ends.pop()
        if isinstance(value, dict):
            open_ends.extend(((*place, key), inner) for key, inner in reversed(value.items()))
        elif isinstance(value, list):
            open_ends.extend(((*place, index), value[index]) for index in reversed(range(len(value))))
    return open_ends[-1]
