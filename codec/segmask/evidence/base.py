"""What all evidence has in common: it is data, JSON can hold it, and some of it can be summed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final, Self, TypeVar

Size = tuple[int, int]
"""Width, height in pixels."""

_HIDDEN: Final = "hidden"
HIDDEN: Final = {_HIDDEN: True}
"""Metadata of a field that sentences need and reports leave out."""

LONGEST_TEXT: Final = 2_000
"""Characters of a text that a report keeps."""

_Key = TypeVar("_Key")


class Evidence:
    """The figures behind a problem. Each kind is a frozen dataclass of its own."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """The figures as a report has them, by name; what is None by default is left out where it is None."""
        return {
            json_name(name): _plain(value)
            for name, value, default in _values(self)
            if value is not None or default is not None
        }


@dataclass(frozen=True, slots=True)
class Nothing(Evidence):
    """No figures."""


NOTHING: Final = Nothing()


class Summed(Evidence, ABC):
    """Evidence that grows: that of all problems which are one finding is merged, and tells totals.

    Merging is associative, and totals do not depend on the order. What is said of one place, such as an example, is
    the first one's.
    """

    __slots__ = ()

    @abstractmethod
    def merged(self, other: Self) -> Self:
        """What this and later evidence say together."""


def is_hidden(metadata: Mapping[str, object]) -> bool:
    """Whether a field with this metadata is left out of reports."""
    return _HIDDEN in metadata


def json_name(name: str) -> str:
    """A field's name in JSON: without the underscore that keeps it from being a word of Python."""
    return name.removesuffix("_")


def total_of(first: Mapping[_Key, int], second: Mapping[_Key, int]) -> dict[_Key, int]:
    """Sums by key."""
    return {key: first.get(key, 0) + second.get(key, 0) for key in {**first, **second}}


def _values(evidence: object) -> list[tuple[str, object, object]]:
    """Name, value and default of each field that reports have."""
    if not is_dataclass(evidence):
        return []
    shown = (item for item in fields(evidence) if not is_hidden(item.metadata))
    return [(item.name, getattr(evidence, item.name), item.default) for item in shown]


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}..."
    if isinstance(value, Evidence):
        return value.to_json()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    return value
