"""What the commands share that read or write annotations: formats by name or suffix, archives, what is told at the end."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

import click

from segmask.problem import FormatWarning, printable
from segmask_cli import progress
from segmask_cli.output import writing
from segmask_validate.report import lines

if TYPE_CHECKING:
    from segmask import Archive, Handler, Limits

_FORMATS: Final = {"coco": "segmask.formats.coco", "cvat": "segmask.formats.cvatxml"}
_SHOWN: Final = 5
_SUFFIXES: Final = {".json": "coco", ".xml": "cvat"}

form_option = click.option(
    "--format", "form", type=click.Choice(list(_FORMATS)),
    help="COCO instances (.json) or CVAT for images (.xml); by the suffix where not given.",
)  # fmt: skip


def format_of(path: str, form: str | None) -> str:
    """The name of a document's format.

    Raises:
        click.UsageError: none is given, and the suffix says none.
    """
    chosen = form or _SUFFIXES.get(Path(path).suffix.lower())
    if chosen is None:
        raise click.UsageError(f"{path}: neither .json nor .xml; say --format coco or --format cvat")
    return chosen


def module_of(form: str) -> ModuleType:
    """The module that reads and writes a format: imported here, so that no command waits for the other."""
    from importlib import import_module

    return import_module(_FORMATS[form])


@contextmanager
def opened(path: str, limits: Limits, *, on_problem: Handler | None) -> Iterator[Archive]:
    """An archive, without warnings: "segmask validate" is the place for them.

    Args:
        path: of the archive.
        limits: what it may make the reader do.
        on_problem: gets what is wrong, and reading goes on; without it reading is strict.

    Raises:
        FormatError: strict reading met a problem of severity error, now or later.
        OSError: it cannot be opened.
    """
    import segmask

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FormatWarning)
        with segmask.open(path, on_problem=on_problem, limits=limits) as archive:
            yield archive


def named(names: Sequence[str]) -> str:
    """How many there are, and the first of them, such as ``2: 'a', 'b'``."""
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"{len(names):,}: {', '.join(names[:_SHOWN])}{more}"


def tell(output: str, line: str) -> None:
    """Prints what became of an output; on standard error where that is no file, but standard output perhaps."""
    if Path(output).is_file():
        with writing(None, prose=True) as write:
            write([lines.line(printable(line))])
    else:
        progress.complain(line)
