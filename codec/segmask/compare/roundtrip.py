"""Archives there and back again: read, written, read, compared; one image of each in memory at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import segmask
from segmask._support.apply import Apply, here
from segmask.dataset.entry import Entry
from segmask.labels.labelmap import LabelMap
from segmask.limits import DEFAULT_LIMITS, Limits
from segmask.part import Outcome, Part, outcomes_of
from segmask.problem import FormatError, Problem
from segmask.rules.rule import Effect, Severity

from .differences import scene_differences
from .scenes import images_of, name_of, scene_of

Read = Callable[[Path], object]
Write = Callable[[Path, Any, LabelMap], Any]
_SHOWN = 3
NO_FILE: Final = "write left no file at the path it was given"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """What became of an archive.

    Attributes:
        images: how many were compared.
        instances: how many the archive has.
        pixels: of all its masks.
        differences: lines that say what is not as it was; none where the archive survived.
    """

    images: int
    instances: int
    pixels: int
    differences: list[str]


def round_trip(
    source: Path,
    read: Read | None = None,
    write: Write | None = None,
    *,
    limits: Limits = DEFAULT_LIMITS,
    apply: Apply = here,
    progress: Callable[[int, int], None] | None = None,
) -> RoundTrip:
    """Writes what was read and compares the two, both read by segmask as CVAT imports them.

    Args:
        source: a zip or folder.
        read: ``read(path)`` returns images; segmask's own where None.
        write: ``write(path, images, labelmap)``; segmask's own where None.
        limits: what an untrusted archive may make segmask do.
        apply: who reads, makes and compares the masks, where segmask itself reads and writes.
        progress: is told how many images were compared, and how many there are.

    Raises:
        segmask.FormatError: CVAT rejects the archive, or a limit forbids to read all of it.
        segmask.WriteError: segmask cannot write what was read, such as one id in two subsets.
        OSError: a file cannot be opened or written.
    """
    known: set[str] = set()
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(source, lambda problem: known.add(problem.rule), limits=limits) as before,
    ):
        target = Path(folder) / "written.zip"
        with nullcontext(before) if read is None else images_of(read(source), "read") as images:
            if write is None:
                segmask.write(target, images, labelmap=before.labelmap, apply=apply)
            else:
                write(target, images, before.labelmap)
        if not target.is_file():
            return RoundTrip(images=0, instances=0, pixels=0, differences=[NO_FILE])

        def refuse_new(problem: Problem) -> None:
            if problem.rule not in known:
                raise FormatError(problem)

        comparison = _Comparison(apply, progress)
        try:
            with opened(target, refuse_new) as after:
                comparison.compare(before, after)
        except FormatError as refusal:
            comparison.differences.append(f"what was written cannot be read: {refusal}")
    return comparison.result()


@dataclass(slots=True)
class _Comparison:
    """What was compared so far, as in `RoundTrip`."""

    apply: Apply
    progress: Callable[[int, int], None] | None
    images: int = 0
    instances: int = 0
    pixels: int = 0
    differences: list[str] = field(default_factory=list)

    def result(self) -> RoundTrip:
        """What was found."""
        return RoundTrip(images=self.images, instances=self.instances, pixels=self.pixels, differences=self.differences)

    def compare(self, before: segmask.Archive, after: segmask.Archive) -> None:
        """Compares labels and images, a part of each at a time.

        Raises:
            segmask.FormatError: an image cannot be read.
        """
        names = set(after.labelmap.names)
        self.differences += [f"the label {name!r} is gone" for name in before.labelmap.names if name not in names]
        entries = {(entry.subset, entry.name): entry for entry in after.entries}
        for found in self.apply(_compared, _pairs(before, after, entries)):
            for one in found:
                self._add(one, before, after)
                if self.progress is not None:
                    self.progress(self.images, len(before))
        before.finish()
        self.differences += [f"the image {name!r} of {subset!r} is new" for subset, name in entries]

    def _add(self, one: _Compared, before: segmask.Archive, after: segmask.Archive) -> None:
        self.instances += before.settle(one.before)
        self.images += 1
        self.pixels += one.pixels
        if one.after is not None:
            lines = after.settle(one.after)
            self.differences += lines


@dataclass(slots=True)
class _Compared:
    """An image on both sides.

    Attributes:
        before: how many instances it had.
        pixels: of its masks.
        after: what differs; None where it was not looked at.
    """

    before: Outcome[int]
    pixels: int = 0
    after: Outcome[list[str]] | None = None


Pair = tuple[Part, Part, tuple[bool, ...]]
"""Parts of the two archives, and which images of the first the second has."""


def _pairs(before: segmask.Archive, after: segmask.Archive, entries: dict[tuple[str, str], Entry]) -> Iterator[Pair]:
    """All that is to be compared; takes out of the entries of `after` what has a partner."""
    for part in before.image_parts():
        partners = [entries.pop((entry.subset, entry.name), None) for entry in part.entries]
        there = tuple(entry for entry in partners if entry is not None)
        yield part, after.part_of(there), tuple(entry is not None for entry in partners)


def _compared(pair: Pair) -> list[_Compared]:
    """The images of a pair of parts, up to one that cannot be read; wherever that is."""
    part, partners, is_there = pair
    problems: list[Problem] = []
    others = outcomes_of(partners)
    found: list[_Compared] = []
    try:
        for image, there in zip(part.read(problems.append), is_there, strict=True):
            before = Outcome(tuple(problems), len(image.instances))
            problems.clear()
            pixels = (image.width or 0) * (image.height or 0)
            found.append(_Compared(before, pixels, _difference(image, next(others) if there else None)))
    except Exception as error:  # noqa: BLE001 - raised where the outcome is settled
        found.append(_Compared(Outcome(tuple(problems), error=error)))
    return found


def _difference(image: segmask.Image, other: Outcome[segmask.Image] | None) -> Outcome[list[str]]:
    if other is None:
        return Outcome((), [f"the image {image.name!r} of {image.subset!r} is gone"])
    if other.result is None:
        return Outcome(other.problems, error=other.error)
    return Outcome(other.problems, differing_images([image], [other.result]))


def refuse(problem: Problem) -> None:
    """Raises.

    Raises:
        segmask.FormatError: always.
    """
    raise FormatError(problem)


def opened(
    path: Path, on_error: Callable[[Problem], object] = refuse, *, limits: Limits = DEFAULT_LIMITS
) -> segmask.Archive:
    """An archive without warnings. What CVAT rejects is refused, and what a limit forbids to read.

    Args:
        path: a zip or folder.
        on_error: gets every other problem of severity error.
        limits: what an untrusted archive may make segmask do.

    Raises:
        segmask.FormatError: now, or when the image in question is read.
    """

    def handler(problem: Problem) -> None:
        refused = problem.effect in {Effect.REJECTED, Effect.UNREAD}
        if refused or (problem.effect is Effect.UNSAFE and not problem.complete):
            raise FormatError(problem)
        if problem.severity is Severity.ERROR:
            on_error(problem)

    return segmask.open(path, on_problem=handler, limits=limits)


def differing_images(
    expected: Iterable[object],
    found: Iterable[object],
    *,
    label_names: Sequence[str] | None = None,
    subsets: bool = False,
) -> list[str]:
    """What differs between images, which are told apart by their names.

    Args:
        expected: images, or their scenes.
        found: those that came back, in any order.
        label_names: names in index order, for images that have masks alone; None where they are not known.
        subsets: whether an image's subset counts, where both sides know it.

    Raises:
        NotAnImage: something is no image.
    """
    by_name: dict[str, list[object]] = {}
    for image in found:
        by_name.setdefault(name_of(image), []).append(image)
    lines: list[str] = []
    for image in expected:
        before = scene_of(image, label_names)
        candidates = by_name.get(before.name, [])
        if not candidates:
            others = sorted((name for name, rest in by_name.items() if rest))[:_SHOWN]
            lines.append(f"the image {before.name!r} is gone{f'; there is {others}' if others else ''}")
            continue
        after = scene_of(_take(candidates, before.subset), label_names)
        if subsets and None not in {before.subset, after.subset} and before.subset != after.subset:
            lines.append(f"the image {before.name!r} is in the subset {after.subset!r}, and was in {before.subset!r}")
        changed = scene_differences(before, after)
        if changed:
            lines += [f"image {before.name!r}: {changed[0]}", *(f"  {line}" for line in changed[1:])]
    return lines + [f"the image {name!r} is new" for name, rest in by_name.items() for _ in rest]


def _take(candidates: list[object], subset: str | None) -> object:
    """Takes the image of the subset out, or else the first."""
    chosen = next((n for n, image in enumerate(candidates) if getattr(image, "subset", None) == subset), 0)
    return candidates.pop(chosen)
