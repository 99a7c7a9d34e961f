"""What is said of rules, and into which task archives are imported: from an argument, else the command line, else the ini file."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Final, Unpack, cast

import pytest

from segmask._support.words import nearest
from segmask_validate import ArchiveReport, Finding, Selection
from segmask_validate.selection import Given
from segmask_validate.task.model import Task

from .tasks import GivenTask, task_of

SETTINGS: Final = tuple(Given.__annotations__)
"""What is said of rules: names of arguments, and of options and settings behind ``segmask_``."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What ``--segmask-select`` and the other options on rules say, and ``--segmask-task``.

    Attributes:
        rules: which are reported, how bad their findings are, and which of them fail.
        task: what archives are imported into, where that is known.
    """

    rules: Selection
    task: Task | None = field(default=None, repr=False)

    def only(self, codes: AbstractSet[str]) -> Criteria:
        """The same with fewer rules."""
        return replace(self, rules=replace(self.rules, selected=self.rules.selected & codes))

    def fails(self, finding: Finding) -> bool:
        """Whether a finding makes a test fail."""
        return finding.fails(self.rules.fail_on)

    def validate(self, path: str | PathLike[str]) -> ArchiveReport:
        """The report of an archive.

        Raises:
            OSError, SourceError: it cannot be read.
        """
        from segmask_validate import validate_all  # which brings numpy

        (report,) = validate_all([path], selection=self.rules, task=self.task)
        return report

    def fail(self, report: ArchiveReport) -> bool:
        """Whether any of an archive's findings makes a test fail."""
        return any(map(self.fails, report.findings))


def criteria(
    config: pytest.Config, *, task: GivenTask | None = None, base: Path | None = None, **rules: Unpack[Given]
) -> Criteria:
    """What holds for a test; None is what the command line says, else the ini file.

    Args:
        config: of the run.
        task: a task, or the path of a backup.
        base: where that path begins; the working directory unless given.
        **rules: what is said of rules, as `segmask_validate.Selection.of` takes it.

    Raises:
        TypeError: there is no such argument, or it is of another type.
        ValueError: a word means nothing, or a task cannot be read; the message says where it stands.
    """
    for name in rules:
        if name not in SETTINGS:
            raise TypeError(f"there is no argument {name!r}{nearest(name, SETTINGS)}")
    said: dict[str, object] = {**rules}
    said |= {name: _setting(config, name) for name in SETTINGS if said.get(name) is None}
    try:
        selection = Selection.of(**cast("Given", said))
    except (TypeError, ValueError) as error:
        raise type(error)(f"segmask_{error} (see segmask rules)") from None
    return Criteria(selection, task_of(config, task, base))


def checked_criteria(config: pytest.Config) -> Criteria:
    """`criteria` of the whole run.

    Raises:
        pytest.UsageError: in place of ValueError.
    """
    try:
        return criteria(config)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def _setting(config: pytest.Config, name: str) -> list[str] | None:
    """What the command line says, else the ini file."""
    option: list[str] | None = config.getoption(f"segmask_{name}")
    return option or config.getini(f"segmask_{name}") or None
