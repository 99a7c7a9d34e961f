"""A COCO document that fits the schema, to annotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from segmask.formats.annotations import AnnotationError, Annotations
from segmask.formats.common import MASK_PIXELS
from segmask.labels.labelmap import Label
from segmask.pixels.color import Color
from segmask.pixels.spans import ColumnSpans
from segmask.shapes.model import AnnotatedImage, Box, Mask, Polygon

from .rle import box_of, crop, spans_of
from .terms import MAX_COORDINATE, check_new, check_size, check_text, image_name, item_of, short

_CVAT_DEFAULTS: Final = (("occluded", False), ("rotation", 0))
"""Attributes that CVAT writes for each annotation, and that say nothing."""


def annotations_of(document: Mapping[str, Any]) -> Annotations:
    """The annotations in a document that fits the schema.

    Raises:
        AnnotationError: the document breaks a rule that the schema cannot express.
    """
    reader = _Reader(_groups(document["annotations"]))
    for members, add in (
        ("categories", reader.add_category),
        ("images", reader.add_image),
        ("annotations", reader.add_annotation),
    ):
        for place, item in enumerate(document.get(members, [])):
            try:
                add(place, item)
            except AnnotationError as error:
                raise error.of(item_of(members, item)) from None
    return reader.finish()


def _groups(annotations: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Group numbers for the annotations of several polygons, by place: in each image in the order of their ids, as in CVAT."""
    places = [place for place, annotation in enumerate(annotations) if _has_parts(annotation.get("segmentation"))]
    counts: Counter[int] = Counter()
    groups = {}
    for place in sorted(places, key=lambda place: int(annotations[place]["id"])):
        image = int(annotations[place]["image_id"])
        counts[image] += 1
        groups[place] = counts[image]
    return groups


def _has_parts(segmentation: object) -> bool:
    return isinstance(segmentation, list) and len(segmentation) > 1


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A mask that is not unpacked yet."""

    spans: ColumnSpans
    height: int
    label: str

    def unpack(self) -> Mask:
        left, top, _, _ = box_of(self.spans, self.height)
        return Mask(crop(self.spans, self.height), self.label, left, top)


@dataclass(slots=True)
class _Image:
    """An image while its annotations are collected."""

    name: str
    width: int
    height: int
    shapes: list[Polygon | Box | _Encoded] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    """Place in the document of each shape's annotation."""
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

    def __init__(self, groups: Mapping[int, int]) -> None:
        self._groups = groups
        self._labels: dict[int, Label] = {}
        self._images: dict[int, _Image] = {}
        self._annotations: set[int] = set()
        self._label_places: dict[str, str] = {}
        self._image_places: dict[str, str] = {}
        self._dropped: Counter[str] = Counter()

    def add_category(self, place: int, category: Mapping[str, Any]) -> None:
        where = f"categories[{place}]"
        number, name = int(category["id"]), category["name"]
        check_new(f"{where}.id", number, self._labels)
        check_text(f"{where}.name", name)
        first = self._label_places.setdefault(name, where)
        if first != where:
            raise AnnotationError(f"{where}.name", f"{short(name)} is the name of {first} too")
        self._labels[number] = Label(name, _color(category.get("color")))
        if category.get("supercategory") not in {None, "", name}:
            self._dropped["supercategories"] += 1
        if category.get("keypoints"):
            self._dropped["skeletons"] += 1

    def add_image(self, place: int, image: Mapping[str, Any]) -> None:
        where = f"images[{place}]"
        number, file_name = int(image["id"]), image["file_name"]
        check_new(f"{where}.id", number, self._images)
        check_text(f"{where}.file_name", file_name)
        name = image_name(file_name)
        if name.endswith("/"):
            raise AnnotationError(f"{where}.file_name", f"{short(file_name)} is a folder")
        first = self._image_places.setdefault(name, where)
        if first != where:
            message = f"{short(file_name)} and the file of {first} are both {short(name)} without extension"
            raise AnnotationError(f"{where}.file_name", message)
        width, height = int(image["width"]), int(image["height"])
        check_size(where, width, height)
        self._images[number] = _Image(name, width, height)

    def add_annotation(self, place: int, annotation: Mapping[str, Any]) -> None:
        where = f"annotations[{place}]"
        number = int(annotation["id"])
        check_new(f"{where}.id", number, self._annotations)
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
            _add_polygons(f"{where}.segmentation", image, segmentation, label, self._groups.get(place, 0))
        else:
            _add_mask(f"{where}.segmentation", image, segmentation, label)
        image.sources += [place] * (len(image.shapes) - len(image.sources))

    def finish(self) -> Annotations:
        return Annotations(
            labels=tuple(self._labels.values()),
            images=_Images(tuple(self._images.values())),
            dropped=dict(sorted(self._dropped.items())),
            label_ids={label.name: number for number, label in self._labels.items()},
            image_ids={image.name: number for number, image in self._images.items()},
            sources={image.name: image.sources for image in self._images.values()},
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


def _add_polygons(where: str, image: _Image, rings: Sequence[Sequence[float]], label: str, group: int) -> None:
    for place, ring in enumerate(rings):
        if len(ring) % 2:
            raise AnnotationError(f"{where}[{place}]", f"{len(ring)} numbers, an odd count: x and y in turn")
        image.shapes.append(Polygon(ring, label, group))


def _add_mask(where: str, image: _Image, segmentation: Mapping[str, Any], label: str) -> None:
    height, width = segmentation["size"]
    if (height, width) != (image.height, image.width):
        message = f"{int(height)} rows and {int(width)} columns, but the image has {image.height} and {image.width}"
        raise AnnotationError(f"{where}.size", message)
    try:
        spans = spans_of(segmentation["counts"], image.width * image.height)
    except ValueError as error:
        raise AnnotationError(f"{where}.counts", str(error)) from None
    box = box_of(spans, image.height)
    image.mask_pixels += box.width * box.height
    if image.mask_pixels > MASK_PIXELS:
        message = f"up to here the masks of {short(image.name)} have {image.mask_pixels:,} pixels, more than the "
        raise AnnotationError(where, f"{message}{MASK_PIXELS:,} allowed for one image")
    image.shapes.append(_Encoded(spans, image.height, label))


def _rotation(annotation: Mapping[str, Any]) -> float | None:
    """CVAT's attribute of that name, in degrees; None where it turns no box."""
    attributes = annotation.get("attributes")
    if annotation.get("segmentation") or "bbox" not in annotation or not isinstance(attributes, dict):
        return None
    value = attributes.get("rotation")
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return float(value) if abs(value) <= MAX_COORDINATE else None


def _attributes(annotation: Mapping[str, Any]) -> int:
    """How many attributes are lost: not those that CVAT writes by default, nor the rotation of a box."""
    attributes: dict[str, Any] | list[Any] = annotation.get("attributes", {})
    if isinstance(attributes, list):
        return len(attributes)
    lost = [key for key, value in attributes.items() if (key, value) not in _CVAT_DEFAULTS]
    return len(lost) - int(bool(_rotation(annotation)))


def _color(value: object) -> Color | None:
    """Colour of a category: no part of COCO instances, but of COCO panoptic; None for anything else."""
    if isinstance(value, list) and len(value) == 3 and all(type(v) is int and 0 <= v <= 255 for v in value):
        return Color(*value)
    return None
