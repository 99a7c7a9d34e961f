"""The outcomes as text and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from segmask.problem import printable
from segmask_validate.report import TOOL
from segmask_validate.report.lines import Line, Role, line

from .run import Outcome

SCHEMA_VERSION = 1


def case_line(outcome: Outcome, width: int) -> Line:
    """A case's line; the name takes a given number of columns."""
    verdict = (Role.PASSED, "pass") if outcome.passed else (Role.FAILED, "FAIL")
    reason = (f"  {printable(outcome.reason)}",) if outcome.reason else ()
    return line(f"{outcome.case:<{width}}  ", verdict, *reason)


def totals(outcomes: Iterable[Outcome]) -> Iterator[Line]:
    """Lines that count the cases, by area and in all."""
    areas = _areas(outcomes)
    yield line(f"{'area':<12}{'passed':>8}{'failed':>8}")
    for area, (passed, failed) in areas.items():
        yield line(f"{area:<12}{passed:>8}{failed:>8}")
    yield line(f"{'all':<12}{sum(p for p, _ in areas.values()):>8}{sum(f for _, f in areas.values()):>8}")


def to_json(command: Sequence[str], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The report as the schema has it."""
    from importlib.metadata import version  # as slow as all of click

    passed = sum(outcome.passed for outcome in outcomes)
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": TOOL, "version": version("segmask")},
        "command": list(command),
        "passed": passed,
        "failed": len(outcomes) - passed,
        "areas": {area: {"passed": p, "failed": f} for area, (p, f) in _areas(outcomes).items()},
        "cases": [{"case": o.case, "passed": o.passed, "reason": o.reason or None} for o in outcomes],
    }


def _areas(outcomes: Iterable[Outcome]) -> dict[str, tuple[int, int]]:
    """(passed, failed) by area, in the order of the cases."""
    areas: dict[str, tuple[int, int]] = {}
    for outcome in outcomes:
        area = outcome.case.partition("/")[0]
        passed, failed = areas.get(area, (0, 0))
        areas[area] = (passed + outcome.passed, failed + (not outcome.passed))
    return areas
