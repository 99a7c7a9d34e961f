"""What the readers of annotation formats give, and the writers take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from segmask.labels.labelmap import Label
from segmask.problem import WriteError
from segmask.shapes.model import AnnotatedImage


class AnnotationError(ValueError):
    """A document breaks its format.

    Attributes:
        where: the place inside the document, such as ``annotations[3].segmentation``; empty for the whole.
        item: what stands there by the document's own number or name, such as ``annotation 17``; empty where it has none.
    """

    def __init__(self, where: str, message: str, item: str = "") -> None:
        place = f"{where} ({item})" if item else where
        super().__init__(f"{place}: {message}" if place else message)
        self.where = where
        self.item = item
        self._message = message

    def __reduce__(self) -> tuple[type[AnnotationError], tuple[str, str, str]]:
        return type(self), (self.where, self._message, self.item)


Report = Callable[[AnnotationError], object]
"""Gets each problem of a document that is read; what it returns is ignored, and reading goes on."""


def refuse(problem: AnnotationError) -> None:
    """Raises the first problem: the strict way.

    Raises:
        AnnotationError: always.
    """
    raise problem


@dataclass(slots=True)
class Reporter:
    """Says what is wrong with an item of a document.

    Attributes:
        report: gets each problem.
        item: as in `AnnotationError`.
        problems: how many there were.
    """

    report: Report
    item: str = ""
    problems: int = 0

    def __call__(self, where: str, message: str) -> None:
        """Says one thing: the place, what is there and what to do about it."""
        self.problems += 1
        self.report(AnnotationError(where, message, self.item))

    def any(self, where: str, message: str) -> None:
        """Says it where there is something to say."""
        if message:
            self(where, message)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedImage:
    """An image whose shapes are text of a document already; made anywhere, such as in another process.

    Attributes:
        name: as in `AnnotatedImage`, and so the rest.
        width: columns in pixels.
        height: rows in pixels.
        subset: name of its image set.
        pieces: what stands in the document for its shapes.
        file_name: path of its file; None where it is the name with the document's suffix.
    """

    name: str
    width: int
    height: int
    subset: str
    pieces: tuple[str, ...]
    file_name: str | None = None

    @classmethod
    def of(cls, image: AnnotatedImage, pieces: Iterable[str]) -> PreparedImage:
        """An image with what stands for its shapes."""
        return cls(name=image.name, width=image.width, height=image.height, subset=image.subset, pieces=tuple(pieces))


def file_name_of(image: AnnotatedImage | PreparedImage, suffix: str) -> str:
    """Path of an image's file: its own, or its name with a suffix."""
    known = image.file_name if isinstance(image, PreparedImage) else None
    return f"{image.name}{suffix}" if known is None else known


@dataclass(frozen=True, slots=True)
class Places:
    """Where a document has its images and labels.

    Attributes:
        images: place and item of each image, by name.
        labels: place and item of each label, by name.
    """

    images: dict[str, tuple[str, str]]
    labels: dict[str, tuple[str, str]]

    def of(self, error: WriteError) -> AnnotationError:
        """What cannot be written, at the place that it comes from."""
        where, item = self.images.get(error.image or "") or self.labels.get(error.label or "") or ("", "")
        return AnnotationError(where, str(error), item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """A document of annotations.

    Attributes:
        labels: in the document's order; a colour where the document has one.
        images: in the document's order.
        dropped: how many of each thing that a mask archive cannot hold were in the document, such as
            ``{"attributes": 3, "tracks": 1}``; shapes among them are left out of `images`.
        label_ids: the document's own number of each label name, where it has one.
        image_ids: the document's own number of each image name, where it has one.
        sources: for each shape of the image of a name, its annotation's place in the document, where a shape is not an
            item of its own.
        places: where the document has each image, by name, and each label; what `segmask.write` refuses is to be found there.
        notes: what is not as the format has it, and was read all the same: a line for each kind.
    """

    labels: tuple[Label, ...]
    images: Iterable[AnnotatedImage]
    dropped: Mapping[str, int] = field(default_factory=dict)
    label_ids: Mapping[str, int] = field(default_factory=dict)
    image_ids: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, Sequence[int]] = field(default_factory=dict)
    places: Places = field(default_factory=lambda: Places({}, {}))
    notes: tuple[str, ...] = ()
