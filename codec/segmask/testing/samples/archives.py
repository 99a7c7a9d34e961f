"""Archives that are sound by construction."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
import PIL.Image
from hypothesis import strategies as st

from segmask.dataset.layout import PHOTO_FOLDER
from segmask.labels.labelmap import LabelMap
from segmask.testing.writers import pngwriter, zipwriter
from segmask.testing.writers.zipwriter import Member

from . import labels, pngs
from .labels import background_of, foreground_of, is_filler, sound_labels
from .model import MAC, SampleArchive, SampleImage, class_mask_of, list_of, object_mask_of
from .scenes import scenes

_NAMES: Final = (
    *("a", "b", "c", "dir/a", "dir/sub/d", "frame 1", "0001", "x.y", "photo.jpg", "g.png", "été", "日本", "-e"),
    *("it's", "f(1)", "h&m"),
)
"""Ids that no file system confuses."""
_SOME_NAMES: Final = st.lists(st.sampled_from(_NAMES), min_size=1, max_size=3, unique=True)
_SUBSETS: Final = st.sampled_from(["default", "train", "Validation 2", "été", "x.y"])
_OTHERS: Final = (
    Member(name=f"{MAC}._labelmap.txt", data=b"\0\5\x16\7"),
    Member(name=f"{MAC}SegmentationClass/._a.png", data=b"\0\5\x16\7"),
    Member(name="README.md", data=b"made up\n"),
    Member(name="ImageSets/Segmentation/.hidden.txt", data=b""),
)
"""Members that CVAT passes over, and no rule minds."""
_FOLDER: Final = stat.S_IFDIR | 0o755
_SOME_OTHERS: Final = st.lists(st.sampled_from(_OTHERS), max_size=2, unique_by=lambda member: member.name)
_WITH_FOLDERS: Final = st.booleans()
_METHODS: Final = st.sampled_from(
    [
        (zipwriter.DEFLATED,),
        (zipwriter.STORED,),
        (zipwriter.DEFLATED, zipwriter.STORED, zipwriter.BZIP2, zipwriter.LZMA),
    ]
)
"""What the members are packed with, in turn."""
_PREFIXES: Final = st.sampled_from([b"", b"#!/bin/sh\n"])
_PHOTOS: Final = st.sampled_from([None, None, None, None, "jpg", "png"])


@st.composite
def archives(draw: st.DrawFn, *, labelmaps: st.SearchStrategy[LabelMap] = sound_labels()) -> SampleArchive:  # noqa: B008
    """Archives that CVAT reads without loss and no rule finds anything in.

    Label maps of every form, or none; masks in colour, with a palette or grey, of every colour type, depth, filter,
    interlacing and number of IDAT chunks; several subsets, ids in folders, photos; zips of every method, in any order,
    with folder entries and what operating systems add. Shrinks to one image of 3x3 pixels and two labels.

    Args:
        draw: given by hypothesis.
        labelmaps: the label maps to choose from; all kinds that are sound unless given.
    """
    labelmap = draw(labelmaps)
    listed = [(name, draw(_SUBSETS)) for name in draw(_SOME_NAMES)]
    images: list[SampleImage] = []
    members: list[Member] = list(draw(labels.members_of(labelmap)))
    for name, subset in listed:
        fills = not images and any(map(is_filler, labelmap))
        image, masks = draw(image_of(labelmap, name, subset, uses_last=fills))
        images.append(image)
        members += masks
    for subset in dict.fromkeys(subset for _, subset in listed):
        ids = "".join(f"{name}\n" for name, other in listed if other == subset)
        members.append(Member(name=list_of(subset), data=draw(labels.texts(ids)).encode()))
    return draw(_zipped(SampleArchive(labels=labelmap, images=tuple(images), members=tuple(members))))


@st.composite
def image_of(
    draw: st.DrawFn, labelmap: LabelMap, name: str, subset: str, uses_last: bool = False
) -> tuple[SampleImage, list[Member]]:
    """An image and its masks, perhaps its photo; the fillers of a label map need one that uses its last label."""
    chosen = [len(labelmap) - 1] if uses_last else foreground_of(labelmap)
    classes, objects = draw(scenes(background=background_of(labelmap), foreground=chosen, has_object=uses_last))
    kinds = ((pngwriter.GREY, 8), (pngwriter.GREY, 16)) if uses_last else ()
    members = [
        Member(name=class_mask_of(name), data=draw(pngs.masks(classes, labels.meaning(labelmap), kinds))),
        Member(name=object_mask_of(name), data=draw(pngs.masks(objects, pngs.OBJECTS))),
    ]
    photo = draw(_PHOTOS)
    if photo is not None:
        members.append(photo_of(name, classes.shape[1], classes.shape[0], photo))
    return SampleImage(name=name, subset=subset, classes=classes, objects=objects), members


def photo_of(name: str, width: int, height: int, suffix: str = "jpg") -> Member:
    """A photo of an image, all of one colour."""
    stream = io.BytesIO()
    PIL.Image.fromarray(np.full((height, width, 3), 99, dtype=np.uint8)).save(
        stream, {"jpg": "JPEG", "png": "PNG"}[suffix]
    )
    return Member(name=f"{PHOTO_FOLDER}/{name}.{suffix}", data=stream.getvalue())


@st.composite
def _zipped(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """The members in any order and packing, with others that count for nothing."""
    members = [*archive.members, *draw(_SOME_OTHERS)]
    if draw(_WITH_FOLDERS):
        members = [*_folders(members), *members]
    method = draw(_METHODS)
    packed = [replace(member, method=method[number % len(method)]) for number, member in enumerate(members)]
    ordered = draw(st.just(packed) | st.permutations(packed))
    return replace(archive, members=tuple(ordered), prefix=draw(_PREFIXES))


def _folders(members: Iterable[Member]) -> list[Member]:
    """An entry for each folder that the members lie in."""
    folders = {
        f"{folder}/"
        for member in members
        for number in range(1, member.name.count("/") + 1)
        for folder in ["/".join(member.name.split("/")[:number])]
    }
    return [Member(name=folder, mode=_FOLDER) for folder in sorted(folders)]
