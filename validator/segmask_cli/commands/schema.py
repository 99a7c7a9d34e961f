"""``segmask schema``: the JSON Schema of the report."""

from __future__ import annotations

import click

from segmask_cli import options
from segmask_cli.command import Command
from segmask_cli.output import writing
from segmask_validate.report.lines import line


def schema() -> str:
    """The JSON Schema of the report, as text without its last line end."""
    from importlib.resources import files  # slow, and needed for nothing else

    return (files("segmask_validate") / "report" / "report.schema.json").read_text(encoding="utf-8").rstrip("\n")


@click.command(
    "schema",
    cls=Command,
    short_help="The JSON Schema of the report.",
    examples=[("", "to standard output"), ("-o report.schema.json", "to a file")],
)
@options.output
def command(output: str | None) -> None:
    """Print the JSON Schema of the report that "segmask validate --format json" writes."""
    with writing(output) as write:
        write([line(schema())])
