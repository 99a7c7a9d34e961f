"""``segmask-validate roundtrip ARCHIVE...``: decodes archives, encodes them, decodes that, and compares.

Both times it is CVAT's view that counts: instances by their pixels and labels, subsets, names of labels. Exit codes: 0 every
archive survives; 1 one does not, or CVAT rejects it; 2 bad usage, a file that is not there, or a fault of the tool itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from segmask.limits import Limits
from segmask.problem import FormatError, counted, printable
from segmask_validate.report.model import TOOL

from . import terminal

_SHOWN: Final = 60


@click.command(
    f"{TOOL} roundtrip",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 all survive, 1 one does not or is rejected by CVAT, 2 bad usage or the tool itself failed.",
)
@click.argument("paths", nargs=-1, required=True, metavar="ARCHIVE...")
@click.option("--max-pixels", type=click.IntRange(1), default=Limits().pixels, show_default=True,
              help="Largest mask to read, width times height.")  # fmt: skip
@click.pass_context
def command(context: click.Context, paths: tuple[str, ...], max_pixels: int) -> None:
    """Decode each ARCHIVE, encode it, decode that, and compare the two: instances, labels, pixels.

    What CVAT loses or misreads in an ARCHIVE is no difference: it is compared as CVAT imports it.
    """
    terminal.check_inputs(paths)
    limits = Limits(pixels=max_pixels)
    survive = [_tell(path, limits) for path in paths]
    if not all(survive):
        context.exit(1)


def _tell(path: str, limits: Limits) -> bool:
    """Prints what becomes of an archive; whether it survives."""
    from segmask import WriteError  # these bring numpy, which --help must not wait for
    from segmask.compare.roundtrip import round_trip

    name = printable(path)
    try:
        found = round_trip(Path(path), limits=limits)
    except FormatError as refusal:
        click.echo(f"{name}: refused: {refusal}")
        return False
    except WriteError as refusal:
        click.echo(f"{name}: cannot be written: {printable(str(refusal))}")
        return False
    counts = (counted(found.images, "image"), counted(found.instances, "instance"), counted(found.pixels, "pixel"))
    click.echo(f"{name}: {', '.join(counts)} compared: {'differs' if found.differences else 'survives'}")
    for line in found.differences[:_SHOWN]:
        click.echo(f"  {printable(line)}")
    if len(found.differences) > _SHOWN:
        click.echo(f"  and {counted(len(found.differences) - _SHOWN, 'more line')}")
    return not found.differences
