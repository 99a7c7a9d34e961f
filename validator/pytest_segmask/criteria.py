"""Which rules are reported, which findings fail, and into which task archives are imported: from an argument, else the command line, else the ini file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from segmask.rules import BY_CODE
from segmask.rules.rule import Severity
from segmask_validate import ArchiveReport, Finding
from segmask_validate.selection import codes_of
from segmask_validate.task.model import Task

from .tasks import GivenTask, task_of

Selectors = str | Iterable[str]


@dataclass(frozen=True, slots=True)
class Criteria:
    """What ``--segmask-select``, ``-ignore``, ``-fail-on`` and ``-task`` say.

    Attributes:
        selected: codes of the rules to report.
        fail_on: lowest severity that fails.
        task: what archives are imported into, where that is known.
    """

    selected: frozenset[str]
    fail_on: Severity
    task: Task | None = field(default=None, repr=False)

    def fails(self, finding: Finding) -> bool:
        """Whether a finding makes a test fail."""
        return finding.severity.rank >= self.fail_on.rank

    def fail(self, report: ArchiveReport) -> bool:
        """Whether any of an archive's findings makes a test fail."""
        return any(self.fails(finding) for finding in report.findings)


def criteria(
    config: pytest.Config,
    select: Selectors | None = None,
    ignore: Selectors | None = None,
    fail_on: str | None = None,
    task: GivenTask | None = None,
    *,
    base: Path | None = None,
) -> Criteria:
    """What holds for a test; None is what the command line says, else the ini file.

    Args:
        config: of the run.
        select: rules to report.
        ignore: rules not to report.
        fail_on: lowest severity that fails.
        task: a task, or the path of a backup.
        base: where that path begins; the working directory unless given.

    Raises:
        ValueError: no rule has such a name, or no severity, or a task cannot be read; the message says where it stands.
    """
    severity = _given(config, "fail_on", fail_on) or Severity.ERROR
    if severity not in tuple(Severity):  # which asks for no hash
        raise ValueError(f"segmask_fail_on: {severity!r} is none of {', '.join(Severity)}")
    selected = _codes("select", _given(config, "select", select)) or frozenset(BY_CODE)
    return Criteria(
        selected - _codes("ignore", _given(config, "ignore", ignore)), Severity(severity), task_of(config, task, base)
    )


def checked_criteria(config: pytest.Config) -> Criteria:
    """`criteria` of the whole run.

    Raises:
        pytest.UsageError: in place of ValueError.
    """
    try:
        return criteria(config)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def _given(config: pytest.Config, name: str, argument: Selectors | None) -> Selectors | None:
    if argument is not None:
        return argument
    option: Selectors | None = config.getoption(f"segmask_{name}")
    setting: Selectors | None = config.getini(f"segmask_{name}")
    return setting if option is None else option


def _codes(name: str, selectors: Selectors | None) -> frozenset[str]:
    given: object = () if selectors is None else selectors  # by a test's author, who may err
    listed = [*given] if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    words = [word for word in listed if isinstance(word, str)]
    if len(words) < len(listed):
        raise ValueError(f"segmask_{name}: {selectors!r} is neither a rule nor a list of rules")
    try:
        return codes_of(words)
    except ValueError as error:
        raise ValueError(f"segmask_{name}: {error} (see segmask rules)") from None
