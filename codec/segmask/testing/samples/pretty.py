"""Prints of several lines: hypothesis shows data classes field by field unless they say otherwise, as for IPython."""

from __future__ import annotations

from typing import Protocol


class Printer(Protocol):
    """IPython's pretty printer, as far as it is used here."""

    def text(self, text: str, /) -> None:
        """Adds text."""

    def break_(self) -> None:
        """Begins a line."""


def print_lines(printer: Printer, text: str) -> None:
    """Prints a text line by line, below the indentation of what is around it."""
    for number, line in enumerate(text.splitlines()):
        if number:
            printer.break_()
        printer.text(line)
