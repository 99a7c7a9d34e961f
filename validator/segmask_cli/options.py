"""The options that several commands have: each is written once, so that it means the same in all of them.

Those about rules are the settings of the pytest plugin too: ``--select`` here is ``--segmask-select`` there.
"""

from __future__ import annotations

import os
from typing import Final

import click

from segmask.limits import DEFAULT_LIMITS
from segmask.rules import RULES
from segmask.rules.rule import Severity
from segmask_validate.selection import codes_of

from . import terminal

HINT: Final = "(see segmask rules)"


def rule_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """What a shell offers for a rule: names, or codes once a capital letter is typed."""
    names = (rule.code if incomplete[:1].isupper() else rule.name for rule in RULES)
    return [name for name in names if name.startswith(incomplete)]


def codes(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> frozenset[str]:
    """Codes of the rules that the values of an option mean.

    Raises:
        click.BadParameter: a value means none.
    """
    for value in values:
        if not value.replace(",", "").strip():
            raise click.BadParameter(f"{value!r} names no rule {HINT}")
    try:
        return codes_of(values)
    except ValueError as error:
        raise click.BadParameter(f"{error} {HINT}") from error


archives = click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(readable=False))
archive = click.argument("archive", type=click.Path(readable=False))
output = click.option("-o", "--output", type=terminal.OutputPath(), help="Write to this file.")
required_output = click.option("-o", "--output", required=True, type=terminal.OutputPath(), help="Write to this file.")
report_format = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Of the output."
)
select = click.option(
    "--select", multiple=True, metavar="RULES", callback=codes, shell_complete=rule_names,
    help="Report only these rules: codes, names, areas (PNG), with commas between.",
)  # fmt: skip
ignore = click.option(
    "--ignore", multiple=True, metavar="RULES", callback=codes, shell_complete=rule_names,
    help="Do not report these rules.",
)  # fmt: skip
fail_on = click.option(
    "--fail-on", type=click.Choice([str(s) for s in Severity]), default=str(Severity.ERROR), show_default=True,
    help="Lowest severity that makes the exit code 1.",
)  # fmt: skip
jobs = click.option(
    "--jobs", type=click.IntRange(1), default=lambda: os.cpu_count() or 1, show_default="all cores",
    help="Processes to read images in.",
)  # fmt: skip
max_pixels = click.option(
    "--max-pixels", type=click.IntRange(1), default=DEFAULT_LIMITS.pixels, show_default=True,
    help="Largest mask to read, width times height.",
)  # fmt: skip
lenient = click.option("--lenient", is_flag=True, help="Go on where CVAT loses, misreads or refuses something.")
images = click.option("--images", type=click.Path(exists=True, file_okay=False), help="Folder with the photos.")
