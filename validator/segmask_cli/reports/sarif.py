"""``sarif``: SARIF 2.1.0, for code scanning.

GitHub takes 25,000 results of a run and 1,000 locations of a result: the rest is left out, the mildest first, and a
notification of the run says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from segmask.container.remote.urls import is_url
from segmask.problem import NOWHERE, Location, counted, printable
from segmask.rules import RULES
from segmask.rules.rule import Rule, Severity
from segmask_validate.paths import UNREADABLE, Unusable
from segmask_validate.report.lines import Line
from segmask_validate.report.model import TOOL, ArchiveReport, Finding

from . import Options
from .json_ import holding
from .places import file_of, fingerprints, places

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS: Final = 25_000
MOST_LOCATIONS: Final = 1_000
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_NUMBERS: Final = {rule.code: number for number, rule in enumerate(RULES)}


def lines(reports: Sequence[ArchiveReport], options: Options) -> Iterator[Line]:
    """One document of one run, of which no more than an archive is in memory."""
    log = _log(reports, options.errors)
    return holding(lambda: log, "results", (_result(*entry) for entry in _kept(reports)), indent=1)


def _log(reports: Sequence[ArchiveReport], errors: Sequence[Unusable]) -> dict[str, Any]:
    driver = {"name": TOOL, "version": version("segmask"), "rules": [_descriptor(rule) for rule in RULES]}
    notes = [*map(_unread, errors), *_notes(reports)]
    invocation = {"executionSuccessful": not errors, "toolExecutionNotifications": notes}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "invocations": [invocation], "results": []}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _kept(reports: Iterable[ArchiveReport]) -> Iterator[tuple[str, Finding, str]]:
    """As many findings as there may be, the worst first, each with its archive's path and its fingerprint."""
    worst_first = sorted(Severity, key=lambda severity: -severity.rank)
    found = (
        (report.path, finding, fingerprint)
        for severity in worst_first
        for report in reports
        for finding, fingerprint in zip(report.findings, fingerprints(report), strict=True)
        if finding.severity is severity
    )
    return islice(found, MOST_RESULTS)


def _notes(reports: Sequence[ArchiveReport]) -> Iterator[dict[str, Any]]:
    too_many = sum(len(report.findings) for report in reports) - MOST_RESULTS
    if too_many > 0:
        yield _note(f"{counted(too_many, 'finding')} left out: a run has at most {MOST_RESULTS:,}")
    left_out = sum(finding.count - min(len(places(finding)), MOST_LOCATIONS) for _, finding, _ in _kept(reports))
    if left_out > 0:
        yield _note(f"{counted(left_out, 'place')} of findings left out: a result names at most {MOST_LOCATIONS:,}")
    for report in reports:
        if not report.complete:
            yield _note(f"{printable(report.path)}: part of the archive could not be checked")
        for what, count in report.gone[:MOST_LOCATIONS]:
            yield _note(f"{printable(report.path)}: gone since the baseline: {printable(what)} (x{count:,})")


def _note(text: str) -> dict[str, Any]:
    return {"level": "warning", "message": {"text": text}}


def _unread(error: Unusable) -> dict[str, Any]:
    file = uri(file_of(error.path, NOWHERE).path)
    return {
        "level": "error",
        "message": {"text": printable(str(error))},
        "descriptor": {"id": UNREADABLE},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": file}}}],
    }


def _descriptor(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.summary} {rule.cvat}"},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.effect.value, rule.area]},
    }


def _result(path: str, finding: Finding, fingerprint: str) -> dict[str, Any]:
    first, *others = places(finding)[:MOST_LOCATIONS]
    result = {
        "ruleId": finding.rule.code,
        "ruleIndex": _NUMBERS[finding.rule.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding.message)},
        "locations": [_location(path, first)],
        "occurrenceCount": finding.count,
        "partialFingerprints": {"segmask/v1": fingerprint},
    }
    if others:
        related = [{"id": number, **_location(path, place)} for number, place in enumerate(others, 1)]
        result["relatedLocations"] = related
    return result


def _message(text: str) -> str:
    r"""Text in which ``[`` begins no link and ``{`` no placeholder."""
    escaped = printable(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return escaped.replace("{", "{{").replace("}", "}}")


def _location(archive: str, location: Location) -> dict[str, Any]:
    file = file_of(archive, location)
    region = {"startLine": file.line}  # GitHub shows no result without one, and a zip has no lines
    if file.column is not None:
        region["startColumn"] = file.column
    physical = {"artifactLocation": {"uri": uri(file.path)}, "region": region}
    logical = [
        {"name": printable(name), "fullyQualifiedName": printable(f"{archive}!{name}"), "kind": kind}
        for name, kind in ((location.member, "member"), (location.image, "image"))
        if name is not None
    ]
    place = printable(str(location))
    return {
        "physicalLocation": physical,
        **({"logicalLocations": logical} if logical else {}),
        **({"message": {"text": _message(place)}} if place else {}),
    }


def uri(path: str) -> str:
    """The URI of a path: relative where the path is; a URL is its own, with what no URI may hold escaped."""
    if is_url(path):
        return quote(path, safe="%/:=&?~#+!$,;'@()*[]", errors="surrogatepass")
    pure = PurePath(path)
    text = pure.as_posix()
    if pure.is_absolute():
        return f"file://{'' if text.startswith('/') else '/'}{quote(text, errors='surrogatepass')}"
    return quote(text, errors="surrogatepass")
