"""A COCO document written like the one that an archive came from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any

from segmask._support.files import naming, reading
from segmask.formats.annotations import PreparedImage, file_name_of, refuse
from segmask.formats.common import write_text
from segmask.formats.surviving import Likeness, Shelf, ShownImage, ShownInstance, hole_of, survival
from segmask.labels.labelmap import says_background
from segmask.shapes.model import AnnotatedImage

from .reader import annotations_of
from .terms import item_of, size_refusal
from .text import load
from .writer import prepared, refuse_any

_LISTS = ("categories", "images", "annotations")


class Original:
    """A document that another is written like: what an archive cannot hold, the new one has from it.

    Args:
        path: the JSON file.
        labels: names of the archive's labels.

    Raises:
        AnnotationError: as `read` does.
        OSError: the file cannot be read.
    """

    first_group = 1
    """No group of the document has this number or a higher one; it has none."""

    def __init__(self, path: Path, labels: Iterable[str]) -> None:
        with naming(path), reading(path) as file:
            loaded = load(file.read(), refuse)
        self._document: Mapping[str, Any] = loaded.content
        self._read = annotations_of(loaded, refuse)
        known = self._read.label_ids
        free = _free(known.values())
        self._labels = {
            **known,
            **{name: next(free) for name in labels if name not in known and not says_background(name)},
        }

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
            AnnotationError: something that COCO cannot hold.
            OSError: the file cannot be written.
        """
        merged = _Merged(self._document, Likeness())
        shelf = Shelf(images)
        hole = hole_of(self._read.labels)
        for place, original in enumerate(self._read.images):
            sources = self._read.sources[original.name]
            merged.add(place, original, sources, shelf.take(original.name), hole)
        for shown in shelf.rest():
            merged.add_new(shown, suffix)
        write_text(path, merged.text(self._labels))
        return merged.likeness


class _Merged:
    """The lists of the new document, as they grow."""

    def __init__(self, document: Mapping[str, Any], likeness: Likeness) -> None:
        self.likeness = likeness
        self._document = document
        self._images: list[Mapping[str, Any]] = list(document["images"])
        self._image_ids = _free(image["id"] for image in self._images)
        self._annotation_ids = _free(annotation["id"] for annotation in document["annotations"])
        self._gone: set[int] = set()
        self._new: list[str] = []
        self._used: dict[str, None] = {}

    def add(
        self, place: int, original: AnnotatedImage, sources: Sequence[int], shown: ShownImage | None, hole: str | None
    ) -> None:
        """An image of the document."""
        item = self._images[place]
        self.likeness.images += 1
        if shown is None:
            self._gone |= set(sources)
            self.likeness.emptied += [original.name] if sources else []
            return
        if shown.size is not None and shown.size != (item["width"], item["height"]):
            width, height = shown.size
            self._images[place] = {**item, "width": width, "height": height}
            self.likeness.resized.append(original.name)
        found = survival(original, sources, shown, hole)
        if not found.is_whole:
            self._gone |= set(sources) - found.items
            self._add_instances(item["id"], found.new)

    def add_new(self, shown: ShownImage, suffix: str) -> None:
        """An image that the document does not have."""
        image = shown.prepared()
        if image is None:
            self.likeness.unknown_size.append(shown.name)
            return
        refuse_any(f"images[{len(self._images)}]", size_refusal(image.width, image.height))
        number = next(self._image_ids)
        file_name = file_name_of(image, suffix)
        self._images.append({"id": number, "width": image.width, "height": image.height, "file_name": file_name})
        self.likeness.images += 1
        self.likeness.added.append(shown.name)
        self._add_instances(number, shown.instances)

    def _add_instances(self, image: int, instances: Iterable[ShownInstance]) -> None:
        for instance in instances:
            self._used[instance.look[0]] = None
            self._new += (
                f'{{"id":{next(self._annotation_ids)},"image_id":{image},{piece}' for piece in instance.pieces
            )

    def text(self, labels: Mapping[str, int]) -> Iterator[str]:
        """The document, its members in the order of the original."""
        annotations = self._document["annotations"]
        self.likeness.gone = [item_of("annotations", annotations[place]) for place in sorted(self._gone)]
        self.likeness.kept = len(annotations) - len(self._gone)
        self.likeness.new = len(self._new)
        kept = (_json(item) for place, item in enumerate(annotations) if place not in self._gone)
        lists: dict[str, Iterable[str]] = {
            "categories": map(_json, self._categories(labels)),
            "images": map(_json, self._images),
            "annotations": chain(kept, self._new),
        }
        for index, key in enumerate(dict.fromkeys((*self._document, *_LISTS))):
            yield f"{',' if index else '{'}{json.dumps(key)}:"
            yield from _listed(lists[key]) if key in lists else (_json(self._document[key]),)
        yield "}\n"

    def _categories(self, labels: Mapping[str, int]) -> list[Mapping[str, Any]]:
        known = list(self._document.get("categories", []))
        names = {category["name"] for category in known}
        self.likeness.labels = [name for name in self._used if name not in names]
        return known + [{"id": labels[name], "name": name, "supercategory": ""} for name in self.likeness.labels]


def _free(taken: Iterable[int]) -> Iterator[int]:
    """Numbers above all that are taken."""
    return count(max(taken, default=0) + 1)


def _listed(lines: Iterable[str]) -> Iterator[str]:
    yield "["
    for index, line in enumerate(lines):
        yield f"{',' if index else ''}\n{line}"
    yield "]"


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
