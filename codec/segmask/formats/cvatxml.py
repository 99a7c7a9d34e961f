"""CVAT's own XML, "CVAT for images 1.1": read image by image, written image by image.

A place in a document is named as XPath names it below the root, counted from 1: ``image[3]/polygon[2]/@points``.

Coordinates are written with two decimals, as CVAT does; what has more is rounded. A mask's ``rle`` runs row by row,
the first count being zeros; the last pixel counts, so the counts add up to width times height.
"""

from __future__ import annotations

import math
import os
import posixpath
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict, assert_never
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import numpy.typing as npt
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from segmask.formats.annotations import AnnotationError, Annotations
from segmask.labelmap import Label
from segmask.limits import DEFAULT_LIMITS
from segmask.shapes import AnnotatedImage, Box, Ellipse, Mask, Polygon, Shape

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

VERSION: Final = "1.1"
DEFAULT_SUBSET: Final = "default"
MASK_PIXELS: Final = 8 * DEFAULT_LIMITS.pixels
"""How many pixels the masks of one image may have together, since a few bytes of ``rle`` stand for any number."""

_ROOT: Final = "annotations"
_OWNERS: Final = ("task", "project", "job")
_SINGLE: Final = frozenset({"version", "meta"})
_KEPT: Final = frozenset({"polygon", "box", "ellipse", "mask"})
_DROPPED: Final = {
    "tag": "tags",
    "points": "points",
    "polyline": "polylines",
    "cuboid": "cuboids",
    "skeleton": "skeletons",
}
_INT_MAX: Final = 2**31 - 1  # CVAT's database holds 32 bits
_NUMBER: Final = r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*"
_DECIMAL: Final = re.compile(_NUMBER, re.ASCII)
_POINT: Final = re.compile(f"{_NUMBER},{_NUMBER}", re.ASCII)
_INTEGER: Final = re.compile(r"\s*[+-]?\d{1,15}\s*", re.ASCII)
_COUNT: Final = re.compile(r"\s*\d{1,10}\s*", re.ASCII)
_COLOR: Final = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.ASCII | re.IGNORECASE)
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SHOWN: Final = 40

Bools = npt.NDArray[np.bool_]


def read(path: str | os.PathLike[str]) -> Annotations:
    """Labels and counts of a document, and its images to be read when they are asked for.

    The document is walked once for the labels, the names and what must be dropped, without looking at coordinates,
    and once more each time `images` is iterated; no more than one image is in memory.

    Labels are those that ``meta`` declares, in its order; without ``meta``, those in use, in order of appearance.
    Names of images come without their extension. What hangs on a dropped shape is dropped with it, uncounted.

    Raises:
        AnnotationError: not a well-formed "CVAT for images 1.1" document without a document type declaration; a name
            stands twice; a label is not declared. Iterating `images` raises it for wrong sizes and shapes.
        OSError: the file cannot be read.
    """
    source = Path(path)
    survey = _Survey()
    for node in _children_of_root(source):
        survey.add(node)
    survey.check()
    return Annotations(
        labels=survey.labels,
        images=_Images(source),
        dropped=dict(sorted(survey.dropped.items())),
        image_ids=survey.image_ids,
    )


def write(
    path: str | os.PathLike[str],
    labels: Sequence[Label] | Sequence[str],
    images: Iterable[AnnotatedImage],
    *,
    suffix: str = ".jpg",
) -> None:
    """Write a document that CVAT imports. Equal arguments give equal bytes; on failure the target stays as it was.

    Coordinates and rotations are rounded to two decimals. A mask is cut off at the image's edges. Parts and actions
    of labels have no place in the format and are left out.

    Args:
        path: the document; a temporary file beside it becomes it at the end.
        labels: in the order to declare them.
        images: taken one by one.
        suffix: what an image's name lacks to be the name of its file.

    Raises:
        AnnotationError: a name or label is empty, stands twice, is not declared, or has a character that XML cannot
            hold; a number is out of the format's range; no pixel of a mask lies inside its image.
        OSError: the file cannot be written.
    """
    entries = [label if isinstance(label, Label) else Label(label) for label in labels]
    _write_atomically(Path(path), _document(entries, images, suffix))


# Reading


class _Common(TypedDict):
    """What all shapes have."""

    label: str
    group: int
    z_order: int


@dataclass(frozen=True, slots=True)
class _Node:
    """An element and its place."""

    element: Element
    where: str

    @property
    def tag(self) -> str:
        return self.element.tag

    def children(self) -> Iterator[_Node]:
        counts: Counter[str] = Counter()
        for child in self.element:
            counts[child.tag] += 1
            yield _Node(child, f"{self.where}/{child.tag}[{counts[child.tag]}]")

    def child(self, tag: str) -> _Node | None:
        element = self.element.find(tag)
        return None if element is None else _Node(element, f"{self.where}/{tag}")

    def error(self, attribute: str, message: str) -> AnnotationError:
        return AnnotationError(f"{self.where}/@{attribute}", message)

    def text(self, attribute: str, default: str = "") -> str:
        """The attribute, or the default where it is missing or empty; it must not be both."""
        value = self.element.get(attribute) or default
        if not value:
            raise self.error(attribute, "is missing or empty")
        return value

    def decimal(self, attribute: str, default: str = "") -> str:
        """The attribute's text, which is a finite number."""
        value = self.text(attribute, default)
        if not _DECIMAL.fullmatch(value) or not math.isfinite(float(value)):
            raise self.error(attribute, f"{_shown(value)} is not a finite number")
        return value

    def number(self, attribute: str, default: str = "") -> float:
        return float(self.decimal(attribute, default))

    def size(self, attribute: str) -> float:
        value = self.number(attribute)
        if value < 0:
            raise self.error(attribute, f"{_shown(self.text(attribute))} is negative")
        return value

    def integer(self, attribute: str, default: str = "", *, low: int = 0) -> int:
        value = self.text(attribute, default)
        if not _INTEGER.fullmatch(value) or not low <= int(value) <= _INT_MAX:
            raise self.error(attribute, f"{_shown(value)} is not a whole number from {low} to {_INT_MAX}")
        return int(value)


def _children_of_root(path: Path) -> Iterator[_Node]:
    """The root's children, each when it is complete; it is forgotten when the next one is asked for."""
    counts: Counter[str] = Counter()
    for element in _complete(path):
        counts[element.tag] += 1
        if element.tag not in _SINGLE:
            yield _Node(element, f"{element.tag}[{counts[element.tag]}]")
        elif counts[element.tag] == 1:
            yield _Node(element, element.tag)
        else:
            raise AnnotationError(element.tag, "stands twice")


def _complete(path: Path) -> Iterator[Element]:
    root: Element | None = None
    depth = 0
    for event, element in _events(path):
        depth += 1 if event == "start" else -1
        if root is None:
            root = element
            if element.tag != _ROOT:
                raise AnnotationError("", f"the root is {_shown(element.tag)} instead of {_ROOT!r}")
        elif event == "end" and depth == 1:
            yield element
            root.clear()


def _events(path: Path) -> Iterator[tuple[str, Element]]:
    try:
        with path.open("rb") as file:
            yield from iterparse(file, events=("start", "end"), forbid_dtd=True)
    except DefusedXmlException:
        raise AnnotationError("", "has a document type declaration, which is refused as unsafe") from None
    except (ParseError, LookupError, ValueError) as error:  # the latter two: encodings that the parser lacks
        raise AnnotationError("", f"is not well-formed XML: {error}") from None


@dataclass(slots=True)
class _Survey:
    """What a document has, coordinates aside."""

    declared: tuple[Label, ...] | None = None
    has_version: bool = False
    used: dict[str, str] = field(default_factory=dict)
    """Label names in order of appearance, and where each is used first."""
    names: dict[str, str] = field(default_factory=dict)
    """Image names and their places."""
    image_ids: dict[str, int] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)

    def add(self, node: _Node) -> None:
        match node.tag:
            case "version":
                _check_version(node)
                self.has_version = True
            case "meta":
                self.declared = _declared_labels(node)
            case "image":
                self._add_image(node)
            case "track":
                self._drop("tracks")
            case other:
                self._drop(f"{other} elements")

    def _add_image(self, node: _Node) -> None:
        name = _image_name(node)
        if name in self.names:
            raise node.error("name", f"{_shown(name)} without extension is the name of {self.names[name]} too")
        self.names[name] = node.where
        if node.element.get("id") is not None:
            self.image_ids[name] = node.integer("id")
        for child in node.children():
            self._add_shape(child)

    def _add_shape(self, node: _Node) -> None:
        if node.tag in _KEPT or node.tag in _DROPPED:
            self.used.setdefault(node.text("label"), f"{node.where}/@label")
        if node.tag in _KEPT:
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
        for label, where in self.used.items():
            if label not in known:
                raise AnnotationError(where, f"label {_shown(label)} is not declared in meta")

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(map(Label, self.used)) if self.declared is None else self.declared


@dataclass(frozen=True, slots=True)
class _Images:
    """Images of a document, read anew each time they are iterated."""

    path: Path

    def __iter__(self) -> Iterator[AnnotatedImage]:
        for node in _children_of_root(self.path):
            if node.tag == "image":
                yield _image(node)


def _check_version(node: _Node) -> None:
    version = (node.element.text or "").strip()
    if version != VERSION:
        raise AnnotationError(node.where, f"{_shown(version)} is not {VERSION}, the version that this reads")


def _declared_labels(meta: _Node) -> tuple[Label, ...] | None:
    """Labels that the task, project or job declares; those with a parent are points of skeletons and left out."""
    owners = filter(None, map(meta.child, _OWNERS))
    listed = next(filter(None, (owner.child("labels") for owner in owners)), None)
    if listed is None:
        return None
    labels: dict[str, Label] = {}
    for node in listed.children():
        if node.tag == "label" and not node.element.findtext("parent"):
            label = _label(node)
            if label.name in labels:
                raise AnnotationError(f"{node.where}/name", f"{_shown(label.name)} is declared twice")
            labels[label.name] = label
    return tuple(labels.values())


def _label(node: _Node) -> Label:
    name = node.element.findtext("name")
    if not name:
        raise AnnotationError(f"{node.where}/name", "is missing or empty")
    color = (node.element.findtext("color") or "").strip()
    if not color:
        return Label(name)
    match = _COLOR.fullmatch(color)
    if match is None:
        raise AnnotationError(f"{node.where}/color", f"{_shown(color)} is not a colour such as '#ff0000'")
    red, green, blue = (int(channel, 16) for channel in match.groups())
    return Label(name, (red, green, blue))


def _image_name(node: _Node) -> str:
    return posixpath.splitext(node.text("name"))[0]


def _image(node: _Node) -> AnnotatedImage:
    width, height = node.integer("width", low=1), node.integer("height", low=1)
    shapes: list[Shape] = []
    pixels = 0
    for child in node.children():
        if child.tag == "mask":
            pixels += _check_extent(child, width, height)
            if pixels > MASK_PIXELS:
                raise child.error("rle", f"the masks of this image have more than {MASK_PIXELS} pixels together")
        if child.tag in _KEPT:
            shapes.append(_shape(child))
    return AnnotatedImage(
        name=_image_name(node), width=width, height=height, shapes=shapes, subset=node.text("subset", DEFAULT_SUBSET)
    )


def _shape(node: _Node) -> Shape:
    common = _Common(
        label=node.text("label"),
        group=node.integer("group_id", "0"),
        z_order=node.integer("z_order", "0", low=-_INT_MAX),
    )
    match node.tag:
        case "polygon":
            return Polygon(_points(node), **common)
        case "box":
            return _box(node, common)
        case "ellipse":
            return Ellipse(
                node.number("cx"),
                node.number("cy"),
                node.size("rx"),
                node.size("ry"),
                rotation=node.number("rotation", "0"),
                **common,
            )
        case _:
            return Mask(_pixels(node), x=node.integer("left"), y=node.integer("top"), **common)


def _points(node: _Node) -> list[tuple[float, float]]:
    points = []
    for number, pair in enumerate(node.text("points").split(";"), 1):
        match = _POINT.fullmatch(pair)
        point = (float(match[1]), float(match[2])) if match else (math.nan, math.nan)
        if not all(map(math.isfinite, point)):
            raise node.error(
                "points", f"point {number}, {_shown(pair)}, is not two finite numbers with a comma between"
            )
        points.append(point)
    if len(points) < 3:
        raise node.error("points", f"a polygon needs 3 points or more, here are {len(points)}")
    return points


def _box(node: _Node, common: _Common) -> Box:
    width, height = _extent(node, "xtl", "xbr"), _extent(node, "ytl", "ybr")
    rotation = node.number("rotation", "0")
    return Box(node.number("xtl"), node.number("ytl"), width, height, rotation=rotation, **common)


def _extent(node: _Node, near: str, far: str) -> float:
    """Difference of two coordinates as people write it: of 0.3 and 0.1 it is 0.2."""
    difference = float(Decimal(node.decimal(far).strip()) - Decimal(node.decimal(near).strip()))
    if not 0 <= difference < math.inf:
        near_text, far_text = _shown(node.text(near)), _shown(node.text(far))
        raise node.error(far, f"{far_text} is less than {near}, {near_text}, or out of its reach")
    return difference


def _check_extent(node: _Node, width: int, height: int) -> int:
    """How many pixels the mask has; all of them lie inside the image."""
    for start, size, limit in (("left", "width", width), ("top", "height", height)):
        end = node.integer(start) + node.integer(size, low=1)
        if end > limit:
            raise node.error(size, f"the mask ends at {end}, outside the image, which ends at {limit}")
    return node.integer("width") * node.integer("height")


def _pixels(node: _Node) -> Bools:
    width, height = node.integer("width"), node.integer("height")
    texts = node.text("rle").split(",")
    for number, text in enumerate(texts, 1):
        if not _COUNT.fullmatch(text):
            raise node.error("rle", f"count {number}, {_shown(text)}, is not a whole number from 0 to {10**10 - 1}")
    counts = np.array([int(text) for text in texts], dtype=np.int64)
    if counts.sum() != width * height:
        raise node.error("rle", f"the counts add up to {counts.sum()} instead of {width} x {height} = {width * height}")
    return np.repeat(np.arange(len(counts)) % 2 == 1, counts).reshape(height, width)


def _shown(text: str) -> str:
    """Text for a message: quoted, on one line, not long."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


# Writing


def _document(labels: Sequence[Label], images: Iterable[AnnotatedImage], suffix: str) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<{_ROOT}>\n  <version>{VERSION}</version>\n'
    yield from _meta_lines(labels)
    known = {label.name for label in labels}
    names: set[str] = set()
    for index, image in enumerate(images):
        where = f"image[{index + 1}]"
        if image.name in names:
            raise AnnotationError(f"{where}/@name", f"{_shown(image.name)} is the name of an earlier image too")
        names.add(image.name)
        yield from _image_lines(image, index, known, suffix)
    yield f"</{_ROOT}>\n"


def _meta_lines(labels: Sequence[Label]) -> Iterator[str]:
    yield "  <meta>\n    <task>\n      <mode>annotation</mode>\n      <labels>\n"
    names: set[str] = set()
    for number, label in enumerate(labels, 1):
        where = f"meta/task/labels/label[{number}]"
        if not label.name or label.name in names:
            problem = f"{_shown(label.name)} is declared twice" if label.name else "is empty"
            raise AnnotationError(f"{where}/name", problem)
        names.add(label.name)
        name = escape(_checked(label.name, f"{where}/name"), {"\r": "&#13;"})
        color = "" if label.color is None else f"          <color>{_hex(label, where)}</color>\n"
        yield f"        <label>\n          <name>{name}</name>\n{color}          <type>any</type>\n        </label>\n"
    yield "      </labels>\n    </task>\n  </meta>\n"


def _hex(label: Label, where: str) -> str:
    color = label.color or ()
    if not all(0 <= channel <= 255 for channel in color):
        raise AnnotationError(f"{where}/color", f"{color} has a channel outside 0 to 255")
    return "#" + "".join(f"{channel:02x}" for channel in color)


def _image_lines(image: AnnotatedImage, index: int, known: set[str], suffix: str) -> Iterator[str]:
    where = f"image[{index + 1}]"
    name = image.name + suffix
    if not image.name or posixpath.splitext(name)[0] != image.name:
        raise AnnotationError(f"{where}/@name", f"{_shown(name)} does not read back as {_shown(image.name)}")
    if not image.subset:
        raise AnnotationError(f"{where}/@subset", "is empty")
    attributes = {
        "id": str(index),
        "name": name,
        "subset": image.subset,
        "width": _integer(image.width, f"{where}/@width", low=1),
        "height": _integer(image.height, f"{where}/@height", low=1),
    }
    if image.subset == DEFAULT_SUBSET:
        del attributes["subset"]
    yield f"  {_tag('image', attributes, where)}>\n"
    counts: Counter[str] = Counter()
    for shape in image.shapes:
        kind = type(shape).__name__.lower()
        counts[kind] += 1
        yield _shape_line(shape, kind, image, known, f"{where}/{kind}[{counts[kind]}]")
    yield "  </image>\n"


def _shape_line(shape: Shape, kind: str, image: AnnotatedImage, known: set[str], where: str) -> str:
    if shape.label not in known:
        raise AnnotationError(f"{where}/@label", f"label {_shown(shape.label)} is not declared")
    attributes = {
        "label": shape.label,
        "occluded": "0",
        **_geometry(shape, image, where),
        "z_order": _integer(shape.z_order, f"{where}/@z_order", low=-_INT_MAX),
    }
    if shape.group:
        attributes["group_id"] = _integer(shape.group, f"{where}/@group_id")
    return f"    {_tag(kind, attributes, where)}/>\n"


def _geometry(shape: Shape, image: AnnotatedImage, where: str) -> dict[str, str]:
    match shape:
        case Polygon():
            return {"points": ";".join(f"{_decimal(x)},{_decimal(y)}" for x, y in shape.points.tolist())}
        case Box():
            numbers = {"xtl": shape.x, "ytl": shape.y, "xbr": shape.x + shape.width, "ybr": shape.y + shape.height}
        case Ellipse():
            numbers = {"cx": shape.x, "cy": shape.y, "rx": shape.rx, "ry": shape.ry}
        case Mask():
            return _mask_attributes(shape, image, where)
        case _:
            assert_never(shape)
    for key, value in numbers.items():
        if not math.isfinite(value):
            raise AnnotationError(f"{where}/@{key}", "is not a finite number")
    attributes = {key: _decimal(value) for key, value in numbers.items()}
    rotation = _decimal(shape.rotation)
    return attributes if rotation == "0.00" else {**attributes, "rotation": rotation}


def _mask_attributes(mask: Mask, image: AnnotatedImage, where: str) -> dict[str, str]:
    left, top = max(mask.x, 0), max(mask.y, 0)
    right, bottom = max(image.width - mask.x, 0), max(image.height - mask.y, 0)
    visible = mask.mask[top - mask.y : bottom, left - mask.x : right]
    if not visible.size:
        raise AnnotationError(where, "no pixel of the mask lies inside the image")
    height, width = visible.shape
    return {
        "rle": ", ".join(map(str, _counts(visible))),
        "left": str(left),
        "top": str(top),
        "width": str(width),
        "height": str(height),
    }


def _counts(mask: Bools) -> list[int]:
    """Lengths of the runs, row by row, the first being of False and 0 where there is none."""
    flat = mask.astype(np.bool_, copy=False).ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    first = [0] if flat[0] else []
    return [*first, *np.diff(changes, prepend=0, append=flat.size).tolist()]


def _tag(name: str, attributes: dict[str, str], where: str) -> str:
    """A start tag without its end."""
    pairs = (f"{key}={quoteattr(_checked(value, f'{where}/@{key}'))}" for key, value in attributes.items())
    return " ".join((f"<{name}", *pairs))


def _checked(text: str, where: str) -> str:
    match = _NO_XML.search(text)
    if match:
        raise AnnotationError(where, f"{_shown(text)} has U+{ord(match[0]):04X}, a character that XML cannot hold")
    return text


def _decimal(value: float) -> str:
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text


def _integer(value: int, where: str, *, low: int = 0) -> str:
    if not low <= value <= _INT_MAX:
        raise AnnotationError(where, f"{value} is not from {low} to {_INT_MAX}")
    return str(int(value))


def _write_atomically(path: Path, chunks: Iterable[str]) -> None:
    """Write text as UTF-8. The file appears when it is complete; on failure nothing is left behind."""
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("x", encoding="utf-8", newline="") as file:
            file.writelines(chunks)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
