"""The commands ``segmask`` and ``segmask-validate``: the one calls its subcommands, the other is one of them.

A subcommand is imported when it is called, or when all of them are listed. Exit codes: 0 all is well; 1 something was
found or refused; 2 bad usage, a file that is not there, or a fault of the tool itself; 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

from segmask_validate.report import TOOL as VALIDATE

from . import terminal
from .command import SETTINGS, version

TOOL: Final = "segmask"
COMMANDS: Final = ("validate", "export", "import", "show", "roundtrip", "conformance", "explain", "rules", "schema")
_ALSO: Final = frozenset({"conformance", "roundtrip"})
"""Subcommands that ``segmask-validate`` has too; a file of such a name is validated as ``./name``."""


def command_of(name: str) -> click.Command:
    """A subcommand by its name."""
    command: click.Command = import_module(f".commands.{'import_' if name == 'import' else name}", __package__).command
    return command


class _Group(click.Group):
    """The subcommands, in the order of `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - see `click.Group.list_commands`
        """See `click.Group.list_commands`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - same
        """See `click.Group.get_command`."""
        return command_of(cmd_name) if cmd_name in COMMANDS else None


@click.group(TOOL, cls=_Group, context_settings=SETTINGS, invoke_without_command=True)
@version
@click.pass_context
def group(context: click.Context) -> None:
    """Say what CVAT makes of Segmentation Mask archives, and move shapes into them and out without losing a pixel."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(terminal.FAILED)


def segmask(arguments: Sequence[str] | None = None) -> None:
    """Runs ``segmask`` and ends the process with its exit code."""
    terminal.run(group, TOOL, None if arguments is None else list(arguments))


def segmask_validate(arguments: Sequence[str] | None = None) -> None:
    """Runs ``segmask-validate`` and ends the process with its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in _ALSO:
        terminal.run(command_of(words[0]), f"{VALIDATE} {words[0]}", words[1:])
    if words == ["--version"]:  # which waits for no other option
        terminal.run(version(click.Command(VALIDATE)), VALIDATE, words)
    from .commands.validate import standalone

    terminal.run(standalone(), VALIDATE, words)
