"""What is said of rules, and into which task archives are imported: from an argument, else the command line, else the ini file.

What none of them says of rules, the configuration does that ``segmask validate`` takes.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from os import PathLike, fspath
from pathlib import Path
from typing import Final, Unpack, cast

import pytest

from segmask._support.words import nearest
from segmask.limits import DEFAULT_LIMITS, Limits
from segmask_validate import ArchiveReport, Finding, Selection
from segmask_validate.baseline.comparing import Baseline
from segmask_validate.baseline.file import read
from segmask_validate.configuration.model import Configuration
from segmask_validate.configuration.reader import find
from segmask_validate.configuration.selecting import Selecting
from segmask_validate.report.model import MAX_PLACES
from segmask_validate.selection import Given
from segmask_validate.task.model import Task

from . import reports
from .tasks import GivenTask, task_of

SETTINGS: Final = tuple(Given.__annotations__)
"""What is said of rules: names of arguments, and of options and settings behind ``segmask_``."""

_CONFIGURATION: Final = pytest.StashKey[Configuration]()
_BASELINE: Final = pytest.StashKey[Baseline | None]()


@dataclass(frozen=True, slots=True)
class Criteria:
    """What ``--segmask-select`` and the other options on rules say, and ``--segmask-task``.

    Attributes:
        rules: which are reported, how bad their findings are, and which of them fail.
        task: what archives are imported into, where that is known.
        limits: what an untrusted archive may make the reader do.
        max_places: places of a finding to name.
        baseline: findings that are known, and reported no more.
    """

    rules: Selection
    task: Task | None = field(default=None, repr=False)
    limits: Limits = DEFAULT_LIMITS
    max_places: int = MAX_PLACES
    baseline: Baseline | None = None

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

        (found,) = validate_all(
            [path], selection=self.rules, task=self.task, limits=self.limits, max_places=self.max_places
        )
        return found if self.baseline is None else self.baseline.compared(found)

    def fail(self, report: ArchiveReport) -> bool:
        """Whether any of an archive's findings makes a test fail."""
        return any(map(self.fails, report.findings))


def criteria(
    config: pytest.Config,
    archive: str | PathLike[str] | None = None,
    *,
    task: GivenTask | None = None,
    base: Path | None = None,
    **rules: Unpack[Given],
) -> Criteria:
    """What holds for an archive; None is what the command line says, else the ini file, else the configuration.

    Args:
        config: of the run.
        archive: its path; None is what holds unless the configuration says something else of a path.
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
    configuration = _configuration(config)
    try:
        selecting = Selecting(configuration, cast("Given", said))
    except (TypeError, ValueError) as error:
        raise type(error)(f"segmask_{error} (see segmask rules)") from None
    path = None if archive is None else fspath(archive)
    return Criteria(
        rules=selecting.whole if path is None else selecting(path),
        task=task_of(config, task, base),
        limits=Limits(**configuration.limits(path)),
        max_places=configuration.values.get("max-places", MAX_PLACES),
        baseline=_baseline(config, configuration),
    )


def checked_criteria(config: pytest.Config, archive: str | None = None) -> Criteria:
    """`criteria` of an archive that the run names, or of the whole run.

    Raises:
        pytest.UsageError: in place of ValueError.
    """
    try:
        return criteria(config, archive)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def _configuration(config: pytest.Config) -> Configuration:
    """The configuration of the rootdir, read once in a run.

    Raises:
        ValueError: it is not right, or cannot be read.
    """
    if _CONFIGURATION not in config.stash:
        try:
            config.stash[_CONFIGURATION] = find(config.rootpath)
        except OSError as error:
            raise ValueError(f"{error.filename}: {error.strerror}") from None
    return config.stash[_CONFIGURATION]


def _baseline(config: pytest.Config, configuration: Configuration) -> Baseline | None:
    """What is known, read once in a run.

    Raises:
        ValueError: the file is no baseline, or cannot be read.
    """
    if _BASELINE not in config.stash:
        option: str | None = config.getoption("segmask_baseline")
        setting: str = config.getini("segmask_baseline")
        if option is not None:
            file: Path | None = reports.absolute(config.invocation_params.dir, option)
        elif setting:
            file = reports.absolute(config.rootpath, setting)
        else:
            file = None if configuration.baseline is None else Path(configuration.baseline)
        try:
            config.stash[_BASELINE] = None if file is None else Baseline(read(file), file.parent)
        except OSError as error:
            raise ValueError(f"segmask_baseline: {error.filename}: {error.strerror}") from None
    return config.stash[_BASELINE]


def _setting(config: pytest.Config, name: str) -> list[str] | str | None:
    """What the command line says, else the ini file."""
    option: list[str] | str | None = config.getoption(f"segmask_{name}")
    return option or config.getini(f"segmask_{name}") or None
