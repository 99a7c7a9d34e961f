"""COCO instances JSON, both ways.

Polygons are rings of ``[x, y, ...]``; masks are run lengths down the columns (RLE), as a list or as pycocotools'
string. Later annotations cover earlier ones: COCO has no z-order.
"""

from __future__ import annotations

import json
import math
import posixpath
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import count, islice
from os import PathLike
from pathlib import Path
from typing import Any, Final, TextIO

import jsonschema
import numpy as np
import numpy.typing as npt
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from pycocotools import mask as coco_mask  # type: ignore[import-untyped]  # neither stubs nor a py.typed

from segmask.formats.annotations import AnnotationError, Annotations
from segmask.labelmap import Label
from segmask.limits import DEFAULT_LIMITS
from segmask.shapes import AnnotatedImage, Box, Ellipse, FloatArray, Mask, Polygon, Shape

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_MAX_COORDINATE: Final = 1_000_000  # OpenCV's largest image side; the schema says the same
_MAX_ID: Final = (1 << 63) - 1
_MAX_DIGITS: Final = 4000  # Python refuses to convert more than 4300 at once
_MAX_CHARACTERS: Final = 7  # of one compressed count: 35 bits
_MASK_PIXELS: Final = 8 * DEFAULT_LIMITS.pixels  # of all masks of one image, which are in memory together
_RASTER_STEPS: Final = 1 << 28  # the rasteriser takes 16 bytes for each fifth of a pixel along the outline
_SUBPIXELS: Final = 5
_SCHEMA_ERRORS: Final = 32
_SHOWN: Final = 60
_CVAT_DEFAULTS: Final = (("occluded", False), ("rotation", 0))
"""Attributes that CVAT writes for each annotation, and that say nothing."""


def read(path: str | PathLike[str]) -> Annotations:
    """The annotations in a COCO instances document.

    Polygons of one annotation share a group of their own; RLE becomes a `Mask` of its box; an annotation without a
    segmentation becomes a `Box`, turned by CVAT's attribute ``rotation``. Masks are unpacked image by image while
    `images` is iterated, which can be done again.

    Args:
        path: the JSON file.

    Raises:
        AnnotationError: the document is not JSON, or breaks the format; nothing is left to be found while iterating.
        OSError: the file cannot be read.
    """
    try:
        document = _parse(Path(path).read_bytes())
        _check_schema(document)
    except RecursionError:
        raise AnnotationError("", "nested too deeply") from None
    reader = _Reader()
    for place, category in enumerate(document.get("categories", [])):
        reader.add_category(f"categories[{place}]", category)
    for place, image in enumerate(document["images"]):
        reader.add_image(f"images[{place}]", image)
    for place, annotation in enumerate(document["annotations"]):
        reader.add_annotation(f"annotations[{place}]", annotation)
    return reader.finish()


def write(
    path: str | PathLike[str],
    labels: Sequence[str],
    images: Iterable[AnnotatedImage],
    *,
    label_ids: Mapping[str, int] | None = None,
    image_ids: Mapping[str, int] | None = None,
    suffix: str = ".jpg",
) -> None:
    """Writes a COCO instances document, whole or not at all; equal arguments give equal bytes.

    One annotation an instance, by z-order; a group stands where its lowest shape does, with the label of the one with
    the most pixels. Polygons and boxes become polygons, their coordinates rounded to hundredths; an instance that has
    a `Mask` becomes uncompressed RLE with ``iscrowd`` 1. Area and box are of the pixels that pycocotools paints.
    Memory follows one image, and a line for each.

    Args:
        path: the file to make or replace.
        labels: names of the categories, in their order.
        images: what to write; read once.
        label_ids: numbers of categories; the rest get the lowest free ones from 1.
        image_ids: numbers of images by name; the rest get the lowest free ones from 1.
        suffix: extension of the image files.

    Raises:
        AnnotationError: something that COCO cannot hold, such as an ellipse, or that would be read as something else.
        OSError: the file cannot be written.
    """
    writer = _Writer(labels, _Numbers("label_ids", label_ids or {}), _Numbers("image_ids", image_ids or {}), suffix)
    with _replacing(Path(path)) as stream:
        stream.write('{"info":{},"licenses":[],"categories":[')
        stream.writelines(_separated(writer.categories()))
        stream.write('],"annotations":[')
        stream.writelines(_separated(writer.annotations(images)))
        stream.write('],"images":[')
        stream.writelines(_separated(writer.images))
        stream.write("]}\n")


@dataclass(frozen=True, slots=True)
class _NotJson:
    """Stands in the parsed document where something is no JSON, so that its place can be named."""

    what: str


def _parse(data: bytes) -> Any:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise AnnotationError("", f"not UTF-8: line {line}, byte {column} of it") from None
    hooks = _Hooks()
    try:
        document = json.loads(
            text, parse_int=hooks.integer, parse_constant=hooks.constant, object_pairs_hook=hooks.members
        )
    except json.JSONDecodeError as error:
        raise AnnotationError("", f"not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
    if hooks.found:
        place, oddity = _first_oddity(document)
        raise AnnotationError(_place(place), oddity.what)
    return document


class _Hooks:
    """What the JSON parser asks for values that it is generous with."""

    def __init__(self) -> None:
        self.found = False

    def integer(self, digits: str) -> int | _NotJson:
        return int(digits) if len(digits) < _MAX_DIGITS else self._odd(f"a number of {len(digits):,} digits")

    def constant(self, name: str) -> _NotJson:
        return self._odd(f"{name} is no JSON number")

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any] | _NotJson:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        return self._odd(f"the key {_short(twice)} is there more than once")

    def _odd(self, what: str) -> _NotJson:
        self.found = True
        return _NotJson(what)


def _first_oddity(document: Any) -> tuple[tuple[str | int, ...], _NotJson]:
    """Place and cause of the first in a document that has one."""
    open_ends: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while not isinstance(open_ends[-1][1], _NotJson):
        place, value = open_ends.pop()
        if isinstance(value, dict):
            open_ends.extend(((*place, key), inner) for key, inner in reversed(value.items()))
        elif isinstance(value, list):
            open_ends.extend(((*place, index), value[index]) for index in reversed(range(len(value))))
    return open_ends[-1]


def _check_schema(document: Any) -> None:
    first = islice(_validator().iter_errors(document), _SCHEMA_ERRORS)
    error = min(first, key=lambda error: len(error.absolute_path), default=None)
    if error is not None:
        raise AnnotationError(_place(error.absolute_path), _sentence(error))


@cache
def _validator() -> Validator:
    schema = json.loads((files("segmask") / "formats" / "coco.schema.json").read_text(encoding="utf-8"))
    make: Callable[..., type[Validator]] = extend
    return make(jsonschema.Draft202012Validator, {"items": _check_items})(schema)


def _check_items(
    validator: Any, items: Mapping[str, Any], instance: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """The keyword ``items``, without jsonschema's hundreds of microseconds for each item that is well."""
    if isinstance(instance, list):
        for index, item in enumerate(instance):
            if not _fits(items, item):
                yield from validator.descend(item, items, path=index)


def _fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value fits for certain; jsonschema has the last word on the others, and on keywords unknown here.

    ``type`` stands first in the schema, so that the other keywords need not ask for it.
    """
    return all(
        keyword in _SILENT or (keyword in _KEYWORDS and _KEYWORDS[keyword](wanted, value, schema))
        for keyword, wanted in schema.items()
    )


def _all_fit(items: Mapping[str, Any], value: Any, _schema: Mapping[str, Any]) -> bool:
    if not isinstance(value, list):
        return True
    if items.get("type") in ("number", "integer") and value:
        low, high = items.get("minimum", -math.inf), items.get("maximum", math.inf)
        return set(map(type, value)) <= _TYPES[items["type"]] and low <= min(value) and max(value) <= high
    return all(_fits(items, item) for item in value)


def _fits_branch(condition: Mapping[str, Any], value: Any, schema: Mapping[str, Any]) -> bool:
    return _fits(schema.get("then" if _fits(condition, value) else "else", {}), value)


_SILENT: Final = frozenset({"$schema", "$comment", "title", "description", "then", "else"})
_TYPES: Final[dict[str, set[type]]] = {
    "object": {dict},
    "array": {list},
    "string": {str},
    "number": {int, float},
    "integer": {int},
    "null": {type(None)},
}
_KEYWORDS: Final[dict[str, Callable[[Any, Any, Mapping[str, Any]], bool]]] = {
    "type": lambda names, value, _: any(
        type(value) in _TYPES[name] for name in ([names] if isinstance(names, str) else names)
    ),
    "required": lambda names, value, _: all(name in value for name in names),
    "properties": lambda parts, value, _: all(_fits(parts[key], value[key]) for key in parts if key in value),
    "items": _all_fit,
    "prefixItems": lambda items, value, _: all(map(_fits, items, value)),
    "minItems": lambda least, value, _: len(value) >= least,
    "maxItems": lambda most, value, _: len(value) <= most,
    "minLength": lambda least, value, _: len(value) >= least,
    "minimum": lambda least, value, _: value >= least,
    "maximum": lambda most, value, _: value <= most,
    "enum": lambda values, value, _: type(value) is int and value in values,
    "if": _fits_branch,
}
"""What the schema's keywords ask for; each called with its value in the schema, the value to check, the schema."""


def _sentence(error: ValidationError) -> str:
    """What is wrong, in one line of bounded length."""
    if error.validator == "required":  # the only one that does not begin with the value
        return error.message
    message = _short(error.instance) + error.message.removeprefix(repr(error.instance))
    description = error.schema.get("description") if isinstance(error.schema, Mapping) else None
    return f"{message}: {description}" if description else message


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _place(path: Iterable[str | int]) -> str:
    """``annotations[3].segmentation[0]``."""
    steps = (step if isinstance(step, str) and step.isidentifier() else f"[{_short(step)}]" for step in path)
    return "".join(step if step.startswith("[") else f".{step}" for step in steps).removeprefix(".")


@dataclass(frozen=True, slots=True)
class _Region:
    """Pixels as runs down the columns.

    Attributes:
        starts: ascending; of pixel (x, y) the number is ``x * height + y``.
        ends: one past the last pixel of each run; no run is empty.
        height: rows of the image.
    """

    starts: IntArray
    ends: IntArray
    height: int

    @property
    def area(self) -> int:
        return int((self.ends - self.starts).sum())

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Column, row, width, height; all 0 where there are no pixels."""
        if not len(self.starts):
            return 0, 0, 0, 0
        first, last = self.starts // self.height, (self.ends - 1) // self.height
        left, right = int(first[0]), int(last[-1]) + 1
        if (first != last).any():
            return left, 0, right - left, self.height
        top, bottom = int((self.starts % self.height).min()), int(((self.ends - 1) % self.height).max()) + 1
        return left, top, right - left, bottom - top

    def crop(self) -> BoolArray:
        """(h, w) bool of the box."""
        left, top, width, height = self.box
        changes = np.zeros(width * self.height + 1, dtype=np.int8)
        changes[self.starts - left * self.height] += 1
        changes[self.ends - left * self.height] -= 1
        columns = np.cumsum(changes[:-1], dtype=np.int8).reshape(width, self.height)
        return columns[:, top : top + height].T.astype(np.bool_, order="C")

    def counts(self, width: int) -> list[int]:
        """Lengths of the runs of 0 and 1 in turn."""
        borders = np.stack((self.starts, self.ends), axis=1).ravel()
        lengths: list[int] = np.diff(borders, prepend=0, append=width * self.height).tolist()
        return lengths[:-1] if lengths[-1] == 0 else lengths


def _region(counts: IntArray, height: int) -> _Region:
    ends = np.cumsum(counts)
    chosen = counts[1::2] > 0
    return _Region((ends - counts)[1::2][chosen], ends[1::2][chosen], height)


def _union(regions: Sequence[_Region]) -> _Region:
    if len(regions) == 1:
        return regions[0]
    starts, ends = np.concatenate([r.starts for r in regions]), np.concatenate([r.ends for r in regions])
    borders, places = np.unique(np.concatenate((starts, ends)), return_inverse=True)
    steps = np.repeat([1, -1], [len(starts), len(ends)])
    depth = np.cumsum(np.bincount(places, weights=steps, minlength=len(borders)))
    toggles = borders[np.diff(depth > 0, prepend=False)]
    return _Region(toggles[0::2], toggles[1::2], regions[0].height)


def _decompress(codes: IntArray) -> IntArray:
    """Counts from the characters of their compressed form.

    Each character has five bits, lowest first, and one that says that more follow; from the fourth on a count is
    the difference to the last but one.

    Raises:
        ValueError: pycocotools could not have written it, and might crash on it.
    """
    bits = codes - ord("0")
    wrong = np.flatnonzero((bits < 0) | (bits > 63))
    if len(wrong):
        character = chr(int(codes[wrong[0]]))
        raise ValueError(f"the character {character!r} at {wrong[0]} is not one of a compressed count's")
    if not len(bits):
        return bits
    if bits[-1] & 32:
        raise ValueError("the string ends within a count")
    last = np.flatnonzero(bits & 32 == 0)
    lengths = np.diff(last, prepend=-1)
    if lengths.max() > _MAX_CHARACTERS:
        raise ValueError(f"a count of more than {_MAX_CHARACTERS} characters")
    first = last - lengths + 1
    shifts = 5 * (np.arange(len(bits)) - np.repeat(first, lengths))
    counts = np.add.reduceat((bits & 31) << shifts, first)
    counts -= np.where(bits[last] & 16, np.left_shift(1, 5 * lengths), 0)
    counts[1::2] = np.cumsum(counts[1::2])
    counts[2::2] = np.cumsum(counts[2::2])
    return counts


def _read_rle(where: str, segmentation: Mapping[str, Any], image: _Image) -> _Region:
    height, width = segmentation["size"]
    if (height, width) != (image.height, image.width):
        message = f"{int(height)} rows and {int(width)} columns, but the image has {image.height} and {image.width}"
        raise AnnotationError(f"{where}.size", message)
    counts, pixels = segmentation["counts"], image.width * image.height
    try:
        if isinstance(counts, str):
            if len(counts) > _MAX_CHARACTERS * (pixels + 1):
                raise ValueError(f"{len(counts):,} characters for an image of {pixels:,} pixels")  # noqa: TRY301
            codes = np.frombuffer(counts.encode("utf-32-le", "surrogatepass"), dtype="<u4")
            lengths = _decompress(codes.astype(np.int64))
        else:
            lengths = np.array(counts, dtype=np.int64)
        _check_lengths(lengths, pixels)
    except ValueError as error:
        raise AnnotationError(f"{where}.counts", str(error)) from None
    return _region(lengths, image.height)


def _check_lengths(lengths: IntArray, pixels: int) -> None:
    if len(lengths) > pixels + 1:
        raise ValueError(f"{len(lengths):,} runs in an image of {pixels:,} pixels")
    wrong = np.flatnonzero((lengths < 0) | (lengths > pixels))
    if len(wrong):
        raise ValueError(f"run {wrong[0]} has {lengths[wrong[0]]:,} of the image's {pixels:,} pixels")
    if lengths.sum() != pixels:
        raise ValueError(f"the runs add up to {int(lengths.sum()):,} pixels, but the image has {pixels:,}")


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A mask that is not unpacked yet."""

    region: _Region
    label: str

    def unpack(self) -> Mask:
        left, top, _, _ = self.region.box
        return Mask(self.region.crop(), self.label, left, top)


@dataclass(slots=True)
class _Image:
    """An image while its annotations are collected."""

    name: str
    width: int
    height: int
    shapes: list[Polygon | Box | _Encoded] = field(default_factory=list)
    groups: int = 0
    mask_pixels: int = 0


class _Images:
    """The images of a document, whose masks are unpacked while iterating."""

    def __init__(self, images: Sequence[_Image]) -> None:
        self._images = images

    def __len__(self) -> int:
        return len(self._images)

    def __iter__(self) -> Iterator[AnnotatedImage]:
        for image in self._images:
            shapes = tuple(shape.unpack() if isinstance(shape, _Encoded) else shape for shape in image.shapes)
            yield AnnotatedImage(name=image.name, width=image.width, height=image.height, shapes=shapes)


class _Reader:
    """Collects the parts of a document that fits the schema."""

    def __init__(self) -> None:
        self._labels: dict[int, Label] = {}
        self._images: dict[int, _Image] = {}
        self._annotations: set[int] = set()
        self._label_places: dict[str, str] = {}
        self._image_places: dict[str, str] = {}
        self._dropped: Counter[str] = Counter()

    def add_category(self, where: str, category: Mapping[str, Any]) -> None:
        number, name = int(category["id"]), category["name"]
        _check_new(f"{where}.id", number, self._labels)
        _check_text(f"{where}.name", name)
        first = self._label_places.setdefault(name, where)
        if first != where:
            raise AnnotationError(f"{where}.name", f"{_short(name)} is the name of {first} too")
        self._labels[number] = Label(name, _color(category.get("color")))
        if category.get("supercategory") not in {None, "", name}:
            self._dropped["supercategories"] += 1
        if category.get("keypoints"):
            self._dropped["skeletons"] += 1

    def add_image(self, where: str, image: Mapping[str, Any]) -> None:
        number, file_name = int(image["id"]), image["file_name"]
        _check_new(f"{where}.id", number, self._images)
        _check_text(f"{where}.file_name", file_name)
        name = _image_name(file_name)
        if name.endswith("/"):
            raise AnnotationError(f"{where}.file_name", f"{_short(file_name)} is a folder")
        first = self._image_places.setdefault(name, where)
        if first != where:
            message = f"{_short(file_name)} and the file of {first} are both {_short(name)} without extension"
            raise AnnotationError(f"{where}.file_name", message)
        width, height = int(image["width"]), int(image["height"])
        _check_size(where, width, height)
        self._images[number] = _Image(name, width, height)

    def add_annotation(self, where: str, annotation: Mapping[str, Any]) -> None:
        number = int(annotation["id"])
        _check_new(f"{where}.id", number, self._annotations)
        self._annotations.add(number)
        image = self._images.get(annotation["image_id"])
        if image is None:
            raise AnnotationError(f"{where}.image_id", f"no image has the id {annotation['image_id']}")
        label = self._label(where, annotation)
        self._count_dropped(annotation)
        if not (annotation.get("segmentation") or "bbox" in annotation):
            if not {"keypoints", "caption"} & annotation.keys():
                raise AnnotationError(where, "neither a segmentation nor a bbox")
            return
        if label is None:
            raise AnnotationError(where, "a shape without category_id")
        segmentation = annotation.get("segmentation")
        if not segmentation:
            x, y, width, height = annotation["bbox"]
            image.shapes.append(Box(x, y, width, height, label, _rotation(annotation) or 0.0))
        elif isinstance(segmentation, list):
            _add_polygons(f"{where}.segmentation", image, segmentation, label)
        else:
            _add_mask(f"{where}.segmentation", image, segmentation, label)

    def finish(self) -> Annotations:
        return Annotations(
            labels=tuple(self._labels.values()),
            images=_Images(tuple(self._images.values())),
            dropped=dict(sorted(self._dropped.items())),
            label_ids={label.name: number for number, label in self._labels.items()},
            image_ids={image.name: number for number, image in self._images.items()},
        )

    def _label(self, where: str, annotation: Mapping[str, Any]) -> str | None:
        if "category_id" not in annotation:
            return None
        label = self._labels.get(annotation["category_id"])
        if label is None:
            raise AnnotationError(f"{where}.category_id", f"no category has the id {annotation['category_id']}")
        return label.name

    def _count_dropped(self, annotation: Mapping[str, Any]) -> None:
        found = {
            "attributes": _attributes(annotation),
            "keypoints": sum(visibility > 0 for visibility in annotation.get("keypoints", [])[2::3]),
            "captions": int("caption" in annotation),
            "scores": int("score" in annotation),
            "crowd flags": int(annotation.get("iscrowd", 0)),
        }
        self._dropped.update({thing: times for thing, times in found.items() if times})


def _add_polygons(where: str, image: _Image, rings: Sequence[Sequence[float]], label: str) -> None:
    group = 0
    if len(rings) > 1:
        image.groups += 1
        group = image.groups
    for place, ring in enumerate(rings):
        if len(ring) % 2:
            raise AnnotationError(f"{where}[{place}]", f"{len(ring)} numbers, an odd count: x and y in turn")
        image.shapes.append(Polygon(ring, label, group))


def _add_mask(where: str, image: _Image, segmentation: Mapping[str, Any], label: str) -> None:
    region = _read_rle(where, segmentation, image)
    image.mask_pixels += math.prod(region.box[2:])
    if image.mask_pixels > _MASK_PIXELS:
        message = f"up to here the masks of {_short(image.name)} have {image.mask_pixels:,} pixels, more than the "
        raise AnnotationError(where, f"{message}{_MASK_PIXELS:,} allowed for one image")
    image.shapes.append(_Encoded(region, label))


def _rotation(annotation: Mapping[str, Any]) -> float | None:
    """CVAT's attribute of that name, in degrees; None where it turns no box."""
    attributes = annotation.get("attributes")
    if annotation.get("segmentation") or "bbox" not in annotation or not isinstance(attributes, dict):
        return None
    value = attributes.get("rotation")
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return float(value) if abs(value) <= _MAX_COORDINATE else None


def _attributes(annotation: Mapping[str, Any]) -> int:
    """How many attributes are lost: not those that CVAT writes by default, nor the rotation of a box."""
    attributes: dict[str, Any] | list[Any] = annotation.get("attributes", {})
    if isinstance(attributes, list):
        return len(attributes)
    lost = [key for key, value in attributes.items() if (key, value) not in _CVAT_DEFAULTS]
    return len(lost) - int(bool(_rotation(annotation)))


def _color(value: object) -> tuple[int, int, int] | None:
    """Colour of a category: no part of COCO instances, but of COCO panoptic; None for anything else."""
    if isinstance(value, list) and len(value) == 3 and all(type(v) is int and 0 <= v <= 255 for v in value):
        red, green, blue = value
        return red, green, blue
    return None


def _image_name(file_name: str) -> str:
    return posixpath.splitext(file_name.replace("\\", "/"))[0]


def _check_new(where: str, number: int, known: Iterable[int]) -> None:
    if number in known:
        raise AnnotationError(where, f"the id {number} is there already")


def _check_text(where: str, text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise AnnotationError(where, f"{_short(text)} has half of a surrogate pair") from None


def _check_size(where: str, width: int, height: int) -> None:
    if min(width, height) < 1 or max(width, height) > _MAX_COORDINATE or width * height > DEFAULT_LIMITS.pixels:
        limits = f"1 to {_MAX_COORDINATE:,} a side, {DEFAULT_LIMITS.pixels:,} in all"
        raise AnnotationError(where, f"{width}x{height} pixels; allowed are {limits}")


class _Numbers:
    """Ids by name: the given ones, and the lowest that are free."""

    def __init__(self, where: str, given: Mapping[str, int]) -> None:
        self._given = given
        self._taken = set(given.values())
        self._free = (number for number in count(1) if number not in self._taken)
        if len(self._taken) < len(given):
            raise AnnotationError(where, "an id is there more than once")
        if not all(0 <= number <= _MAX_ID for number in self._taken):
            raise AnnotationError(where, f"ids are 0 to {_MAX_ID}")

    def of(self, name: str) -> int:
        return int(self._given[name]) if name in self._given else next(self._free)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A shape on its way into an annotation; without a ring it is a mask."""

    label: str
    ring: list[float] | None
    region: _Region


class _Writer:
    """Makes the lines of the document's arrays."""

    def __init__(self, labels: Sequence[str], label_ids: _Numbers, image_ids: _Numbers, suffix: str) -> None:
        self.images: list[str] = []
        self._labels: dict[str, int] = {}
        for place, label in enumerate(labels):
            if not label:
                raise AnnotationError(f"labels[{place}]", "a label without a name")
            if label in self._labels:
                raise AnnotationError(f"labels[{place}]", f"{_short(label)} is there already")
            _check_text(f"labels[{place}]", label)
            self._labels[label] = label_ids.of(label)
        self._image_ids = image_ids
        self._suffix = suffix

    def categories(self) -> Iterator[str]:
        for name, number in self._labels.items():
            yield _json({"id": number, "name": name, "supercategory": ""})

    def annotations(self, images: Iterable[AnnotatedImage]) -> Iterator[str]:
        """The annotations of all images; fills `images`."""
        annotation_ids = count(1)
        names: set[str] = set()
        for place, image in enumerate(images):
            number = self._add_image(f"images[{place}]", image, names)
            for shapes in _instances(image.shapes):
                drawn = [
                    _draw(f"images[{place}].shapes[{index}]", shape, self._labels, image) for index, shape in shapes
                ]
                yield _json({"id": next(annotation_ids), "image_id": number, **self._annotation(drawn, image)})

    def _add_image(self, where: str, image: AnnotatedImage, names: set[str]) -> int:
        file_name = f"{image.name}{self._suffix}"
        _check_text(where, file_name)
        if not image.name or image.name.endswith("/") or _image_name(file_name) != image.name:
            raise AnnotationError(where, f"the file name {_short(file_name)} would not be read as {_short(image.name)}")
        if image.name in names:
            raise AnnotationError(where, f"the name {_short(image.name)} is there already")
        names.add(image.name)
        width, height = int(image.width), int(image.height)
        _check_size(where, width, height)
        number = self._image_ids.of(image.name)
        self.images.append(_json({"id": number, "width": width, "height": height, "file_name": file_name}))
        return number

    def _annotation(self, drawn: Sequence[_Drawn], image: AnnotatedImage) -> dict[str, Any]:
        leader = max(drawn, key=lambda shape: shape.region.area)
        region = _union([shape.region for shape in drawn])
        rings = [shape.ring for shape in drawn if shape.ring is not None]
        rle = {"size": [int(image.height), int(image.width)], "counts": region.counts(int(image.width))}
        is_mask = len(rings) < len(drawn)
        return {
            "category_id": self._labels[leader.label],
            "segmentation": rle if is_mask else rings,
            "area": region.area,
            "bbox": region.box,
            "iscrowd": int(is_mask),
        }


def _instances(shapes: Iterable[Shape]) -> Iterator[list[tuple[int, Shape]]]:
    """Shapes, each with its index, that are one instance; by z-order."""
    found: dict[tuple[int, int], list[tuple[int, Shape]]] = {}
    for index, shape in sorted(enumerate(shapes), key=lambda numbered: numbered[1].z_order):
        found.setdefault((shape.group, 0 if shape.group else index), []).append((index, shape))
    yield from found.values()


def _draw(where: str, shape: Shape, labels: Iterable[str], image: AnnotatedImage) -> _Drawn:
    if shape.label not in labels:
        raise AnnotationError(where, f"{_short(shape.label)} is not one of the labels")
    if isinstance(shape, Ellipse):
        raise AnnotationError(where, "COCO has no ellipses; make it a polygon or a mask first")
    if isinstance(shape, Mask):
        return _Drawn(shape.label, None, _mask_region(shape, int(image.width), int(image.height)))
    ring = _ring(where, _corners(shape) if isinstance(shape, Box) else shape.points)
    return _Drawn(shape.label, ring, _rasterise(where, ring, int(image.width), int(image.height)))


def _corners(box: Box) -> FloatArray:
    """(4, 2) corners after rotation, clockwise from the one that was top left."""
    half = np.array([box.width, box.height]) / 2
    offsets = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    angle = math.radians(box.rotation)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return np.array([box.x, box.y]) + half + (offsets @ turn if box.rotation else offsets)


def _ring(where: str, points: FloatArray) -> list[float]:
    if np.abs(points).max() > _MAX_COORDINATE:
        raise AnnotationError(where, f"a coordinate beyond {_MAX_COORDINATE:,}")
    rounded = (round(value, 2) for value in points.ravel().tolist())
    return [int(value) if value.is_integer() else value for value in rounded]


def _rasterise(where: str, ring: Sequence[float], width: int, height: int) -> _Region:
    points = np.array(ring, dtype=np.float64).reshape(-1, 2)
    steps = _SUBPIXELS * np.abs(points - np.roll(points, 1, axis=0)).max(axis=1).sum()
    if steps > _RASTER_STEPS:
        raise AnnotationError(where, f"an outline {int(steps / _SUBPIXELS):,} pixels long; cut it to the image first")
    polygons: Any = [list(ring)]  # pyright's stubs know integers only
    counts = coco_mask.frPyObjects(polygons, height, width)[0]["counts"]
    return _region(_decompress(np.frombuffer(counts, dtype=np.uint8).astype(np.int64)), height)


def _mask_region(mask: Mask, width: int, height: int) -> _Region:
    """The part of a mask inside the image."""
    left, top = max(mask.x, 0), max(mask.y, 0)
    part = np.asarray(mask.mask, dtype=np.bool_)[
        max(-mask.y, 0) : max(height - mask.y, 0), max(-mask.x, 0) : max(width - mask.x, 0)
    ]
    columns = np.zeros((part.shape[1], height), dtype=np.bool_)
    columns[:, top : top + part.shape[0]] = part.T
    borders = np.flatnonzero(np.diff(columns.ravel(), prepend=False, append=False)) + left * height
    return _Region(borders[0::2], borders[1::2], height)


def _json(value: object) -> str:
    """One line of ASCII, which every locale reads the same."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _separated(lines: Iterable[str]) -> Iterator[str]:
    for index, line in enumerate(lines):
        yield f"{',' if index else ''}\n{line}"


@contextmanager
def _replacing(target: Path) -> Iterator[TextIO]:
    """A text stream whose content takes the place of a file when all went well; else nothing is left behind."""
    temporary = target.with_name(f".segmask-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("x", encoding="utf-8", newline="\n") as stream:
            yield stream
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
