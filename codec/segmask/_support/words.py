"""Words by which users choose: names, starts of codes, ALL; an unknown one is told with the nearest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

Words = str | Iterable[str]
"""One word or several: a str may hold several, with commas or spaces between."""

EVERYTHING: Final = "ALL"
_BETWEEN: Final = re.compile(r"[,\s]+")


class Vocabulary(NamedTuple):
    """What users may choose among.

    Attributes:
        thing: what one of them is, for messages.
        keys: what stands for them in the program, in order.
        names: what stands for the same key beside the key itself.
        areas: what the start of a key must begin with to mean all keys that begin so; none where starts mean nothing.
    """

    thing: str
    keys: tuple[str, ...]
    names: Mapping[str, str] = MappingProxyType({})
    areas: tuple[str, ...] = ()

    def chosen(self, words: Words) -> frozenset[str]:
        """The keys that any of some words means; upper and lower case are the same.

        Raises:
            TypeError: something is no str.
            ValueError: a word means nothing, and the message names the nearest; or a str holds no word.
        """
        return frozenset[str]().union(*(self._meant(word) for word in self._split(words)))

    def _split(self, words: Words) -> Iterable[str]:
        for value in strings(words, self.thing):
            found = [word for word in _BETWEEN.split(value) if word]
            if not found:
                raise ValueError(f"{value!r} names no {self.thing}")
            yield from found

    def _meant(self, word: str) -> frozenset[str]:
        start = word.upper()
        if start == EVERYTHING:
            return frozenset(self.keys)
        exact = {**{name.upper(): key for name, key in self.names.items()}, **{key.upper(): key for key in self.keys}}
        if start in exact:
            return frozenset({exact[start]})
        is_start = start.startswith(tuple(area.upper() for area in self.areas))
        found = frozenset(key for key in self.keys if is_start and key.upper().startswith(start))
        if not found:
            raise ValueError(f"no {self.thing} matches {word!r}{nearest(word, (*self.names, *self.keys, *self.areas))}")
        return found


def strings(words: object, thing: str) -> list[str]:
    """The str or strs that users give.

    Raises:
        TypeError: it is something else.
    """
    listed = [*words] if isinstance(words, Iterable) and not isinstance(words, str) else [words]
    found = [word for word in listed if isinstance(word, str)]
    if len(found) < len(listed):
        raise TypeError(f"{words!r} is no {thing}, and no list of them")
    return found


def nearest(word: str, known: Iterable[str]) -> str:
    """What to add to a message about an unknown word: which of those that are known is nearest; empty where none is near."""
    from difflib import get_close_matches  # slow, and most users err not

    names = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), names, n=1)
    return f"; the nearest is {str(names[near[0]])!r}" if near else ""  # a StrEnum has another repr
