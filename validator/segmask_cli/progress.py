"""How far a command is: a bar on standard error where that is a terminal, for what takes longer than half a second."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TypeVar

import click

Advance = Callable[[int, int], None]
"""Gets how many images are done, and how many there are so far; 0 where that is not known."""

_PATIENCE: Final = 0.5
"""Seconds that nobody minds to wait without a word."""
_CURSOR: Final = "" if os.name == "nt" else "\033[?25h"
"""Shows the cursor, which click hides beside a bar."""

_Item = TypeVar("_Item")


class _Bar:
    """A bar with the rate and the time left, once it has taken long enough."""

    def __init__(self, label: str) -> None:
        self._start = time.monotonic()
        self._is_shown = False
        self._bar = click.progressbar(
            length=0, label=label, file=sys.stderr, show_pos=True, show_eta=True, item_show_func=self._rate
        )

    def _rate(self, done: int | None) -> str | None:
        passed = time.monotonic() - self._start
        return f"{done / passed:,.0f} images/s" if done and passed else None

    def advance(self, done: int, known: int) -> None:
        """Draws it; see `Advance`."""
        if time.monotonic() - self._start >= _PATIENCE:
            self._is_shown = True
            self._bar.length = known or None
            self._bar.update(done - self._bar.pos, done)

    def erase(self) -> None:
        """Leaves the line empty; the next `advance` draws the bar again."""
        if self._is_shown:
            self._is_shown = False
            sys.stderr.write(f"\r{' ' * (self._bar.max_width or 0)}\r{_CURSOR}")
            sys.stderr.flush()


_bars: Final[list[_Bar]] = []


@contextmanager
def bar(label: str) -> Iterator[Advance | None]:
    """A function that draws a bar, which is gone when the block ends; None where standard error is no terminal."""
    if sys.stderr is None or not sys.stderr.isatty():  # None where it is closed
        yield None
        return
    drawn = _Bar(label)
    _bars.append(drawn)
    try:
        yield drawn.advance
    finally:
        erase()
        _bars.remove(drawn)


def erase() -> None:
    """Makes room for a line on the terminal."""
    for drawn in _bars:
        drawn.erase()


def complain(line: str) -> None:
    """Prints a line on standard error, in the encoding that the environment asks for; what it lacks is escaped.

    That it is closed, full or gone keeps no command from its work.
    """
    from segmask.problem import printable  # the codec, which --version must not wait for

    with suppress(OSError, ValueError):  # ValueError: of a stream that Python closed
        erase()
        click.echo(printable(line), sys.stderr, err=True)


def over(items: Iterable[_Item], label: str, length: int = 0) -> Iterator[_Item]:
    """The items, under a bar; their number is 0 where it is not known."""
    with bar(label) as advance:
        for done, item in enumerate(items, 1):
            yield item
            if advance is not None:
                advance(done, length)
