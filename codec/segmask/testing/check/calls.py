"""Calls of a codec's functions: whatever happens in them becomes one sentence."""

from __future__ import annotations

import inspect
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import numpy as np

from segmask._support.arrays import BoolArray, FloatArray
from segmask.compare import scenes
from segmask.compare.roundtrip import NO_FILE
from segmask.compare.scenes import NotAnImage, Scene, hides_values, images_of, kind, scene_of
from segmask.labels.labelmap import LabelMap
from segmask.shapes.model import Mask, Shape

from .givenimages import GivenImage

FUNCTIONS = ("polygons_to_mask", "mask_to_polygons", "write", "read")
_HARNESS: Final = (__file__, scenes.__file__)
"""Where no mistake of a codec is."""


class Broken(AssertionError):
    """A codec does not do what a law asks for."""


class Raised(Broken):
    """A codec's function raised an error."""


class Codec:
    """A codec whose functions fail with `Broken` alone: when they raise, return something else, or change their arguments.

    Args:
        codec: an object with some of the `FUNCTIONS`.
    """

    def __init__(self, codec: object) -> None:
        found = {name: _function(codec, name) for name in FUNCTIONS}
        self._functions: dict[str, Callable[..., Any]] = {
            name: function for name, function in found.items() if callable(function)
        }
        self.has_written = False
        """Whether ``write`` came to its end at least once."""

    def has(self, name: str) -> bool:
        """Whether the codec has a function."""
        return name in self._functions

    def polygons_to_mask(self, polygons: Sequence[FloatArray], width: int, height: int) -> BoolArray:
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
        if hides_values(mask):
            raise Broken("polygons_to_mask returned masked values, which are neither true nor false")
        return np.asarray(mask)  # without what a subclass does when it is compared

    def mask_to_polygons(self, mask: BoolArray) -> list[FloatArray]:
        """(N, 2) arrays."""
        given = mask.copy()
        with self._called("mask_to_polygons") as function:
            found = function(given)
            polygons = [_ring(ring) for ring in found] if isinstance(found, Sequence | Iterator) else None
        if not np.array_equal(given, mask):
            raise Broken("mask_to_polygons changes the mask it is given")
        if polygons is None:
            raise Broken(f"mask_to_polygons returned {kind(found)}, not a list of (N, 2) arrays")
        return polygons

    def write(self, path: Path, images: Sequence[GivenImage], labelmap: LabelMap) -> None:
        """Writes copies of the images, which have not changed then."""
        copies = deepcopy(list(images))
        handed = list(copies)
        with self._called("write") as function:
            function(path, handed, labelmap)
        self.has_written = True
        if len(handed) != len(copies) or any(a is not b for a, b in zip(handed, copies, strict=True)):
            raise Broken("write changes the list of images it is given")
        for image, now in zip(images, copies, strict=True):
            if not _are_same(image.shapes, now.shapes):
                raise Broken(f"write changes the shapes of the image {image.name!r} that it is given")
        if not path.is_file():
            raise Broken(NO_FILE)

    def read(self, path: Path, labelmap: LabelMap) -> list[Scene]:
        """What the images show."""
        with self._called("read") as function, images_of(function(path), "read") as images:
            return [scene_of(image, labelmap.names) for image in images]

    @contextmanager
    def _called(self, name: str) -> Iterator[Callable[..., Any]]:
        function = self._functions[name]

        def awaited(*arguments: Any) -> Any:
            result = function(*arguments)
            if inspect.iscoroutine(result):
                result.close()
                raise Broken(f"{name} returned a coroutine, which nobody awaits")
            return result

        here = Path.cwd()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield awaited
            except Broken:
                raise
            except NotAnImage as error:
                raise Broken(f"{name} returned what is no image: {error}") from None
            except BaseException as error:
                if _is_for_others(error):
                    raise
                raise Raised(f"{name} raised {_described(error, function)}") from None
            finally:
                os.chdir(here)


def _function(codec: object, name: str) -> object:
    """An attribute of the codec, None where it has none; where looking it up raises, what does so again when it is called."""
    try:
        return getattr(codec, name, None)
    except BaseException as error:
        if _is_for_others(error):
            raise
        return lambda *_: getattr(codec, name)


def _is_for_others(error: BaseException) -> bool:
    """Whether an exception is meant for those who run the check: an interrupt, or a test's outcome, such as skipped."""
    pytest = sys.modules.get("pytest")
    outcomes = () if pytest is None else (pytest.skip.Exception, pytest.fail.Exception, pytest.exit.Exception)
    return isinstance(error, (KeyboardInterrupt, *outcomes))


def _ring(ring: object) -> FloatArray:
    if hides_values(ring):
        raise Broken("mask_to_polygons returned a polygon with masked values")
    try:
        points = np.asarray(ring, dtype=np.float64)
    except (TypeError, ValueError):
        raise Broken(f"mask_to_polygons returned a list that holds {kind(ring)}, not (N, 2) arrays") from None
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise Broken(f"mask_to_polygons returned a polygon of shape {points.shape}, not finite numbers of shape (N, 2)")
    return points


def _are_same(before: Sequence[Shape], after: Sequence[object]) -> bool:
    """Whether masks, and whatever a codec put among them, are those that they were."""
    return len(before) == len(after) and all(
        isinstance(a, Mask) and isinstance(b, Mask) and a.label == b.label and np.array_equal(a.mask, b.mask)
        for a, b in zip(before, after, strict=True)
    )


def _described(error: BaseException, function: Callable[..., Any]) -> str:
    """The error's type and text, and the line: the last one in the codec's own file, else the last one behind the harness."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename not in _HARNESS]
    code = getattr(inspect.unwrap(function), "__code__", None)
    own = [frame for frame in frames if code is not None and frame.filename == code.co_filename]
    text = _text(error)
    if not frames:
        return text
    frame = (own or frames)[-1]
    return f"{text} ({Path(frame.filename).name}, line {frame.lineno}: {frame.line})"


def _text(error: BaseException) -> str:
    name = type(error).__name__
    try:
        text = str(error)
    except Exception as another:  # noqa: BLE001 - it is the codec's as well
        return f"{name}, whose text raises {type(another).__name__}"
    return f"{name}: {text}" if text else name
