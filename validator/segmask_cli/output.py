"""Where lines go: to standard output, in colours and wrapped where it is a terminal, or to a file, plain."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

import click

from segmask._support.files import replacing
from segmask_cli import progress
from segmask_validate.report.lines import Line, Role, plain, wrapped

Write = Callable[[Iterable[Line]], None]

_AT_ONCE: Final = 200

_STYLES: Final[dict[Role, Callable[[str], str]]] = {
    Role.NAME: partial(click.style, bold=True),
    Role.ASIDE: partial(click.style, dim=True),
    Role.CLEAN: partial(click.style, fg="green", bold=True),
    Role.ALTERED: partial(click.style, fg="yellow", bold=True),
    Role.REJECTED: partial(click.style, fg="red", bold=True),
    Role.UNSAFE: partial(click.style, fg="red", bold=True),
    Role.UNKNOWN: partial(click.style, fg="yellow", bold=True),
    Role.INCOMPLETE: partial(click.style, fg="yellow"),
    Role.ERROR: partial(click.style, fg="red", bold=True),
    Role.WARNING: partial(click.style, fg="yellow", bold=True),
    Role.INFO: partial(click.style, fg="cyan", bold=True),
    Role.PASSED: partial(click.style, fg="green"),
    Role.FAILED: partial(click.style, fg="red", bold=True),
}
"""How each role is drawn; one that is not here is drawn plain."""


def styled(line: Line) -> str:
    """A line with the escape sequences of its colours."""
    return "".join(_STYLES[piece.role](piece.text) if piece.role in _STYLES else piece.text for piece in line)


@contextmanager
def writing(output: str | None, *, prose: bool = False, live: bool = False) -> Iterator[Write]:
    """A function that writes lines: at once to standard output, or to a file that appears when the block ends well.

    Args:
        output: path of the file; None is standard output.
        prose: whether a terminal gets the lines wrapped to its width.
        live: whether standard output gets each line as soon as it is there, else many at once.

    Raises:
        OSError: the file cannot be written.
    """
    if output is None:
        yield partial(_print, prose=prose, at_once=1 if live else _AT_ONCE)
        return
    with replacing(Path(output)) as stream:
        yield lambda lines: stream.writelines(f"{plain(line)}\n".encode() for line in lines)


def _print(lines: Iterable[Line], *, prose: bool, at_once: int) -> None:
    if prose and sys.stdout is not None and sys.stdout.isatty():
        width = shutil.get_terminal_size().columns
        lines = (part for line in lines for part in wrapped(line, width))
    shown = map(styled, lines)
    while some := list(islice(shown, at_once)):
        progress.erase()
        _echo("\n".join(some))


def _echo(text: str) -> None:
    """Prints in the encoding that the environment asks for; what it lacks is escaped."""
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
        stream.reconfigure(errors="backslashreplace")
    context = click.get_current_context(silent=True)
    click.echo(text, stream, color=color_of("auto") if context is None else context.color)


def color_of(choice: str) -> bool | None:
    """Whether there are colours: ``always``, ``never``, or ``auto``, as the environment says; None goes by the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return False if os.environ.get("TERM") == "dumb" else None
