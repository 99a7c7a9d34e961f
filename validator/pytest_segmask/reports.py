"""Reports of archives that lie still while tests run: made once, and put into words and properties."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pytest

from segmask.container.remote import urls
from segmask.container.source import SourceError
from segmask.problem import printable
from segmask_validate import ArchiveReport
from segmask_validate.report import text
from segmask_validate.report.lines import plain

if TYPE_CHECKING:
    from .criteria import Criteria  # which imports this module

_REPORTS: Final = pytest.StashKey[dict[tuple[str, "Criteria"], ArchiveReport]]()

Property = tuple[str, object]


def report_of(config: pytest.Config, archive: str, wanted: Criteria) -> ArchiveReport:
    """The report of an archive, validated once in this process.

    Raises:
        OSError: the archive cannot be opened.
        SourceError: what is behind its URL cannot be read.
    """
    reports = config.stash.setdefault(_REPORTS, {})
    key = archive, wanted
    if key not in reports:
        reports[key] = replace(wanted.validate(archive), path=shown(config, archive))
    return reports[key]


def absolute(base: Path, name: str) -> Path:
    """A path without ``..``, the same for every way to write it; links keep their names."""
    return Path(os.path.abspath(base / name))  # noqa: PTH100 - Path.resolve follows links


def shown(config: pytest.Config, archive: str) -> str:
    """A path from the rootdir on, whole where it lies elsewhere, a URL without secrets; harmless to a terminal."""
    if urls.is_url(archive):
        return escaped(urls.shown(archive))
    path = Path(archive)
    inside = path.relative_to(config.rootpath) if path.is_relative_to(config.rootpath) else path
    return escaped(inside.as_posix())


def escaped(name: str) -> str:
    """A file's name without what could steer a terminal, as in a URL: of a backslash, pytest would make a folder."""
    return "".join(c if c.isprintable() else quote(os.fsencode(c)) for c in name)


def text_of(report: ArchiveReport) -> str:
    """A report as ``segmask-validate`` prints it, without colours."""
    return "\n".join(map(plain, text.lines(report)))


def reason(error: OSError | SourceError, path: str | os.PathLike[str]) -> str:
    """One line on why an archive cannot be opened."""
    if not isinstance(error, OSError):
        return printable(str(error))  # it names the address itself
    return f"{printable(urls.shown(os.fspath(path)))}: {error.strerror or error}"


def counts(report: ArchiveReport) -> list[Property]:
    """How often each rule was found, for JUnit files."""
    found: dict[str, int] = {}
    for finding in report.findings:
        found[finding.rule.code] = found.get(finding.rule.code, 0) + finding.count
    return [(f"segmask_{code}", count) for code, count in found.items()]
