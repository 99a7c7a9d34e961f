"""Counterexamples of single masks: files that do not decode, and values that mean nothing or something else."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import PIL.Image
from hypothesis import strategies as st

from segmask import rules
from segmask._support.arrays import IntArray
from segmask.labels.labelmap import BLACK, LabelMap
from segmask.labels.voc import VOC_INDICES
from segmask.pixels.color import Color
from segmask.testing.samples import labels, pngs
from segmask.testing.samples.labels import background_of
from segmask.testing.samples.model import SampleArchive
from segmask.testing.samples.pngs import WAYS, Meaning
from segmask.testing.samples.scenes import solid
from segmask.testing.strategies import colors
from segmask.testing.writers import pngwriter
from segmask.testing.writers.pngwriter import GREY, GREY_ALPHA, PALETTE, RGB, RGBA

from .planting import NAMES, Masks, append_labels, encode, fresh, masks, plant, scene
from .registry import breaks

_COLORED = ((RGB, 8), (PALETTE, 8), (RGBA, 8), (RGB, 16))


def _spoil(draw: st.DrawFn, archive: SampleArchive, data: bytes | None) -> SampleArchive:
    """An image of which one mask is something else."""
    which = draw(st.sampled_from(["classes", "objects"]))
    return plant(archive, draw(NAMES), replace(masks(draw, archive), **{which: data}))


def _mask(draw: st.DrawFn, archive: SampleArchive) -> bytes:
    """A sound mask, to be damaged."""
    data = masks(draw, archive).objects
    assert data is not None
    return data


@breaks(rules.EMPTY_MASK_FILE)
def empty_mask_file(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A mask of no bytes."""
    return _spoil(draw, archive, b"")


@breaks(rules.NOT_AN_IMAGE)
def not_an_image(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Something else under a mask's name."""
    texts = [b"hello\n", b"version https://git-lfs.github.com/spec/v1\n", b"<html>", b"BM", b"\xff\xd8\xff", b"RIFF"]
    return _spoil(draw, archive, draw(st.sampled_from(texts)))


@breaks(rules.DAMAGED_PNG)
def damaged_png(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A PNG that is cut off, or has a wrong byte in its header, image data or their checksums."""
    data = bytearray(_mask(draw, archive))
    if draw(st.booleans()):
        return _spoil(draw, archive, bytes(data[: draw(st.integers(3, len(data) - 1))]))
    body = data.index(b"IDAT") + 4
    place = draw(st.integers(12, 32) | st.integers(body, body + 3))
    data[place] ^= draw(st.integers(1, 255))
    return _spoil(draw, archive, bytes(data))


def _distant(draw: st.DrawFn, labelmap: LabelMap) -> Color:
    """A colour that no label has."""
    declared = {color for color in labelmap.colors if color is not None}
    return next(color for color in _bluer(draw(colors())) if color not in declared)


def _bluer(color: Color) -> Iterator[Color]:
    """The colour, and all others that differ in blue."""
    return (Color(color.red, color.green, (color.blue + step) % 256) for step in range(256))


@breaks(rules.UNDECLARED_COLOR)
def undeclared_color(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An object, or what is around the objects, in a colour that no label has."""
    classes, objects = scene(draw, archive.labels)
    new = len(archive.labels)
    known = labels.meaning(archive.labels)
    strange = Meaning(colors={**known.colors, new: _distant(draw, archive.labels)}, clear=None)
    number = draw(st.sampled_from(np.unique(objects).tolist()))
    classes[objects == number] = new
    found = Masks(classes=draw(pngs.masks(classes, strange, _COLORED)), objects=draw(pngs.masks(objects, pngs.OBJECTS)))
    return plant(archive, draw(NAMES), found)


def _without_classes(archive: SampleArchive, shape: tuple[int, ...]) -> IntArray:
    """Label indices of an image in which nothing is, so that no object that is misread is missed."""
    return np.full(shape, background_of(archive.labels), dtype=np.int64)


@breaks(rules.UNDECLARED_OBJECT_COLOR)
def undeclared_object_color(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An object mask in which what is no object has a colour that is no object's."""
    classes, objects = scene(draw, archive.labels)
    color = next(color for color in _bluer(draw(colors())) if color not in VOC_INDICES)
    strange = Meaning(colors={**pngs.OBJECTS.colors, 256: color}, clear=None)
    objects = np.where(objects == 0, 256, objects)
    if not (objects == 256).any():
        classes, objects = _without_classes(archive, classes.shape), np.full_like(objects, 256)
    sound = encode(draw, archive.labels, classes, np.zeros_like(objects))
    return plant(archive, draw(NAMES), replace(sound, objects=draw(pngs.masks(objects, strange, _COLORED))))


def _grey_classes(
    draw: st.DrawFn, archive: SampleArchive, classes: IntArray, objects: IntArray, depth: int = 8
) -> SampleArchive:
    """An image whose class mask is grey and holds these values."""
    data = pngwriter.write(classes, color_type=GREY, depth=depth, **draw(WAYS))
    return plant(archive, draw(NAMES), Masks(classes=data, objects=draw(pngs.masks(objects, pngs.OBJECTS))))


@breaks(rules.UNDECLARED_INDEX)
def undeclared_index(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A grey value beyond the label map."""
    classes, objects = scene(draw, archive.labels)
    number = draw(st.integers(1, int(objects.max())))
    classes[objects == number] = draw(st.integers(len(archive.labels.names), 255))
    return _grey_classes(draw, archive, classes, objects)


def _jpeg(color: Color, height: int, width: int) -> bytes:
    stream = io.BytesIO()
    PIL.Image.fromarray(np.full((height, width, 3), color, dtype=np.uint8)).save(stream, "JPEG")
    return stream.getvalue()


def _decoded(data: bytes) -> set[tuple[int, ...]]:
    with PIL.Image.open(io.BytesIO(data)) as opened:
        return set(map(tuple, np.asarray(opened).reshape(-1, 3).tolist()))


@breaks(rules.JPEG_MASK, rules.NOT_PNG_BYTES)
def jpeg_mask(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A JPEG of one colour, which it changes to one that nothing has."""
    height, width = draw(st.integers(3, 20)), draw(st.integers(3, 20))
    nothing = np.zeros((height, width), dtype=np.int64)
    sound = encode(draw, archive.labels, _without_classes(archive, nothing.shape), nothing)
    which, declared = draw(
        st.sampled_from(
            [
                ("classes", {color for color in archive.labels.colors if color is not None}),
                ("objects", set(VOC_INDICES)),
            ]
        )
    )
    jpegs = (_jpeg(color, height, width) for color in _bluer(draw(colors())))
    data = next(data for data in jpegs if not _decoded(data) & declared)
    return plant(archive, draw(NAMES), replace(sound, **{which: data}))


@breaks(rules.GREY_ALPHA_MASK)
def grey_alpha_mask(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A class mask of indices with an alpha channel."""
    declared = {color for color in archive.labels.colors if color is not None}
    value = draw(st.sampled_from([value for value in range(1, 256) if (value,) * 3 not in declared]))
    classes, objects = solid(value, height=draw(st.integers(3, 9)), width=draw(st.integers(3, 9)))
    depth = draw(st.sampled_from([8, 16]))
    samples = np.dstack([classes, np.full_like(classes, (1 << depth) - 1)])
    data = pngwriter.write(samples, color_type=GREY_ALPHA, depth=depth, **draw(WAYS))
    return plant(archive, draw(NAMES), Masks(classes=data, objects=draw(pngs.masks(objects, pngs.OBJECTS))))


@breaks(rules.SCALED_GREY_UNDECLARED)
def scaled_grey_undeclared(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A class mask of few bits, whose highest value reads as 255."""
    depth = draw(st.sampled_from([1, 2, 4]))
    return _grey_classes(draw, archive, *solid((1 << depth) - 1, width=draw(st.integers(3, 9))), depth)


@breaks(rules.SCALED_GREY)
def scaled_grey(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A class mask of few bits, and enough labels that its scaled value is one's index."""
    count = len(archive.labels)
    depth, scale = draw(st.sampled_from([(4, 17), (2, 85)]))
    value = -(-count // scale)  # the lowest that is not an index yet
    found = append_labels(archive, *(f"label{index}" for index in range(count, value * scale + 1)))
    return _grey_classes(draw, found, *solid(value), depth)


@breaks(rules.WIDE_VALUES)
def wide_values(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A 16-bit mask with values that only their lower byte is kept of."""
    classes, objects = scene(draw, archive.labels)
    sound = encode(draw, archive.labels, classes, objects)
    which, indices = draw(st.sampled_from([("classes", classes), ("objects", objects)]))
    value = int(indices[objects == 1][0])
    high = draw(st.integers(1, 255).map(lambda high: high if high != value else 256 - high))
    samples = np.where(objects == 1, indices | high << 8, indices)
    data = pngwriter.write(samples, color_type=GREY, depth=16, **draw(WAYS))
    return plant(archive, draw(NAMES), replace(sound, **{which: data}))


@breaks(rules.LOST_OBJECT_INDEX, rules.CLASS_WITHOUT_OBJECT)
def lost_object_index(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An object whose number is a multiple of 256."""
    classes, objects = scene(draw, archive.labels)
    sound = encode(draw, archive.labels, classes, objects)
    last = int(objects.max())
    samples = np.where(objects == last, draw(st.integers(1, 255)) << 8, objects)
    data = pngwriter.write(samples, color_type=GREY, depth=16, **draw(WAYS))
    return plant(archive, draw(NAMES), replace(sound, objects=data))


@breaks(rules.TRANSPARENT_PIXELS)
def transparent_pixels(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A class mask with an object that is there and cannot be seen."""
    classes, objects = scene(draw, archive.labels)
    sound = encode(draw, archive.labels, classes, objects)
    colors = np.array([color or BLACK for color in archive.labels.colors], dtype=np.int64)[classes]
    number = draw(st.integers(1, int(objects.max())))
    samples = np.dstack([colors, np.where(objects == number, 0, 255)])
    data = pngwriter.write(samples, color_type=RGBA, **draw(WAYS))
    return plant(archive, draw(NAMES), replace(sound, classes=data))


@breaks(rules.PALETTE_OVERRUN)
def palette_overrun(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An object mask whose empty pixels point beyond its palette."""
    classes, objects = scene(draw, archive.labels)
    if objects.all():
        classes, objects = _without_classes(archive, classes.shape), np.zeros_like(objects)
    sound = encode(draw, archive.labels, classes, objects)
    last = int(objects.max())
    palette = [pngs.OBJECTS.colors[number] for number in range(last + 1)]
    samples = np.where(objects == 0, draw(st.integers(last + 1, 255)), objects)
    data = pngwriter.write(samples, color_type=PALETTE, palette=palette, **draw(WAYS))
    return plant(archive, draw(NAMES), replace(sound, objects=data))


@breaks(rules.NOT_PNG_BYTES)
def not_png_bytes(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A mask in another format that keeps its colours."""
    classes, objects = scene(draw, archive.labels)
    sound = encode(draw, archive.labels, classes, objects)
    colors = np.array([pngs.OBJECTS.colors[number] for number in range(256)], dtype=np.uint8)[objects]
    kind = draw(st.sampled_from(["BMP", "TIFF", "WEBP", "PPM"]))
    stream = io.BytesIO()
    PIL.Image.fromarray(colors).save(stream, kind, lossless=True)
    return plant(archive, draw(NAMES), replace(sound, objects=stream.getvalue()))


@breaks(rules.SLOPPY_PNG)
def sloppy_png(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A PNG with something behind its end, or a comment with a wrong checksum."""
    classes, objects = scene(draw, archive.labels)
    sound = encode(draw, archive.labels, classes, objects)
    wrong = pngwriter.chunk(b"tEXt", b"Comment\0x", draw(st.integers(0, 9)))
    fault = draw(st.sampled_from([{"after_end": b"\0"}, {"before_data": wrong}, {"after_end": b"trailing\n" * 9}]))
    data = pngwriter.write(objects, color_type=GREY, **{**draw(WAYS), **fault})
    return plant(archive, draw(NAMES), replace(sound, objects=data))


@breaks(rules.OVERSIZED_MASK)
def oversized_mask(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A PNG that says it is larger than OpenCV takes."""
    data = _mask(draw, archive)
    size = draw(st.sampled_from([(1_000_001, 1), (1, 1_000_001), (40_000, 40_000), (1 << 20, 1 << 20)]))
    header = struct.pack(">II", *size) + data[24:29]
    return _spoil(draw, archive, data[:8] + pngwriter.chunk(b"IHDR", header) + data[33:])


@breaks(rules.INDEX_BEYOND_BYTE, rules.TOO_MANY_LABELS)
def index_beyond_byte(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A mask of a label beyond the first 256."""
    count = 257 - len(archive.labels) + draw(st.integers(0, 4))
    more = append_labels(archive, *(fresh(archive, f"label{number}") for number in range(count)))
    color = more.labels.colors[-1]
    assert color is not None
    classes, objects = solid(0)
    painted = np.full((*classes.shape, 3), color, dtype=np.uint8)
    found = Masks(classes=pngwriter.write(painted, color_type=RGB), objects=pngwriter.write(objects, color_type=GREY))
    return plant(more, draw(NAMES), found)


@breaks(rules.MASK_OVER_LIMIT)
def mask_over_limit(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A PNG that says it is larger than what is read unless asked for."""
    data = _mask(draw, archive)
    size = draw(st.sampled_from([(12_000, 12_000), (1_000, 140_000), (900_000, 1_000), (30_000, 30_000)]))
    header = struct.pack(">II", *size) + data[24:29]
    return _spoil(draw, archive, data[:8] + pngwriter.chunk(b"IHDR", header) + data[33:])


@breaks(rules.COSTLY_MASK)
def costly_mask(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A mask in which each pixel differs from the one before."""
    width = draw(st.integers(1300, 1400))
    stripes = np.zeros((1200, width), dtype=np.uint8)
    stripes[:, ::2] = 1
    return _spoil(draw, archive, pngwriter.write(stripes, color_type=GREY, filters=(0,)))
