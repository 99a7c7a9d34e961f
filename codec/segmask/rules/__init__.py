"""The registry: every rule in code order, found by its constant, its code or its name.

Areas: ZIP the container, LBL the label map, SET the image sets, PNG a single mask, PAIR a class mask with its object mask,
GEO shapes, TASK an archive and the task of CVAT's that it is imported into. A module an area; a rule is said there, met by a
reader, and proven by its counterexample. What has severity error must be seen by the strict reader, so the rules belong to the
codec.
"""

from __future__ import annotations

from typing import Final

from . import container, imageset, labelmap, mask, pairing, shapes, task

# ruff: noqa: F403 - every rule of an area is a name of the registry, and is written down once
from .container import *
from .imageset import *
from .labelmap import *
from .mask import *
from .pairing import *
from .rule import Rule
from .shapes import *
from .task import *

AREAS: Final = {
    "ZIP": container,
    "LBL": labelmap,
    "SET": imageset,
    "PNG": mask,
    "PAIR": pairing,
    "GEO": shapes,
    "TASK": task,
}
"""The modules by the letters of their codes."""

RULES: Final[tuple[Rule, ...]] = tuple(
    rule
    for area in AREAS.values()
    for rule in sorted((value for value in vars(area).values() if isinstance(value, Rule)), key=lambda rule: rule.code)
)
"""All rules, by area and code."""

ARCHIVE_RULES: Final = tuple(rule for rule in RULES if rule.area != "TASK")
"""Those that an archive alone can break, as its counterexample does; a task has to be given for the others."""

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
