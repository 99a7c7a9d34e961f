"""The rules that a user's words mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from segmask.rules import AREAS, BY_CODE, BY_NAME

_AREAS: Final = tuple(AREAS)


def matching(selector: str) -> frozenset[str]:
    """Codes of the rules that a user's selector means.

    Args:
        selector: a code, the start of a code from its whole area on (``PNG``, ``LBL0``), a name, or ``all``;
            codes and ``all`` in any case.

    Raises:
        ValueError: no rule matches; the message names the nearest.
    """
    start = selector.upper()
    if start == "ALL":
        return frozenset(BY_CODE)
    named = BY_NAME.get(selector)
    if named is not None:
        return frozenset({named.code})
    codes = frozenset(code for code in BY_CODE if start.startswith(_AREAS) and code.startswith(start))
    if not codes:
        raise ValueError(f"no rule matches {selector!r}{_suggestion(selector)}")
    return codes


def _suggestion(selector: str) -> str:
    """The code or name that is nearest to what no rule has; empty where none is near."""
    from difflib import get_close_matches  # slow, and most users err not

    known = {name.lower(): name for name in (*BY_NAME, *BY_CODE)}
    near = get_close_matches(selector.lower(), known, n=1)
    return f"; the nearest is {known[near[0]]!r}" if near else ""


def codes_of(selectors: Iterable[str]) -> frozenset[str]:
    """Codes of the rules that any of a user's selectors means; each may be several, with commas between.

    Raises:
        ValueError: no rule matches one of them.
    """
    words = (word.strip() for word in ",".join(selectors).split(","))
    return frozenset[str]().union(*(matching(word) for word in words if word))
