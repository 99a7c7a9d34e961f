"""The example of a rule: an archive of the corpus that breaks it, what is found in it, and how its text reads when mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    found = [
        (len(case.expected["findings"]), number, case, expected)
        for number, case in enumerate(cases())
        for expected in case.expected["findings"]
        if expected["rule"] == rule.code
    ]
    if not found:
        return None
    _, _, case, expected = min(found, key=lambda entry: entry[:2])
    finding = _found(case, rule)
    after = tuple(expected["mended"]) if "mended" in expected else None
    return Example(case, case.expected["about"], finding, _before(case, finding, after), after)


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
        yield line(f"  After: it takes more than a change of this line. {example.finding.rule.by_hand}")
    elif not example.after:
        yield line("  After: without this line.")
    else:
        yield line("  After:")
        yield from _indented(example.after)


def _indented(text: Text) -> Iterator[Line]:
    return (line(f"    {printable(each)}") for each in text)
