"""Pictures of the images that are shown, each of which is read once more: those with findings first, while there is room."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

import numpy as np
from markupsafe import Markup

import segmask
from segmask import Archive, Image, Problem, SourceError
from segmask.dataset.entry import Entry
from segmask.limits import Limits
from segmask.pixels.chosen import ChosenPixels
from segmask.pixels.color import pack
from segmask.problem import Location, counted
from segmask_cli.photos import Photos
from segmask_cli.pictures import views
from segmask_cli.pictures.crops import crop
from segmask_cli.progress import Advance
from segmask_validate.report.evidence import ColorTotals
from segmask_validate.report.model import ArchiveReport

from .findings import Row
from .pieces import Piece, Pieces, Room

_PICTURES: Final = 3
"""Of a finding: of its first places."""
_CARD: Final = 5000
"""Bytes of an image in three views, about."""
_LINKS: Final = 8
"""From an image to its findings."""


@dataclass(slots=True)
class Album:
    """The pictures of all archives.

    Attributes:
        cards: the images, those with findings first.
        images: how many there are in the archives.
        unread: why there are no pictures of an archive, by its path.
        figures: pictures of findings.
        missing: pictures of findings that there was no room for.
        is_full: whether there was no room for something.
        overlays: images that are shown in one view only, so that more of them have room.
    """

    pieces: Pieces
    room: Room
    photos: Photos | None
    limits: Callable[[str], Limits]
    cards: list[Piece] = field(default_factory=list)
    images: int = 0
    unread: dict[str, str] = field(default_factory=dict)
    figures: int = 0
    missing: int = 0
    is_full: bool = False
    overlays: int = 0
    _shown: set[tuple[int, str, str]] = field(default_factory=set)
    _is_scarce: bool = False
    _advance: Advance | None = None

    def fill(
        self,
        reports: Sequence[ArchiveReport],
        sources: Mapping[str, str],
        rows: Sequence[Row],
        advance: Advance | None = None,
    ) -> None:
        """Makes the pictures, as far as there is room.

        Args:
            reports: the reports.
            sources: where to read an archive, by its path; see `segmask_cli.reports.Html`.
            rows: the findings on the page.
            advance: is told how far it is.
        """
        of_archive: dict[int, list[Row]] = {}
        for row in rows:
            of_archive.setdefault(row.archive, []).append(row)
        self.images = sum(report.images for report in reports)
        self._advance = advance
        several = len(reports) > 1
        for number, found in sorted(of_archive.items()):
            self._add(reports[number], sources, _Shelf(number, several, found))
        self._is_scarce = (self.images - len(self._shown)) * _CARD > self.room.left
        for number, report in enumerate(reports):
            if report.images and not self.is_full:
                self._add(report, sources, _Shelf(number, several, of_archive.get(number, []), everything=True))

    def _add(self, report: ArchiveReport, sources: Mapping[str, str], shelf: _Shelf) -> None:
        wanted = shelf.places
        if not wanted and not shelf.everything:
            return
        try:
            path, limits = sources.get(report.path, report.path), self.limits(report.path)
            with segmask.open(path, on_problem=_nobody, limits=limits) as archive:
                for entry in archive.entries:
                    if (entry.name in wanted) != shelf.everything and self._is_new(shelf, entry):
                        if self.is_full:
                            self.missing += len(wanted.get(entry.name, ()))
                        else:
                            self._add_image(archive, entry, shelf, report)
        except (OSError, SourceError, ValueError) as error:  # a FormatError, or no path at all
            self.unread[report.path] = str(error)

    def _is_new(self, shelf: _Shelf, entry: Entry) -> bool:
        key = shelf.number, entry.subset, entry.name
        is_new = key not in self._shown
        self._shown.add(key)
        return is_new

    def _add_image(self, archive: Archive, entry: Entry, shelf: _Shelf, report: ArchiveReport) -> None:
        problems: list[Problem] = []
        image = archive.read(entry, problems.append, keep_photo=True, keep_masks=True)
        for row, place in shelf.places.get(entry.name, ()):
            self._add_figure(archive, image, row, _problem(problems, row, place, image))
        found = {row.number: (row.number, row.finding.code, row.finding.severity) for row in shelf.rows_of(entry.name)}
        made = views.views(image, archive.labelmap, self._photo(image))
        card = self.pieces.filled(
            "card",
            name=image.name,
            subset=image.subset,
            path=report.path,
            several=shelf.several,
            size="no size" if image.width is None else f"{image.width}x{image.height}",
            instances=counted(len(image.instances), "instance"),
            findings=list(found.values())[:_LINKS],
            views=[
                {"name": view.name, "form": view.form, "size": view.size, "data": _base64(view.data)}
                for view in islice(made, 1 if self._is_scarce else None)
            ],
        )
        piece = self.pieces.keep(card, self.room)
        if piece is None:
            self.is_full = True
        else:
            self.cards.append(piece)
            if self._advance is not None:
                self._advance(len(self.cards), self.images)
            self.overlays += self._is_scarce

    def _add_figure(self, archive: Archive, image: Image, row: Row, problem: Problem | None) -> None:
        shown = None if problem is None else crop(image, archive.labelmap, problem)
        if shown is None:
            return
        figure = self.pieces.filled("figure", crop=shown, name=image.name, data=_base64(shown.png))
        piece = self.pieces.keep(figure, self.room)
        if piece is None:
            self.is_full = True
            self.missing += 1
        else:
            self.figures += 1
            row.pictures.append(piece)

    def _photo(self, image: Image) -> bytes | None:
        file = None if self.photos is None else self.photos.of(image.name)
        return image.photo if file is None else file.path.read_bytes()

    def shown(self) -> Iterator[Markup]:
        """The images, as they are on the page."""
        return map(self.pieces.kept, self.cards)


@dataclass(slots=True)
class _Shelf:
    """What is to be shown of an archive.

    Attributes:
        number: the archive's, from 0.
        several: whether there are others.
        rows: its findings.
        everything: whether images without findings are to be shown, and those alone.
    """

    number: int
    several: bool
    rows: list[Row]
    everything: bool = False
    places: dict[str, list[tuple[Row, Location]]] = field(init=False, default_factory=dict)
    _rows: dict[str, list[Row]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            images: dict[str, Location] = {}
            for place in (row.finding.location, *row.finding.places):
                if place.image is not None:
                    images.setdefault(place.image, place)
            for name in images:
                self._rows.setdefault(name, []).append(row)
            for name, place in list(images.items())[:_PICTURES]:
                self.places.setdefault(name, []).append((row, place))

    def rows_of(self, name: str) -> list[Row]:
        """The findings of an image."""
        return self._rows.get(name, [])


def _problem(problems: Sequence[Problem], row: Row, place: Location, image: Image) -> Problem | None:
    """The problem that became a finding, of the finding's own colours where it is about some of those in the mask."""
    same = [problem for problem in problems if problem.kind == row.finding.rule and problem.pixels is not None]
    chosen = next((problem for problem in same if problem.location.member == place.member), None)
    if chosen is None:
        return None
    evidence = row.finding.evidence
    if isinstance(evidence, ColorTotals) and evidence.distinct <= len(evidence.colors):
        return _of_colors(chosen, image, evidence)
    return chosen


def _of_colors(problem: Problem, image: Image, evidence: ColorTotals) -> Problem:
    packed = [pack(total.color) for total in evidence.colors]
    for mask in (image.stored_classes, image.stored_objects):
        if mask is not None and mask.is_color and problem.pixels is not None:
            own = ChosenPixels.of(mask.runs, np.isin(mask.runs.values, packed))
            if np.isin(own.starts, problem.pixels.starts).all() and len(own.starts):
                return replace(problem, pixels=own)
    return problem


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _nobody(problem: Problem) -> None:
    """Who has the report already."""
