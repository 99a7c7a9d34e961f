"""Texts from outside in a line of the report."""

from __future__ import annotations

from typing import Final

_SHOWN: Final = 60


def quoted(text: str) -> str:
    """The text in quotes, escaped, cut where it is long."""
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}..."
