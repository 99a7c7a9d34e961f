"""Who does the work of a command that takes ``--jobs``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from segmask._support.blas import start_no_threads

if TYPE_CHECKING:
    from segmask._support.apply import Apply


@contextmanager
def workers(jobs: int) -> Iterator[Apply]:
    """What calls a function for many items, in several processes where that takes long enough.

    Raises:
        click.ClickException: a process was killed.
    """
    start_no_threads()
    from segmask._support.apply import here  # the codec, which --help must not wait for
    from segmask_validate.run.applying import Workers
    from segmask_validate.run.dispatcher import DispatchError

    if jobs == 1:
        yield here
        return
    try:
        with Workers(jobs) as apply:
            yield apply
    except DispatchError as error:
        raise click.ClickException(str(error)) from None
