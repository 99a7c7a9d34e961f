"""How far a validation is, on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from segmask_validate.run.runner import Progress


@contextmanager
def shown() -> Iterator[Progress | None]:
    """A bar on standard error with the rate and the time left; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    start = time.monotonic()

    def rate(done: int | None) -> str | None:
        passed = time.monotonic() - start
        return f"{done / passed:,.0f} images/s" if done and passed else None

    with click.progressbar(
        length=0, label="reading", file=sys.stderr, show_pos=True, show_eta=True, item_show_func=rate
    ) as bar:

        def advance(done: int, known: int) -> None:
            bar.length = known
            bar.update(done - bar.pos, done)

        yield advance
