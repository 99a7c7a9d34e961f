"""Archives there and back again: read, written, read, compared; one image of each in memory at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import segmask
from segmask.labels.labelmap import LabelMap
from segmask.limits import DEFAULT_LIMITS, Limits
from segmask.problem import FormatError, Problem
from segmask.rules.rule import Effect, Severity

from .differences import scene_differences
from .scenes import images_of, name_of, scene_of

Read = Callable[[Path], Any]
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
    source: Path, read: Read | None = None, write: Write | None = None, *, limits: Limits = DEFAULT_LIMITS
) -> RoundTrip:
    """Writes what was read and compares the two, both read by segmask as CVAT imports them.

    Args:
        source: a zip or folder.
        read: ``read(path)`` returns images; segmask's own where None.
        write: ``write(path, images, labelmap)``; segmask's own where None.
        limits: what an untrusted archive may make segmask do.

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
                segmask.write(target, images, labelmap=before.labelmap)
            else:
                write(target, images, before.labelmap)
        if not target.is_file():
            return RoundTrip(images=0, instances=0, pixels=0, differences=[NO_FILE])

        def refuse_new(problem: Problem) -> None:
            if problem.rule not in known:
                raise FormatError(problem)

        images_seen = instances = pixels = 0
        lines: list[str] = []
        try:
            with opened(target, refuse_new) as after:
                names = set(after.labelmap.names)
                lines += [f"the label {name!r} is gone" for name in before.labelmap.names if name not in names]
                entries = {(entry.subset, entry.name): entry for entry in after.entries}
                for image in before:
                    images_seen += 1
                    instances += len(image.instances)
                    pixels += (image.width or 0) * (image.height or 0)
                    entry = entries.pop((image.subset, image.name), None)
                    if entry is None:
                        lines.append(f"the image {image.name!r} of {image.subset!r} is gone")
                    else:
                        lines += differing_images([image], [after.read(entry)])
                lines += [f"the image {name!r} of {subset!r} is new" for subset, name in entries]
        except FormatError as refusal:
            lines.append(f"what was written cannot be read: {refusal}")
    return RoundTrip(images=images_seen, instances=instances, pixels=pixels, differences=lines)


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
        if problem.effect is Effect.REJECTED or (problem.effect is Effect.UNSAFE and not problem.complete):
            raise FormatError(problem)
        if problem.severity is Severity.ERROR:
            on_error(problem)

    return segmask.open(path, on_problem=handler, limits=limits)


def differing_images(
    expected: Iterable[Any], found: Iterable[Any], *, label_names: Sequence[str] | None = None, subsets: bool = False
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
    by_name: dict[str, list[Any]] = {}
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


def _take(candidates: list[Any], subset: str | None) -> Any:
    """Takes the image of the subset out, or else the first."""
    chosen = next((n for n, image in enumerate(candidates) if getattr(image, "subset", None) == subset), 0)
    return candidates.pop(chosen)
