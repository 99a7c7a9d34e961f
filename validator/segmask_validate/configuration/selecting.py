"""What is said of rules for each archive: a configuration, and over it what a user says for the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from segmask_validate.selection import Given, Selection, levels_of

from .model import Configuration, Values

_ADDED: Final = frozenset({"ignore", "severity"})
_REPLACED: Final = frozenset(name.replace("_", "-") for name in Given.__annotations__) - _ADDED


class Selecting:
    """Gives the selection of rules for an archive.

    Of the configuration, what stands below ``paths`` is added to what stands at its top: ignored rules and severities; all
    else replaces what was there before. What the user says replaces all of it, rule by rule where it is of severities.

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
        tables = (self._configuration.values, *entries.values())
        severity = {code: level for table in tables for code, level in levels_of(table.get("severity", {})).items()}
        found = {
            **{name.replace("-", "_"): value for table in tables for name, value in table.items() if name in _REPLACED},
            "ignore": [word for table in tables for word in table.get("ignore", ())],
            "severity": severity | self._severities,
        }
        return Selection.of(**cast("Given", {**found, **self._said}))
