"""``segmask schema``: the JSON Schemas of what is written and read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import click

from segmask_cli import options
from segmask_cli.command import Command
from segmask_cli.output import writing
from segmask_validate.report.lines import line


def schema() -> str:
    """The JSON Schema of the report, as text without its last line end."""
    from importlib.resources import files  # slow, and needed for nothing else

    return (files("segmask_validate") / "report" / "report.schema.json").read_text(encoding="utf-8").rstrip("\n")


def _of_configuration() -> str:
    import json  # as above

    from segmask_validate.configuration.schema import schema as of_configuration

    return json.dumps(of_configuration(), indent=2)


def _of_baseline() -> str:
    import json  # as above

    from segmask_validate.baseline.file import SCHEMA

    return json.dumps(SCHEMA, indent=2)


SCHEMAS: Final[dict[str, Callable[[], str]]] = {
    "report": schema,
    "config": _of_configuration,
    "baseline": _of_baseline,
}


@click.command(
    "schema",
    cls=Command,
    short_help="The JSON Schema of the report, a configuration, or a baseline.",
    examples=[
        ("", "of the JSON report, to standard output"),
        ("-o report.schema.json", "to a file"),
        ("config -o segmask.schema.json", "of a segmask.toml, for your editor"),
    ],
)
@click.argument("what", type=click.Choice([*SCHEMAS]), default="report")
@options.output
def command(what: str, output: str | None) -> None:
    """Print a JSON Schema: of the report that "segmask validate --format json" writes, of a configuration, or of a baseline."""
    with writing(output) as write:
        write([line(SCHEMAS[what]())])
