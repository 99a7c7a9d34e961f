"""How far a command is: a bar on standard error where that is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

Advance = Callable[[int, int], None]
"""Gets how many images are done, and how many there are so far; 0 where that is not known."""

_Item = TypeVar("_Item")


@contextmanager
def bar(label: str) -> Iterator[Advance | None]:
    """A function that draws a bar with the rate and the time left; None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    start = time.monotonic()

    def rate(done: int | None) -> str | None:
        passed = time.monotonic() - start
        return f"{done / passed:,.0f} images/s" if done and passed else None

    with click.progressbar(
        length=0, label=label, file=sys.stderr, show_pos=True, show_eta=True, item_show_func=rate
    ) as shown:

        def advance(done: int, known: int) -> None:
            shown.length = known or None
            shown.update(done - shown.pos, done)

        yield advance


def over(items: Iterable[_Item], label: str, length: int = 0) -> Iterator[_Item]:
    """The items, under a bar; their number is 0 where it is not known."""
    with bar(label) as advance:
        for done, item in enumerate(items, 1):
            yield item
            if advance is not None:
                advance(done, length)
