"""Where lines go: to standard output, in colours where it is a terminal, or to a file, plain."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from segmask._support.files import replacing
from segmask_validate.report.lines import Line, Role, plain

Write = Callable[[Iterable[Line]], None]

_STYLES: Final[dict[Role, dict[str, Any]]] = {
    Role.NAME: {"bold": True},
    Role.ASIDE: {"dim": True},
    Role.CLEAN: {"fg": "green", "bold": True},
    Role.ALTERED: {"fg": "yellow", "bold": True},
    Role.REJECTED: {"fg": "red", "bold": True},
    Role.UNSAFE: {"fg": "red", "bold": True},
    Role.UNKNOWN: {"fg": "yellow", "bold": True},
    Role.INCOMPLETE: {"fg": "yellow"},
    Role.ERROR: {"fg": "red", "bold": True},
    Role.WARNING: {"fg": "yellow", "bold": True},
    Role.INFO: {"fg": "cyan", "bold": True},
    Role.PASSED: {"fg": "green"},
    Role.FAILED: {"fg": "red", "bold": True},
}
"""How `click.style` draws each role; a role that is not here is drawn plain."""


def styled(line: Line) -> str:
    """A line with the escape sequences of its colours."""
    return "".join(
        click.style(piece.text, **_STYLES[piece.role]) if piece.role in _STYLES else piece.text for piece in line
    )


@contextmanager
def writing(output: str | None) -> Iterator[Write]:
    """A function that writes lines: at once to standard output, or to a file that appears when the block ends well.

    Raises:
        OSError: the file cannot be written.
    """
    if output is None:
        yield _print
        return
    with replacing(Path(output)) as stream:
        yield lambda lines: stream.writelines(f"{plain(line)}\n".encode() for line in lines)


def _print(lines: Iterable[Line]) -> None:
    click.echo("\n".join(map(styled, lines)), color=False if os.environ.get("NO_COLOR") else None)
