"""A COCO document, but for what does not fit the schema, to annotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from segmask.formats.annotations import Annotations, Places, Report, Reporter
from segmask.formats.common import MASK_PIXELS
from segmask.labels.labelmap import Label
from segmask.pixels.color import Color
from segmask.pixels.spans import ColumnSpans
from segmask.shapes.model import AnnotatedImage, Box, Mask, Polygon

from .rle import box_of, crop, spans_of
from .segmentation import count_inside
from .terms import MAX_COORDINATE, image_name, item_of, short, size_refusal, text_refusal
from .text import Loaded

_CVAT_DEFAULTS: Final = (("occluded", False), ("rotation", 0))
"""Attributes that CVAT writes for each annotation, and that say nothing."""


def annotations_of(loaded: Loaded, report: Report) -> Annotations:
    """The annotations in a document, without the items that break a rule; `report` gets what the schema cannot express."""
    reader = _Reader(_groups(loaded))
    for members, add in (
        ("categories", reader.add_category),
        ("images", reader.add_image),
        ("annotations", reader.add_annotation),
    ):
        for place, item in enumerate(loaded.content.get(members, [])):
            if (members, place) in loaded.broken:
                reader.leave_out(members, place, item, Reporter(report, item_of(members, item)))
            else:
                add(place, item, Reporter(report, item_of(members, item)))
    return reader.finish(loaded.notes)


def _groups(loaded: Loaded) -> dict[int, int]:
    """Group numbers for the annotations of several polygons, by place: in each image in the order of their ids, as in CVAT."""
    numbered = enumerate(loaded.content["annotations"])
    several = [
        (int(annotation["id"]), int(annotation["image_id"]), place)
        for place, annotation in numbered
        if ("annotations", place) not in loaded.broken and _has_parts(annotation.get("segmentation"))
    ]
    counts: Counter[int] = Counter()
    groups = {}
    for _, image, place in sorted(several, key=lambda known: known[0]):
        counts[image] += 1
        groups[place] = counts[image]
    return groups


def _has_parts(segmentation: object) -> bool:
    return isinstance(segmentation, list) and sum(map(bool, segmentation)) > 1


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
        self._places = Places({}, {})
        self._left_out: dict[str, set[object]] = {"images": set(), "categories": set(), "annotations": set()}
        """Ids of items that are not as they should be, which was told; that others refer to them is not told too."""
        self._dropped: Counter[str] = Counter()
        self._odd = _Oddities()

    def leave_out(self, members: str, place: int, item: object, say: Reporter) -> None:
        """Notes an item that breaks the schema; what it refers to must be there all the same."""
        if not isinstance(item, dict):
            return
        self._note(members, item)
        if members == "annotations":
            for member, known in (("image_id", self._images), ("category_id", self._labels)):
                if type(item.get(member)) is int:
                    self._known(member, known, f"annotations[{place}]", item, say)

    def _note(self, members: str, item: Mapping[str, Any]) -> None:
        if isinstance(item.get("id"), (int, float)):
            self._left_out[members].add(item["id"])

    def add_category(self, place: int, category: Mapping[str, Any], say: Reporter) -> None:
        where = f"categories[{place}]"
        number, name = int(category["id"]), category["name"]
        if number in self._labels:
            say(f"{where}.id", f"the id {number} is there already: give each category another")
        first, _ = self._places.labels.setdefault(name, (f"{where}.name", say.item))
        if first != f"{where}.name":
            say(
                f"{where}.name", f"{short(name)} is the name of {first.removesuffix('.name')} too: rename or merge them"
            )
        say.any(f"{where}.name", text_refusal(name))
        if say.problems:
            self._note("categories", category)
            return
        self._labels[number] = Label(name, _color(category.get("color")))
        if category.get("supercategory") not in {None, "", name}:
            self._dropped["supercategories"] += 1
        if category.get("keypoints"):
            self._dropped["skeletons"] += 1

    def add_image(self, place: int, image: Mapping[str, Any], say: Reporter) -> None:
        where = f"images[{place}]"
        number, file_name = int(image["id"]), image["file_name"]
        width, height = int(image["width"]), int(image["height"])
        name = image_name(file_name)
        if number in self._images:
            say(f"{where}.id", f"the id {number} is there already: give each image another")
        if name.endswith("/"):
            say(f"{where}.file_name", f"{short(file_name)} is a folder: give the path of the image")
        first, _ = self._places.images.setdefault(name, (where, say.item))
        if first != where:
            message = f"{short(file_name)} and the file of {first} are both {short(name)} without extension"
            say(f"{where}.file_name", f"{message}: rename one, as masks are files of that name")
        say.any(f"{where}.file_name", text_refusal(file_name))
        say.any(where, size_refusal(width, height))
        if say.problems:
            self._note("images", image)
        else:
            self._images[number] = _Image(name, width, height)

    def add_annotation(self, place: int, annotation: Mapping[str, Any], say: Reporter) -> None:
        where = f"annotations[{place}]"
        number = int(annotation["id"])
        self._odd.add("same ids", number in self._annotations, where, say)
        self._annotations.add(number)
        self._odd.add("bools", isinstance(annotation.get("iscrowd"), bool), where, say)
        image = self._known("image_id", self._images, where, annotation, say)
        label = (
            self._known("category_id", self._labels, where, annotation, say) if "category_id" in annotation else None
        )
        self._count_dropped(annotation)
        segmentation = self._segmentation(where, annotation, say)
        if not (segmentation or "bbox" in annotation):
            if not {"keypoints", "caption"} & annotation.keys():
                say(where, "neither a segmentation nor a bbox: give one, or leave the annotation out")
        elif "category_id" not in annotation:
            say(where, "a shape without category_id: add it")
        elif image is not None and label is not None:
            self._add_shape(place, image, {**annotation, "segmentation": segmentation}, label.name, say)

    def _known(
        self, member: str, known: Mapping[int, _Item], where: str, annotation: Mapping[str, Any], say: Reporter
    ) -> _Item | None:
        """What an annotation refers to; None where there is no such thing, or it is not as it should be."""
        members, what = ("images", "image") if member == "image_id" else ("categories", "category")
        number = annotation[member]
        if number not in known and number not in self._left_out[members]:
            say(f"{where}.{member}", f"no {what} has the id {number}: give the id of one, or add it")
        return known.get(number)

    def _segmentation(self, where: str, annotation: Mapping[str, Any], say: Reporter) -> Any:
        """The segmentation without empty polygons."""
        segmentation = annotation.get("segmentation")
        if not isinstance(segmentation, list):
            return segmentation
        parts = [ring for ring in segmentation if ring]
        self._odd.add("empty", len(parts) < len(segmentation), where, say)
        return parts

    def _add_shape(self, place: int, image: _Image, annotation: Mapping[str, Any], label: str, say: Reporter) -> None:
        where = f"annotations[{place}]"
        segmentation = annotation["segmentation"]
        if not segmentation:
            x, y, width, height = annotation["bbox"]
            image.shapes.append(Box(x, y, width, height, label, _rotation(annotation) or 0.0))
        elif isinstance(segmentation, list):
            _add_polygons(f"{where}.segmentation", image, segmentation, label, self._groups.get(place, 0), say)
            self._odd.add("inside", 0 if say.problems else count_inside(segmentation), where, say)
        else:
            _add_mask(f"{where}.segmentation", image, segmentation, label, say)
        image.sources += [place] * (len(image.shapes) - len(image.sources))

    def finish(self, notes: tuple[str, ...]) -> Annotations:
        return Annotations(
            labels=tuple(self._labels.values()),
            images=_Images(tuple(self._images.values())),
            dropped=dict(sorted(self._dropped.items())),
            label_ids={label.name: number for number, label in self._labels.items()},
            image_ids={image.name: number for number, image in self._images.items()},
            sources={image.name: image.sources for image in self._images.values()},
            places=self._places,
            notes=(*notes, *self._odd.notes()),
        )

    def _count_dropped(self, annotation: Mapping[str, Any]) -> None:
        found = {
            "attributes": _attributes(annotation),
            "keypoints": sum(visibility > 0 for visibility in annotation.get("keypoints", [])[2::3]),
            "captions": int("caption" in annotation),
            "scores": int("score" in annotation),
            "crowd flags": int(annotation.get("iscrowd", 0)),
        }
        self._dropped.update({thing: times for thing, times in found.items() if times})


class _Oddities:
    """What is read although it is not as the format has it: how often, and the first place."""

    _NOTES: Final = {
        "same ids": "annotations that have the id of an earlier one, each read as an instance of its own: {}; number them anew",
        "bools": "iscrowd that is true or false, read as 1 or 0: {}",
        "empty": "annotations with empty polygons, which are left out: {}",
        "inside": "polygons inside another one of their annotation: {}; CVAT fills both, so where a hole is meant give run lengths (RLE), "
        "or one polygon with a cut to the hole",
    }

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def add(self, kind: str, times: int, where: str, say: Reporter) -> None:
        if times:
            self._times[kind] += times
            self._first.setdefault(kind, f"{where} ({say.item})")

    def notes(self) -> Iterator[str]:
        for kind, note in self._NOTES.items():
            if self._times[kind]:
                yield note.format(f"{self._times[kind]:,}, the first {self._first[kind]}")


_Item = TypeVar("_Item")


def _add_polygons(
    where: str, image: _Image, rings: Sequence[Sequence[float]], label: str, group: int, say: Reporter
) -> None:
    for place, ring in enumerate(rings):
        if len(ring) % 2:
            say(f"{where}[{place}]", f"{len(ring)} numbers, an odd count: give x and y in turn")
        else:
            image.shapes.append(Polygon(ring, label, group))


def _add_mask(where: str, image: _Image, segmentation: Mapping[str, Any], label: str, say: Reporter) -> None:
    height, width = segmentation["size"]
    if (height, width) != (image.height, image.width):
        message = f"{int(height)} rows and {int(width)} columns, but the image has {image.height} and {image.width}"
        say(f"{where}.size", f"{message}: encode the mask in the image's size")
        return
    try:
        spans = spans_of(segmentation["counts"], image.width * image.height)
    except ValueError as error:
        say(f"{where}.counts", str(error))
        return
    box = box_of(spans, image.height)
    image.mask_pixels += box.width * box.height
    if image.mask_pixels > MASK_PIXELS:
        message = f"up to here the masks of {short(image.name)} have {image.mask_pixels:,} pixels, more than the "
        say(where, f"{message}{MASK_PIXELS:,} allowed for one image: leave some out")
        return
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
