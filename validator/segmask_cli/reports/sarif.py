"""``sarif``: SARIF 2.1.0, for code scanning.

GitHub takes 25,000 results of a run and 1,000 locations of a result: the rest is left out, the mildest first, and a
notification of the run says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import groupby
from pathlib import PurePath
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from segmask.container.remote.urls import is_url
from segmask.problem import NOWHERE, Location, counted, printable
from segmask.rules import RULES
from segmask.rules.rule import Rule, Severity
from segmask_validate.paths import UNREADABLE, Unusable
from segmask_validate.report import TOOL
from segmask_validate.report.lines import Line
from segmask_validate.report.model import ArchiveReport, Finding

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
    found = sorted(_found(reports))
    log = _log(found, reports, options.errors)
    return holding(lambda: log, "results", _results(found[:MOST_RESULTS], reports), indent=1)


def _log(found: Sequence[_Found], reports: Sequence[ArchiveReport], errors: Sequence[Unusable]) -> dict[str, Any]:
    driver = {"name": TOOL, "version": version("segmask"), "rules": [_descriptor(rule) for rule in RULES]}
    notes = [*map(_unread, errors), *_notes(found, reports)]
    invocation = {"executionSuccessful": not errors, "toolExecutionNotifications": notes}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "invocations": [invocation], "results": []}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


class _Found(NamedTuple):
    """A finding, as little of it as is remembered of all archives; they are sorted from the worst to the mildest.

    Attributes:
        mildness: the lower, the worse.
        report: number of the archive's report.
        number: of the finding in it.
        left_out: places that a result has no room for.
    """

    mildness: int
    report: int
    number: int
    left_out: int


def _found(reports: Iterable[ArchiveReport]) -> Iterator[_Found]:
    for at, report in enumerate(reports):
        for number, finding in enumerate(report.findings):
            left_out = finding.count - min(len(places(finding)), MOST_LOCATIONS)
            yield _Found(-finding.severity.rank, at, number, left_out)


def _results(found: Iterable[_Found], reports: Sequence[ArchiveReport]) -> Iterator[dict[str, Any]]:
    """A result a finding, made of one archive at a time."""
    for (_, at), group in groupby(found, key=lambda each: (each.mildness, each.report)):
        report = reports[at]
        names = fingerprints(report)
        yield from (_result(report.path, report.findings[each.number], names[each.number]) for each in group)


def _notes(found: Sequence[_Found], reports: Iterable[ArchiveReport]) -> Iterator[dict[str, Any]]:
    if len(found) > MOST_RESULTS:
        yield _note(f"{counted(len(found) - MOST_RESULTS, 'finding')} left out: a run has at most {MOST_RESULTS:,}")
    left_out = sum(each.left_out for each in found[:MOST_RESULTS])
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
