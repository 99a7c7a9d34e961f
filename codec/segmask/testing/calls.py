"""Calls of a codec's functions: whatever happens in them becomes one sentence."""

from __future__ import annotations

import inspect
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from segmask.labelmap import LabelMap
from segmask.polygons import FloatArray

from .givenimages import GivenImage
from .scenes import BoolArray, NotAnImage, Scene, images_of, kind, scene_of

FUNCTIONS = ("polygons_to_mask", "mask_to_polygons", "write", "read")


class Broken(AssertionError):
    """A codec does not do what a law asks for."""


class Raised(Broken):
    """A codec's function raised an error."""


class Codec:
    """A codec whose functions fail with `Broken` alone: when they raise, return something else, or change their arguments.

    Args:
        codec: an object with some of the `FUNCTIONS`.
    """

    def __init__(self, codec: Any) -> None:
        found = {name: getattr(codec, name, None) for name in FUNCTIONS}
        self._functions: dict[str, Callable[..., Any]] = {
            name: function for name, function in found.items() if callable(function)
        }

    def has(self, name: str) -> bool:
        """Whether the codec has a function."""
        return name in self._functions

    def polygons_to_mask(self, polygons: Sequence[Any], width: int, height: int) -> BoolArray:
        """(H, W) bool."""
        given = [np.array(ring) for ring in polygons]
        with self._called("polygons_to_mask") as function:
            mask = function(given, width, height)
        if len(given) != len(polygons) or any(not np.array_equal(a, b) for a, b in zip(given, polygons, strict=True)):
            raise Broken("polygons_to_mask changes the polygons it is given")
        if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.shape != (height, width):
            raise Broken(
                f"polygons_to_mask returned {kind(mask)}, not an array of shape {(height, width)} and dtype bool"
            )
        return mask

    def mask_to_polygons(self, mask: BoolArray) -> list[FloatArray]:
        """(N, 2) arrays."""
        given = mask.copy()
        with self._called("mask_to_polygons") as function:
            found = function(given)
            polygons = list(found) if isinstance(found, Sequence | Iterator) else None
        if not np.array_equal(given, mask):
            raise Broken("mask_to_polygons changes the mask it is given")
        if polygons is None:
            raise Broken(f"mask_to_polygons returned {kind(found)}, not a list of (N, 2) arrays")
        return [_ring(ring) for ring in polygons]

    def write(self, path: Path, images: Sequence[GivenImage], labelmap: LabelMap) -> None:
        """Writes the images, which have not changed then."""
        handed = list(images)
        before = [(image.shapes, [shape.mask.copy() for shape in _masks(image)]) for image in images]
        with self._called("write") as function:
            function(path, handed, labelmap)
        if len(handed) != len(images) or any(a is not b for a, b in zip(handed, images, strict=True)):
            raise Broken("write changes the list of images it is given")
        for image, (shapes, masks) in zip(images, before, strict=True):
            now = _masks(image)
            if (
                image.shapes is not shapes
                or len(now) != len(masks)
                or any(not np.array_equal(shape.mask, mask) for shape, mask in zip(now, masks, strict=True))
            ):
                raise Broken(f"write changes the shapes of the image {image.name!r} that it is given")
        if not path.exists():
            raise Broken("write left no file at the path it was given")

    def read(self, path: Path, labelmap: LabelMap) -> list[Scene]:
        """What the images show."""
        with self._called("read") as function, images_of(function(path), "read") as images:
            return [scene_of(image, labelmap.names) for image in images]

    @contextmanager
    def _called(self, name: str) -> Iterator[Callable[..., Any]]:
        function = self._functions[name]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield function
            except NotAnImage as error:
                raise Broken(f"{name} returned what is no image: {error}") from None
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a codec may raise anything
                raise Raised(f"{name} raised {_described(error, function)}") from None


def _ring(ring: Any) -> FloatArray:
    try:
        points = np.asarray(ring, dtype=np.float64)
    except (TypeError, ValueError):
        raise Broken(f"mask_to_polygons returned a list that holds {kind(ring)}, not (N, 2) arrays") from None
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise Broken(f"mask_to_polygons returned a polygon of shape {points.shape}, not finite numbers of shape (N, 2)")
    return points


def _masks(image: GivenImage) -> list[Any]:
    return [shape for shape in image.shapes if hasattr(shape, "mask")]


def _described(error: BaseException, function: Callable[..., Any]) -> str:
    """The error's type and text, and the line: the last one in the codec's own file, if any is."""
    frames = traceback.extract_tb(error.__traceback__)[1:]
    code = getattr(inspect.unwrap(function), "__code__", None)
    own = [frame for frame in frames if code is not None and frame.filename == code.co_filename]
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if not frames:
        return text
    frame = (own or frames)[-1]
    return f"{text} ({Path(frame.filename).name}, line {frame.lineno}: {frame.line})"
