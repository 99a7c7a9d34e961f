"""The text of a COCO document: UTF-8, JSON without the generosities of Python's parser, and no more than fits."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from segmask.formats.annotations import AnnotationError, Report

from .schema import SECTIONS, TOO_DEEP, Item, check_schema, place_of
from .terms import item_of, short

_MAX_DIGITS: Final = 4000  # Python refuses to convert more than 4300 at once
_BLOCK: Final = _MAX_DIGITS // 2


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document whose items can be read, but for some.

    Attributes:
        content: the document.
        broken: items of it that do not fit the schema, which was told.
        notes: what is odd and was read all the same, a line for each thing.
    """

    content: Mapping[str, Any]
    broken: frozenset[Item]
    notes: tuple[str, ...] = ()


NOTHING: Final = Loaded({"images": [], "annotations": []}, frozenset())
"""Stands for a document that cannot be read at all."""


def load(data: bytes, report: Report) -> Loaded:
    """A document of which all but some items fit the schema.

    Args:
        data: its bytes.
        report: is told that they are not UTF-8, not JSON or nested too deeply, and each item that breaks the schema.
    """
    notes = ("the document begins with a byte order mark, which JSON forbids",) if data.startswith(BOM_UTF8) else ()
    broken: set[Item] = set()
    try:
        document = _parse(data.removeprefix(BOM_UTF8), broken, report)
        fits = check_schema(document, broken, report)
    except RecursionError:
        report(AnnotationError("", TOO_DEEP))
        return NOTHING
    except _NotADocument:
        return NOTHING
    return Loaded(document, frozenset(broken), notes) if fits else NOTHING


class _NotADocument(Exception):
    """There is nothing to be read, as was told."""


@dataclass(frozen=True, slots=True)
class _NotJson:
    """Stands in the parsed document where something is no JSON, so that its place can be named."""

    what: str
    value: object = None


def _parse(data: bytes, broken: set[Item], report: Report) -> Any:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        report(AnnotationError("", f"not UTF-8: line {line}, byte {column} of it; save the file as UTF-8"))
        raise _NotADocument from None
    hooks = _Hooks()
    integer = hooks.integer if _may_have_long(text) else None  # a call for each number takes as long as all the rest
    try:
        document = json.loads(text, parse_int=integer, parse_constant=hooks.constant, object_pairs_hook=hooks.members)
    except json.JSONDecodeError as error:
        message = f"not JSON: line {error.lineno}, column {error.colno}: {error.msg}; mend it there, or export it anew"
        report(AnnotationError("", message))
        raise _NotADocument from None
    if hooks.found:
        _report_oddities(document, broken, report)
    return document


def _may_have_long(text: str) -> bool:
    """Whether there may be numbers too long to convert: one of them fills a block with digits."""
    return any(text[start : start + _BLOCK].isdigit() for start in range(0, len(text), _BLOCK))


class _Hooks:
    """What the JSON parser asks for values that it is generous with."""

    def __init__(self) -> None:
        self.found = False

    def integer(self, digits: str) -> int | _NotJson:
        return (
            int(digits)
            if len(digits) < _MAX_DIGITS
            else self._odd(f"a number of {len(digits):,} digits: give a smaller one")
        )

    def constant(self, name: str) -> _NotJson:
        return self._odd(f"{name} is no JSON number: give a number")

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any] | _NotJson:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        return self._odd(f"the key {short(twice)} is there more than once: leave one", members)

    def _odd(self, what: str, value: object = None) -> _NotJson:
        self.found = True
        return _NotJson(what, value)


def _report_oddities(document: Any, broken: set[Item], report: Report) -> None:
    """Says each, and which items have one.

    Raises:
        _NotADocument: one is no part of an item.
    """
    lost = False
    unread: set[str] = set()
    for path, oddity in _oddities(document):
        item = ""
        match path:
            case (str(members), int(place), *_) if members in SECTIONS:
                value = document[members][place]
                item = item_of(members, value.value if isinstance(value, _NotJson) else value)
                broken.add((members, place))
            case (str(key), *_) if key not in SECTIONS:
                unread.add(key)
            case _:
                lost = True
        report(AnnotationError(place_of(path), oddity.what, item))
    if lost:
        raise _NotADocument
    for key in unread:
        del document[key]


def _oddities(document: Any) -> Iterator[tuple[tuple[str | int, ...], _NotJson]]:
    """Place and cause of each, in the document's order."""
    open_ends: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while open_ends:
        place, value = open_ends.pop()
        if isinstance(value, _NotJson):
            yield place, value
        elif isinstance(value, dict):
            open_ends.extend(((*place, key), inner) for key, inner in reversed(value.items()))
        elif isinstance(value, list):
            open_ends.extend(((*place, index), value[index]) for index in reversed(range(len(value))))
