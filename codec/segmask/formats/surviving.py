"""What of a document is in an archive as it was painted: compared by pixels, whatever the numbers of the instances.

A document says more than an archive holds: what lies under other shapes, corners, attributes. Where an archive shows the
very pixels that an item of the document paints, the item stays as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import chain
from typing import Protocol

import numpy as np

from segmask.image import Image
from segmask.labels.assigned import of_document
from segmask.labels.labelmap import Label, says_background
from segmask.mask.instances import Frame
from segmask.pixels.spans import ColumnSpans, union
from segmask.shapes.model import AnnotatedImage, Shape
from segmask.shapes.painting import TooManyInstances, paint_shapes
from segmask.shapes.raster import rasterise_all

from .annotate import Drawing, instance_shapes
from .annotations import PreparedImage

Look = tuple[str, bytes]
"""Label and digest of the pixels: what tells the instances of an image apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownInstance:
    """An instance of an archive.

    Attributes:
        look: its label and pixels.
        pieces: what would stand for it in a document, as text.
    """

    look: Look
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownImage:
    """An image of an archive, to be compared with a document's; can be sent between processes.

    Attributes:
        name: its id.
        subset: name of its image set.
        size: (width, height) in pixels; None where nothing tells it.
        by_class: there is no object mask, so that all of one label is one instance.
        instances: what it shows; the background is nothing.
        file_name: of its photo, where that is known.
    """

    name: str
    subset: str
    size: tuple[int, int] | None
    by_class: bool
    instances: tuple[ShownInstance, ...]
    file_name: str | None = None

    def prepared(self) -> PreparedImage | None:
        """The image for a document that has none of its name; None where its size is not known."""
        if self.size is None:
            return None
        width, height = self.size
        return PreparedImage(
            name=self.name,
            width=width,
            height=height,
            subset=self.subset,
            pieces=tuple(chain.from_iterable(instance.pieces for instance in self.instances)),
            file_name=self.file_name,
        )


class _Photo(Protocol):
    """A photo of an image."""

    @property
    def name(self) -> str: ...

    def size(self) -> tuple[int, int] | None: ...


def shown(
    image: Image,
    photo: _Photo | None,
    *,
    drawing: Drawing,
    prepare: Callable[[AnnotatedImage], PreparedImage],
    first_group: int,
) -> ShownImage:
    """An image of an archive with its instances as text.

    Args:
        image: the image.
        photo: its file, with the path that a document names it by and its (width, height), where there is one.
        drawing: how instances become shapes.
        prepare: makes text of shapes.
        first_group: number of the first group, above those of the document.
    """
    size = None if image.width is None or image.height is None else (image.width, image.height)
    found: list[ShownInstance] = []
    for instance in image.instances:
        if size is not None and not instance.is_background:
            group = first_group + len(found)
            shapes = instance_shapes(instance, drawing, group)
            alone = AnnotatedImage(name=image.name, width=size[0], height=size[1], shapes=shapes)
            look = _look(instance.label, instance.spans())
            found.append(ShownInstance(look=look, pieces=prepare(alone).pieces))
    return ShownImage(
        name=image.name,
        subset=image.subset,
        size=photo.size() if size is None and photo is not None else size,
        by_class=image.objects is None,
        instances=tuple(found),
        file_name=None if photo is None else photo.name,
    )


def hole_of(labels: Iterable[Label]) -> str | None:
    """Name of the label that a document's export cuts holes with: its background's; None where it has none."""
    labelmap = of_document(labels)
    return None if labelmap.background is None else labelmap[labelmap.background].name


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """What of an image's items is in the archive.

    Attributes:
        is_whole: the image is as it was painted, so that even what no pixel shows stays.
        items: the items that stay, where it is not.
        new: what the archive shows beside them.
    """

    is_whole: bool
    items: frozenset[int] = frozenset()
    new: tuple[ShownInstance, ...] = ()


def survival(original: AnnotatedImage, items: Sequence[int], image: ShownImage, hole: str | None) -> Survival:
    """Compares an image of a document with that of an archive.

    Args:
        original: the document's.
        items: of each of its shapes, the number of the item that it belongs to.
        image: the archive's.
        hole: label whose shapes are painted as nothing.
    """
    found = {instance.look: instance for instance in image.instances}
    fits = image.size in {None, (original.width, original.height)}
    painted = _Painting.of(original, hole, by_class=image.by_class) if fits else _Painting()
    if painted.visible == found.keys():
        return Survival(is_whole=True)
    staying = {look: places for look, places in painted.whole.items() if look in found}
    return Survival(
        is_whole=False,
        items=frozenset(items[place] for places in staying.values() for place in places),
        new=tuple(instance for look, instance in found.items() if look not in staying),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Painting:
    """How an archive shows the shapes of an image; nothing, where it cannot hold them.

    Attributes:
        visible: the looks of what has pixels, without what others cover.
        whole: places of the shapes of each look when no other covers it.
    """

    visible: frozenset[Look] = frozenset()
    whole: Mapping[Look, Sequence[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, original: AnnotatedImage, hole: str | None, *, by_class: bool) -> _Painting:
        """The painting of a document's image."""
        width, height, shapes = original.width, original.height, original.shapes
        try:
            painted = paint_shapes([replace(shape, label=str(at)) for at, shape in enumerate(shapes)], width, height)
            covered = rasterise_all(shapes, width, height, kept=True)
        except (TooManyInstances, ValueError):
            return cls()
        instances = _instances([int(label) for label in painted.labels], shapes, hole, by_class=by_class)
        table = np.zeros(len(painted.labels) + 1, dtype=np.int64)
        for value, instance in enumerate(instances, 1):
            table[instance.numbers] = value
        runs = painted.objects.map(table[painted.objects.values])
        frame = Frame(runs, {value: value for value in range(1, len(instances) + 1)})
        present = set(runs.values.tolist())
        return cls(
            visible=frozenset(
                _look(instance.label, frame.spans(value))
                for value, instance in enumerate(instances, 1)
                if value in present
            ),
            whole={
                _look(instance.label, union([covered[place] for place in instance.places])): instance.places
                for instance in instances
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Instance:
    """What an archive shows as one.

    Attributes:
        label: its label.
        numbers: of the instances that CVAT paints for it.
        places: of its shapes.
    """

    label: str
    numbers: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)


def _instances(leaders: Sequence[int], shapes: Sequence[Shape], hole: str | None, *, by_class: bool) -> list[_Instance]:
    """The instances of an image, or those of each label as one; holes and the background are none.

    Args:
        leaders: place of the shape that gives its label to each instance, in the order of their numbers.
        shapes: of the image.
        hole: label of what is painted as nothing.
        by_class: whether all of one label are one.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for place, shape in enumerate(shapes):
        groups[shape.group].append(place)
    found: dict[str | int, _Instance] = {}
    for number, place in enumerate(leaders, 1):
        shape = shapes[place]
        if shape.label != hole and not says_background(shape.label):
            instance = found.setdefault(shape.label if by_class else number, _Instance(label=shape.label))
            instance.numbers.append(number)
            instance.places.extend(groups[shape.group] if shape.group else [place])
    return list(found.values())


def _look(label: str, spans: ColumnSpans) -> Look:
    return label, blake2b(spans.starts.tobytes() + spans.ends.tobytes(), digest_size=16).digest()


class Shelf:
    """Images of an archive by name, taken in any order while they arrive in theirs."""

    def __init__(self, images: Iterator[ShownImage]) -> None:
        self._images = images
        self._waiting: dict[str, ShownImage] = {}

    def take(self, name: str) -> ShownImage | None:
        """The image of a name; None where the archive has none."""
        while name not in self._waiting:
            image = next(self._images, None)
            if image is None:
                return None
            self._waiting[image.name] = image
        return self._waiting.pop(name)

    def rest(self) -> Iterator[ShownImage]:
        """What was not taken."""
        yield from self._waiting.values()
        yield from self._images


@dataclass(slots=True)
class Likeness:
    """What became of a document that was written like another.

    Attributes:
        images: how many it has.
        kept: items as they were.
        new: instances that no item was.
        gone: items that are not in the archive, as the document calls them.
        emptied: names of images that have lost their shapes, as the archive does not list them.
        added: names of images that the document did not have.
        resized: names of images whose size is another now.
        labels: names of labels that it did not have.
        unknown_size: names of images left out, as nothing tells their size.
    """

    images: int = 0
    kept: int = 0
    new: int = 0
    gone: list[str] = field(default_factory=list)
    emptied: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    resized: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    unknown_size: list[str] = field(default_factory=list)
