"""A configuration that was read: its values, and where each stands."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from segmask.container.remote.urls import is_url

from .positions import line_of

Values = Mapping[str, Any]
"""The values of a table, by their keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The settings of one file.

    Attributes:
        file: its path; None where there is no configuration.
        text: its text.
        root: names of the tables around the settings.
        values: by the names of their keys; those of tables in it are such mappings too, or lists of them.
    """

    file: Path | None = None
    text: str = field(default="", repr=False)
    root: tuple[str, ...] = ()
    values: Values = field(default_factory=dict)

    def where(self, *place: str | int) -> str:
        """File and line of a value, for people.

        Args:
            place: keys that lead to it; none mean the settings as a whole.
        """
        return f"{self.file}:{line_of(self.text, (*self.root, *place))}"

    def path(self, name: str) -> str:
        """A path that is written in the configuration, from its folder on."""
        return name if self.file is None else str(self.file.parent / name)

    def limits(self, archive: str | None = None) -> dict[str, Any]:
        """Limits that are given, by the names of their fields in `segmask.Limits`.

        Args:
            archive: its path or URL; None is what holds unless something else is said of a path.
        """
        entries = () if archive is None else self.matching(archive)
        tables = [self.values, *(entry for _, entry in entries)]
        return {name.replace("-", "_"): value for table in tables for name, value in table.get("limits", {}).items()}

    @property
    def baseline(self) -> str | None:
        """Path of the file of known findings."""
        name: str | None = self.values.get("baseline")
        return None if name is None else self.path(name)

    @property
    def images(self) -> str | None:
        """Path of the folder with the photos for an HTML report."""
        name: str | None = self.values.get("images")
        return None if name is None else self.path(name)

    def matching(self, archive: str) -> Iterator[tuple[int, Values]]:
        """The settings for paths that an archive's path matches, with their numbers from 0.

        What lies outside the configuration's folder, and what is behind a URL, matches none.
        """
        entries = self.values.get("paths", ())
        if self.file is None or not entries or is_url(archive):
            return
        folder, path = self.file.parent.absolute(), Path(os.path.abspath(archive))  # noqa: PTH100 - links keep their names
        if path.is_relative_to(folder):
            inside = f"{path.relative_to(folder).as_posix()}{'/' if os.path.isdir(path) else ''}"  # noqa: PTH112 - never raises
            yield from (
                (number, entry) for number, entry in enumerate(entries) if entry["match"].spec.match_file(inside)
            )
