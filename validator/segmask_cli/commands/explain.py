"""``segmask explain RULE...``: what rules mean, what CVAT does, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from segmask.rules import RULES
from segmask.rules.rule import Rule
from segmask_cli import options
from segmask_cli.command import Command
from segmask_cli.output import writing
from segmask_validate.report.lines import Line, Role, line


@click.command(
    "explain",
    cls=Command,
    short_help="What a rule means, and what to do.",
    examples=[
        ("undeclared-color", "by its name"),
        ("PNG004 lbl004", "several, by their codes"),
        ("LBL", "all rules of the label map"),
    ],
)
@click.argument(
    "rules", nargs=-1, required=True, metavar="RULE...", callback=options.codes, shell_complete=options.rule_names
)
@options.output
def command(rules: frozenset[str], output: str | None) -> None:
    """Say what a rule means, what CVAT does, and what to do about it.

    Each RULE is a code, a name, or an area, as --select takes them; "segmask rules" lists them all.
    """
    with writing(output, prose=True) as write:
        write(explanations(rules))


def explanations(codes: frozenset[str]) -> Iterator[Line]:
    """Lines on each of some rules, with a blank line between two."""
    for number, rule in enumerate(rule for rule in RULES if rule.code in codes):
        if number:
            yield line()
        yield from _explanation(rule)


def _explanation(rule: Rule) -> Iterator[Line]:
    severity = (Role(rule.severity.value), rule.severity.value)
    yield line((Role.NAME, f"{rule.code} {rule.name}"), f": {rule.effect.value}, ", severity)
    for text in (rule.summary, f"In CVAT: {rule.cvat}", f"Remedy: {rule.remedy}"):
        yield line()
        yield line(text)
    if rule.by_hand:
        yield line(f"No program does it: {rule.by_hand}")
