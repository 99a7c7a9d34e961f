"""The rectangle around some pixels."""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle of whole pixels; origin top-left, y down.

    Attributes:
        x: column of its leftmost pixels, from 0.
        y: row of its topmost pixels, from 0.
        width: columns.
        height: rows.
    """

    x: int
    y: int
    width: int
    height: int

    def __str__(self) -> str:
        """As a plain tuple: ``(3, 4, 20, 10)``."""
        return f"({self.x}, {self.y}, {self.width}, {self.height})"
