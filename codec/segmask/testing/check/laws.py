"""The laws that conversions must keep. Each raises an AssertionError that shows what became of the pixels.

A law takes the functions of a codec: ``write(path, images, labelmap)``, ``read(path)``, ``polygons_to_mask(polygons, width,
height)``, ``mask_to_polygons(mask)``. `segmask.testing.scenes` says what an image is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from segmask._support.arrays import BoolArray
from segmask.compare.differences import counted, mask_differences, safe
from segmask.compare.roundtrip import Read, Write, differing_images, opened, round_trip
from segmask.compare.scenes import NotAnImage, bool_mask, images_of, kind, scene_of
from segmask.problem import FormatError

ToPolygons = Callable[[BoolArray], Sequence[object]]
ToMask = Callable[[Sequence[Any], int, int], Any]

_SHOWN = 3
_SHOWN_POINTS = 8


def assert_pixels_survive(export: Callable[[Any], Any], import_: Callable[[Any], Any], annotations: Any) -> None:
    """``import_(export(annotations))`` shows what `annotations` show: the same pixels in instances of the same labels.

    Args:
        export: takes the annotations; returns whatever `import_` takes.
        import_: returns annotations.
        annotations: images, or a document that holds them as ``images``. Where it has a ``labelmap``, as an open archive
            does, that names the labels of images that have masks alone.

    Raises:
        AssertionError: with what was lost, merged, relabelled, shifted.
    """
    __tracebackhide__ = True
    if isinstance(annotations, Iterator):
        annotations = list(annotations)
    images = getattr(annotations, "images", annotations)
    labels = getattr(getattr(annotations, "labelmap", None), "names", None)
    expected = [scene_of(image, labels) for image in images]  # before anybody can change them
    with _images_asked_for(), images_of(import_(export(annotations)), "import_") as found:
        _assert_same(differing_images(expected, found, label_names=labels))


def assert_archive_survives(archive: str | PathLike[str], read: Read | None = None, write: Write | None = None) -> None:
    """What `write` makes of ``read(archive)`` reads as the archive does: images, subsets, labels, instances, pixels.

    Both archives are read by segmask to be compared, as CVAT imports them: what CVAT loses or misreads in the first one is no
    fault of the functions. The second one must have no error that the first one has not.

    Args:
        archive: a zip or folder.
        read: ``read(path)`` returns images; segmask's own where None.
        write: ``write(path, images, labelmap)``; segmask's own where None.

    Raises:
        AssertionError: with what was lost, merged, relabelled, shifted.
        segmask.FormatError: CVAT rejects the archive, so there is nothing to be kept.
    """
    __tracebackhide__ = True
    with _images_asked_for():
        _assert_same(round_trip(Path(archive), read, write).differences)


def assert_polygons_survive(to_polygons: ToPolygons, to_mask: ToMask, mask: BoolArray) -> None:
    """``to_mask(to_polygons(mask), width, height)`` is the mask.

    Args:
        to_polygons: ``to_polygons(mask)`` returns (N, 2) arrays of x and y.
        to_mask: ``to_mask(polygons, width, height)`` returns an (H, W) bool array.
        mask: (H, W) bool, or numbers, of which all but 0 are true; `to_polygons` gets a copy of it as it is.

    Raises:
        AssertionError: with the pixels that differ, or what is returned in place of polygons or a mask.
        TypeError: `mask` is no mask.
    """
    __tracebackhide__ = True
    expected = bool_mask(mask, "the mask")
    height, width = mask.shape
    polygons = to_polygons(mask.copy())
    if isinstance(polygons, Iterator):
        polygons = list(polygons)  # to be told afterwards
    with _images_asked_for():
        if isinstance(polygons, str | bytes) or not isinstance(polygons, Iterable):
            raise NotAnImage(f"to_polygons must give polygons, not {kind(polygons)}")
        found = bool_mask(to_mask(polygons, width, height), "the mask of polygons")
    lines = mask_differences(expected, found)
    if lines:
        raise AssertionError(safe([*lines, f"the polygons: {listed(polygons)}"]))


def assert_agrees(reader: Read, archive: str | PathLike[str]) -> None:
    """`reader` sees in an archive what segmask sees, which is what CVAT imports; it raises where CVAT rejects.

    Args:
        reader: ``reader(path)`` returns images. All of each is read: to raise then is early enough.
        archive: a zip or folder.

    Raises:
        AssertionError: with what the reader loses, merges, relabels or shifts, or that it takes what CVAT rejects.
    """
    __tracebackhide__ = True
    path = Path(archive)
    try:
        with opened(path, lambda _: None) as ours:
            labels = ours.labelmap.names
            images = list(ours)
    except FormatError as refusal:
        with _images_asked_for():
            if _refuses(reader, path):
                return
        raise AssertionError(safe([f"CVAT rejects the archive, and the reader takes it: {refusal}"])) from None
    with _images_asked_for(), images_of(reader(path), "reader") as found:
        _assert_same(differing_images(images, found, label_names=labels, subsets=True))


def _refuses(reader: Read, path: Path) -> bool:
    """Whether a reader raises by the time that all pixels are read; to return no images is no refusal."""
    try:
        with images_of(reader(path), "reader") as found:
            for image in found:
                scene_of(image)
    except NotAnImage:
        raise
    except Exception:  # noqa: BLE001 - whatever a reader raises, it refuses
        return True
    return False


@contextmanager
def _images_asked_for() -> Iterator[None]:
    """A codec that returns something else breaks the law; the caller's own annotations that are no images are a usage error."""
    __tracebackhide__ = True
    try:
        yield
    except NotAnImage as error:
        raise AssertionError(safe([str(error)])) from None


def listed(polygons: Iterable[object]) -> str:
    """The first polygons, and the first points of each, as a person writes them down."""
    return ", ".join(_first([*polygons], _SHOWN, _written, "polygon")) or "none"


def _written(ring: object) -> str:
    try:
        points = np.asarray(ring)
    except ValueError:
        return kind(ring)
    if points.ndim != 2 or points.shape[1] != 2:
        return kind(ring)
    return f"[{', '.join(_first(points.tolist(), _SHOWN_POINTS, lambda point: str(_whole(point)), 'point'))}]"


def _first(items: list[object], count: int, text: Callable[[object], str], what: str) -> list[str]:
    rest = len(items) - count
    return [*map(text, items[:count]), *([f"and {counted(rest, f'more {what}')}"] if rest > 0 else [])]


def _whole(value: object) -> object:
    """Whole numbers without a decimal point."""
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _assert_same(lines: list[str]) -> None:
    __tracebackhide__ = True
    if lines:
        raise AssertionError(safe(lines))
