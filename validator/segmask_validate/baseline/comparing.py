"""Reports against a baseline: what is known fails no more, what is new does, what is gone is told."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from segmask.container.remote.urls import is_url
from segmask.problem import Location
from segmask_validate.report.model import ArchiveReport, Finding

from .keys import Key, occurrences, word

Known = Mapping[Key, int]
"""How often each thing is known of an archive."""


def known_of(report: ArchiveReport) -> Counter[Key]:
    """What is found in an archive, by name."""
    found: Counter[Key] = Counter()
    for finding in report.findings:
        for each in occurrences(finding):
            found[each.key] += each.times
    return found


class Baseline:
    """What is known of archives.

    An archive is known by its path; a renamed one is that with which it shares most, of those whose file is gone.

    Args:
        known: by the paths of the archives.
        base: the folder from which these lead to the archives.
    """

    def __init__(self, known: Mapping[str, Known], base: Path) -> None:
        self._base = base
        self._known = {path: Counter(counts) for path, counts in known.items()}
        self._gone = {path for path in known if not is_url(path) and not os.path.lexists(base / path)}

    def compared(self, report: ArchiveReport) -> ArchiveReport:
        """A report in which findings are new ones, with what is known and what is gone beside them.

        Each archive is compared once: what is known of a file that is gone stands for one archive.
        """
        name = written(report.path, self._base)
        found = known_of(report)
        if name not in self._known:
            shared = {path: (self._known[path] & found).total() for path in sorted(self._gone)}
            name = max(shared, key=lambda path: shared[path], default="")
            if not shared.get(name):
                return report
            self._gone.remove(name)
        return _compared(report, self._known[name])


def written(path: str, base: Path) -> str:
    """An archive's path as a baseline in a folder has it, on every system the same; a URL is its own."""
    if is_url(path):
        return word(path)
    try:
        return word(os.path.relpath(path, base).replace(os.sep, "/"))
    except ValueError:  # another drive
        return word(Path(os.path.abspath(path)).as_posix())  # noqa: PTH100 - links keep their names


class _Pending(NamedTuple):
    """Occurrences of a finding of which it is not known yet whether they are new."""

    finding: int
    key: Key
    place: Location | None
    times: int


def _compared(report: ArchiveReport, known: Counter[Key]) -> ArchiveReport:
    budget = Counter(known)
    named: list[_Pending] = []
    unnamed: list[_Pending] = []
    for number, finding in enumerate(report.findings):
        for key, place, times in occurrences(finding):
            (unnamed if place is None else named).append(_Pending(number, key, place, times))
    named = list(_unknown(named, budget))
    wide = _Wide(budget)
    new: dict[int, list[_Pending]] = {}
    for each in (*wide.unknown(named), *wide.unknown(_unknown(unnamed, budget))):
        new.setdefault(each.finding, []).append(each)
    findings = [_new(finding, new[number]) for number, finding in enumerate(report.findings) if number in new]
    kept: Counter[str] = Counter()
    for key, count in (known - +budget).items():
        kept[key.rule] += count
    gone = tuple((str(key), count) for key, count in sorted((+budget).items(), key=lambda item: str(item[0])))
    return replace(report, findings=tuple(findings), known=dict(sorted(kept.items())), gone=gone)


def _unknown(found: Iterable[_Pending], budget: Counter[Key]) -> Iterator[_Pending]:
    """Those that a budget does not have by their very name; takes the others from it."""
    for each in found:
        taken = min(each.times, budget.get(each.key, 0))
        if taken:
            budget[each.key] -= taken
        if taken < each.times:
            yield each._replace(times=each.times - taken)


class _Wide:
    """What is left of a budget, also by names that leave parts open: a report does not name all places, nor all labels."""

    def __init__(self, budget: Counter[Key]) -> None:
        self._budget = budget
        self._inside: dict[Key, list[Key]] = {}
        for key, count in budget.items():
            for wider in key.wider() if count else ():
                self._inside.setdefault(wider, []).append(key)

    def unknown(self, found: Iterable[_Pending]) -> Iterator[_Pending]:
        """Those that the budget does not have by any name either; takes the others from it."""
        for each in found:
            left = each.times
            for candidate in (*each.key.wider(), *self._inside.get(each.key, ())):
                taken = min(left, self._budget.get(candidate, 0))
                if taken:
                    self._budget[candidate] -= taken
                    left -= taken
            if left:
                yield each._replace(times=left)


def _new(finding: Finding, pending: list[_Pending]) -> Finding:
    """The part of a finding that is new."""
    count = sum(each.times for each in pending)
    if count == finding.count:
        return finding
    places = tuple(each.place for each in pending if each.place is not None)
    first = places[0] if places else finding.location
    return replace(finding, count=count, location=first, places=places or (first,), known=finding.count - count)
