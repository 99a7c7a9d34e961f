"""The example of a rule: an archive of the corpus that breaks it, what is found in it, and how its text reads when mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from segmask.problem import printable
from segmask.rules.rule import Rule

from .corpus import Case, cases
from .report.lines import Line, line
from .report.model import Finding
from .report.text import finding_lines
from .run.runner import validate

Text = tuple[str, ...]
"""Lines, without their ends."""


@dataclass(frozen=True, slots=True)
class Example:
    """The simplest case in which a rule is broken.

    Attributes:
        case: the case.
        about: what was done, in a sentence.
        finding: what is found.
        before: the broken line, or all lines of a text of which no single line is broken; None where there is nothing to
            say about a text.
        after: what takes its place, which is nothing where the line has to go; None where no text mends it.
    """

    case: Case
    about: str
    finding: Finding
    before: Text | None
    after: Text | None


def example_of(rule: Rule) -> Example | None:
    """The example of a rule; None where it needs more than an archive."""
    if rule.code not in _simplest():
        return None
    case, mended = _simplest()[rule.code]
    finding = _found(case, rule)
    return Example(case, case.expected["about"], finding, _before(case, finding, mended), mended)


@cache
def _simplest() -> Mapping[str, tuple[Case, Text | None]]:
    """Of each rule the case in which the least is found, and the mended lines."""
    found: dict[str, tuple[Case, Text | None]] = {}
    for case in sorted(cases(), key=lambda case: len(case.expected["findings"])):
        for finding in case.expected["findings"]:
            mended = tuple(finding["mended"]) if "mended" in finding else None
            found.setdefault(finding["rule"], (case, mended))
    return found


def _found(case: Case, rule: Rule) -> Finding:
    with TemporaryDirectory() as folder:
        report = validate(case.build(Path(folder)))
    return next(finding for finding in report.findings if finding.rule is rule)


def _before(case: Case, finding: Finding, after: Text | None) -> Text | None:
    """The text at the place of a finding."""
    number = finding.location.line
    if after is None and (number is None or not finding.rule.by_hand):
        return None
    data = next(member.data for member in case.members() if member.name == finding.location.member)
    lines = data.decode("utf-8", "backslashreplace").splitlines()
    return tuple(lines) if number is None else tuple(lines[number - 1 : number])


def example_lines(example: Example) -> Iterator[Line]:
    """What was done, what is found, and the text before and after."""
    yield line(f"For example: {example.about}")
    yield line()
    yield from finding_lines(example.finding)
    if example.before is None:
        return
    yield line()
    yield line("  Before:")
    yield from _indented(example.before)
    if example.after is None:
        yield line(f"  After: changing this line alone is no safe remedy. {example.finding.rule.by_hand}")
    elif not example.after:
        yield line("  After: without this line.")
    else:
        yield line("  After:")
        yield from _indented(example.after)


def _indented(text: Text) -> Iterator[Line]:
    return (line(f"    {printable(each)}") for each in text)
