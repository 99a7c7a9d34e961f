"""Brings things into an archive that disturb nothing else in it: an image of its own, a label of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from segmask._support.arrays import IntArray
from segmask.dataset.layout import DATASET_META, LABEL_MAP
from segmask.labels.labelmap import Label, LabelMap, dump
from segmask.testing.samples import labels, pngs
from segmask.testing.samples.labels import background_of, foreground_of, free_colors
from segmask.testing.samples.model import (
    Member,
    SampleArchive,
    class_mask_of,
    list_of,
    object_mask_of,
)
from segmask.testing.samples.scenes import scenes

NAMES = st.sampled_from(["planted", "planted/a", "planted 1 b", "plänted", "planted.v2"])
"""Ids that no sound archive has."""
SUBSET = "planted"
"""A subset that no sound archive has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Masks:
    """The two masks of an image, as files; None for one that is missing."""

    classes: bytes | None
    objects: bytes | None


def plant(archive: SampleArchive, name: str, masks: Masks, *, line: str | None = None) -> SampleArchive:
    """The archive with one more image, in a list of its own.

    Args:
        archive: the archive.
        name: the image's id; where its masks lie.
        masks: what lies there.
        line: what its list says in place of the id.
    """
    listed = add(archive, list_of(SUBSET), (name if line is None else line) + "\n")
    return plant_masks(listed, name, masks)


def plant_masks(archive: SampleArchive, name: str, masks: Masks) -> SampleArchive:
    """The archive with masks that no list names."""
    found = ((class_mask_of(name), masks.classes), (object_mask_of(name), masks.objects))
    return archive.adding(*(Member(name=path, data=data) for path, data in found if data is not None))


def add(archive: SampleArchive, name: str, content: str | bytes = "made up\n") -> SampleArchive:
    """The archive with one more member."""
    return archive.adding(Member(name=name, data=content.encode() if isinstance(content, str) else content))


def scene(draw: st.DrawFn, labelmap: LabelMap, has_object: bool = True) -> tuple[IntArray, IntArray]:
    """(H, W) label indices and object numbers of an image that fits the labels."""
    return draw(scenes(background=background_of(labelmap), foreground=foreground_of(labelmap), has_object=has_object))


def encode(draw: st.DrawFn, labelmap: LabelMap, classes: IntArray, objects: IntArray) -> Masks:
    """The masks of a scene in any flavour."""
    return Masks(
        classes=draw(pngs.masks(classes, labels.meaning(labelmap))), objects=draw(pngs.masks(objects, pngs.OBJECTS))
    )


def masks(draw: st.DrawFn, archive: SampleArchive) -> Masks:
    """Masks in which nothing is wrong."""
    return encode(draw, archive.labels, *scene(draw, archive.labels))


def plain(archive: SampleArchive) -> SampleArchive:
    """The archive with a label map that says all its labels and colours, one a line and nothing else.

    Lines behind them disturb no index and no colour.
    """
    listed = [replace(label, color=color) for label, color in zip(archive.labels, archive.labels.colors, strict=True)]
    labelmap = LabelMap(listed)
    return replace(archive.without(DATASET_META), labels=labelmap).holding(LABEL_MAP, dump(labelmap).encode())


def append_line(archive: SampleArchive, line: str) -> SampleArchive:
    """The archive with one more line at the end of its (plain) label map."""
    found = plain(archive)
    return found.holding(LABEL_MAP, f"{found.text(LABEL_MAP)}{line}\n".encode())


def append_labels(archive: SampleArchive, *names: str) -> SampleArchive:
    """The archive with more labels at the end of its label map, in colours of their own."""
    colors = free_colors(archive.labels, len(names))
    found = plain(archive)
    more = [Label(name, color) for name, color in zip(names, colors, strict=True)]
    labelmap = LabelMap([*found.labels.entries, *more])
    return replace(found, labels=labelmap).holding(LABEL_MAP, dump(labelmap).encode())


def fresh(archive: SampleArchive, name: str = "planted") -> str:
    """A label's name that no label or part has."""
    while name in archive.labels.names:
        name += "x"
    return name


def color_text(archive: SampleArchive) -> str:
    """A colour that no label has, as a label map writes it."""
    return free_colors(archive.labels, 1)[0].triplet
