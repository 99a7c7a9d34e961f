"""``segmask-validate conformance -- COMMAND``: whether another program reads the corpus as CVAT does.

Exit codes: 0 every case passed; 1 some failed; 2 bad usage, a program that cannot be started, or a fault of the tool
itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import click

from segmask._support.files import replacing
from segmask.problem import printable
from segmask_validate.conformance import schema
from segmask_validate.report.model import TOOL

from . import terminal

if TYPE_CHECKING:
    from segmask_validate.corpus import Case

_DAY: Final = 86_400


def _print_schema(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(schema(), nl=False)
        context.exit()


@click.command(
    f"{TOOL} conformance",
    context_settings={"help_option_names": ["-h", "--help"], "allow_interspersed_args": False},
    epilog="Exit codes: 0 all passed, 1 some failed, 2 bad usage, COMMAND cannot be started, or the tool itself failed.",
)
@click.argument("program", nargs=-1, metavar="-- COMMAND...")
@click.option("--select", multiple=True, metavar="CASE", help="Only these cases: area/name, or a whole area.")
@click.option("--timeout", type=terminal.NumberRange(0, _DAY, min_open=True), default=10, show_default=True,
              help="Seconds that one answer may take, start-up included.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", type=terminal.OutputPath(), help="Write to this file.")
@click.option(
    "--expected", is_flag=True, help="Print the answers that pass, a line of JSON for each case; runs no program."
)
@click.option("--schema", is_flag=True, is_eager=True, expose_value=False, callback=_print_schema,
              help="Print the JSON Schema of the protocol and exit.")  # fmt: skip
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: click.Context,
    program: tuple[str, ...],
    select: tuple[str, ...],
    timeout: float,
    form: str,
    output: str | None,
    expected: bool,
) -> None:
    """Say whether a program reads Segmentation Mask archives as CVAT does, case by case of the conformance corpus.

    For each case COMMAND gets a line of JSON, {"path": ...}, and answers with a line of JSON.
    """
    if bool(program) == expected:
        raise click.UsageError("--expected runs no program" if expected else "no program to run: give it after --")
    if program and not program[0]:
        raise click.UsageError("the program has no name: the first word after -- is empty")
    cases = _selected(select)
    if expected:
        with _writer(output) as write:
            for answer in _expected(cases):
                write(json.dumps(answer))
        return
    from segmask_validate.conformance import table  # brings numpy, which --help must not wait for
    from segmask_validate.conformance.run import run  # same

    width = max(len(case.name) for case in cases)
    outcomes = []
    with _writer(output) as write:
        for outcome in run(program, cases, timeout):
            outcomes.append(outcome)
            if form == "text":
                write(table.line(outcome, width))
        if form == "json":
            write(json.dumps(table.to_json(program, outcomes), indent=2))
        else:
            write("\n".join(("", *table.totals(outcomes))))
    if not all(outcome.passed for outcome in outcomes):
        context.exit(1)


def _selected(select: tuple[str, ...]) -> list[Case]:
    from segmask_validate.corpus import cases  # brings numpy

    wanted = {name.strip() for value in select for name in value.split(",")}
    known = cases()
    names = {name for case in known for name in (case.name, case.area)}
    for name in sorted(wanted - names):
        raise click.BadParameter(f"no case or area {printable(name)!r}", param_hint="--select")
    return [case for case in known if not wanted or wanted & {case.name, case.area}]


def _expected(cases: list[Case]) -> Iterator[dict[str, Any]]:
    from segmask_validate.conformance.expected import expected  # brings numpy

    with TemporaryDirectory() as folder:
        for case in cases:
            answer = expected(case.build(Path(folder), "zip"))
            yield {"case": case.name, "about": case.expected["about"], **answer.to_json()}


@contextmanager
def _writer(output: str | None) -> Iterator[Callable[[str], object]]:
    """What writes lines: to the terminal as they come, or to a file that appears when all is written."""
    if output is None:
        yield lambda line: click.echo(line, color=False if os.environ.get("NO_COLOR") else None)
    else:
        with replacing(Path(output)) as stream:
            yield lambda line: stream.write(f"{click.unstyle(line)}\n".encode())
