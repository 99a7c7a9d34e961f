"""``segmask validate PATH...``, and the same as ``segmask-validate``: what CVAT would do with archives.

Exit codes, whatever the output format: 0 no finding at or above ``--fail-on``; 1 findings; 2 bad usage, a file that is
not there, or a fault of the tool itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from typing import TYPE_CHECKING, Any

import click

from segmask.container.remote import is_url
from segmask.limits import Limits
from segmask.rules import BY_CODE
from segmask.rules.rule import Severity
from segmask_cli import options, terminal
from segmask_cli.command import Command, version
from segmask_cli.output import writing
from segmask_validate.report import text
from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport, to_json

from .explain import explanations
from .rules import rule_lines
from .schema import schema

if TYPE_CHECKING:
    from concurrent.futures import Executor


@click.command(
    "validate",
    cls=Command,
    short_help="What CVAT rejects, loses and misreads of archives.",
    examples=[
        ("a.zip", "a zip, or an unpacked folder"),
        ("data/*.zip --jobs 2", "one list of work for two processes"),
        ("a.zip --ignore GEO,class-only --fail-on warning", "stricter, but for some rules"),
        ("a.zip --format json -o report.json", "for programs; segmask schema describes it"),
    ],
    exits="0 nothing at or above --fail-on, 1 findings, 2 bad usage or the tool itself failed.",
)
@options.archives
@options.report_format
@options.output
@options.select
@options.ignore
@options.fail_on
@options.jobs
@click.option("--cluster", metavar="ADDRESS",
              help="Have the workers of a Dask cluster read the images: its scheduler, such as tcp://scheduler:8786.")  # fmt: skip
@options.max_pixels
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: click.Context,
    paths: tuple[str, ...],
    form: str,
    output: str | None,
    select: frozenset[str],
    ignore: frozenset[str],
    fail_on: str,
    jobs: int,
    cluster: str | None,
    max_pixels: int,
) -> None:
    """Say what CVAT would do with Segmentation Mask archives: what it rejects, loses and misreads, and why.

    Each PATH is a zip or an unpacked folder, or the URL of a zip (https://, s3://, gs://, ...), read by ranges.
    """
    terminal.check_inputs(path for path in paths if not is_url(path))
    terminal.check_output(output, paths)
    selected = (select or frozenset(BY_CODE)) - ignore
    reports = _validated(paths, cluster, jobs=jobs, limits=Limits(pixels=max_pixels), selected=selected)
    with writing(output) as write:
        write([line(_json(reports))] if form == "json" else _lines(reports))
    if any(finding.severity.rank >= Severity(fail_on).rank for report in reports for finding in report.findings):
        context.exit(1)


def standalone() -> click.Command:
    """The same command as ``segmask-validate``, with options for what it has no subcommands for."""
    alone = copy(command)
    alone.help = f'{command.help}\n\nThe same as "segmask validate"; "segmask --help" lists the other commands.'
    alone.params = [
        *command.params,
        _telling("--explain", explanations, "Say what a rule means and exit.", "RULE"),
        _telling("--list-rules", rule_lines, "List all rules and exit."),
        _telling("--schema", lambda _: [line(schema())], "Print the JSON Schema of the report and exit."),
    ]
    return version(alone)


def _telling(
    name: str, lines: Callable[[frozenset[str]], Iterable[Line]], about: str, value: str | None = None
) -> click.Option:
    """An option that prints lines on some rules, those of its value or all, and ends the command."""

    def tell(context: click.Context, option: click.Parameter, given: str | None) -> None:
        if given and not context.resilient_parsing:
            codes = frozenset(BY_CODE) if value is None else options.codes(context, option, (given,))
            with writing(None) as write:
                write(lines(codes))
            context.exit()

    return click.Option(
        [name], metavar=value, is_flag=value is None, is_eager=True, expose_value=False, callback=tell, help=about
    )


def _validated(paths: Iterable[str], cluster: str | None, *, jobs: int, **how: Any) -> tuple[ArchiveReport, ...]:
    # what brings numpy is imported when there is something to validate: --help must not wait for it
    from segmask_cli import progress
    from segmask_validate.run import runner
    from segmask_validate.run.dispatcher import DispatchError

    try:
        with progress.bar("reading") as advance, _dispatcher(cluster, jobs) as (executor, size):
            return tuple(runner.validate_all(paths, jobs=size, executor=executor, progress=advance, **how))
    except DispatchError as error:
        raise click.ClickException(str(error)) from None


def _dispatcher(cluster: str | None, jobs: int) -> AbstractContextManager[tuple[Executor | None, int]]:
    """Who reads, and how many they are."""
    if cluster is None:
        return nullcontext((None, jobs))
    from segmask_validate.run.cluster import connected  # an extra

    return connected(cluster)


def _json(reports: tuple[ArchiveReport, ...]) -> str:
    import json  # the text report needs none

    return json.dumps(to_json(reports), indent=2, ensure_ascii=True)


def _lines(reports: tuple[ArchiveReport, ...]) -> Iterator[Line]:
    for report in reports:
        yield from text.lines(report)
        yield line()
    yield line(text.summary(reports))
