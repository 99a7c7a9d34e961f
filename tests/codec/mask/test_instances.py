"""Archives of generated masks: the instances are those that CVAT's rule gives, and the masks what was written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import segmask
from segmask import VOC_COLORS, Image, Label, LabelMap
from segmask._support.arrays import BoolArray, IntArray
from segmask.labels.labelmap import dump
from segmask.pixels import run_lengths
from segmask.shapes.model import EncodedMask
from segmask.testing import colors
from segmask.testing.writers import pngwriter
from support import dense
from support.archives import LIST, grey, rgb, write_folder, write_zip
from support.problems import Problems
from support.rasters import assert_canonical
from support.strategies import masks


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An image's masks as indices, and an archive that holds them."""

    labelmap: LabelMap
    classes: IntArray
    objects: IntArray | None
    members: dict[str, bytes | str]


@st.composite
def some_labels(draw: st.DrawFn) -> LabelMap:
    """Labels with distinct colours, or with none at all, and perhaps parts."""
    distinct = draw(st.lists(colors(), min_size=1, max_size=6, unique=True))
    colorless = draw(st.booleans())
    parts = draw(st.sampled_from([(), ("head", "foot")]))
    return LabelMap(
        Label(f"label {index}", None if colorless else color, parts if index == 0 else ())
        for index, color in enumerate(distinct)
    )


def written(indices: IntArray, kind: str, colors: list[tuple[int, int, int]]) -> bytes:
    """A mask in one of the forms that CVAT reads."""
    if kind == "rgb":
        return rgb(indices, colors)
    if kind == "palette":
        return pngwriter.write(indices, color_type=pngwriter.PALETTE, palette=colors, filters=(4, 1), interlaced=True)
    return grey(indices, 16 if kind == "wide grey" else 8)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Both masks or the class mask alone, in colour, as palette or in grey."""
    labelmap = draw(some_labels())
    objects: IntArray | None = None
    members: dict[str, bytes | str] = {"labelmap.txt": dump(labelmap), LIST: "one\n"}
    height, width = draw(st.integers(1, 12)), draw(st.integers(1, 30))
    size = {"heights": st.just(height), "widths": st.just(width)}
    label_colors = [color for color in labelmap.colors if color is not None]
    kind = draw(st.sampled_from(["rgb", "palette", "grey"]))
    used = len(labelmap.names if kind == "grey" else labelmap)  # only an index can mean a part
    classes = draw(masks(values=used, **size))
    members["SegmentationClass/one.png"] = written(classes, kind, label_colors)
    if draw(st.sampled_from([True, True, False])):
        objects = draw(masks(values=draw(st.sampled_from([2, 5, 256])), **size))
        kind = draw(st.sampled_from(["rgb", "palette", "grey", "wide grey"]))
        members["SegmentationObject/one.png"] = written(objects, kind, list(VOC_COLORS))
    return Scene(labelmap=labelmap, classes=classes, objects=objects, members=members)


def read_both_ways(members: dict[str, bytes | str]) -> Iterator[Image]:
    """The only image, read from a zip and from a folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in (write_zip(folder / "a.zip", members), write_folder(folder / "a", members)):
            with segmask.open(path, on_problem=Problems()) as archive:
                (image,) = archive
                yield image


def assert_encoded(shape: EncodedMask, mask: BoolArray) -> None:
    """All that an encoded mask says is what the mask in its box says as an array."""
    height, width = mask.shape
    spans, encoded = shape.spans_in(width, height), shape.counts_in(width, height)
    assert spans is not None
    assert encoded is not None
    assert_canonical(spans, mask.size)
    assert np.array_equal(spans.to_dense(width, height), mask)
    box, counts = encoded
    inside = mask[box.y : box.y + box.height, box.x : box.x + box.width]
    assert inside.sum() == mask.sum()
    assert counts.tolist() == run_lengths.of_mask(inside).tolist()
    assert np.array_equal(shape.mask, inside)


class TestInstances:
    """Every object index other than 0 is an instance, with the highest of its classes for a label.

    An image without object mask has one instance for each class.
    """

    @given(scenes())
    def test_equal_to_the_dense_rule(self, scene: Scene) -> None:
        expected = dense.instances(scene.classes, scene.objects)
        for image in read_both_ways(scene.members):
            assert len(image.instances) == len(expected)
            for found, shape in zip(image.instances, expected, strict=True):
                assert (found.id, found.label_index, found.area, found.box) == shape[:4]
                assert found.label == scene.labelmap.names[shape.label_index]
                mask = found.mask()
                assert mask.dtype == np.bool_
                assert np.array_equal(mask, shape.mask)
                x, y, width, height = found.box
                assert np.array_equal(found.crop(), shape.mask[y : y + height, x : x + width])
                assert_encoded(found.encoded(), shape.mask)

    @given(scenes())
    def test_masks_are_as_written(self, scene: Scene) -> None:
        for image in read_both_ways(scene.members):
            for found, written in ((image.class_mask(), scene.classes), (image.object_mask(), scene.objects)):
                if written is None:
                    assert found is None
                else:
                    assert found is not None
                    assert found.dtype == np.int32
                    assert np.array_equal(found, written)
                    assert (image.height, image.width) == written.shape
            assert image.label_indices == tuple(np.unique(scene.classes).tolist())


class TestUndeclared:
    """A pixel whose colour no label has counts for no class; one in no VOC colour belongs to no object."""

    @given(masks(values=4, widths=st.integers(1, 20)), st.booleans())
    def test_stray_colours(self, indices: IntArray, in_objects: bool) -> None:
        strange = [(1, 2, 3), *VOC_COLORS[1:3], (255, 255, 255)]
        sound = np.ones_like(indices)
        members: dict[str, bytes | str] = {
            "labelmap.txt": "background:0,0,0::\na:128,0,0::\nb:0,128,0::\n",
            LIST: "one\n",
            "SegmentationClass/one.png": rgb(sound if in_objects else indices, VOC_COLORS if in_objects else strange),
            "SegmentationObject/one.png": rgb(indices if in_objects else sound, strange if in_objects else VOC_COLORS),
        }
        known = np.where((indices == 1) | (indices == 2), indices, 0 if in_objects else -1)
        for image in read_both_ways(members):
            found = image.object_mask() if in_objects else image.class_mask()
            assert found is not None
            assert np.array_equal(found, known)
            expected = dense.instances(sound, known) if in_objects else dense.instances(known, sound)
            kept = [shape for shape in expected if shape.label_index >= 0]
            for instance, shape in zip_longest(image.instances, kept):
                assert (instance.id, instance.label_index, instance.area, instance.box) == shape[:4]


class TestBroadcast:
    """A class mask with a side of 1 is repeated over the object mask, as numpy broadcasts."""

    @given(masks(values=3, widths=st.integers(2, 20), heights=st.integers(2, 10)), masks(values=3), st.integers(0, 2))
    def test_one_row_one_column_one_pixel(self, objects: IntArray, texture: IntArray, form: int) -> None:
        height, width = ((1, objects.shape[1]), (objects.shape[0], 1), (1, 1))[form]
        classes = np.resize(texture, (height, width))
        members: dict[str, bytes | str] = {
            "labelmap.txt": "background:0,0,0::\na:128,0,0::\nb:0,128,0::\n",
            LIST: "one\n",
            "SegmentationClass/one.png": rgb(classes),
            "SegmentationObject/one.png": rgb(objects),
        }
        expected = dense.instances(np.broadcast_to(classes, objects.shape), objects)
        for image in read_both_ways(members):
            found = [(inst.id, inst.label_index, inst.area, inst.box) for inst in image.instances]
            assert found == [shape[:4] for shape in expected]
            assert (image.height, image.width) == objects.shape
