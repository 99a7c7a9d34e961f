"""Annotations to the text of CVAT's XML, image by image."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, assert_never
from xml.sax.saxutils import escape, quoteattr

from segmask._support.arrays import IntArray
from segmask.formats.annotations import AnnotationError, PreparedImage, file_name_of
from segmask.formats.common import without_extension
from segmask.labels.labelmap import Label
from segmask.pixels import run_lengths
from segmask.pixels.box import Box as PixelBox
from segmask.shapes.model import AnnotatedImage, Box, Ellipse, EncodedMask, Mask, Polygon, Shape

from .terms import DEFAULT_SUBSET, INT_MAX, ROOT, VERSION, shown

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(labels: Sequence[Label], images: Iterable[AnnotatedImage | PreparedImage], suffix: str) -> Iterator[str]:
    """Its text, in pieces.

    Raises:
        AnnotationError: something that the format cannot hold, or that would be read as something else.
    """
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<{ROOT}>\n  <version>{VERSION}</version>\n'
    yield from _meta_lines(labels)
    known = {label.name for label in labels}
    names: set[str] = set()
    for index, image in enumerate(images):
        where = f"image[{index + 1}]"
        if image.name in names:
            raise AnnotationError(f"{where}/@name", f"{shown(image.name)} is the name of an earlier image too")
        names.add(image.name)
        yield from image_lines(image, index, known, suffix)
    yield f"</{ROOT}>\n"


def _meta_lines(labels: Sequence[Label]) -> Iterator[str]:
    yield "  <meta>\n    <task>\n      <mode>annotation</mode>\n      <labels>\n"
    names: set[str] = set()
    for number, label in enumerate(labels, 1):
        where = f"meta/task/labels/label[{number}]"
        if not label.name or label.name in names:
            problem = f"{shown(label.name)} is declared twice" if label.name else "is empty"
            raise AnnotationError(f"{where}/name", problem)
        names.add(label.name)
        yield label_text(label, where)
    yield "      </labels>\n    </task>\n  </meta>\n"


def label_text(label: Label, where: str) -> str:
    """The element of a label in ``meta``."""
    name = escape(_checked(label.name, f"{where}/name"), {"\r": "&#13;"})
    color = "" if label.color is None else f"          <color>{_hex(label, where)}</color>\n"
    return f"        <label>\n          <name>{name}</name>\n{color}          <type>any</type>\n        </label>\n"


def _hex(label: Label, where: str) -> str:
    color = label.color or ()
    if not all(0 <= channel <= 255 for channel in color):
        raise AnnotationError(f"{where}/color", f"{color} has a channel outside 0 to 255")
    return "#" + "".join(f"{channel:02x}" for channel in color)


def image_lines(
    image: AnnotatedImage | PreparedImage, index: int, known: Collection[str], suffix: str
) -> Iterator[str]:
    """The lines of an image's element."""
    where = f"image[{index + 1}]"
    name = file_name_of(image, suffix)
    if not image.name or without_extension(name) != image.name:
        raise AnnotationError(f"{where}/@name", f"{shown(name)} does not read back as {shown(image.name)}")
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
    yield from image.pieces if isinstance(image, PreparedImage) else _shape_lines(where, image, known)
    yield "  </image>\n"


def prepared(image: AnnotatedImage, labels: Collection[str]) -> PreparedImage:
    """An image for `document`; see `segmask.formats.cvatxml.prepare`."""
    return PreparedImage.of(image, _shape_lines(f"image[@name={shown(image.name)}]", image, labels))


def _shape_lines(where: str, image: AnnotatedImage, known: Collection[str]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for shape in image.shapes:
        kind = "mask" if isinstance(shape, Mask) else type(shape).__name__.lower()
        counts[kind] += 1
        yield _shape_line(shape, kind, image, known, f"{where}/{kind}[{counts[kind]}]")


def _shape_line(shape: Shape, kind: str, image: AnnotatedImage, known: Collection[str], where: str) -> str:
    if shape.label not in known:
        raise AnnotationError(f"{where}/@label", f"label {shown(shape.label)} is not declared")
    attributes = {
        "label": shape.label,
        "occluded": "0",
        **_geometry(shape, image, where),
        "z_order": _integer(shape.z_order, f"{where}/@z_order", low=-INT_MAX),
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
    if isinstance(mask, EncodedMask) and (encoded := mask.counts_in(image.width, image.height)) is not None:
        return _rle(*encoded)
    left, top = max(mask.x, 0), max(mask.y, 0)
    right, bottom = max(image.width - mask.x, 0), max(image.height - mask.y, 0)
    visible = mask.mask[top - mask.y : bottom, left - mask.x : right]
    if not visible.size:
        raise AnnotationError(where, "no pixel of the mask lies inside the image")
    height, width = visible.shape
    return _rle(PixelBox(left, top, width, height), run_lengths.of_mask(visible))


def _rle(box: PixelBox, counts: IntArray) -> dict[str, str]:
    return {
        "rle": ", ".join(map(str, counts.tolist())),
        "left": str(box.x),
        "top": str(box.y),
        "width": str(box.width),
        "height": str(box.height),
    }


def _tag(name: str, attributes: dict[str, str], where: str) -> str:
    """A start tag without its end."""
    pairs = (f"{key}={quoteattr(_checked(value, f'{where}/@{key}'))}" for key, value in attributes.items())
    return " ".join((f"<{name}", *pairs))


def _checked(text: str, where: str) -> str:
    match = _NO_XML.search(text)
    if match:
        raise AnnotationError(where, f"{shown(text)} has U+{ord(match[0]):04X}, a character that XML cannot hold")
    return text


def _decimal(value: float) -> str:
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text


def _integer(value: int, where: str, *, low: int = 0) -> str:
    if not low <= value <= INT_MAX:
        raise AnnotationError(where, f"{value} is not from {low} to {INT_MAX}")
    return str(int(value))
