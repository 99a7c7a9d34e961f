"""What an image shows, whatever kind of object says so: instances, each with its label and its pixels.

An image is any object with ``name`` and one of these, an attribute or a method without arguments:

- ``shapes``, as in `segmask.AnnotatedImage`
- ``instances``, each with ``label`` (a name) and ``mask`` ((H, W), true on its pixels); later ones cover earlier ones
- ``class_mask`` ((H, W) label indices) and ``object_mask`` ((H, W) instance numbers, 0 for none); a label whose name is
  not known is called by its index, and 0 is the background

and, where it knows them, ``subset``, ``width`` and ``height``. How instances are numbered does not matter, only which pixels
are of one instance, and of which label.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from segmask._support.arrays import BoolArray, IntArray
from segmask.image import Image
from segmask.labels.labelmap import BACKGROUND, says_background
from segmask.limits import DEFAULT_LIMITS
from segmask.shapes.model import Shape
from segmask.shapes.painting import paint_shapes


class NotAnImage(TypeError):
    """An object lacks what an image must have, or has it in a wrong type or shape."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """What an image shows.

    Attributes:
        name: id of the image.
        subset: name of its image set; None where it is not known.
        size: (width, height) in pixels; None where it is not known.
        numbers: (H, W) int64 instance numbers; None where nothing is shown.
        labels: label of each number that is an instance; other numbers are no instance.
    """

    name: str
    subset: str | None
    size: tuple[int, int] | None
    numbers: IntArray | None
    labels: dict[int, str]

    def numbers_in(self, width: int, height: int) -> IntArray:
        """(H, W) int64 instance numbers, 0 for none; of an image of this size."""
        if self.numbers is None:
            return np.zeros((height, width), dtype=np.int64)
        return np.where(np.isin(self.numbers, list(self.labels)), self.numbers, 0)


def scene_of(image: object, label_names: Sequence[str] | None = None) -> Scene:
    """What an image shows.

    Args:
        image: any object as described above, or its scene.
        label_names: names in index order, for images that have masks alone; None where they are not known.

    Raises:
        NotAnImage: it is not of this form.
    """
    if isinstance(image, Scene):
        return image
    name = name_of(image)
    if isinstance(image, Image):
        numbers, labels = _read(image)
    elif (shapes := _get(image, "shapes")) is not None:
        numbers, labels = _painted(image, shapes)
    elif (instances := _get(image, "instances")) is not None:
        numbers, labels = _instances(instances)
    elif (classes := _get(image, "class_mask")) is not None:
        numbers, labels = _masks(classes, _get(image, "object_mask"), label_names)
    elif any(hasattr(image, form) for form in ("shapes", "instances", "class_mask")):
        numbers, labels = None, {}  # a listed image without masks
    else:
        raise NotAnImage(f"{kind(image)} has neither shapes, nor instances, nor class_mask and object_mask")
    return Scene(
        name=name, subset=getattr(image, "subset", None), size=_size(image, numbers), numbers=numbers, labels=labels
    )


def name_of(image: object) -> str:
    """Id of an image of any form.

    Raises:
        NotAnImage: it has none.
    """
    name = getattr(image, "name", None)
    if not isinstance(name, str):
        raise NotAnImage(f"an image needs a name that is a str, and {kind(image)} has {kind(name)}")
    return name


_Shown = tuple[IntArray | None, dict[int, str]]


def _read(image: Image) -> _Shown:
    """Of an open archive: numbers are object indices; label indices from 1 where there is no object mask."""
    numbers, shift = image.object_mask(), 0
    if numbers is None:
        numbers, shift = image.class_mask(), 1
    labels = {
        instance.label_index + shift if instance.id is None else instance.id: instance.label
        for instance in image.instances
        if instance.id is not None or not instance.is_background
    }
    return None if numbers is None else numbers.astype(np.int64) + shift, labels


def _painted(image: object, shapes: object) -> _Shown:
    width, height = getattr(image, "width", None), getattr(image, "height", None)
    if not isinstance(width, int) or not isinstance(height, int) or width < 1 or height < 1:
        raise NotAnImage(f"an image of shapes needs width and height, and {kind(image)} has {width!r} and {height!r}")
    if width * height > DEFAULT_LIMITS.pixels:
        raise NotAnImage(f"an image of {width}x{height} pixels is too large to be painted")
    given: list[Shape] = []
    for shape in _several(shapes, "the shapes of an image"):
        if not isinstance(shape, Shape):
            raise NotAnImage(f"an image's shapes are those of segmask, and one of {kind(image)} is {kind(shape)}")
        given.append(shape)
    try:
        painted = paint_shapes(given, width, height)
    except ValueError as error:
        raise NotAnImage(f"the shapes of {kind(image)} cannot be painted: {error}") from None
    numbers = np.asarray(painted.objects.to_dense(), dtype=np.int64)
    return numbers, _visible(numbers, dict(enumerate(painted.labels, 1)))


def _instances(instances: object) -> _Shown:
    numbers: IntArray | None = None
    labels: dict[int, str] = {}
    for number, instance in enumerate(_several(instances, "the instances of an image"), 1):
        label = getattr(instance, "label", None)
        if not isinstance(label, str):
            raise NotAnImage(f"an instance needs a label that is a str, and {kind(instance)} has {kind(label)}")
        mask = bool_mask(_get(instance, "mask"), "an instance's mask")
        if getattr(instance, "id", number) is None and says_background(label):
            continue  # of an image without object mask
        numbers = np.zeros(mask.shape, dtype=np.int64) if numbers is None else numbers
        if mask.shape != numbers.shape:
            raise NotAnImage(f"the masks of one image's instances have the shapes {numbers.shape} and {mask.shape}")
        numbers[mask] = number
        labels[number] = label
    return numbers, {} if numbers is None else _visible(numbers, labels)


def _several(things: object, what: str) -> Iterable[object]:
    if not isinstance(things, Iterable):
        raise NotAnImage(f"{what} are a list, not {kind(things)}")
    return things


def _masks(class_mask: object, object_mask: object, label_names: Sequence[str] | None) -> _Shown:
    classes = index_mask(class_mask, "class_mask")
    names = _names_of_indices(classes) if label_names is None else dict(enumerate(label_names))
    if object_mask is None:
        shift = 1 - min(names, default=0)  # number 0 is no instance, whatever the index
        numbers, labels = classes + shift, {index + shift: name for index, name in names.items()}
        return numbers, _visible(numbers, {k: name for k, name in labels.items() if not says_background(name)})
    numbers = index_mask(object_mask, "object_mask")
    if numbers.shape != classes.shape:
        raise NotAnImage(f"class_mask has the shape {classes.shape}, object_mask {numbers.shape}")
    labels = {}
    if numbers.min(initial=0) < 0:
        raise NotAnImage(f"object_mask holds the number {numbers.min()}, and instances are numbered from 1")
    for number in np.unique(numbers[numbers > 0]).tolist():
        index = int(classes[numbers == number].max())  # as CVAT takes it
        if index not in names:
            raise NotAnImage(f"class_mask holds the index {index}, and there are {len(names)} labels")
        labels[number] = names[index]
    return numbers, labels


def _names_of_indices(classes: IntArray) -> dict[int, str]:
    """Where nobody knows the labels' names."""
    return {index: BACKGROUND if index == 0 else str(index) for index in np.unique(classes).tolist()}


def bool_mask(mask: object, what: str) -> BoolArray:
    """(H, W) bool array of a mask; numbers other than 0 count as true.

    Raises:
        NotAnImage: it is no array of two dimensions, of bool or whole numbers; or it hides some of them.
    """
    if not isinstance(mask, np.ndarray) or mask.ndim != 2 or mask.dtype.kind not in "biu":
        raise NotAnImage(f"{what} must be an (H, W) array of bool, not {kind(mask)}")
    if hides_values(mask):
        raise NotAnImage(f"{what} has masked values, which are neither true nor false")
    return np.asarray(mask).astype(np.bool_)


def index_mask(mask: object, what: str) -> IntArray:
    """(H, W) int64 array of a mask.

    Raises:
        NotAnImage: it is no array of two dimensions, of whole numbers; or it hides some of them.
    """
    if not isinstance(mask, np.ndarray) or mask.ndim != 2 or mask.dtype.kind not in "iu":
        raise NotAnImage(f"{what} must be an (H, W) array of whole numbers, not {kind(mask)}")
    if hides_values(mask):
        raise NotAnImage(f"{what} has masked values, which are no numbers")
    return np.asarray(mask).astype(np.int64)


def hides_values(array: object) -> bool:
    """Whether it is an array of `numpy.ma` with masked values, which a plain array of it would show."""
    return isinstance(array, np.ma.MaskedArray) and bool(np.ma.getmaskarray(array).any())


@contextmanager
def images_of(given: object, what: str) -> Iterator[Iterable[Any]]:
    """The images of a document (its ``images``), or of anything iterable, which is closed in the end if it can be.

    Raises:
        NotAnImage: it is neither.
    """
    images = getattr(given, "images", given)
    if isinstance(images, str | bytes) or not isinstance(images, Iterable):
        raise NotAnImage(f"{what} must give images, not {kind(given)}")
    try:
        yield images
    finally:
        close = getattr(given, "close", None)
        if callable(close):
            close()


def _visible(numbers: IntArray, labels: dict[int, str]) -> dict[int, str]:
    present = set(np.unique(numbers).tolist())
    return {number: label for number, label in labels.items() if number in present}


def _size(image: object, numbers: IntArray | None) -> tuple[int, int] | None:
    if numbers is not None:
        return numbers.shape[1], numbers.shape[0]
    width, height = getattr(image, "width", None), getattr(image, "height", None)
    return None if width is None or height is None else (width, height)


def _get(thing: object, name: str) -> object:
    """An attribute, called where it is a method; None where there is none."""
    value = getattr(thing, name, None)
    return value() if callable(value) else value


def kind(value: object) -> str:
    """What a value is, without its contents."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    return "None" if value is None else f"a {type(value).__name__}"
