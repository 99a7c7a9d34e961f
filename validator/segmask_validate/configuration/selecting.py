"""What is said of rules for each archive: a configuration, and over it what a user says for the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from segmask._support.words import Words
from segmask.rules.rule import Severity
from segmask_validate.selection import FailOn, Given, Selection, levels_of

from .model import Configuration, Values


class Selecting:
    """Gives the selection of rules for an archive.

    Of the configuration, what stands below ``paths`` is added to what stands at its top: ignored rules and severities; a
    ``select`` replaces the one before. What the user says replaces all of it, rule by rule where it is of severities.

    Args:
        configuration: the settings.
        said: by the user; None is what the configuration says.

    Raises:
        TypeError, ValueError: as `Selection.of` does.
    """

    def __init__(self, configuration: Configuration, said: Given) -> None:
        self._configuration = configuration
        self._said = {name: value for name, value in said.items() if value is not None and name != "severity"}
        self._severities = dict(Selection.of(severity=said.get("severity")).severities)
        self._known: dict[tuple[int, ...], Selection] = {}
        self.whole = self._of({})

    def __call__(self, archive: str) -> Selection:
        """What holds for the archive of a path or URL."""
        entries = dict(self._configuration.matching(archive))
        numbers = tuple(entries)
        if numbers not in self._known:
            self._known[numbers] = self._of(entries) if entries else self.whole
        return self._known[numbers]

    def _of(self, entries: Mapping[int, Values]) -> Selection:
        values = self._configuration.values
        select: Words | None = values.get("select")
        ignore: Words = values.get("ignore", ())
        severity: dict[str, Severity] = levels_of(values.get("severity", {}))
        fail_on: Words | FailOn | None = values.get("fail-on")
        for entry in entries.values():
            select = entry.get("select", select)
            ignore = [*ignore, *entry.get("ignore", ())]
            severity |= levels_of(entry.get("severity", {}))
        found: Given = {
            "select": select,
            "ignore": ignore,
            "severity": severity | self._severities,
            "fail_on": fail_on,
            "thin_pixels": values.get("thin-pixels"),
            "thin_regions": values.get("thin-regions"),
        }
        return Selection.of(**cast("Given", {**found, **self._said}))
