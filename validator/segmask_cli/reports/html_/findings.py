"""What is found, by rule: the text of each finding, the colours beside it, and room for its pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from markupsafe import Markup

from segmask.evidence import MixedObjects, UnpairedPixels
from segmask.pixels.color import Color
from segmask.problem import Location, counted
from segmask.rules.rule import Effect
from segmask_validate.report.evidence import ColorTotals
from segmask_validate.report.model import ArchiveReport, Finding
from segmask_validate.report.statistics import RuleCount, by_rule

from .pieces import Piece, Pieces, Room

_PLACES: Final = 50
"""Further places of a finding that the page names."""
_SWATCHES: Final = 6


@dataclass(slots=True)
class Row:
    """A finding on the page.

    Attributes:
        number: on the page, from 1.
        archive: number of its archive, from 0.
        finding: the finding.
        piece: its text.
        pictures: its pictures.
    """

    number: int
    archive: int
    finding: Finding
    piece: Piece
    pieces: Pieces
    pictures: list[Piece] = field(default_factory=list)

    def text(self) -> Markup:
        """Its text, up to where its pictures come."""
        return self.pieces.kept(self.piece)

    def figures(self) -> Iterator[Markup]:
        """Its pictures."""
        return map(self.pieces.kept, self.pictures)


class Group(NamedTuple):
    """The findings of a rule.

    Attributes:
        piece: what is said of the rule.
        rows: its findings.
    """

    piece: Piece
    rows: list[Row]
    pieces: Pieces

    def head(self) -> Markup:
        """What is said of the rule."""
        return self.pieces.kept(self.piece)


class Swatch(NamedTuple):
    """A colour, what it is, and the declared one that is closest."""

    color: Color
    nearest: Color | None
    text: str


def groups(reports: Sequence[ArchiveReport], pieces: Pieces, room: Room) -> tuple[list[Group], int]:
    """The rules that were broken, worst first, with their findings; and how many findings there was no room for."""
    found: dict[str, list[tuple[int, Finding]]] = {}
    for archive, report in enumerate(reports):
        for finding in report.findings:
            found.setdefault(finding.rule.code, []).append((archive, finding))
    made, number, left_out = [], 0, 0
    for entry in sorted(by_rule(reports), key=_badness):
        rows: list[Row] = []
        head = pieces.keep(pieces.filled("rule", rule=entry.rule, severity=entry.severity), room)
        for archive, finding in found[entry.rule.code]:
            number += 1
            piece = None if left_out or head is None else _piece(finding, number, archive, reports, pieces, room)
            if piece is None:
                left_out += 1
            else:
                rows.append(Row(number, archive, finding, piece, pieces))
        if rows and head is not None:
            made.append(Group(head, rows, pieces))
    return made, left_out


def _badness(entry: RuleCount) -> tuple[int, int, str]:
    return -entry.severity.rank, tuple(Effect).index(entry.rule.effect), entry.rule.code


def _piece(
    finding: Finding, number: int, archive: int, reports: Sequence[ArchiveReport], pieces: Pieces, room: Room
) -> Piece | None:
    others = other_places(finding)
    text = pieces.filled(
        "finding",
        finding=finding,
        number=number,
        archive=archive,
        path=reports[archive].path,
        several=len(reports) > 1,
        places=others[:_PLACES],
        left_out=max(finding.count - 1, len(others)) - len(others[:_PLACES]),
        swatches=swatches(finding, reports[archive]),
    )
    return pieces.keep(text, room)


def other_places(finding: Finding) -> tuple[Location, ...]:
    """Its known places but for the first."""
    return tuple(place for place in dict.fromkeys(finding.places) if place != finding.location)


def swatches(finding: Finding, report: ArchiveReport) -> list[Swatch]:
    """The colours that a finding is about: those met beside the closest declared ones, or those of its labels."""
    evidence = finding.evidence
    if isinstance(evidence, ColorTotals):
        return [
            Swatch(
                total.color,
                None if total.nearest is None else total.nearest.color,
                f"met {total.color}, {counted(total.pixels, 'pixel')}"
                + (f"; declared {total.nearest.color} is {total.nearest.label!r}" if total.nearest else ""),
            )
            for total in evidence.colors[:_SWATCHES]
        ]
    pixels = evidence.pixels if isinstance(evidence, UnpairedPixels) else {}
    if isinstance(evidence, MixedObjects) and evidence.first:
        pixels = evidence.first[0].classes
    colors = {count.name: count.color for count in report.by_label}
    named = ((colors.get(name), name, number) for name, number in pixels.items())
    return [
        Swatch(color, None, f"{name!r} {color}, {counted(number, 'pixel')}")
        for color, name, number in named
        if color is not None
    ][:_SWATCHES]
