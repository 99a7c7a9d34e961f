"""The registry: every rule in code order, found by code, by name, or by area."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from segmask_validate.rule import Rule

from . import archive, geometry, imageset, labelmap, mask, pairing

__all__ = ["BY_CODE", "RULES", "codes_of", "find", "matching"]

RULES: Final[tuple[Rule, ...]] = (
    *archive.RULES,
    *labelmap.RULES,
    *imageset.RULES,
    *mask.RULES,
    *pairing.RULES,
    *geometry.RULES,
)
"""All rules, by area and code, in the order of `segmask.defects`."""

BY_CODE: Final[dict[str, Rule]] = {rule.code: rule for rule in RULES}

_BY_NAME: Final = {rule.name: rule for rule in RULES}
_AREAS: Final = tuple(dict.fromkeys(code.rstrip("0123456789") for code in BY_CODE))


def find(code_or_name: str) -> Rule | None:
    """The rule with a code, in any case, or with a name; None where there is none."""
    return BY_CODE.get(code_or_name.upper()) or _BY_NAME.get(code_or_name)


def matching(selector: str) -> frozenset[str]:
    """Codes of the rules that a user's selector means.

    Args:
        selector: a code, the start of a code from its whole area on (``PNG``, ``LBL0``), a name, or ``all``;
            codes and ``all`` in any case.

    Raises:
        ValueError: no rule matches.
    """
    start = selector.upper()
    if start == "ALL":
        return frozenset(BY_CODE)
    named = _BY_NAME.get(selector)
    if named is not None:
        return frozenset({named.code})
    codes = frozenset(code for code in BY_CODE if start.startswith(_AREAS) and code.startswith(start))
    if not codes:
        raise ValueError(f"no rule matches {selector!r}")
    return codes


def codes_of(selectors: Iterable[str]) -> frozenset[str]:
    """Codes of the rules that any of a user's selectors means; each may be several, with commas between.

    Raises:
        ValueError: no rule matches one of them.
    """
    words = (word.strip() for word in ",".join(selectors).split(","))
    return frozenset[str]().union(*(matching(word) for word in words if word))
