"""The page: verdict, findings by rule, images, labels, checks, within a number of bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Final

from markupsafe import Markup

from segmask.problem import counted
from segmask.rules.rule import Effect, Severity
from segmask_cli import progress
from segmask_cli.reports import Options
from segmask_validate.report import text
from segmask_validate.report.model import ArchiveReport, Verdict

from . import findings, labels
from .album import Album
from .pieces import Piece, Pieces, Room, asset, policy

_NOTES: Final = 4096
"""Bytes for what is said of what was left out."""
_TEXT: Final = 0.6
"""Share of the bytes that the text of findings may take, so that there is room for some pictures."""
_TABLES: Final = 0.3
"""Share of the rest that tables of labels may take."""
_LISTED: Final = 200
"""Archives that can be chosen from a list."""
_LONG: Final = 400
"""Findings and images from which on a browser draws what is in sight alone."""


def page(reports: Sequence[ArchiveReport], options: Options) -> Iterator[str]:
    """The page, a stretch at a time."""
    with Pieces() as pieces:
        yield from pieces.streamed("page", **_Page(reports, options, pieces).values())


class _Page:
    """What is on the page, decided before its first byte is written."""

    def __init__(self, reports: Sequence[ArchiveReport], options: Options, pieces: Pieces) -> None:
        self._reports, self._options, self._pieces = reports, options, pieces
        self._left_out: list[str] = []
        self._is_over = False

    def values(self) -> dict[str, object]:
        """What the template of the page is filled in with."""
        frame = self._frame()
        room = Room(max(self._options.html.size - len(self._pieces.filled("page", **frame).encode()) - _NOTES, 0))
        rows = self._kept(self._archive_rows(), room, "archive") if self._is_listed else []
        for_text = Room(int(room.left * _TEXT))
        room.left -= for_text.left
        groups, missing = findings.groups(self._reports, self._pieces, for_text)
        self._leave_out(missing, "finding")
        room.left += for_text.left
        for_tables = Room(int(room.left * _TABLES))
        room.left -= for_tables.left
        tables = self._kept(labels.tables(self._reports, self._pieces), for_tables, "label table")
        room.left += for_tables.left
        album = self._album(room, [row for group in groups for row in group.rows])
        return {
            **frame,
            "left_out": self._left_out,
            "is_over": self._is_over,
            "archive_rows": self._shown(rows),
            "groups": groups,
            "gallery_count": len(album.cards),
            "is_long": sum(len(group.rows) for group in groups) + len(album.cards) > _LONG,
            "gallery": album.shown(),
            "no_pictures": self._no_pictures(album),
            "labels": self._shown(tables),
        }

    def _frame(self) -> dict[str, object]:
        """All but what there may be too much of."""
        reports, style, script = self._reports, asset("style.css"), asset("script.js")
        verdict = min((report.verdict for report in reports), key=tuple(Verdict).index, default=Verdict.UNKNOWN)
        return {
            "policy": policy(style, script),
            "style": style,
            "script": script,
            "version": version("segmask"),
            "title": f"{_heading(reports, verdict)} - segmask",
            "verdict": verdict,
            "word": verdict if len(reports) == 1 else _heading(reports, verdict),
            "meaning": _meaning(reports[0]) if len(reports) == 1 else _verdicts(reports),
            "warnings": list(_warnings(reports)),
            "tiles": self._tiles,
            "severities": self._tiles[:3],
            "effects": [
                effect for effect in Effect if any(f.rule.effect is effect for r in reports for f in r.findings)
            ],
            "archives": reports if len(reports) <= _LISTED else (),
            "errors": self._options.errors,
            "total": sum(len(report.findings) for report in reports),
            "budget": f"{self._options.html.size / 1_000_000:,.3g} MB",
            "checks": labels.checks(reports, self._pieces),
            "is_listed": self._is_listed,
            **dict.fromkeys(("left_out", "archive_rows", "groups", "gallery", "labels"), ()),
            "gallery_count": 1,
            "is_long": True,
            "is_over": True,
            "no_pictures": "",
        }

    @property
    def _is_listed(self) -> bool:
        return len(self._reports) != 1 or bool(self._options.errors)

    @property
    def _tiles(self) -> list[dict[str, object]]:
        reports = self._reports
        counts = _severities(*reports)
        return [
            *({"kind": severity, "name": _NAMES[severity], "count": counts[severity]} for severity in _NAMES),
            {"kind": "", "name": "images", "count": sum(report.images for report in reports)},
            {"kind": "", "name": "instances", "count": sum(report.instances for report in reports)},
            {"kind": "", "name": "labels", "count": len({name for report in reports for name in report.labels})},
        ]

    def _archive_rows(self) -> Iterator[Markup]:
        for report in self._reports:
            counts = (*_severities(report).values(), report.images, report.instances)
            yield self._pieces.filled("archive", report=report, counts=counts)

    def _album(self, room: Room, rows: list[findings.Row]) -> Album:
        how = self._options.html
        album = Album(self._pieces, room, how.photos, how.limits)
        with progress.bar("drawing") as advance:
            album.fill(self._reports, how.sources, rows, advance)
        self._leave_out(album.missing, "picture", "of a finding")
        if album.is_full:
            self._leave_out(album.images - len(album.cards), "image", "of the gallery")
        self._leave_out(album.overlays, "image", "without the pictures of the two masks")
        for path, reason in album.unread.items():
            self._left_out.append(f"the pictures of {path}, which could not be read again: {reason}")
        return album

    def _no_pictures(self, album: Album) -> str:
        if album.unread:
            return "the archive could not be read again"
        return "there was no room" if album.images else "no list names an image"

    def _kept(self, made: Iterator[Markup], room: Room, what: str) -> list[Piece]:
        """The pieces that there is room for, up to the first that there is none for."""
        kept: list[Piece] = []
        missing = 0
        for shown in made:
            piece = None if missing else self._pieces.keep(shown, room)
            if piece is None:
                missing += 1
            else:
                kept.append(piece)
        self._leave_out(missing, what)
        return kept

    def _shown(self, kept: list[Piece]) -> Iterator[Markup]:
        return map(self._pieces.kept, kept)

    def _leave_out(self, number: int, what: str, of: str = "") -> None:
        if number:
            self._is_over = True
            self._left_out.append(f"{counted(number, what)}{f' {of}' if of else ''}")


_NAMES: Final = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "notes"}


def _severities(*reports: ArchiveReport) -> dict[Severity, int]:
    """Findings by severity, worst first."""
    counts = dict.fromkeys(_NAMES, 0)
    for report in reports:
        for finding in report.findings:
            counts[finding.severity] += 1
    return counts


def _heading(reports: Sequence[ArchiveReport], verdict: Verdict) -> str:
    if len(reports) == 1:
        return f"{reports[0].path}: {verdict}"
    worst = sum(report.verdict is verdict for report in reports)
    return f"{worst:,} of {counted(len(reports), 'archive')} {verdict}" if reports else "no archive was read"


def _meaning(report: ArchiveReport) -> str:
    """What the verdict says, and how much arrives where that is not all."""
    lost = "" if report.arrival.is_whole else text.arrives(report).removeprefix("; ")
    return f"{text.MEANINGS[report.verdict]}{f': {lost}' if lost else ''}"


def _verdicts(reports: Sequence[ArchiveReport]) -> str:
    """How many have each verdict; nothing where all have the same."""
    counts = {verdict: sum(report.verdict is verdict for report in reports) for verdict in Verdict}
    shown = [f"{count:,} {verdict}" for verdict, count in counts.items() if count]
    return ", ".join(shown) if len(shown) > 1 else ""


def _warnings(reports: Sequence[ArchiveReport]) -> Iterator[str]:
    if any(report.unsafe for report in reports):
        which = "this archive" if len(reports) == 1 else "what is unsafe"
        yield f"Unsafe: do not unpack {which} with other tools."
    if not all(report.complete for report in reports):
        yield "Incomplete: part of it could not be checked, as the findings say."
