"""The options that several commands have: each is written once, so that it means the same in all of them.

Those about rules are the settings of the pytest plugin too: ``--select`` here is ``--segmask-select`` there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import click

from segmask.limits import DEFAULT_LIMITS, Limits
from segmask.rules import RULES
from segmask.rules.rule import Severity
from segmask_validate.report.formats import FORMATS, HTML_SIZE, parse
from segmask_validate.report.model import MAX_PLACES
from segmask_validate.selection import FailOn, Given, codes_of, levels_of

from . import terminal
from .configured import holding
from .configured.known import BaselineOptions
from .reports import missing

if TYPE_CHECKING:
    from segmask_validate.configuration.model import Configuration

_Result = TypeVar("_Result")

HINT: Final = "(see segmask rules)"


def rule_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """What a shell offers for a rule: names, or codes once a capital letter is typed."""
    names = (rule.code if incomplete[:1].isupper() else rule.name for rule in RULES)
    return [name for name in names if name.startswith(incomplete)]


def _failing(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """What a shell offers for what fails: severities, else rules."""
    severities = [severity.value for severity in Severity if severity.startswith(incomplete)]
    return severities or rule_names(context, parameter, incomplete)


def _words(parse: Callable[[tuple[str, ...]], _Result]) -> Callable[..., _Result | None]:
    """What an option's values mean; None where it is not given.

    Raises:
        click.BadParameter: a value means nothing.
    """

    def meaning(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> _Result | None:
        try:
            return parse(values) if values else None
        except ValueError as error:
            raise click.BadParameter(f"{error} {HINT}") from error

    return meaning


codes = _words(codes_of)


def report_targets(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str | None], ...]:
    """Format and path of each report; None is standard output.

    Raises:
        click.BadParameter: a value names no format, or no file.
    """
    try:
        return tuple((form, None if path == terminal.STREAM else path) for form, path in map(parse, values))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


archives = click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(readable=False))
archives_or_none = click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path(readable=False))
archive = click.argument("archive", type=click.Path(readable=False))
output = click.option("-o", "--output", type=terminal.OutputPath(streams=True), help="Write to this file.")
required_output = click.option("-o", "--output", required=True, type=terminal.OutputPath(), help="Write to this file.")
text_or_json = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Of the output."
)
_report_format = click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="Of the output."
)
_reports = click.option(
    "--report", "reports", multiple=True, metavar="FORMAT=FILE", callback=report_targets,
    help="Write a report to a file too, as often as you like; a bare FILE goes by its suffix.",
)  # fmt: skip
_html_size = click.option(
    "--html-size", type=terminal.NumberRange(1), metavar="MB", show_default=f"{HTML_SIZE}",
    help="Megabytes that an HTML report may have; what has no room is left out, and the report says so.",
)  # fmt: skip
_html_images = click.option(
    "--images", type=click.Path(exists=True, file_okay=False), metavar="FOLDER",
    help="Folder with the photos.",
)  # fmt: skip
_quiet = click.option("-q", "--quiet", is_flag=True, help="Of the text, only archives with findings that fail.")
_verbose = click.option("-v", "--verbose", is_flag=True, help="Tell in the text which rules had nothing to check, too.")
_statistics = click.option("--statistics", is_flag=True, help="End the text with counts by rule over all archives.")
select = click.option(
    "--select", multiple=True, metavar="RULES", callback=codes, shell_complete=rule_names,
    help="Report only these rules: codes, their starts (PNG, PNG00), names, ALL, with commas between.",
)  # fmt: skip
ignore = click.option(
    "--ignore", multiple=True, metavar="RULES", callback=codes, shell_complete=rule_names,
    help="Do not report these rules.",
)  # fmt: skip
_severity = click.option(
    "--severity", multiple=True, metavar="RULES=LEVEL", callback=_words(levels_of), shell_complete=rule_names,
    help="Take findings of these rules for errors, warnings or infos: GEO001=info.",
)  # fmt: skip
_fail_on = click.option(
    "--fail-on", multiple=True, metavar="LEVEL", callback=_words(FailOn.of), shell_complete=_failing,
    help="What fails: the lowest severity (error, warning or info; error unless given), and rules.",
)  # fmt: skip
_thin_pixels = click.option(
    "--thin-pixels", type=click.IntRange(1), metavar="N", help="Report thin regions (GEO001) from N pixels on."
)
_thin_regions = click.option(
    "--thin-regions", type=click.IntRange(1), metavar="N", help="Report them in archives that have N of them or more."
)
_exit_zero = click.option("--exit-zero", is_flag=True, help="Exit code 0 in place of 1, whatever is found.")
jobs = click.option(
    "--jobs", type=click.IntRange(1), default=lambda: os.cpu_count() or 1, show_default="all cores",
    help="Processes to read images in.",
)  # fmt: skip


def _if_said(context: click.Context, parameter: click.Parameter, value: int) -> int | None:
    """An option's value; None where it is not given, and something else than its default may hold."""
    source = context.get_parameter_source(str(parameter.name))
    return value if source is click.core.ParameterSource.COMMANDLINE else None


_of_pixels = partial(
    click.option, "--max-pixels", type=click.IntRange(1), default=DEFAULT_LIMITS.pixels, show_default=True,
    help="Largest mask to read, width times height.",
)  # fmt: skip
max_pixels = _of_pixels()
_connect_timeout = click.option(
    "--connect-timeout", "max_connect_seconds", type=terminal.NumberRange(0, min_open=True), metavar="SECONDS",
    show_default=f"{DEFAULT_LIMITS.connect_seconds:g}", help="Wait so long for a server of a URL, or a scheduler, to take a connection.",
)  # fmt: skip
_read_timeout = click.option(
    "--read-timeout", "max_silent_seconds", type=terminal.NumberRange(0, min_open=True), metavar="SECONDS",
    show_default=f"{DEFAULT_LIMITS.silent_seconds:g}", help="Wait so long for a server, or a scheduler, that sends nothing.",
)  # fmt: skip
max_places = click.option(
    "--max-places", type=click.IntRange(1), default=MAX_PLACES, show_default=True,
    help="Most places of a finding to name; the text shows five.",
)  # fmt: skip
_task = click.option(
    "--task", "backup", type=click.Path(exists=True), metavar="BACKUP",
    help="Say what becomes of an import into the task of this CVAT backup.",
)  # fmt: skip
_labels = click.option(
    "--labels", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
    help="Its labels: the label constructor's raw JSON, or a name on each line.",
)  # fmt: skip
_frames = click.option(
    "--frames", type=click.Path(exists=True), metavar="PATH",
    help="Its frames: a folder or a zip of images, a manifest.jsonl, or a path on each line.",
)  # fmt: skip
_config = click.option(
    "--config", "configuration", type=click.Path(exists=True, dir_okay=False), metavar="FILE", is_eager=True, callback=holding.read,
    help="Take settings from this file, not from the pyproject.toml or segmask.toml that is found.",
)  # fmt: skip
_no_config = click.option(
    "--no-config", is_flag=True, is_eager=True, expose_value=False, callback=holding.use_none,
    help="Take settings from no file.",
)  # fmt: skip
_show_config = click.option(
    "--show-config", is_flag=True, help="Print the settings that hold, with where from, and exit."
)
_baseline = click.option(
    "--baseline", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
    help="Report what is not in this file: new findings, and what is gone.",
)  # fmt: skip
_write_baseline = click.option(
    "--write-baseline", type=terminal.OutputPath(), metavar="FILE",
    help="Write what is found to this file, to be known from now on; the exit code is 0.",
)  # fmt: skip
_INTO: Final = ("task", "project")
_import_into = click.option(
    "--import-into", "into", type=click.Choice(_INTO), default=_INTO[0], show_default=True,
    help="What the archive is imported into.",
)  # fmt: skip


class TaskOptions(NamedTuple):
    """What the archives are imported into, as the options say it; see their help."""

    backup: str | None
    labels: str | None
    frames: str | None
    into: str

    @property
    def paths(self) -> list[str]:
        """What is read to know the task."""
        return [path for path in (self.backup, self.labels, self.frames) if path is not None]

    @property
    def is_given(self) -> bool:
        """Whether they say more than that archives are imported into a task."""
        return bool(self.paths) or self.into != _INTO[0]


class ConfigurationOptions(NamedTuple):
    """The settings that hold unless an option says otherwise, and whether they are asked for."""

    configuration: Configuration
    show_config: bool


class SelectionOptions(NamedTuple):
    """What the options say of rules; None is an option that is not given."""

    select: frozenset[str] | None
    ignore: frozenset[str] | None
    severity: Mapping[str, Severity] | None
    fail_on: FailOn | None
    thin_pixels: int | None
    thin_regions: int | None

    @property
    def said(self) -> Given:
        """All of it together."""
        return {name: getattr(self, name) for name in Given.__annotations__}  # type: ignore[return-value] # names of fields


class ReportOptions(NamedTuple):
    """Which reports there are, as the options say it; see their help."""

    form: str
    output: str | None
    reports: tuple[tuple[str, str | None], ...]
    quiet: bool
    statistics: bool
    verbose: bool
    exit_zero: bool
    html_size: float | None
    images: str | None

    def targets(self, configuration: Configuration) -> tuple[tuple[str, str | None], ...]:
        """Format and path of each report; None is standard output."""
        configured = ((form, configuration.path(file)) for form, file in configuration.values.get("reports", ()))
        return ((self.form, self.output), *(self.reports or configured))

    def check(self, targets: Sequence[tuple[str, str | None]], configuration: Configuration) -> None:
        """Whether they agree.

        Args:
            targets: the reports.
            configuration: the settings that hold unless an option says otherwise.

        Raises:
            click.UsageError: an option would do nothing, or what a report needs is not there.
        """
        for name, is_given in (
            ("--quiet", self.quiet),
            ("--verbose", self.verbose),
            ("--statistics", self.statistics),
        ):
            if is_given and self.form != "text":
                raise click.UsageError(f"{name} belongs to the text; the format is {self.form}")
        forms = {form for form, _ in targets}
        for name, given in (("--html-size", self.html_size), ("--images", self.images)):
            if given is not None and "html" not in forms:
                raise click.UsageError(f"{name} belongs to an HTML report; ask for one with --report html=FILE")
        for form in forms:
            lack = missing(form)
            if lack is not None:
                raise click.UsageError(lack)
        _, images = self.html(configuration)
        if "html" in forms and images is not None and not os.path.isdir(images):  # noqa: PTH112 - never raises
            raise click.UsageError(f"{configuration.where('images')}: {images}: no such folder")

    def html(self, configuration: Configuration) -> tuple[int, str | None]:
        """Bytes that an HTML report may have, and the folder with its photos."""
        size = configuration.values.get("html-size", HTML_SIZE) if self.html_size is None else self.html_size
        return int(size * 1_000_000), self.images or configuration.images


class LimitOptions(NamedTuple):
    """What may be read and waited for, as the options say it; see their help. None is one that is not given."""

    max_pixels: int | None
    max_connect_seconds: float | None
    max_silent_seconds: float | None

    def over(self, configuration: Configuration, archive: str | None = None) -> Limits:
        """The limits; what no option says is as configured for an archive's path, or as a whole."""
        given = {name.removeprefix("max_"): value for name, value in self._asdict().items()}
        said = {name: value for name, value in given.items() if value is not None}
        return Limits(**{**configuration.limits(archive), **said})


def gathered(
    kind: type[Any], name: str, *decorators: Callable[[Callable[..., Any]], Callable[..., Any]]
) -> Callable[[Callable[..., _Result]], Callable[..., _Result]]:
    """Gives a command options as one parameter: a named tuple with a field an option."""

    def decorate(function: Callable[..., _Result]) -> Callable[..., _Result]:
        @wraps(function)
        def call(*positional: Any, **given: Any) -> _Result:  # click calls it: a value an option
            value = kind._make(map(given.pop, kind._fields))
            return function(*positional, **given, **{name: value})

        command: Callable[..., _Result] = call
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


settings = gathered(ConfigurationOptions, "settings", _config, _no_config, _show_config)
baseline = gathered(BaselineOptions, "known", _baseline, _write_baseline)
limits = gathered(LimitOptions, "bounds", _of_pixels(callback=_if_said), _connect_timeout, _read_timeout)
task = gathered(TaskOptions, "task", _task, _labels, _frames, _import_into)
selection = gathered(SelectionOptions, "rules", select, ignore, _severity, _fail_on, _thin_pixels, _thin_regions)
report = gathered(
    ReportOptions, "report", _report_format, output, _reports, _html_size, _html_images, _quiet, _verbose, _statistics,
    _exit_zero,
)  # fmt: skip

lenient = click.option("--lenient", is_flag=True, help="Go on where CVAT loses, misreads or refuses something.")
images = click.option("--images", type=click.Path(exists=True, file_okay=False), help="Folder with the photos.")
