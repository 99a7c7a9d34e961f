"""The registry: every rule in code order, found by its constant, its code or its name.

Areas: ZIP the container, LBL the label map, SET the image sets, PNG a single mask, PAIR a class mask with its object mask,
GEO shapes. A module an area; a rule is said there, met by a reader, and proven by its counterexample. What has severity
error must be seen by the strict reader, so the rules belong to the codec.
"""

from __future__ import annotations

from typing import Final

from . import container, imageset, labelmap, mask, pairing, shapes

# ruff: noqa: F403 - every rule of an area is a name of the registry, and is written down once
from .container import *
from .imageset import *
from .labelmap import *
from .mask import *
from .pairing import *
from .rule import Rule
from .shapes import *

AREAS: Final = {
    "ZIP": container,
    "LBL": labelmap,
    "SET": imageset,
    "PNG": mask,
    "PAIR": pairing,
    "GEO": shapes,
}
"""The modules by the letters of their codes."""

RULES: Final[tuple[Rule, ...]] = tuple(
    value for area in AREAS.values() for value in vars(area).values() if isinstance(value, Rule)
)
"""All rules, by area and code."""

BY_CODE: Final[dict[str, Rule]] = {rule.code: rule for rule in RULES}
BY_NAME: Final[dict[str, Rule]] = {rule.name: rule for rule in RULES}


def find(code_or_name: str) -> Rule | None:
    """The rule with a code, in any case, or with a name; None where there is none."""
    return BY_CODE.get(code_or_name.upper()) or BY_NAME.get(code_or_name)


def known(code: str) -> Rule:
    """The rule with a code.

    Raises:
        KeyError: there is none.
    """
    return BY_CODE[code]
