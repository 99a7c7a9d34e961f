"""A document of CVAT's XML written like the one that an archive came from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from defusedxml.ElementTree import fromstring, tostring

from segmask.formats.annotations import PreparedImage, Reporter, refuse
from segmask.formats.common import write_text
from segmask.formats.surviving import Likeness, Shelf, ShownImage, hole_of, survival
from segmask.labels.labelmap import Label
from segmask.shapes.model import AnnotatedImage

from .nodes import Node, children_of_root
from .reader import annotations_in, labels_of_meta
from .shapes import KEPT, item_of, read_image
from .terms import ROOT
from .writer import image_lines, label_text, prepared

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


class Original:
    """A document that another is written like: what an archive cannot hold, the new one has from it.

    Args:
        path: the XML file.
        labels: labels of the archive.

    Attributes:
        first_group: no group of the document has this number or a higher one.

    Raises:
        AnnotationError: as `read` does, and for what iterating the images raises.
        OSError: the file cannot be read.
    """

    def __init__(self, path: Path, labels: Iterable[str]) -> None:
        self._path = path
        self._read = annotations_in(path, refuse)
        self._known = {label.name for label in self._read.labels}
        self._labels = frozenset({*self._known, *labels})
        self.first_group = 1 + max((shape.group for image in self._read.images for shape in image.shapes), default=0)

    @property
    def prepare(self) -> Callable[[AnnotatedImage], PreparedImage]:
        """Makes text of an image's shapes; can be pickled."""
        return partial(prepared, labels=self._labels)

    def write(self, path: Path, images: Iterator[ShownImage], suffix: str) -> Likeness:
        """Writes the document, whole or not at all.

        Args:
            path: the file to make or replace.
            images: those of the archive, their text made by `prepare`.
            suffix: extension of the files of images that the document does not have.

        Raises:
            AnnotationError: something that the format cannot hold.
            OSError: the file cannot be written.
        """
        merged = _Merged(Shelf(images), hole_of(self._read.labels), self._known)
        for node in children_of_root(self._path, Reporter(refuse)):
            merged.add(node)
        merged.add_rest(max(self._read.image_ids.values(), default=-1) + 1, self._labels, suffix)
        write_text(path, merged.text(self._known))
        return merged.likeness


class _Merged:
    """The children of the new document's root, as they come."""

    def __init__(self, shelf: Shelf, hole: str | None, labels: Collection[str]) -> None:
        self._labels = labels
        self.likeness = Likeness()
        self._shelf = shelf
        self._hole = hole
        self._used: dict[str, None] = {}
        self._meta: Element | None = None
        self._head: list[str] = []
        self._lines: list[str] = []

    def add(self, node: Node) -> None:
        """A child of the document's root."""
        if node.tag == "meta":
            self._meta = fromstring(_text(node.element))
        elif node.tag != "image":
            (self._head if node.tag == "version" else self._lines).append(f"  {_text(node.element)}\n")
        else:
            image = read_image(node.said_of(item_of(node)), self._labels)
            assert image is not None  # what is wrong was raised
            self._add_image(node, image)

    def _add_image(self, node: Node, original: AnnotatedImage) -> None:
        element, told = node.element, self.likeness
        shapes = [child for child in element if child.tag in KEPT]
        image = self._shelf.take(original.name)
        told.images += 1
        if image is None:
            told.emptied += [original.name] if shapes else []
            staying: Iterable[int] = ()
        else:
            if image.size is not None and image.size != (original.width, original.height):
                told.resized.append(original.name)
                element.set("width", str(image.size[0]))
                element.set("height", str(image.size[1]))
            found = survival(original, range(len(shapes)), image, self._hole)
            staying = range(len(shapes)) if found.is_whole else found.items
            for instance in found.new:
                told.new += 1
                self._used[instance.look[0]] = None
                element.extend(map(_indented, instance.pieces))
        for place in sorted(set(range(len(shapes))).difference(staying)):
            told.gone.append(f"{shapes[place].tag} of {item_of(node)}")
            element.remove(shapes[place])
        told.kept += len(list(staying))
        self._lines.append(f"  {_text(element)}\n")

    def add_rest(self, first_id: int, labels: frozenset[str], suffix: str) -> None:
        """The images that the document does not have."""
        for shown in self._shelf.rest():
            image = shown.prepared()
            if image is None:
                self.likeness.unknown_size.append(shown.name)
                continue
            number = first_id + len(self.likeness.added)
            self._lines.extend(image_lines(image, number, labels, suffix))
            self._used.update((instance.look[0], None) for instance in shown.instances)
            self.likeness.images += 1
            self.likeness.new += len(shown.instances)
            self.likeness.added.append(shown.name)

    def text(self, known: set[str]) -> Iterator[str]:
        """The document."""
        self.likeness.labels = [label for label in self._used if label not in known]
        yield f'<?xml version="1.0" encoding="utf-8"?>\n<{ROOT}>\n'
        yield from self._head
        if self._meta is not None:
            listed = labels_of_meta(Node(self._meta, "meta", Reporter(refuse)))
            if listed is not None:
                for label in self.likeness.labels:
                    listed.element.append(_indented(label_text(Label(label), "meta")))
            yield f"  {_text(self._meta)}\n"
        yield from self._lines
        yield f"</{ROOT}>\n"


def _indented(text: str) -> Element:
    element: Element = fromstring(text)
    element.tail = "\n    "
    return element


def _text(element: Element) -> str:
    """An element's text, without what stands behind it."""
    element.tail = None
    text: str = tostring(element, encoding="unicode")
    return text
