"""What both commands do alike at the terminal: one line for every failure, and exit codes."""

from __future__ import annotations

import os
import sys
from typing import Final

import click

from segmask.problem import printable

REFUSED: Final = 1
FAILED: Final = 2
INTERRUPTED: Final = 130


def run(
    command: click.Command, name: str, arguments: list[str] | None, refusals: tuple[type[Exception], ...] = ()
) -> None:
    """Runs a command and ends the process with its exit code; every failure is one line on standard error.

    1 for input that is refused, by one of the `refusals`; 2 for bad usage, files that cannot be opened or written, and
    faults of the tool itself.
    """
    try:
        code = command.main(arguments, prog_name=name, standalone_mode=False) or 0
    except click.Abort:
        code = _fail(name, "interrupted", INTERRUPTED)
    except click.ClickException as error:
        code = _fail(name, error.format_message(), FAILED)
    except refusals as error:
        code = _fail(name, str(error), REFUSED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left: nothing more to say
        code = REFUSED
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        code = _fail(name, f"{named}{error.strerror or error}", FAILED)
    except Exception as error:  # noqa: BLE001 - the last resort: a fault of this program is no traceback to its user
        code = _fail(name, f"internal error, please report it: {type(error).__name__}: {error}", FAILED)
    sys.exit(code)


def _fail(name: str, message: str, code: int) -> int:
    click.echo(f"{name}: {printable(' '.join(message.split()))}", err=True)
    return code
