"""``segmask rules``: all rules, a line each, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from segmask.rules import RULES
from segmask.rules.rule import Rule
from segmask_cli import options
from segmask_cli.command import Command
from segmask_cli.output import writing
from segmask_validate.report.lines import Line, Role, line
from segmask_validate.report.model import location_to_json
from segmask_validate.selection import Selection

if TYPE_CHECKING:
    from segmask_validate.examples import Example


def rule_lines(codes: frozenset[str]) -> Iterator[Line]:
    """A line for each of some rules: code, name, effect, severity, summary."""
    return map(rule_line, (rule for rule in RULES if rule.code in codes))


def rule_line(rule: Rule) -> Line:
    """The same for one."""
    severity = (Role(rule.severity.value), f"{rule.severity.value:<8}")
    return line((Role.NAME, f"{rule.code}  {rule.name:<26}"), f" {rule.effect.value:<9} ", severity, f" {rule.summary}")


@click.command(
    "rules",
    cls=Command,
    short_help="All rules.",
    examples=[
        ("", "all rules, a line each"),
        ("--select LBL,SET", "those of the label map and of the image sets"),
        ("--format json -o rules.json", "with what CVAT does, the remedies and examples"),
    ],
)
@options.select
@options.ignore
@options.text_or_json
@options.output
def command(select: frozenset[str] | None, ignore: frozenset[str] | None, form: str, output: str | None) -> None:
    """List the rules: code, name, what CVAT does, severity, and what is wrong.

    "segmask explain RULE" says more of one of them.
    """
    codes = Selection.of(select=select, ignore=ignore).codes
    with writing(output) as write:
        write([line(_json(codes))] if form == "json" else rule_lines(codes))


def _json(codes: frozenset[str]) -> str:
    import json  # the text needs none

    from segmask_validate.examples import example_of  # brings numpy

    chosen = (rule for rule in RULES if rule.code in codes)
    return json.dumps({"rules": [_as_json(rule, example_of(rule)) for rule in chosen]}, indent=2)


def _as_json(rule: Rule, example: Example | None) -> dict[str, Any]:
    from segmask_validate.messages import messages  # as above

    return {
        "code": rule.code,
        "name": rule.name,
        "effect": rule.effect.value,
        "severity": rule.severity.value,
        "summary": rule.summary,
        "cvat": rule.cvat,
        "messages": list(messages(rule)),
        "remedy": rule.remedy,
        "by_hand": rule.by_hand,
        "requires": list(rule.requires),
        "example": None if example is None else _example_as_json(example),
    }


def _example_as_json(example: Example) -> dict[str, Any]:
    return {
        "about": example.about,
        "case": example.case.name,
        "location": location_to_json(example.finding.location),
        "message": example.finding.message,
        "before": example.before,
        "after": example.after,
    }
