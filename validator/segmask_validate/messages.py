"""CVAT's messages, as the rules quote them, and the rules that one leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from segmask.rules import RULES
from segmask.rules.rule import Rule

_QUOTED: Final = re.compile(r'"([^"]+)"')
_NUMBERS: Final = r"-?\d+(?:\.\d+)?|0x[0-9a-f]+"
_OPEN: Final = re.compile(rf"r, g, b|\.\.\.|{_NUMBERS}", re.IGNORECASE)
"""What is something else in another message of the kind."""
_OPEN_NAMES: Final = re.compile(rf"'[^']*'|{_OPEN.pattern}", re.IGNORECASE)
_LEAST: Final = 8
"""Characters by which a piece of a message is told from others."""


@cache
def messages(rule: Rule) -> tuple[str, ...]:
    """What CVAT says where a rule is broken: sentences, and names of exceptions."""
    return tuple(text for text in _QUOTED.findall(rule.cvat) if " " in text or text.endswith("Error"))


def rules_saying(text: str) -> list[Rule]:
    """The rules that a message leads to, those first that quote it to the letter.

    Args:
        text: what CVAT says, with other numbers, colours and names; perhaps with something around it, or a piece of it.

    Returns:
        In the order of the registry otherwise; empty where no rule quotes the like.
    """
    said = " ".join(text.split())
    found = list(_matching(said, _OPEN)) or list(_matching(said, _OPEN_NAMES))
    return sorted(found, key=lambda rule: not any(_is_in(message, said) for message in messages(rule)))


def nearest(text: str) -> str | None:
    """The message that is nearest to one that no rule quotes; None where none is near."""
    from difflib import get_close_matches  # slow, and most messages are known

    known = {message.lower(): message for rule in RULES for message in messages(rule)}
    near = get_close_matches(" ".join(text.lower().split()), known, n=1)
    return known[near[0]] if near else None


def _matching(said: str, is_open: re.Pattern[str]) -> Iterator[Rule]:
    for rule in RULES:
        if any(_is_like(message, said, is_open) for message in messages(rule)):
            yield rule


def _is_like(message: str, said: str, is_open: re.Pattern[str]) -> bool:
    if len(said) >= _LEAST and _is_in(said, message):
        return True
    pieces = is_open.split(message)
    pattern = ".{0,200}?".join(map(re.escape, pieces))
    return sum(map(len, pieces)) >= _LEAST and re.search(pattern, said, re.IGNORECASE) is not None


def _is_in(part: str, text: str) -> bool:
    return part.lower() in text.lower()
