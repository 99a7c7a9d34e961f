"""What a command reads that takes several paths: their archives; what cannot be read is a line, and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from segmask.container.source import SourceError
from segmask_cli import progress

if TYPE_CHECKING:
    from segmask_validate.paths import Unusable


class Inputs:
    """Archives to read.

    Attributes:
        archives: their paths and URLs.
        errors: what could not be read, so that the exit code is 2 in the end.
    """

    def __init__(self) -> None:
        self.archives: list[str] = []
        self.errors: list[Unusable] = []

    def failed(self, path: str, error: OSError | SourceError) -> None:
        """Says why a path cannot be read, as every failure is said, without ending the command."""
        from segmask.container.remote.urls import shown  # the codec, which --help must not wait for
        from segmask_validate.paths import Unusable

        name = shown(path)
        if isinstance(error, OSError):
            self.leave_out(Unusable(name, error.strerror or str(error)))
        else:
            reason = str(error)
            self.leave_out(Unusable(name, reason.removeprefix(f"{name}: ")), line=reason)

    def leave_out(self, unusable: Unusable, line: str | None = None) -> None:
        """Says what stands for no archive, in a line of its own where that names another place."""
        self.errors.append(unusable)
        name = click.get_current_context().find_root().info_name
        progress.complain(f"{name}: {' '.join((line or str(unusable)).split())}")


def inputs_of(paths: Iterable[str]) -> Inputs:
    """The archives that paths stand for; says which of them stand for none.

    Raises:
        click.UsageError: a path is empty.
    """
    from segmask_validate.paths import Unusable, archives  # the codec, which --help must not wait for

    given = list(paths)
    if not all(given):
        raise click.UsageError("a path is empty: it would mean the working directory")
    inputs = Inputs()
    for found in archives(given):
        if isinstance(found, Unusable):
            inputs.leave_out(found)
        else:
            inputs.archives.append(found)
    return inputs
