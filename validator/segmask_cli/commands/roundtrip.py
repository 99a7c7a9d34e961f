"""``segmask roundtrip PATH...``: decodes archives, encodes them, decodes that, and compares.

Both times it is CVAT's view that counts: instances by their pixels and labels, subsets, names of labels. Exit codes: 0 every
archive survives; 1 one does not, or CVAT rejects it; 2 bad usage, a file that is not there, or a fault of the tool itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from segmask.container.remote.urls import shown
from segmask.container.source import SourceError
from segmask.limits import Limits
from segmask.problem import FormatError, WriteError, counted, printable
from segmask_cli import options, progress, terminal
from segmask_cli.command import Command
from segmask_cli.inputs import inputs_of
from segmask_cli.output import writing
from segmask_cli.workers import workers
from segmask_validate.report.lines import Line, line

if TYPE_CHECKING:
    from segmask._support.apply import Apply
    from segmask.compare.roundtrip import RoundTrip

_SHOWN: Final = 60


@click.command(
    "roundtrip",
    cls=Command,
    short_help="Decode, encode, decode: the same?",
    examples=[("a.zip", "one archive"), ("data/*.zip -o survivors.txt", "several, and what became of each to a file")],
    exits="0 all survive, 1 one does not or is rejected by CVAT, 2 bad usage or the tool itself failed.",
)
@options.archives
@options.output
@options.jobs
@options.max_pixels
@click.pass_context
def command(context: click.Context, paths: tuple[str, ...], output: str | None, jobs: int, max_pixels: int) -> None:
    """Decode each archive, encode it, decode that, and compare the two: instances, labels, pixels.

    What CVAT loses or misreads in an archive is no difference: it is compared as CVAT imports it.
    """
    inputs = inputs_of(paths)
    terminal.check_output(output, inputs.archives)
    limits = Limits(pixels=max_pixels)
    survive = True
    with writing(output, prose=True) as write, workers(jobs) as apply:
        for path in inputs.archives:
            try:
                found = _round_trip(path, limits, apply)
            except (OSError, SourceError) as error:
                inputs.failed(path, error)
                continue
            write(_lines(printable(shown(path)), found))
            survive = survive and not isinstance(found, str) and not found.differences
    if inputs.errors:
        context.exit(terminal.FAILED)
    if not survive:
        context.exit(1)


def _round_trip(path: str, limits: Limits, apply: Apply) -> RoundTrip | str:
    """What became of an archive, or why it was refused."""
    from segmask.compare.roundtrip import round_trip  # brings numpy, which --help must not wait for

    try:
        with progress.bar("comparing") as advance:
            return round_trip(Path(path), limits=limits, apply=apply, progress=advance)
    except FormatError as refusal:
        return f"refused: {refusal}"
    except WriteError as refusal:
        return f"cannot be written: {printable(str(refusal))}"


def _lines(name: str, found: RoundTrip | str) -> Iterator[Line]:
    if isinstance(found, str):
        yield line(f"{name}: {found}")
        return
    counts = (counted(found.images, "image"), counted(found.instances, "instance"), counted(found.pixels, "pixel"))
    yield line(f"{name}: {', '.join(counts)} compared: {'differs' if found.differences else 'survives'}")
    for difference in found.differences[:_SHOWN]:
        yield line(f"  {printable(difference)}")
    if len(found.differences) > _SHOWN:
        yield line(f"  and {counted(len(found.differences) - _SHOWN, 'more line')}")
