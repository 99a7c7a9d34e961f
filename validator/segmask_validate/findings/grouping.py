"""Problems to findings: what is one problem of the archive becomes one finding, with a count and its places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

from segmask import VOC_LABEL_MAP, Effect, LabelMap, Location, Problem, rules
from segmask import evidence as figures
from segmask.evidence import NOTHING, Evidence, Summed
from segmask.pixels.box import Box
from segmask.pixels.color import Color
from segmask.rules.rule import Grouping, Rule
from segmask_validate.report.model import MAX_PLACES, Finding

if TYPE_CHECKING:
    from segmask.evidence import UndeclaredColors
    from segmask_validate.report.evidence import ColorTotals

    from .causes import Cause, CauseFinder

_MAX_SEPARATE: Final = 20
_MAX_COLORS: Final = 4096
_MAX_GROUPS: Final = 4096  # of a rule; far beyond those that stay separate
_SHOWN_COLORS: Final = 16
_SPECKS: Final = "specks"
_EFFECTS: Final = tuple(Effect)

_Key: TypeAlias = "tuple[str, str | Cause | tuple[str, Color] | None]"


@dataclass(slots=True)
class _Color:
    """Where a colour was met first, and how often."""

    pixels: int
    location: Location
    images: int = 1


@dataclass(slots=True)
class _Group:
    """Problems that are one finding."""

    first: Problem
    cause: Cause | None = None
    evidence: Evidence = NOTHING
    count: int = 0
    places: list[Location] = field(default_factory=list)
    colors: dict[Color, _Color] = field(default_factory=dict)
    distinct: int = 0
    pixels: int = 0

    def add(self, places: Iterable[Location], evidence: Evidence, count: int = 1) -> None:
        """Counts in one problem, or as many as another group has; `places` are those to keep."""
        if not self.count:
            self.evidence = evidence
        elif isinstance(self.evidence, Summed) and isinstance(evidence, Summed):
            self.evidence = self.evidence.merged(evidence)
        self.places.extend(places)
        self.count += count

    def merge(self, other: _Group, max_places: int) -> None:
        """Counts in all that is in another group."""
        self.cause = self.cause or other.cause
        self.add(other.places[: max(max_places - len(self.places), 0)], other.evidence, other.count)
        self.pixels += other.pixels
        self.colors.update(other.colors)
        self.distinct = max(self.distinct, len(self.colors))


class Findings:
    """Collects problems as they come; its size follows the findings and their places, not the problems.

    Args:
        max_places: places of a finding to keep, at least 1.
        thin_pixels: the fewest pixels of thin regions to count; masks that have none of these are a finding of their own.
    """

    def __init__(self, max_places: int = MAX_PLACES, thin_pixels: int = 1) -> None:
        self._max_places, self._thin_pixels = max_places, thin_pixels
        self._room: dict[str, int] = {}
        self.use(VOC_LABEL_MAP, has_label_map=False)
        self._groups: dict[_Key, _Group] = {}
        self._counts: dict[str, int] = {}
        self.rules: set[Rule] = set()
        self.incomplete: set[str] = set()

    def use(self, labelmap: LabelMap, *, has_label_map: bool) -> None:
        """Says what to compare the masks' problems with, which come after those that opening the archive shows.

        Args:
            labelmap: the archive's labels, for causes.
            has_label_map: False where they are CVAT's default.
        """
        self._labelmap, self._has_label_map = labelmap, has_label_map

    @cached_property
    def _causes(self) -> CauseFinder:
        """Asked about masks only, when the label map is known."""
        from .causes import CauseFinder  # most archives do not need it

        return CauseFinder(self._labelmap, has_label_map=self._has_label_map)

    def add(self, problem: Problem) -> None:
        """Counts a problem in."""
        self.rules.add(problem.kind)
        if not problem.complete:
            self.incomplete.add(problem.rule)
        grouping = problem.kind.grouping
        if grouping is Grouping.BY_COLOR and isinstance(problem.evidence, figures.UndeclaredColors):
            self._add_colors(problem, problem.evidence)
            return
        cause = None
        if grouping is Grouping.BY_CAUSE and isinstance(problem.evidence, figures.UndeclaredIndices):
            cause = self._causes.of_indices(problem.evidence)
        key = (problem.rule, problem.message if grouping is Grouping.EACH else cause)
        evidence = problem.evidence
        if isinstance(evidence, figures.ThinRegions) and self._thin_pixels > 1:
            evidence = evidence.from_size(self._thin_pixels)
            key = key if evidence.regions else (problem.rule, _SPECKS)
        self._count_in(self._group(key, problem, cause), problem.location, evidence)

    def _count_in(self, group: _Group, place: Location, evidence: Evidence) -> None:
        """Counts in one problem; its place is kept while the finding, and all of the rule's, have room."""
        code = group.first.rule
        room = self._room.setdefault(code, _MAX_SEPARATE * self._max_places)
        is_kept = room > 0 and len(group.places) < self._max_places
        self._room[code] = room - is_kept
        group.add((place,) if is_kept else (), evidence)

    def _group(self, key: _Key, problem: Problem, cause: Cause | None) -> _Group:
        group = self._groups.get(key)
        if group is None:
            count = self._counts[problem.rule] = self._counts.get(problem.rule, 0) + 1
            if count > _MAX_GROUPS:
                key = (problem.rule, None)  # where they all end up when they are listed
            group = self._groups.setdefault(key, _Group(problem, cause))
        return group

    def _add_colors(self, problem: Problem, evidence: UndeclaredColors) -> None:
        cause = self._causes.of_colors(problem.kind, evidence)
        for number, entry in enumerate(evidence.colors):
            key = (problem.rule, cause.name if cause.collective else (cause.name, entry.color))
            group = self._group(key, problem, cause)
            location = problem.at(box=entry.box).location
            if number == 0 or not cause.collective:
                self._count_in(group, location, evidence)
                group.distinct = max(group.distinct, evidence.distinct if cause.collective else 1)
                group.pixels += evidence.pixels if cause.collective else entry.pixels
            known = group.colors.get(entry.color)
            if known is not None:
                known.pixels += entry.pixels
                known.images += 1
            elif len(group.colors) < _MAX_COLORS:
                group.colors[entry.color] = _Color(entry.pixels, location)

    def list(self) -> Iterator[Finding]:
        """The findings, worst first, then by code, then in the order they were met."""
        separate: dict[str, int] = {}
        for rule, _ in self._groups:
            separate[rule] = separate.get(rule, 0) + 1
        merged: dict[_Key, _Group] = {}
        for key, group in self._groups.items():
            if separate[key[0]] <= _MAX_SEPARATE:
                merged[key] = group
            else:
                merged.setdefault((key[0], None), _Group(group.first)).merge(group, self._max_places)
        order = sorted(merged.values(), key=_badness)
        return (self._finding(group) for group in order)

    def _finding(self, group: _Group) -> Finding:
        if group.colors:
            return self._color_finding(group)
        message, cause = group.first.message, group.cause
        if isinstance(group.evidence, Summed):
            from segmask.sentences import sentence

            cause_text = "" if cause is None else cause.text
            message = sentence(group.first.kind, group.evidence, masks=group.count, cause=cause_text)
        return Finding(
            rule=group.first.kind,
            severity=group.first.severity,
            message=message,
            location=group.first.location,
            count=group.count,
            evidence=group.evidence,
            cause=None if cause is None else cause.name,
            places=tuple(group.places) or (group.first.location,),
        )

    def _color_finding(self, group: _Group) -> Finding:
        from segmask.sentences import sentence

        rule, cause = group.first.kind, group.cause
        totals = self._totals(group)
        first = totals.colors[0]
        location = group.colors[first.color].location
        is_class = rule != rules.UNDECLARED_OBJECT_COLOR
        evidence = group.first.evidence
        assert isinstance(evidence, figures.UndeclaredColors)
        counted = replace(
            evidence,
            colors=(figures.ColorRegion(first.color, first.pixels, first.box),),
            distinct=totals.distinct,
            pixels=totals.pixels,
        )
        return Finding(
            rule=rule,
            severity=rule.severity,
            message=sentence(
                rule,
                counted,
                masks=group.count,
                nearest=str(first.nearest) if first.nearest is not None and is_class else "",
                cause="" if cause is None else cause.text,
            ),
            location=location,
            count=group.count,
            evidence=totals,
            cause=None if cause is None else cause.name,
            places=_with_first(location, group.places)[: self._max_places],
        )

    def _totals(self, group: _Group) -> ColorTotals:
        """The colours of a group, most pixels first."""
        from segmask_validate.report.evidence import ColorTotal, ColorTotals

        ranked = sorted(group.colors.items(), key=lambda item: (-item[1].pixels, item[0]))
        colors = tuple(
            ColorTotal(
                color=color,
                pixels=seen.pixels,
                images=seen.images,
                image=seen.location.image,
                box=seen.location.box or Box(0, 0, 0, 0),
                nearest=self._causes.nearest(color),
            )
            for color, seen in ranked[:_SHOWN_COLORS]
        )
        return ColorTotals(distinct=max(group.distinct, len(group.colors)), pixels=group.pixels, colors=colors)


def _badness(group: _Group) -> tuple[int, int, str]:
    first = group.first
    return -first.severity.rank, _EFFECTS.index(first.effect), first.rule


def _with_first(first: Location, places: Sequence[Location]) -> tuple[Location, ...]:
    """The places, with `first` in front instead of the place in the same mask."""
    same = next((n for n, place in enumerate(places) if place.member == first.member), len(places))
    return (first, *places[:same], *places[same + 1 :])
