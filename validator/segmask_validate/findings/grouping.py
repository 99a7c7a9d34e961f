"""Problems to findings: what is one problem of the archive becomes one finding, with a count and a few places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from segmask import VOC_LABEL_MAP, Effect, LabelMap, Location, Problem, rules
from segmask import evidence as figures
from segmask.evidence import NOTHING, Evidence, Summed
from segmask.pixels.color import Color
from segmask.rules.rule import Grouping
from segmask_validate.report.model import Finding

if TYPE_CHECKING:
    from segmask.evidence import UndeclaredColors
    from segmask_validate.report.evidence import ColorTotals

    from .causes import Cause, CauseFinder

_PLACES: Final = 4
_MAX_SEPARATE: Final = 20
_MAX_COLORS: Final = 4096
_MAX_GROUPS: Final = 4096  # of a rule; far beyond those that stay separate
_SHOWN_COLORS: Final = 16
_EFFECTS: Final = tuple(Effect)

_Key = tuple[str, object]


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

    def add(self, location: Location, evidence: Evidence, count: int = 1) -> None:
        """Counts in one problem, or as many as another group has."""
        if not self.count:
            self.evidence = evidence
        elif isinstance(self.evidence, Summed) and isinstance(evidence, Summed):
            self.evidence = self.evidence.merged(evidence)
        if self.count and len(self.places) < _PLACES:
            self.places.append(location)
        self.count += count

    def merge(self, other: _Group) -> None:
        """Counts in all that is in another group."""
        self.cause = self.cause or other.cause
        self.add(other.first.location, other.evidence, other.count)
        self.pixels += other.pixels
        self.colors.update(other.colors)
        self.distinct = max(self.distinct, len(self.colors))


class Findings:
    """Collects problems as they come; its size follows the findings, not the problems."""

    def __init__(self) -> None:
        self.use(VOC_LABEL_MAP, has_label_map=False)
        self._groups: dict[_Key, _Group] = {}
        self._counts: dict[str, int] = {}
        self.effects: set[Effect] = set()
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
        self.effects.add(problem.effect)
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
        self._group(key, problem, cause).add(problem.location, problem.evidence)

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
                group.add(location, evidence)
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
                merged.setdefault((key[0], None), _Group(group.first)).merge(group)
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
            message=message,
            location=group.first.location,
            count=group.count,
            evidence=group.evidence,
            cause=None if cause is None else cause.name,
            places=tuple(group.places),
        )

    def _color_finding(self, group: _Group) -> Finding:
        from segmask.sentences import sentence

        rule, cause = group.first.kind, group.cause
        totals = self._totals(group)
        first = totals.colors[0]
        is_class = rule != rules.UNDECLARED_OBJECT_COLOR
        counted = figures.UndeclaredColors(
            (figures.ColorRegion(first.color, first.pixels, first.box),), totals.distinct, totals.pixels, (), ""
        )
        return Finding(
            rule=rule,
            message=sentence(
                rule,
                counted,
                masks=group.count,
                nearest=str(first.nearest) if first.nearest is not None and is_class else "",
                cause="" if cause is None else cause.text,
            ),
            location=group.colors[first.color].location,
            count=group.count,
            evidence=totals,
            cause=None if cause is None else cause.name,
            places=tuple(group.places),
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
                box=seen.location.box or (0, 0, 0, 0),
                nearest=self._causes.nearest(color),
            )
            for color, seen in ranked[:_SHOWN_COLORS]
        )
        return ColorTotals(distinct=max(group.distinct, len(group.colors)), pixels=group.pixels, colors=colors)


def _badness(group: _Group) -> tuple[int, int, str]:
    first = group.first
    return -first.severity.rank, _EFFECTS.index(first.effect), first.rule
