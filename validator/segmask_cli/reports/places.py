"""Where a finding is, for formats that know files and lines but no archives."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from segmask.container.remote.urls import is_url
from segmask.problem import NOWHERE, Location, printable
from segmask_validate.report.model import ArchiveReport, Finding


class File(NamedTuple):
    """A file on disk, and a line in it.

    Attributes:
        path: as the archive's was given, perhaps absolute; with slashes.
        line: from 1; 1 for a zip, which has no lines.
        column: from 1, None where it is not known.
    """

    path: str
    line: int = 1
    column: int | None = None


def places(finding: Finding) -> tuple[Location, ...]:
    """The known places of a finding, the first one first, each once."""
    return tuple(dict.fromkeys((finding.location, *finding.places)))


def file_of(archive: str, location: Location) -> File:
    """The file to point at: the zip, or in an unpacked folder the member."""
    if location.member is None or is_url(archive) or not Path(archive).is_dir():
        return File(_plain(archive))
    path = Path(archive, location.member).as_posix()
    return File(_plain(path), location.line or 1, location.column)


def _plain(path: str) -> str:
    return path if is_url(path) else Path(path).as_posix()


def title(finding: Finding) -> str:
    """Code and name."""
    return f"{finding.rule.code} {finding.rule.name}"


def sentence(finding: Finding) -> str:
    """The message with its place and its count, on one line, with nothing that steers a terminal."""
    place = str(finding.location)
    times = f" (x{finding.count:,})" if finding.count > 1 else ""
    return printable(f"{f'{place}: ' if place else ''}{finding.message}{times}")


def fingerprints(report: ArchiveReport) -> tuple[str, ...]:
    """A name for each finding of an archive that stays when figures, lines or other findings change.

    Returns:
        Hexadecimal digits, unique among findings of archives with different paths.
    """
    seen: dict[tuple[str, ...], int] = {}
    names = []
    for finding in report.findings:
        words = (report.path, finding.rule.code, finding.cause or "", *_where(finding.location))
        number = seen[words] = seen.get(words, 0) + 1
        names.append(digest(*words, str(number)))
    return tuple(names)


def digest(*words: str) -> str:
    """Hexadecimal digits that stand for words."""
    return sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()


def _where(location: Location) -> tuple[str, ...]:
    return () if location == NOWHERE else (location.member or "", location.image or "")
