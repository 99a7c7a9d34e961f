"""CVAT's XML: what a document has, coordinates aside, and its images to be read when they are asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from segmask.formats.annotations import AnnotationError, Annotations, Places, Report, Reporter
from segmask.labels.labelmap import Label
from segmask.pixels.color import Color
from segmask.problem import counted
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
_ANEW: Final = 'export it anew as "CVAT for images 1.1"'
_NO_COLOR: Final = "#000000"
_COLOR: Final = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.ASCII | re.IGNORECASE)


def annotations_in(path: Path, report: Report) -> Annotations:
    """The annotations in a document, walked once for all but the coordinates.

    Args:
        path: the document.
        report: gets what breaks the format; of coordinates and sizes each time the images are iterated.

    Raises:
        OSError: the file cannot be read.
    """
    survey = _Survey()
    say = Reporter(report)
    for node in children_of_root(path, say):
        survey.add(node)
    survey.check(say)
    return Annotations(
        labels=survey.labels,
        images=_Images(path, report, frozenset(survey.left_out), frozenset(label.name for label in survey.labels)),
        dropped=dict(sorted(survey.dropped.items())),
        image_ids=survey.image_ids,
        places=survey.places,
    )


@dataclass(slots=True)
class _Survey:
    """What a document has, coordinates aside."""

    declared: tuple[Label, ...] | None = None
    has_version: bool = False
    used: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Label names in order of appearance, and where each is used first: the place, and the image."""
    uses: Counter[str] = field(default_factory=Counter)
    places: Places = field(default_factory=lambda: Places({}, {}))
    left_out: set[str] = field(default_factory=set)
    """Places of images that cannot be told from others."""
    image_ids: dict[str, int] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)

    def add(self, node: Node) -> None:
        match node.tag:
            case "version":
                self.has_version = True
                version = (node.element.text or "").strip()
                if version != VERSION:
                    node.say(node.where, f"{shown(version)} is not {VERSION}, the version that this reads: {_ANEW}")
            case "meta":
                self.declared = _declared_labels(node, self.places)
            case "image":
                self._add_image(node.said_of(item_of(node)))
            case "track":
                self._drop("tracks")
            case other:
                self._drop(f"{other} elements")

    def _add_image(self, node: Node) -> None:
        name = image_name(node)
        here = (node.where, node.say.item)
        where, item = self.places.images.setdefault(name, here) if name else here
        if where != node.where:
            message = f"{shown(name)} without extension is the name of {where} ({item}) too"
            node.error("name", f"{message}: {_same_name_advice(node)}")
        if node.say.problems:
            self.left_out.add(node.where)
        elif node.element.get("id") is not None:
            self.image_ids[name] = node.integer("id")
        for child in node.children():
            self._add_shape(child)

    def _add_shape(self, node: Node) -> None:
        if node.tag in KEPT or node.tag in _DROPPED:
            label = node.text("label")
            if label:
                self.used.setdefault(label, (f"{node.where}/@label", node.say.item))
                self.uses[label] += 1
        if node.tag in KEPT:
            self._drop("attributes", len(node.element.findall("attribute")))
            self._drop("occluded flags", int(node.element.get("occluded") == "1"))
        else:
            self._drop(_DROPPED.get(node.tag, f"{node.tag} elements"))

    def _drop(self, things: str, count: int = 1) -> None:
        if count:
            self.dropped[things] += count

    def check(self, say: Reporter) -> None:
        is_whole = not say.problems
        if is_whole and not self.has_version:
            say("", f"has no version; this reads version {VERSION}: {_ANEW}")
        if is_whole and self.dropped["tracks"] and not self.places.images:
            say("", 'is a "CVAT for video" document, with tracks instead of images: export it as "CVAT for images 1.1"')
        known = {label.name for label in self.labels}
        for label, (where, item) in self.used.items():
            if label not in known:
                times = counted(self.uses[label], "time")
                message = f"label {shown(label)} is not declared in meta, and used {times}: declare it, or rename it"
                say.report(AnnotationError(where, message, item))

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(map(Label, self.used)) if self.declared is None else self.declared


def _same_name_advice(node: Node) -> str:
    if node.element.get("task_id") is None:
        return "rename one, as masks are files of that name"
    task = shown(node.element.get("task_id", ""))
    return f"this one is of the task {task}; export each task on its own, or rename the frames"


@dataclass(frozen=True, slots=True)
class _Images:
    """Images of a document, read anew each time they are iterated."""

    path: Path
    report: Report
    left_out: frozenset[str]
    """Places of images that are not read."""
    labels: frozenset[str]

    def __iter__(self) -> Iterator[AnnotatedImage]:
        for node in children_of_root(self.path, Reporter(_told_already)):
            if node.tag == "image" and node.where not in self.left_out:
                image = read_image(Node(node.element, node.where, Reporter(self.report, item_of(node))), self.labels)
                if image is not None:
                    yield image


def _told_already(_problem: AnnotationError) -> None:
    """Gets what the first walk has told."""


def labels_of_meta(meta: Node) -> Node | None:
    """The element with the labels of the task, project or job; None where there is none."""
    owners = filter(None, map(meta.child, _OWNERS))
    return next(filter(None, (owner.child("labels") for owner in owners)), None)


def _declared_labels(meta: Node, places: Places) -> tuple[Label, ...] | None:
    """Labels that the task, project or job declares; those with a parent are points of skeletons and left out."""
    listed = labels_of_meta(meta)
    if listed is None:
        return None
    labels: dict[str, Label] = {}
    for node in listed.children():
        if node.tag == "label" and not node.element.findtext("parent"):
            label = _label(node)
            if label.name in labels:
                node.say(f"{node.where}/name", f"{shown(label.name)} is declared twice: leave one")
            elif label.name:
                labels[label.name] = label
                places.labels[label.name] = (f"{node.where}/name", "")
    return tuple(labels.values())


def _label(node: Node) -> Label:
    name = node.element.findtext("name") or ""
    if not name:
        node.say(f"{node.where}/name", "is missing or empty: name the label")
    color = (node.element.findtext("color") or "").strip()
    match = _COLOR.fullmatch(color or _NO_COLOR)
    if match is None:
        node.say(f"{node.where}/color", f"{shown(color)} is not a colour: write one such as '#ff0000'")
    if not color or match is None:
        return Label(name)
    return Label(name, Color(*(int(channel, 16) for channel in match.groups())))
