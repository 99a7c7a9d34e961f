"""The laws that conversions must keep. Each raises an AssertionError that shows what became of the pixels.

A law takes the functions of a codec: ``write(path, images, labelmap)``, ``read(path)``, ``polygons_to_mask(polygons, width,
height)``, ``mask_to_polygons(mask)``. `segmask.testing.scenes` says what an image is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

import segmask
from segmask.labelmap import LabelMap
from segmask.problem import Effect, FormatError, Problem, Severity

from .differences import mask_differences, safe, scene_differences
from .scenes import BoolArray, bool_mask, images_of, scene_of

Read = Callable[[Path], Any]
Write = Callable[[Path, Any, LabelMap], Any]
ToPolygons = Callable[[BoolArray], Sequence[Any]]
ToMask = Callable[[Sequence[Any], int, int], Any]

_SHOWN = 3


def assert_pixels_survive(export: Callable[[Any], Any], import_: Callable[[Any], Any], annotations: Any) -> None:
    """``import_(export(annotations))`` shows what `annotations` show: the same pixels in instances of the same labels.

    Args:
        export: takes the annotations; returns whatever `import_` takes.
        import_: returns annotations.
        annotations: images, or a document that holds them as ``images``.

    Raises:
        AssertionError: with what was lost, merged, relabelled, shifted.
    """
    if isinstance(annotations, Iterator):
        annotations = list(annotations)
    images = getattr(annotations, "images", annotations)
    expected = [scene_of(image) for image in images]  # before anybody can change them
    with images_of(import_(export(annotations)), "import_") as found:
        _assert_same(differing_images(expected, found))


def assert_archive_survives(archive: str | PathLike[str], read: Read | None = None, write: Write | None = None) -> None:
    """What `write` makes of ``read(archive)`` reads as the archive does: images, subsets, labels, instances, pixels.

    Both archives are read by segmask to be compared, leniently the first, strictly the second: what CVAT loses or misreads
    in the first one is no fault of the functions.

    Args:
        archive: a zip or folder.
        read: ``read(path)`` returns images; segmask's own where None.
        write: ``write(path, images, labelmap)``; segmask's own where None.

    Raises:
        AssertionError: with what was lost, merged, relabelled, shifted.
        segmask.FormatError: CVAT rejects the archive, so there is nothing to be kept.
    """
    source = Path(archive)
    with tempfile.TemporaryDirectory() as folder, opened(source) as before:
        target = Path(folder) / "written.zip"
        with nullcontext(before) if read is None else images_of(read(source), "read") as images:
            (_write if write is None else write)(target, images, before.labelmap)
        _assert_same(refused_or_differing(before, target))


def assert_polygons_survive(to_polygons: ToPolygons, to_mask: ToMask, mask: BoolArray) -> None:
    """``to_mask(to_polygons(mask), width, height)`` is the mask.

    Args:
        to_polygons: ``to_polygons(mask)`` returns (N, 2) arrays of x and y.
        to_mask: ``to_mask(polygons, width, height)`` returns an (H, W) bool array.
        mask: (H, W) bool.

    Raises:
        AssertionError: with the pixels that differ.
    """
    height, width = mask.shape
    polygons = to_polygons(mask)
    found = bool_mask(to_mask(polygons, width, height), "the mask of polygons")
    lines = mask_differences(mask, found)
    if lines:
        raise AssertionError(safe([*lines, f"the polygons: {listed(polygons)}"]))


def assert_agrees(reader: Read, archive: str | PathLike[str]) -> None:
    """`reader` sees in an archive what segmask sees, which is what CVAT imports; it raises where CVAT rejects.

    Args:
        reader: ``reader(path)`` returns images.
        archive: a zip or folder.

    Raises:
        AssertionError: with what the reader loses, merges, relabels or shifts, or that it takes what CVAT rejects.
    """
    path = Path(archive)
    try:
        with opened(path) as ours:
            labels = ours.labelmap.names
            images = list(ours)
    except FormatError as refusal:
        try:
            with images_of(reader(path), "reader") as found:
                list(found)
        except Exception:  # noqa: BLE001 - whatever a reader raises, it refuses
            return
        raise AssertionError(safe([f"CVAT rejects the archive, and the reader takes it: {refusal}"])) from None
    with images_of(reader(path), "reader") as found:
        _assert_same(differing_images(images, found, label_names=labels, subsets=True))


def _write(path: Path, images: Any, labelmap: LabelMap) -> None:
    segmask.write(path, images, labelmap=labelmap)


def opened(path: Path, *, strict: bool = False) -> segmask.Archive:
    """An archive without warnings; what is strict is refused for each error, what is not only for what CVAT rejects.

    Raises:
        segmask.FormatError: now, or when the image in question is read.
    """

    def handler(problem: Problem) -> None:
        if problem.effect is Effect.REJECTED or (strict and problem.severity is Severity.ERROR):
            raise FormatError(problem)

    return segmask.open(path, on_problem=handler)


def refused_or_differing(before: segmask.Archive, written: Path) -> list[str]:
    """What differs between an archive and one that was written, or why the written one cannot be read strictly."""
    try:
        with opened(written, strict=True) as after:
            return differing_archives(before, after)
    except FormatError as refusal:
        return [f"what was written cannot be read: {refusal}"]


def differing_archives(before: segmask.Archive, after: segmask.Archive) -> list[str]:
    """What differs between two archives, image by image, with one of each in memory at a time."""
    names = set(after.labelmap.names)
    lines = [f"the label {name!r} is gone" for name in before.labelmap.names if name not in names]
    entries = {(entry.subset, entry.name): entry for entry in after.entries}
    for image in before:
        entry = entries.pop((image.subset, image.name), None)
        if entry is None:
            lines.append(f"the image {image.name!r} of {image.subset!r} is gone")
        else:
            lines += differing_images([image], [after.read(entry)])
    return [*lines, *(f"the image {name!r} of {subset!r} is new" for subset, name in entries)]


def differing_images(
    expected: Iterable[Any], found: Iterable[Any], *, label_names: Sequence[str] = (), subsets: bool = False
) -> list[str]:
    """What differs between images, which are told apart by their names.

    Args:
        expected: images.
        found: likewise, in any order.
        label_names: names in index order, for found images that have masks alone.
        subsets: whether an image's subset counts, where both sides know it.

    Raises:
        NotAnImage: something is no image.
    """
    by_name: dict[Any, list[Any]] = {}
    for image in found:
        by_name.setdefault(getattr(image, "name", None), []).append(image)
    lines: list[str] = []
    for image in expected:
        before = scene_of(image, label_names)
        candidates = by_name.get(before.name, [])
        if not candidates:
            others = f"; there is {sorted(by_name, key=repr)[:_SHOWN]}" if by_name else ""
            lines.append(f"the image {before.name!r} is gone{others}")
            continue
        after = scene_of(_pick(candidates, before.subset), label_names)
        if subsets and None not in {before.subset, after.subset} and before.subset != after.subset:
            lines.append(f"the image {before.name!r} is in the subset {after.subset!r}, and was in {before.subset!r}")
        changed = scene_differences(before, after)
        if changed:
            lines += [f"image {before.name!r}: {changed[0]}", *(f"  {line}" for line in changed[1:])]
    lines += [f"the image {name!r} is new" for name, rest in by_name.items() for _ in rest]
    return lines


def _pick(candidates: list[Any], subset: str | None) -> Any:
    """Takes the image out that is of the subset, or the first."""
    chosen = next((n for n, image in enumerate(candidates) if getattr(image, "subset", None) == subset), 0)
    return candidates.pop(chosen)


def listed(polygons: Iterable[Any]) -> str:
    """Polygons as a person writes them down."""
    return ", ".join(str(np.asarray(ring).tolist()) for ring in polygons) or "none"


def _assert_same(lines: list[str]) -> None:
    if lines:
        raise AssertionError(safe(lines))
