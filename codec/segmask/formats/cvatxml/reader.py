"""CVAT's XML: what a document has, coordinates aside, and its images to be read when they are asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from segmask.formats.annotations import AnnotationError, Annotations, naming_item
from segmask.labels.labelmap import Label
from segmask.pixels.color import Color
from segmask.shapes.model import AnnotatedImage

from .nodes import Node, children_of_root
from .shapes import KEPT, image_name, item_of, read_image
from .terms import VERSION, shown

_OWNERS: Final = ("task", "project", "job")
_DROPPED: Final = {
    "tag": "tags",
    "points": "points",
    "polyline": "polylines",
    "cuboid": "cuboids",
    "skeleton": "skeletons",
}
_COLOR: Final = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.ASCII | re.IGNORECASE)


def annotations_in(path: Path) -> Annotations:
    """The annotations in a document, walked once for all but the coordinates.

    Raises:
        AnnotationError: the document breaks the format; iterating its images may raise it too.
        OSError: the file cannot be read.
    """
    survey = _Survey()
    for node in children_of_root(path):
        survey.add(node)
    survey.check()
    return Annotations(
        labels=survey.labels,
        images=_Images(path),
        dropped=dict(sorted(survey.dropped.items())),
        image_ids=survey.image_ids,
    )


@dataclass(slots=True)
class _Survey:
    """What a document has, coordinates aside."""

    declared: tuple[Label, ...] | None = None
    has_version: bool = False
    used: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Label names in order of appearance, and where each is used first: the place, and the image."""
    names: dict[str, str] = field(default_factory=dict)
    """Image names and their places."""
    image_ids: dict[str, int] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)

    def add(self, node: Node) -> None:
        match node.tag:
            case "version":
                _check_version(node)
                self.has_version = True
            case "meta":
                self.declared = _declared_labels(node)
            case "image":
                with naming_item(item_of(node)):
                    self._add_image(node)
            case "track":
                self._drop("tracks")
            case other:
                self._drop(f"{other} elements")

    def _add_image(self, node: Node) -> None:
        name = image_name(node)
        if name in self.names:
            raise node.error("name", f"{shown(name)} without extension is the name of {self.names[name]} too")
        self.names[name] = node.where
        if node.element.get("id") is not None:
            self.image_ids[name] = node.integer("id")
        for child in node.children():
            self._add_shape(child, item_of(node))

    def _add_shape(self, node: Node, image: str) -> None:
        if node.tag in KEPT or node.tag in _DROPPED:
            self.used.setdefault(node.text("label"), (f"{node.where}/@label", image))
        if node.tag in KEPT:
            self._drop("attributes", len(node.element.findall("attribute")))
            self._drop("occluded flags", int(node.element.get("occluded") == "1"))
        else:
            self._drop(_DROPPED.get(node.tag, f"{node.tag} elements"))

    def _drop(self, things: str, count: int = 1) -> None:
        if count:
            self.dropped[things] += count

    def check(self) -> None:
        if not self.has_version:
            raise AnnotationError("", f"has no version; this reads version {VERSION}")
        if self.dropped["tracks"] and not self.names:
            raise AnnotationError(
                "", 'is a "CVAT for video" document, with tracks instead of images: export it as "CVAT for images 1.1"'
            )
        known = {label.name for label in self.labels}
        for label, (where, image) in self.used.items():
            if label not in known:
                raise AnnotationError(where, f"label {shown(label)} is not declared in meta", image)

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(map(Label, self.used)) if self.declared is None else self.declared


@dataclass(frozen=True, slots=True)
class _Images:
    """Images of a document, read anew each time they are iterated."""

    path: Path

    def __iter__(self) -> Iterator[AnnotatedImage]:
        for node in children_of_root(self.path):
            if node.tag == "image":
                with naming_item(item_of(node)):
                    image = read_image(node)
                yield image


def _check_version(node: Node) -> None:
    version = (node.element.text or "").strip()
    if version != VERSION:
        raise AnnotationError(node.where, f"{shown(version)} is not {VERSION}, the version that this reads")


def labels_of_meta(meta: Node) -> Node | None:
    """The element with the labels of the task, project or job; None where there is none."""
    owners = filter(None, map(meta.child, _OWNERS))
    return next(filter(None, (owner.child("labels") for owner in owners)), None)


def _declared_labels(meta: Node) -> tuple[Label, ...] | None:
    """Labels that the task, project or job declares; those with a parent are points of skeletons and left out."""
    listed = labels_of_meta(meta)
    if listed is None:
        return None
    labels: dict[str, Label] = {}
    for node in listed.children():
        if node.tag == "label" and not node.element.findtext("parent"):
            label = _label(node)
            if label.name in labels:
                raise AnnotationError(f"{node.where}/name", f"{shown(label.name)} is declared twice")
            labels[label.name] = label
    return tuple(labels.values())


def _label(node: Node) -> Label:
    name = node.element.findtext("name")
    if not name:
        raise AnnotationError(f"{node.where}/name", "is missing or empty")
    color = (node.element.findtext("color") or "").strip()
    if not color:
        return Label(name)
    match = _COLOR.fullmatch(color)
    if match is None:
        raise AnnotationError(f"{node.where}/color", f"{shown(color)} is not a colour such as '#ff0000'")
    return Label(name, Color(*(int(channel, 16) for channel in match.groups())))
