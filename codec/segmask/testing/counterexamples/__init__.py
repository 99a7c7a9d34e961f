"""Broken archives: for each defect that the reader knows, what makes a sound archive have it and nothing else.

A module an area, as the rules are; each function brings in what it needs, so that no archive is thrown away.
"""

from __future__ import annotations

from hypothesis import Phase, find, settings

from segmask.rules.rule import Rule

from . import container, imageset, labelmap, mask, pairing, shapes
from .registry import COUNTEREXAMPLES, BrokenArchive, Counterexample, broken_archives

__all__ = ["COUNTEREXAMPLES", "BrokenArchive", "Counterexample", "broken_archives", "counterexample"]

AREAS = (container, labelmap, imageset, mask, pairing, shapes)
"""The modules, in the order of the areas; importing them fills `COUNTEREXAMPLES`."""


def counterexample(rule: Rule | str) -> BrokenArchive:
    """The simplest archive with a defect; the same each time. Its `archive.to_bytes()` is the file.

    Args:
        rule: the rule, or its code or name.

    Raises:
        ValueError: there is no such rule.
    """
    first = settings(max_examples=1, phases=[Phase.generate], database=None, derandomize=True)
    return find(broken_archives(rule), lambda _: True, settings=first)
