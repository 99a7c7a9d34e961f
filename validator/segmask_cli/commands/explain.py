"""``segmask explain RULE...``: what rules mean, or a message of CVAT: what CVAT does, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from segmask.problem import printable
from segmask.rules import BY_CODE, RULES
from segmask.rules.rule import Rule
from segmask_cli import options, terminal
from segmask_cli.command import Command
from segmask_cli.output import writing
from segmask_validate.messages import nearest, rules_saying
from segmask_validate.report.lines import Line, Role, line
from segmask_validate.selection import codes_of

from .rules import rule_line

_MOST: Final = 3
"""Rules that a message leads to, which are explained in full; more are a line each."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """Rules to explain.

    Attributes:
        rules: those that are named in the order of the registry, those to which a message leads the likeliest first.
        are_named: whether no message was among the words.
    """

    rules: tuple[Rule, ...]
    are_named: bool


def _meant(_context: click.Context, _parameter: click.Parameter, words: tuple[str, ...]) -> _Rules:
    """The rules that words mean, and those to which messages lead.

    Raises:
        click.BadParameter: there are none.
    """
    found: dict[str, Rule] = {}
    are_named = True
    for word in words:
        rules, is_named = _rules_of(word)
        are_named = are_named and is_named
        found.update((rule.code, rule) for rule in rules if rule.code not in found)
    ordered = (rule for rule in RULES if rule.code in found) if are_named else found.values()
    return _Rules(tuple(ordered), are_named)


def _rules_of(word: str) -> tuple[Iterable[Rule], bool]:
    """Rules, and whether the word names them."""
    try:
        codes = codes_of([word])
    except ValueError as error:
        said = rules_saying(word)
        if said:
            return said, False
        if " " not in word.strip():
            raise click.BadParameter(f"{error} {options.HINT}") from None
        known = nearest(word)
        hint = f"; the nearest is {known!r}" if known else ""
        shown = word if len(word) <= 200 else f"{word[:200]}..."
        raise click.BadParameter(printable(f"no rule has this message: {shown!r}{hint}")) from None
    return [rule for rule in RULES if rule.code in codes], True


@click.command(
    "explain",
    cls=Command,
    short_help="What a rule, or a message of CVAT, means, and what to do.",
    examples=[
        ("undeclared-color", "by its name"),
        ("PNG004 lbl004", "several, by their codes"),
        ("LBL", "all rules of the label map"),
        ('"Undeclared color (243, 243, 243)"', "what CVAT says, pasted: the rules that lead to it"),
        ("LBL004 --example out.zip", "with an archive that shows it"),
    ],
)
@click.argument("rules", nargs=-1, required=True, metavar="RULE...", callback=_meant, shell_complete=options.rule_names)
@click.option("--example", type=terminal.OutputPath(), metavar="ZIP", help="Write the smallest archive that shows it.")
@options.output
def command(rules: _Rules, example: str | None, output: str | None) -> None:
    """Say what a rule means, what CVAT does, and what to do about it.

    Each RULE is a code, a name, or an area, as --select takes them ("segmask rules" lists them all), or a message of CVAT.
    """
    if example is not None:
        _write_example(rules.rules, Path(example), output)
    with writing(output, prose=True) as write:
        if len(rules.rules) > _MOST and not rules.are_named:
            write(map(rule_line, rules.rules))
            write([line(), line('"segmask explain RULE" says more of one of them.')])
        else:
            write(_explained(rules.rules))


def _write_example(rules: Sequence[Rule], target: Path, output: str | None) -> None:
    from tempfile import TemporaryDirectory  # as rarely used as the corpus, which brings numpy

    from segmask._support.files import replacing
    from segmask_validate.examples import example_of

    if len(rules) != 1:
        raise click.UsageError("--example is of one rule")
    if output is not None and target.resolve() == Path(output).resolve():
        raise click.UsageError(f"{output}: the text and the example would be written to it")
    (rule,) = rules
    found = example_of(rule)
    if found is None:
        raise click.UsageError(f"no archive alone shows {rule.code}: it needs --task")
    with TemporaryDirectory() as folder, replacing(target) as stream:
        stream.write(found.case.build(Path(folder), "zip").read_bytes())


def explanations(codes: frozenset[str]) -> Iterator[Line]:
    """Lines on each of some rules, with a blank line between two."""
    yield from _explained([BY_CODE[code] for code in BY_CODE if code in codes])


def _explained(rules: Iterable[Rule]) -> Iterator[Line]:
    for number, rule in enumerate(rules):
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
    yield from _example(rule)


def _example(rule: Rule) -> Iterator[Line]:
    from segmask_validate.examples import example_lines, example_of  # bring numpy

    found = example_of(rule)
    if found is not None:
        yield line()
        yield from example_lines(found)
