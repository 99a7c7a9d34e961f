"""``segmask validate PATH...``, and the same as ``segmask-validate``: what CVAT would do with archives.

Exit codes, whatever the output format: 0 no finding at or above ``--fail-on``; 1 findings; 2 bad usage, a file that is
not there, or a fault of the tool itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from copy import copy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

import click

from segmask._support.blas import start_no_threads
from segmask.limits import Limits
from segmask.rules import BY_CODE
from segmask_cli import options, terminal
from segmask_cli.command import Command, version
from segmask_cli.configured import holding
from segmask_cli.configured.known import BaselineOptions
from segmask_cli.inputs import Inputs, inputs_of
from segmask_cli.output import writing
from segmask_cli.reports import Html, Options, format_of, streamed
from segmask_validate.configuration.selecting import Selecting
from segmask_validate.report.kept import Kept
from segmask_validate.report.lines import Line, line
from segmask_validate.report.model import ArchiveReport
from segmask_validate.selection import Selection

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from segmask_cli.photos import Photos
    from segmask_validate.configuration.model import Configuration
    from segmask_validate.selection import Given
    from segmask_validate.task.model import Task


@click.command(
    "validate",
    cls=Command,
    short_help="What CVAT rejects, loses and misreads of archives.",
    examples=[
        ("a.zip", "a zip, or an unpacked folder"),
        ("data/*.zip --jobs 2", "one list of work for two processes"),
        ("data/ --quiet", "only those of a folder that fail"),
        ("a.zip --ignore GEO,class-only --fail-on warning", "stricter, but for some rules"),
        ("a.zip --task backup.zip", "as it imports into the task of a CVAT backup"),
        ("a.zip --format json -o report.json", "for programs; segmask schema describes it"),
        ("data/ --baseline known.json", "only what is new since --write-baseline known.json"),
        ("a.zip --report report.sarif --report junit=tests.xml", "several reports of one run"),
        ("a.zip --report report.html --images photos", "a page with pictures, over the photos"),
    ],
    exits="0 nothing at or above --fail-on, 1 findings, 2 a path cannot be read, or bad usage.",
)
@options.archives_or_none
@options.report
@options.selection
@options.settings
@options.baseline
@options.jobs
@click.option("--cluster", metavar="ADDRESS",
              help="Have the workers of a Dask cluster read the images: its scheduler, such as tcp://scheduler:8786.")  # fmt: skip
@options.limits
@options.max_places
@options.task
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: click.Context,
    paths: tuple[str, ...],
    report: options.ReportOptions,
    rules: options.SelectionOptions,
    settings: options.ConfigurationOptions,
    known: BaselineOptions,
    jobs: int,
    cluster: str | None,
    bounds: options.LimitOptions,
    max_places: int,
    task: options.TaskOptions,
) -> None:
    """Say what CVAT would do with Segmentation Mask archives: what it rejects, loses and misreads, and why.

    Each PATH is a zip, an unpacked folder, or the URL of a zip (https://, s3://, gs://, ...), read by ranges; a folder
    of them stands for all of them, a member for its data set, a pattern (data/**/*.zip) for what it matches.
    """
    configuration = settings.configuration
    if settings.show_config:
        _show(configuration, context, report.output)
        return
    if not paths:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    inputs = inputs_of(paths)
    targets = report.targets(configuration)
    _check_targets([*targets, ("", known.write_baseline)], [*inputs.archives, *task.paths])
    report.check(targets, configuration)
    selection = Selecting(configuration, rules.said)
    how = _How(limits=partial(bounds.over, configuration), selection=selection, task=_task(task), max_places=max_places)
    shown = _shown(report, configuration, how, inputs)
    workers = _dispatcher(cluster, jobs, bounds.over(configuration))
    with closing(Kept()) as found:
        read = known.compared(_validated(inputs, workers, how), configuration)
        passed = _read(read, found, targets, shown)
        known.write(found, inputs.errors)
    if inputs.errors:
        context.exit(terminal.FAILED)
    if not (report.exit_zero or known.write_baseline) and not passed:
        context.exit(1)


def _show(configuration: Configuration, context: click.Context, output: str | None) -> None:
    """Writes what settings hold."""
    with writing(output) as write:
        write(holding.lines(configuration, context))


def _shown(report: options.ReportOptions, configuration: Configuration, how: _How, inputs: Inputs) -> Options:
    """What the reports depend on beside the findings."""
    return Options(
        fail_on=lambda archive: how["selection"](archive).fail_on,
        quiet=report.quiet,
        verbose=report.verbose,
        statistics=report.statistics,
        errors=inputs.errors,
        html=_html(report, configuration, how, inputs.archives),
    )


def _html(report: options.ReportOptions, configuration: Configuration, how: _How, archives: Sequence[str]) -> Html:
    from segmask.container.remote.urls import shown  # the codec, which --help must not wait for

    size, images = report.html(configuration)
    return Html(
        size=size,
        photos=_photos(images),
        limits=how["limits"],
        sources={name: path for path in archives if (name := shown(path)) != path},
    )


def _photos(folder: str | None) -> Photos | None:
    if folder is None:
        return None
    from segmask_cli.photos import Photos

    return Photos(folder)


def _check_targets(targets: Sequence[tuple[str, str | None]], inputs: Sequence[str]) -> None:
    """Whether all reports can be written, each to a file of its own."""
    taken: set[Path] = set()
    printed = [form for form, path in targets if form and path is None]
    if len(printed) > 1:
        raise click.UsageError(f"{' and '.join(printed)} would both go to standard output; write one to a file")
    for _, path in targets:
        terminal.check_output(path, inputs)
        if path is not None:
            terminal.check_place(path)
            place = Path(path).resolve()
            if place in taken:
                raise click.UsageError(f"{path}: two reports would be written to it")
            taken.add(place)


def _read(
    read: Iterator[ArchiveReport],
    found: Kept,
    targets: tuple[tuple[str, str | None], ...],
    how: Options,
) -> bool:
    """Keeps the reports and writes them when all are there, but for those that standard output gets as they come.

    Files are made when all is read: one that is begun in a folder that is read would be seen there. They are whole
    before standard output gets any other report, and are complete even if its reader leaves early.

    Returns:
        Whether all archives pass.

    Raises:
        BrokenPipeError: who read standard output left; all files are written.
    """
    failed: list[str] = []
    reports = _keeping(read, found, failed, how)
    files = [(form, path) for form, path in targets if path is not None]
    printed = next((form for form, path in targets if path is None), None)  # one at most
    stream = None if printed is None else streamed(printed)
    left: BrokenPipeError | None = None
    if stream is not None:
        try:
            with writing(None, live=True) as write:
                write(stream.lines(reports, how))
        except BrokenPipeError as error:
            if not files:
                raise
            left = error
    for _ in reports:
        pass  # those that nobody looks at as they come
    with ExitStack() as written:
        for form, path in files:
            written.enter_context(writing(path))(format_of(form).lines(found, how))
    if left is not None:
        raise left
    if printed is not None and stream is None:
        with writing(None, prose=printed == "text") as write:
            write(format_of(printed).lines(found, how))
    return not failed


def _keeping(read: Iterator[ArchiveReport], found: Kept, failed: list[str], how: Options) -> Iterator[ArchiveReport]:
    """The reports as they come, each kept; with the paths of archives that do not pass."""
    for report in read:
        found.add(report)
        if not how.passed(report):
            failed.append(report.path)
        yield report


def standalone() -> click.Command:
    """The same command as ``segmask-validate``, with options for what it has no subcommands for."""
    alone = copy(command)
    alone.help = f'{command.help}\n\nThe same as "segmask validate"; "segmask --help" lists the other commands.'
    alone.params = [
        *command.params,
        _telling("--explain", _explained, "Say what a rule means and exit.", "RULE"),
        click.Option(["--list-rules"], is_flag=True, help="List all rules, or those of --select, and exit."),
        _telling("--schema", _schema, "Print the JSON Schema of the report and exit."),
    ]
    alone.callback = _listing_rules(command.callback)
    return version(alone)


def _listing_rules(validate: Callable[..., None] | None) -> Callable[..., None]:
    """The command, with the option that lists rules in place of all it does otherwise."""
    assert validate is not None  # click allows for commands that do nothing

    def call(*, list_rules: bool, **given: object) -> None:  # what click read of the command line
        if not list_rules:
            validate(**given)
            return
        if given["paths"]:
            raise click.UsageError("--list-rules lists rules, and reads no archive: leave out one of them")
        from .rules import rule_lines  # what validates does not wait for it

        with writing(None) as write:
            said = cast("Given", {name: given[name] for name in ("select", "ignore")})
            write(rule_lines(Selection.of(**said).codes))

    return call


def _telling(
    name: str, lines: Callable[[frozenset[str]], Iterable[Line]], about: str, value: str | None = None
) -> click.Option:
    """An option that prints lines on some rules, those of its value or all, and ends the command."""

    def tell(context: click.Context, option: click.Parameter, given: str | None) -> None:
        if given and not context.resilient_parsing:
            chosen = None if value is None else options.codes(context, option, (given,))
            with writing(None) as write:
                write(lines(frozenset(BY_CODE) if chosen is None else chosen))
            context.exit()

    return click.Option(
        [name], metavar=value, is_flag=value is None, is_eager=True, expose_value=False, callback=tell, help=about
    )


def _schema(_codes: frozenset[str]) -> Iterable[Line]:
    from .schema import schema  # as above

    return [line(schema())]


def _explained(codes: frozenset[str]) -> Iterable[Line]:
    from .explain import explanations  # as above

    return explanations(codes)


def _task(given: options.TaskOptions) -> Task | None:
    """The task that the options describe.

    Raises:
        click.UsageError: a file is not what it is taken for.
    """
    if not given.is_given:
        return None  # as most runs have none, and what loads one is slow to import
    from segmask_validate.task.loading import load
    from segmask_validate.task.model import TaskError

    try:
        return load(given.backup, labels=given.labels, frames=given.frames, into=given.into)
    except TaskError as error:
        raise click.UsageError(str(error)) from None


class _How(TypedDict):
    """What the runner is told beside the paths and who reads them."""

    limits: Callable[[str], Limits]
    selection: Callable[[str], Selection]
    task: Task | None
    max_places: int


def _validated(
    inputs: Inputs, workers: AbstractContextManager[tuple[Executor | None, int]], how: _How
) -> Iterator[ArchiveReport]:
    start_no_threads()
    # what brings numpy is imported when there is something to validate: --help must not wait for it
    from segmask_cli import progress
    from segmask_validate.run import runner
    from segmask_validate.run.dispatcher import DispatchError

    try:
        with progress.bar("reading") as advance, workers as (executor, size):
            yield from runner.validate_all(
                inputs.archives,
                jobs=size,
                executor=executor,
                progress=advance,
                failed=inputs.failed,
                **how,
            )
    except DispatchError as error:
        raise click.ClickException(str(error)) from None


def _dispatcher(cluster: str | None, jobs: int, limits: Limits) -> AbstractContextManager[tuple[Executor | None, int]]:
    """Who reads, and how many they are."""
    if cluster is None:
        return nullcontext((None, jobs))
    from segmask_validate.run.cluster import connected  # an extra

    return connected(cluster, limits)
