"""Problems to findings: what is one problem of the archive becomes one finding, with a count and a few places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from segmask import VOC_LABEL_MAP, Effect, LabelMap, Location, Problem, rules
from segmask.pixels.color import Color
from segmask.rules.rule import Grouping
from segmask_validate.report.model import Finding, location_to_json

if TYPE_CHECKING:
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
    count: int = 0
    places: list[Location] = field(default_factory=list)
    colors: dict[Color, _Color] = field(default_factory=dict)
    distinct: int = 0
    pixels: int = 0

    def add(self, location: Location, count: int = 1) -> None:
        if self.count and len(self.places) < _PLACES:
            self.places.append(location)
        self.count += count


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
        from .causes import CauseFinder  # most archives need it not

        return CauseFinder(self._labelmap, has_label_map=self._has_label_map)

    def add(self, problem: Problem) -> None:
        """Counts a problem in."""
        self.effects.add(problem.effect)
        if not problem.complete:
            self.incomplete.add(problem.rule)
        grouping = problem.kind.grouping
        if grouping is Grouping.BY_COLOR:
            self._add_colors(problem)
            return
        cause = self._causes.of_indices(problem) if grouping is Grouping.BY_CAUSE else None
        key = (problem.rule, problem.message if grouping is Grouping.EACH else cause)
        self._group(key, problem, cause).add(problem.location)

    def _group(self, key: _Key, problem: Problem, cause: Cause | None) -> _Group:
        group = self._groups.get(key)
        if group is None:
            count = self._counts[problem.rule] = self._counts.get(problem.rule, 0) + 1
            if count > _MAX_GROUPS:
                key = (problem.rule, None)  # where they all end up when they are listed
            group = self._groups.setdefault(key, _Group(problem, cause))
        return group

    def _add_colors(self, problem: Problem) -> None:
        cause = self._causes.of_colors(problem)
        for number, entry in enumerate(problem.evidence["colors"]):
            red, green, blue = entry["color"]
            color = (red, green, blue)
            key = (problem.rule, cause.name if cause.collective else (cause.name, color))
            group = self._group(key, problem, cause)
            x, y, width, height = entry["box"]
            location = problem.at(box=(x, y, width, height)).location
            if number == 0 or not cause.collective:
                group.add(location)
                group.distinct = max(group.distinct, problem.evidence["distinct"] if cause.collective else 1)
                group.pixels += problem.evidence["pixels"] if cause.collective else entry["pixels"]
            known = group.colors.get(color)
            if known is not None:
                known.pixels += entry["pixels"]
                known.images += 1
            elif len(group.colors) < _MAX_COLORS:
                group.colors[color] = _Color(entry["pixels"], location)

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
                _merge(merged.setdefault((key[0], None), _Group(group.first)), group)
        order = sorted(merged.values(), key=_badness)
        return (self._finding(group) for group in order)

    def _finding(self, group: _Group) -> Finding:
        first = group.first
        message, location = first.message, first.location
        evidence: dict[str, Any] = dict(first.evidence)
        if group.colors:
            message, location, evidence = self._describe_colors(group)
        elif group.cause is not None:
            evidence["cause"] = group.cause.name
            message += f" - likely cause: {group.cause.text}"
        if group.places:
            evidence["places"] = [location_to_json(place) for place in group.places]
        return Finding(rule=first.kind, message=message, location=location, count=group.count, evidence=evidence)

    def _describe_colors(self, group: _Group) -> tuple[str, Location, dict[str, Any]]:
        ranked = sorted(group.colors.items(), key=lambda item: (-item[1].pixels, item[0]))
        colors: list[dict[str, Any]] = []
        for color, seen in ranked[:_SHOWN_COLORS]:
            nearest = self._causes.nearest(color)
            colors.append(
                {
                    "color": list(color),
                    "pixels": seen.pixels,
                    "images": seen.images,
                    "image": seen.location.image,
                    "box": list(seen.location.box or ()),
                    "nearest": None if nearest is None else nearest.to_json(),
                }
            )
        top, distinct = colors[0], max(group.distinct, len(group.colors))
        red, green, blue = ranked[0][0]
        others = f" and {distinct - 1:,} more" if distinct > 1 else ""
        images = f"{group.count:,} image{'s' * (group.count != 1)}"
        near = top["nearest"]
        is_class = group.first.kind != rules.UNDECLARED_OBJECT_COLOR
        closest = f"; nearest is {near['label']!r} {tuple(near['color'])}" if near and is_class else ""
        if group.cause is not None and group.cause.text:
            reason = f" - likely cause: {group.cause.text}"
        elif is_class:
            reason = " - declare the colour in the label map, or repaint the pixels"
        else:
            reason = " - object masks hold the 256 VOC colours, one an object; the label map does not matter"
        message = (
            f"Undeclared color ({red}, {green}, {blue}){others}: {group.pixels:,} pixels in {images}{closest}{reason}"
        )
        evidence = {
            "cause": group.cause.name if group.cause is not None else None,
            "distinct": distinct,
            "pixels": group.pixels,
            "colors": colors,
        }
        return message, ranked[0][1].location, evidence


def _badness(group: _Group) -> tuple[int, int, str]:
    first = group.first
    return -first.severity.rank, _EFFECTS.index(first.effect), first.rule


def _merge(into: _Group, group: _Group) -> None:
    into.cause = into.cause or group.cause
    into.add(group.first.location, group.count)
    into.pixels += group.pixels
    into.colors.update(group.colors)
    into.distinct = max(into.distinct, len(into.colors))
