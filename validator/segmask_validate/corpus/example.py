"""An archive of the corpus that shows a rule: what was done to it, and where."""

from __future__ import annotations

from dataclasses import dataclass

from segmask.dataset.layout import LABEL_MAP
from segmask.problem import printable
from segmask.rules.rule import Rule

from . import Case, cases


@dataclass(frozen=True, slots=True)
class Example:
    """The simplest case in which a rule is broken.

    Attributes:
        case: the case.
        about: what was done, in a sentence.
        place: member, line and column; empty where it is the whole archive.
        line: the text of that line; None where it is no text.
    """

    case: Case
    about: str
    place: str
    line: str | None


def example_of(rule: Rule) -> Example | None:
    """The example of a rule; None where it needs more than an archive."""
    found = [
        (len(case.expected["findings"]), number, case, finding)
        for number, case in enumerate(cases())
        for finding in case.expected["findings"]
        if finding["rule"] == rule.code
    ]
    if not found:
        return None
    _, _, case, finding = min(found, key=lambda entry: entry[:2])
    location = finding.get("location", {})
    number = location.get("line")
    member = location.get("member", LABEL_MAP if number is not None else None)
    place = ":".join(str(part) for part in (member, number, location.get("column")) if part is not None)
    return Example(
        case, case.expected["about"], printable(place), None if number is None else _line(case, member, number)
    )


def _line(case: Case, member: str, number: int) -> str | None:
    file = case.folder / "archive" / member
    if not file.is_file():
        return None
    lines = file.read_bytes().decode("utf-8", "backslashreplace").splitlines()
    return printable(lines[number - 1]) if number <= len(lines) else None
