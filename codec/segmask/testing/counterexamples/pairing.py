"""Counterexamples of pairs: a class mask and an object mask that do not go together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from segmask import rules
from segmask.testing.samples.archives import archives
from segmask.testing.samples.labels import background_of, foreground_of, sound_labels
from segmask.testing.samples.model import SampleArchive
from segmask.testing.samples.scenes import THICK, solid

from .planting import NAMES, append_labels, encode, fresh, masks, plant, scene
from .registry import breaks

_SIDES = st.integers(THICK, 12)


@breaks(rules.OBJECT_WITHOUT_CLASS)
def object_without_class(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An object mask alone."""
    return plant(archive, draw(NAMES), replace(masks(draw, archive), classes=None))


@breaks(rules.SIZE_MISMATCH)
def size_mismatch(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Masks of two sizes."""
    classes, objects = scene(draw, archive.labels)
    larger = np.pad(classes, draw(st.sampled_from([((0, 1), (0, 0)), ((0, 0), (0, 1)), ((2, 0), (1, 3))])), mode="edge")
    return plant(archive, draw(NAMES), encode(draw, archive.labels, larger, objects))


@breaks(rules.BROADCAST_MASK)
def broadcast_mask(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A class mask of one row, column or pixel, which numpy repeats over the objects."""
    label = draw(st.sampled_from(foreground_of(archive.labels)))
    height, width = draw(_SIDES), draw(_SIDES)
    _, objects = solid(label, height=height, width=width)
    small = draw(st.sampled_from([(1, width), (height, 1), (1, 1)]))
    classes = np.full(small, label, dtype=np.int64)
    return plant(archive, draw(NAMES), encode(draw, archive.labels, classes, objects))


@breaks(rules.INSTANCE_OVER_CLASSES)
def instance_over_classes(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An object of which some pixels have a class of their own."""
    found = append_labels(archive, fresh(archive))
    classes, objects = scene(draw, found.labels)
    number = draw(st.integers(1, int(objects.max())))
    pixels = np.flatnonzero(objects == number)
    other = draw(st.sampled_from([label for label in foreground_of(found.labels) if label != classes.flat[pixels[0]]]))
    count = draw(st.integers(1, len(pixels) - 1))
    classes.flat[pixels[:count]] = other
    return plant(found, draw(NAMES), encode(draw, found.labels, classes, objects))


@breaks(rules.CLASS_WITHOUT_OBJECT)
def class_without_object(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Labelled pixels that belong to no object."""
    classes, objects = scene(draw, archive.labels)
    objects[objects == int(objects.max())] = 0
    return plant(archive, draw(NAMES), encode(draw, archive.labels, classes, objects))


@breaks(rules.CLASS_ONLY)
def class_only(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A class mask alone."""
    label = draw(st.sampled_from(foreground_of(archive.labels)))
    classes, nothing = solid(label, 0, height=draw(_SIDES), width=draw(_SIDES))
    empty, _ = solid(background_of(archive.labels), height=len(classes), width=draw(st.sampled_from([0, THICK])))
    found = encode(draw, archive.labels, np.hstack([classes, empty]), nothing)
    return plant(archive, draw(NAMES), replace(found, objects=None))


@breaks(
    rules.BACKGROUND_INSTANCE, base=archives(labelmaps=sound_labels(kinds=["plain", "other background", "default"]))
)
def background_instance(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An object of no class."""
    classes, objects = scene(draw, archive.labels)
    number = draw(st.integers(1, int(objects.max())))
    classes[objects == number] = background_of(archive.labels)
    return plant(archive, draw(NAMES), encode(draw, archive.labels, classes, objects))


@breaks(rules.OBJECT_INDEX_GAP)
def object_index_gap(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Numbers that one or more are missing of."""
    classes, objects = scene(draw, archive.labels)
    first = draw(st.integers(1, int(objects.max())))
    objects[objects >= first] += draw(st.integers(1, 200))
    return plant(archive, draw(NAMES), encode(draw, archive.labels, classes, objects))


@breaks(rules.INSTANCE_LIMIT)
def instance_limit(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """As many objects as numbers."""
    label = draw(st.sampled_from(foreground_of(archive.labels)))
    grid = np.arange(1, 256).reshape(15, 17).repeat(THICK, axis=0).repeat(THICK, axis=1)
    return plant(archive, draw(NAMES), encode(draw, archive.labels, np.full_like(grid, label), grid))


@breaks(rules.MERGED_INSTANCES)
def merged_instances(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """More objects than numbers, as CVAT exports them."""
    label = draw(st.sampled_from(foreground_of(archive.labels)))
    more = draw(st.integers(10, 40))
    numbers = np.arange(1, 17 * 18 + 1).reshape(18, 17)
    grid = np.where(numbers <= 256 + more, numbers % 256, 0).repeat(THICK, axis=0).repeat(THICK, axis=1)
    classes = np.where(grid > 0, label, background_of(archive.labels))
    return plant(archive, draw(NAMES), encode(draw, archive.labels, classes, grid))
