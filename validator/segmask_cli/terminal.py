"""What all commands do alike at the terminal: what options may say, one line for every failure, and exit codes."""

from __future__ import annotations

import errno
import math
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from segmask._support.memory import keep_freed_blocks
from segmask.container.source import SourceError
from segmask_cli import progress

from . import words_of
from .process import signals

STREAM: Final = "-"
"""What users write for standard output."""
REFUSED: Final = 1
FAILED: Final = 2
INTERRUPTED: Final = 130


class OutputPath(click.Path):
    """A file to write. The empty path, of an unset variable say, is none: `pathlib` takes it for the working directory.

    Args:
        streams: whether it may be standard output instead.
    """

    def __init__(self, *, streams: bool = False) -> None:
        super().__init__(dir_okay=False)
        self._streams = streams

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See `click.ParamType.convert`; standard output is None."""
        if not value:
            self.fail("the path is empty.", param, ctx)
        if value == STREAM:
            if self._streams:
                return None
            self.fail("'-' is standard output, and this is written to a file: name one.", param, ctx)
        return super().convert(value, param, ctx)


class NumberRange(click.FloatRange):
    """Numbers between bounds; nan, which no bound keeps out, and infinity are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See `click.ParamType.convert`."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{number} is no finite number.", param, ctx)
        return number


def check_inputs(paths: Iterable[str]) -> None:
    """Whether there is something to read at paths.

    Raises:
        click.UsageError: at one of them there is not, or it is empty.
    """
    for path in paths:
        if not path:
            raise click.UsageError("a path is empty: it would mean the working directory")
        if not Path(path).exists():
            raise click.UsageError(f"{path}: no such file or folder")


def check_output(output: str | None, inputs: Iterable[str]) -> None:
    """Whether a file can be written without loss of what is read, and without becoming part of it.

    Args:
        output: its path; None is standard output.
        inputs: paths of what is read; URLs too.

    Raises:
        click.UsageError: it is one of the inputs, perhaps by another path, or a file in one that is a folder, or a new
            one there would be read as part of a data set.
    """
    if output is None:
        return
    for path in filter(os.path.exists, inputs):
        if _would_replace(Path(output), Path(path)):
            raise click.UsageError(f"{output}: the output would replace what is read")
        if _would_be_read(Path(output), Path(path)):
            raise click.UsageError(f"{output}: the output would be read as part of {path}; write it elsewhere")
    from segmask_validate.paths import data_set_around  # the codec, which --help must not wait for

    if (
        root := data_set_around(Path(output))
    ) is not None:  # whatever is read: a pattern may have matched nothing there
        raise click.UsageError(f"{output}: the output would be read as part of {root}; write it elsewhere")


def check_place(output: str) -> None:
    """Whether a file can be there at all, for what is written when long work is done.

    Raises:
        click.UsageError: it is a folder, or there is no folder for it.
    """
    if os.path.isdir(output):  # noqa: PTH112 - never raises
        raise click.UsageError(f"{output}: {os.strerror(errno.EISDIR)}")
    if not os.path.isdir(os.path.dirname(os.path.abspath(output))):  # noqa: PTH100, PTH112, PTH120 - never raises
        raise click.UsageError(f"{output}: {os.strerror(errno.ENOENT)}")


def _would_replace(output: Path, path: Path) -> bool:
    return output.exists() and (path.samefile(output) or output.resolve().is_relative_to(path.resolve()))


def _would_be_read(output: Path, folder: Path) -> bool:
    from segmask.dataset import layout  # the codec, which --help must not wait for

    place, root = output.resolve(), folder.resolve()
    return place.is_relative_to(root) and layout.is_part(place.relative_to(root))


class Refused(click.ClickException):
    """Input that is refused, named."""


@contextmanager
def about(path: str) -> Iterator[None]:
    """Lets what makes a document or archive refused name its file.

    Raises:
        Refused: in place of the refusal.
    """
    try:
        yield
    except (click.ClickException, OSError, SourceError):
        raise
    except _refusals() as error:
        raise Refused(f"{path}: {error}") from None


def run(command: click.Command, name: str, arguments: list[str] | None) -> None:
    """Runs a command and ends the process with its exit code; every failure is one line on standard error.

    1 for input that is refused; 2 for bad usage, files that cannot be opened or written, and faults of the tool itself.
    """
    keep_freed_blocks()
    given = sys.argv[1:] if arguments is None else arguments
    try:
        with signals.raised():
            code = command.main(arguments, prog_name=name, standalone_mode=False) or 0
    except signals.Signalled as signalled:
        code = _fail(name, words_of(signalled.number), 128 + signalled.number, given)
    except click.Abort:
        code = _fail(name, "interrupted", INTERRUPTED, given)
    except click.ClickException as error:
        code = _fail(name, error.format_message(), REFUSED if isinstance(error, Refused) else FAILED, given)
    except SourceError as error:
        code = _fail(name, str(error), FAILED, given)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left: nothing more to say
        code = REFUSED
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        code = _fail(name, f"{named}{error.strerror or error}", FAILED, given)
    except _refusals() as error:
        code = _fail(name, str(error), REFUSED, given)
    except MemoryError:
        code = _fail(name, "there is not enough memory", FAILED, given)
    except Exception as error:  # noqa: BLE001 - the last resort: a fault of this program is no traceback to its user
        code = _fail(name, f"internal error, please report it: {type(error).__name__}: {error}", FAILED, given)
    sys.exit(code)


def _refusals() -> tuple[type[Exception], ...]:
    """What says that input is refused; asked for when something was raised, since it brings numpy."""
    from segmask.formats.annotations import AnnotationError
    from segmask.problem import FormatError, WriteError

    return FormatError, WriteError, AnnotationError


def complain(line: str) -> None:
    """Says something on standard error, in one line, in the name of the command that runs."""
    _fail(click.get_current_context().find_root().info_name or "", line, FAILED, ())


def _fail(name: str, message: str, code: int, given: Iterable[str]) -> int:
    from segmask.container.remote.urls import redacted  # the codec, which --help must not wait for

    progress.complain(f"{name}: {' '.join(redacted(message, given).split())}")
    return code
