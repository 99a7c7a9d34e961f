"""``segmask conformance -- COMMAND``: whether another program reads the corpus as CVAT does.

Exit codes: 0 every case passed; 1 some failed; 2 bad usage, a program that cannot be started, or a fault of the tool
itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import click

from segmask._support.words import EVERYTHING, Vocabulary
from segmask.problem import printable
from segmask_cli import options, terminal
from segmask_cli.command import Command
from segmask_cli.output import Write, writing
from segmask_validate.conformance import schema
from segmask_validate.report.lines import line

if TYPE_CHECKING:
    from segmask_validate.conformance.run import Outcome
    from segmask_validate.corpus import Case

_DAY: Final = 86_400


def _print_schema(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        with writing(None) as write:
            write([line(schema().rstrip("\n"))])
        context.exit()


@click.command(
    "conformance",
    cls=Command,
    short_help="Does another program read as CVAT does?",
    context_settings={"allow_interspersed_args": False},
    examples=[
        ("-- ./my-reader", "a reader in any language, over the whole corpus"),
        ("--case labelmap -- ./my-reader", "over one area of it"),
        ("--case labelmap/duplicate-color --expected", "the answer that passes"),
    ],
    exits="0 all passed, 1 some failed, 2 bad usage, COMMAND cannot be started, or the tool itself failed.",
)
@click.argument("program", nargs=-1, metavar="-- COMMAND...")
@click.option("--case", "wanted", multiple=True, metavar="CASE",
              help="Only these cases: area/name, or a whole area, with commas between.")  # fmt: skip
@click.option("--select", "wanted_before", multiple=True, hidden=True)  # what --case was called
@click.option("--timeout", type=terminal.NumberRange(0, _DAY, min_open=True), default=10, show_default=True,
              help="Seconds that one answer may take, start-up included.")  # fmt: skip
@options.text_or_json
@options.output
@click.option(
    "--expected", is_flag=True, help="Print the answers that pass, a line of JSON for each case; runs no program."
)
@click.option("--schema", is_flag=True, is_eager=True, expose_value=False, callback=_print_schema,
              help="Print the JSON Schema of the protocol and exit.")  # fmt: skip
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: click.Context,
    program: tuple[str, ...],
    wanted: tuple[str, ...],
    wanted_before: tuple[str, ...],
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
    cases = _selected(wanted + wanted_before)
    with writing(output) as write:
        passed = _expect(cases, write) if expected else _run(program, cases, timeout, form, write)
    if not passed:
        context.exit(1)


def _expect(cases: list[Case], write: Write) -> bool:
    """Writes the answers that pass; always True."""
    for answer in _expected(cases):
        write([line(json.dumps(answer))])
    return True


def _run(program: tuple[str, ...], cases: list[Case], timeout: float, form: str, write: Write) -> bool:
    """Asks the program about the cases; whether all passed."""
    from segmask_validate.conformance import table  # brings numpy, which --help must not wait for
    from segmask_validate.conformance.run import run  # same

    width = max(len(case.name) for case in cases)
    outcomes: list[Outcome] = []
    for outcome in run(program, cases, timeout):
        outcomes.append(outcome)
        if form == "text":
            write([table.case_line(outcome, width)])
    if form == "json":
        write([line(json.dumps(table.to_json(program, outcomes), indent=2))])
    else:
        write([line(), *table.totals(outcomes)])
    return all(outcome.passed for outcome in outcomes)


def _selected(words: tuple[str, ...]) -> list[Case]:
    from segmask_validate.corpus import cases  # brings numpy

    known = cases()
    areas = tuple(dict.fromkeys(case.area for case in known))
    try:
        wanted = Vocabulary("case", tuple(case.name for case in known), areas=areas).chosen(words or EVERYTHING)
    except ValueError as error:
        raise click.BadParameter(printable(str(error)), param_hint="--case") from None
    return [case for case in known if case.name in wanted]


def _expected(cases: list[Case]) -> Iterator[dict[str, Any]]:
    from segmask_validate.conformance.expected import expected  # brings numpy

    with TemporaryDirectory() as folder:
        for case in cases:
            answer = expected(case.build(Path(folder), "zip"))
            yield {"case": case.name, "about": case.expected["about"], **answer.to_json()}
