"""``segmask-validate PATH...``: the command's main job.

Exit codes, whatever the output format: 0 no finding at or above ``--fail-on``; 1 findings; 2 bad usage, a file that is
not there, or a fault of the tool itself. What reads masks or draws on a terminal is imported once there is something to
read: ``--version`` and ``--help`` wait for nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segmask._support.files import replacing
from segmask.container.remote import is_url
from segmask.container.source import SourceError
from segmask.limits import Limits
from segmask.rules import BY_CODE, RULES, find
from segmask.rules.rule import Severity
from segmask_validate.report import text
from segmask_validate.report.model import TOOL, ArchiveReport, to_json
from segmask_validate.selection import codes_of

from . import terminal

if TYPE_CHECKING:
    from concurrent.futures import Executor


def schema() -> str:
    """The JSON Schema of the report, as text."""
    from importlib.resources import files  # slow, and needed for nothing else

    return (files("segmask_validate") / "report" / "report.schema.json").read_text(encoding="utf-8")


def _codes(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> frozenset[str]:
    for value in values:
        if not value.replace(",", "").strip():
            raise click.BadParameter(f"{value!r} names no rule (see --list-rules)")
    try:
        return codes_of(values)
    except ValueError as error:
        raise click.BadParameter(f"{error} (see --list-rules)") from error


def _printing(text: Callable[[str], str]) -> Callable[[click.Context, click.Parameter, str | None], None]:
    """A callback for an option that prints and ends the command."""

    def callback(context: click.Context, _: click.Parameter, value: str | None) -> None:
        if value and not context.resilient_parsing:
            click.echo(text(value))
            context.exit()

    return callback


def explanation(name: str) -> str:
    """What ``--explain`` prints for a rule's code or name."""
    rule = find(name)
    if rule is None:
        raise click.BadParameter(f"no rule {name!r} (see --list-rules)")
    return (
        f"{rule.code} {rule.name}: {rule.effect.value}, {rule.severity.value}\n\n{rule.summary}\n\n"
        f"In CVAT: {rule.cvat}\n\nRemedy: {rule.remedy}"
    )


def _rule_list(_: str) -> str:
    return "\n".join(
        f"{rule.code}  {rule.name:<26} {rule.effect.value:<9} {rule.severity.value:<8} {rule.summary}" for rule in RULES
    )


@click.command(
    TOOL,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 bad usage or the tool itself failed. Further "
    "commands: segmask-validate roundtrip ARCHIVE... and segmask-validate conformance -- COMMAND...; each has --help.",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", type=terminal.OutputPath(), help="Write the report to this file.")
@click.option("--select", multiple=True, callback=_codes, help="Report only these rules: codes, names, areas (PNG).")
@click.option("--ignore", multiple=True, callback=_codes, help="Do not report these rules.")
@click.option(
    "--fail-on", type=click.Choice([str(s) for s in Severity]), default=str(Severity.ERROR), show_default=True,
    help="Lowest severity that makes the exit code 1.",
)  # fmt: skip
@click.option(
    "--jobs", type=click.IntRange(1), default=lambda: os.cpu_count() or 1, show_default="all cores",
    help="Processes to read images in.",
)  # fmt: skip
@click.option("--cluster", metavar="ADDRESS",
              help="Have the workers of a Dask cluster read the images: its scheduler, such as tcp://scheduler:8786.")  # fmt: skip
@click.option("--max-pixels", type=click.IntRange(1), default=Limits().pixels, show_default=True,
              help="Largest mask to read, width times height.")  # fmt: skip
@click.option("--schema", is_flag=True, is_eager=True, expose_value=False, callback=_printing(lambda _: schema()),
              help="Print the JSON Schema of the report and exit.")  # fmt: skip
@click.option("--explain", metavar="RULE", is_eager=True, expose_value=False, callback=_printing(explanation),
              help="Say what a rule means and exit.")  # fmt: skip
@click.option("--list-rules", is_flag=True, is_eager=True, expose_value=False, callback=_printing(_rule_list),
              help="List all rules and exit.")  # fmt: skip
@click.version_option(package_name="segmask", prog_name=TOOL)
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
    if output is not None:
        terminal.check_output(output, paths)
    selected = (select or frozenset(BY_CODE)) - ignore
    reports = _validated(paths, cluster, jobs=jobs, limits=Limits(pixels=max_pixels), selected=selected)
    text = _json(reports) if form == "json" else _text(reports)
    if output is None:
        click.echo(text, nl=False, color=False if os.environ.get("NO_COLOR") else None)
    else:
        with replacing(Path(output)) as stream:
            stream.write(click.unstyle(text).encode())
    worst = max((report.worst() or Severity.INFO for report in reports), key=lambda severity: severity.rank)
    if any(report.findings for report in reports) and worst.rank >= Severity(fail_on).rank:
        context.exit(1)


def _validated(paths: Iterable[str], cluster: str | None, *, jobs: int, **how: Any) -> tuple[ArchiveReport, ...]:
    # what brings numpy is imported when there is something to validate: --help must not wait for it
    from segmask_validate.run import runner
    from segmask_validate.run.crew import CrewError

    from . import progress

    try:
        with progress.shown() as shown, _crew(cluster, jobs) as (executor, size):
            return tuple(runner.validate_all(paths, jobs=size, executor=executor, progress=shown, **how))
    except (CrewError, SourceError) as error:
        raise click.ClickException(str(error)) from None


def _crew(cluster: str | None, jobs: int) -> AbstractContextManager[tuple[Executor | None, int]]:
    """Who reads, and how many they are."""
    if cluster is None:
        return nullcontext((None, jobs))
    from segmask_validate.run.cluster import connected  # an extra

    return connected(cluster)


def _json(reports: tuple[ArchiveReport, ...]) -> str:
    import json  # the text report needs it not

    return json.dumps(to_json(reports), indent=2, ensure_ascii=True) + "\n"


def _text(reports: tuple[ArchiveReport, ...]) -> str:
    lines = [line for report in reports for line in (*text.lines(report), "")]
    return "\n".join((*lines, text.summary(reports), ""))
