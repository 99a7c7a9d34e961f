"""COCO instances JSON: what is written is read again; what breaks the format is named; nothing else is touched."""

from __future__ import annotations

import copy
import json
import pickle
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import jsonschema
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pycocotools import mask as pycocotools_mask  # type: ignore[import-untyped]  # neither stubs nor a py.typed
from pycocotools.coco import COCO  # type: ignore[import-untyped]  # same

from segmask._support.arrays import BoolArray, IntArray
from segmask.formats import coco
from segmask.formats.annotations import AnnotationError, Annotations
from segmask.formats.coco import schema
from segmask.formats.coco.segmentation import count_inside
from segmask.labels.labelmap import Label
from segmask.shapes.model import AnnotatedImage, Box, Ellipse, Mask, Polygon, Shape
from support.strategies import masks

Document = dict[str, Any]
# pycocotools' decode does not know NumPy 2's protocol
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")

coco_mask: Final[Any] = pycocotools_mask  # pyright's stubs of it do not know lists of masks
SCHEMA: Final = schema.schema()
LABELS: Final = ("cat", "Straßenbahn", "a:b")
NAMES: Final = ("image1", "dir/image.v2", "ünïcode 3", "a/b/c")


def document(**changes: Any) -> Document:
    """A document of two images of 5x4 and 3x3 pixels and three annotations, with some members replaced."""
    square = [0, 0, 2, 0, 2, 2, 0, 2]
    return {
        "images": [
            {"id": 7, "file_name": "dir/a.png", "width": 5, "height": 4},
            {"id": 8, "file_name": "b.jpg", "width": 3, "height": 3},
        ],
        "categories": [{"id": 3, "name": "cat"}, {"id": 1, "name": "dog"}],
        "annotations": [
            {"id": 1, "image_id": 7, "category_id": 3, "segmentation": [square], "iscrowd": 0},
            {"id": 2, "image_id": 8, "category_id": 1, "segmentation": {"size": [3, 3], "counts": [4, 1, 4]}},
            {"id": 3, "image_id": 7, "category_id": 1, "bbox": [0.5, 1, 2, 3.25], "segmentation": []},
        ],
        **changes,
    }


def annotation(**changes: Any) -> Document:
    """A document with one annotation, of the 5x4 image."""
    return document(annotations=[{"id": 1, "image_id": 7, "category_id": 3, **changes}])


def read(folder: Path, content: Document | bytes) -> Annotations:
    path = folder / "instances.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode("ascii"))
    return coco.read(path)


def outcome(folder: Path, content: Document) -> Annotations | AnnotationError:
    """What was read, or the one error there may be."""
    try:
        return read(folder, content)
    except AnnotationError as error:
        return error


def shapes_of(folder: Path, content: Document) -> list[Shape]:
    first, *_ = read(folder, content).images
    return list(first.shapes)


def pixels(mask: Mask, width: int, height: int) -> BoolArray:
    """(H, W) mask in its place, whatever lies outside cut off."""
    canvas = np.zeros((height, width), dtype=np.bool_)
    for y, x in np.argwhere(mask.mask):
        if 0 <= y + mask.y < height and 0 <= x + mask.x < width:
            canvas[y + mask.y, x + mask.x] = True
    return canvas


hundredths: Final = st.integers(-1000, 5000).map(lambda number: number / 100)
rings: Final = st.lists(st.tuples(hundredths, hundredths), min_size=3, max_size=8)


@st.composite
def polygon_groups(draw: st.DrawFn) -> list[Shape]:
    """One to three polygons of one label, several of which share group 0 as a placeholder."""
    label = draw(st.sampled_from(LABELS))
    return [Polygon(ring, label) for ring in draw(st.lists(rings, min_size=1, max_size=3))]


@st.composite
def single_masks(draw: st.DrawFn) -> list[Shape]:
    """A mask anywhere, even outside the image."""
    place = st.integers(-10, 30)
    mask = draw(masks(values=2, heights=st.integers(1, 12), widths=st.integers(1, 12))) == 1
    return [Mask(mask, draw(st.sampled_from(LABELS)), draw(place), draw(place))]


@st.composite
def annotated_images(draw: st.DrawFn) -> list[AnnotatedImage]:
    """Images whose shapes are polygons, alone or in groups, and masks; z-order all 0."""
    found = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        shapes: list[Shape] = []
        for instance in draw(st.lists(st.one_of(polygon_groups(), single_masks()), max_size=4)):
            group = 10 * len(shapes) + 5 if len(instance) > 1 else 0
            shapes.extend(regrouped(shape, group) for shape in instance)
        width, height = draw(st.integers(1, 40)), draw(st.integers(1, 40))
        found.append(AnnotatedImage(name=name, width=width, height=height, shapes=shapes))
    return found


def regrouped(shape: Shape, group: int) -> Shape:
    return Polygon(shape.points, shape.label, group) if isinstance(shape, Polygon) else shape


def instances(image: AnnotatedImage) -> list[tuple[str, list[Any]]]:
    """Label, and rings or pixels, of each instance; in drawing order."""
    found: dict[tuple[int, int], list[Any]] = {}
    labels = {}
    for index, shape in enumerate(image.shapes):
        assert isinstance(shape, Polygon | Mask)
        assert shape.z_order == 0
        key = (shape.group, 0 if shape.group else index)
        form = shape.points if isinstance(shape, Polygon) else pixels(shape, image.width, image.height)
        found.setdefault(key, []).append(form.tolist())
        labels[key] = shape.label
    return [(labels[key], forms) for key, forms in found.items()]


class TestRoundTrip:
    """Polygons, their groups, masks, names, sizes and numbers come back as they were."""

    @given(annotated_images())
    def test_polygons_and_masks(self, tmp_path_factory: pytest.TempPathFactory, images: list[AnnotatedImage]) -> None:
        path = tmp_path_factory.mktemp("coco") / "instances.json"
        label_ids, image_ids = {"a:b": 90, "cat": 0}, {"a/b/c": 1, "image1": 2**63 - 1}
        coco.write(path, LABELS, images, label_ids=label_ids, image_ids=image_ids)
        again = coco.read(path)
        assert [label.name for label in again.labels] == list(LABELS)
        assert again.label_ids == {"cat": 0, "Straßenbahn": 1, "a:b": 90}
        for image, same in zip(images, again.images, strict=True):
            assert (same.name, same.width, same.height) == (image.name, image.width, image.height)
            assert instances(same) == instances(image)
            assert again.image_ids[image.name] == image_ids.get(image.name, again.image_ids[image.name])
        crowds = sum(isinstance(shape, Mask) for image in images for shape in image.shapes)
        assert again.dropped == ({"crowd flags": crowds} if crowds else {})

    @given(annotated_images())
    def test_the_second_trip_changes_no_byte(
        self, tmp_path_factory: pytest.TempPathFactory, images: list[AnnotatedImage]
    ) -> None:
        folder = tmp_path_factory.mktemp("coco")
        coco.write(folder / "1.json", LABELS, images)
        once = coco.read(folder / "1.json")
        names = [label.name for label in once.labels]
        coco.write(folder / "2.json", names, once.images, label_ids=once.label_ids, image_ids=once.image_ids)
        assert (folder / "1.json").read_bytes() == (folder / "2.json").read_bytes()

    @given(annotated_images())
    def test_pycocotools_reads_the_same(
        self, tmp_path_factory: pytest.TempPathFactory, images: list[AnnotatedImage]
    ) -> None:
        path = tmp_path_factory.mktemp("coco") / "instances.json"
        coco.write(path, LABELS, images)
        index: Any = COCO(path)
        assert [entry["file_name"] for entry in index.loadImgs(index.getImgIds())] == [f"{i.name}.jpg" for i in images]
        for image, number in zip(images, index.getImgIds(), strict=True):
            found = index.loadAnns(index.getAnnIds(imgIds=[number]))
            assert len(found) == len(instances(image))
            for entry in found:
                assert entry["area"] == coco_mask.area(index.annToRLE(entry))
                assert entry["bbox"] == box_of(index.annToMask(entry))

    @given(annotated_images())
    def test_what_is_written_fits_the_schema(
        self, tmp_path_factory: pytest.TempPathFactory, images: list[AnnotatedImage]
    ) -> None:
        path = tmp_path_factory.mktemp("coco") / "instances.json"
        coco.write(path, LABELS, images)
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(path.read_bytes()))

    def test_images_can_be_iterated_again(self, tmp_path: Path) -> None:
        images = read(tmp_path, document()).images
        assert [image.name for image in images] == [image.name for image in images] == ["dir/a", "b"]


def box_of(mask: BoolArray) -> list[int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return [0, 0, 0, 0]
    return [int(columns[0]), int(rows[0]), int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1]


class TestRead:
    """A document's parts, and a count of what cannot be kept."""

    def test_a_whole_document(self, tmp_path: Path) -> None:
        found = read(tmp_path, document())
        assert found.labels == (Label("cat"), Label("dog"))
        assert found.label_ids == {"cat": 3, "dog": 1}
        assert found.image_ids == {"dir/a": 7, "b": 8}
        assert found.dropped == {}
        first, second = found.images
        assert (first.name, first.width, first.height, first.subset) == ("dir/a", 5, 4, "default")
        polygon, box = first.shapes
        assert isinstance(polygon, Polygon)
        assert polygon.points.tolist() == [[0, 0], [2, 0], [2, 2], [0, 2]]
        assert (polygon.label, polygon.group, polygon.z_order) == ("cat", 0, 0)
        assert box == Box(0.5, 1, 2, 3.25, "dog")
        (mask,) = second.shapes
        assert isinstance(mask, Mask)
        assert (mask.mask.tolist(), mask.x, mask.y, mask.label, mask.group) == ([[True]], 1, 1, "dog", 0)

    def test_each_annotation_of_several_polygons_has_its_group(self, tmp_path: Path) -> None:
        ring = [0, 0, 1, 0, 1, 1]
        several = [{"id": n, "image_id": 7, "category_id": 1, "segmentation": [ring] * n} for n in (2, 1, 3)]
        shapes = shapes_of(tmp_path, document(annotations=several))
        assert [shape.group for shape in shapes] == [1, 1, 0, 2, 2, 2]

    def test_groups_follow_the_annotations_ids(self, tmp_path: Path) -> None:
        ring = [0, 0, 1, 0, 1, 1]
        several = [{"id": n, "image_id": 7, "category_id": 1, "segmentation": [ring] * 2} for n in (9, 30, 4)]
        shapes = shapes_of(tmp_path, document(annotations=several))
        assert [shape.group for shape in shapes] == [2, 2, 3, 3, 1, 1]

    def test_an_empty_document(self, tmp_path: Path) -> None:
        found = read(tmp_path, {"images": [], "annotations": []})
        assert (found.labels, list(found.images), found.dropped) == ((), [], {})

    @pytest.mark.parametrize(
        ("file_name", "name"),
        [
            ("a.png", "a"),
            ("a", "a"),
            ("a.b.jpeg", "a.b"),
            ("x\\y\\a.png", "x/y/a"),
            ("x.y/a", "x.y/a"),
            (".png", ".png"),
            ("ü\n.png", "ü\n"),
        ],
    )
    def test_names_keep_folders_but_no_extension(self, tmp_path: Path, file_name: str, name: str) -> None:
        image = {"id": 1, "file_name": file_name, "width": 1, "height": 1}
        assert read(tmp_path, {"images": [image], "annotations": []}).image_ids == {name: 1}

    def test_numbers_with_a_fraction_of_zero_are_integers(self, tmp_path: Path) -> None:
        content = document()
        content["images"][1].update(id=8.0, width=3.0)
        content["categories"][1].update(id=1.0)
        content["annotations"][1].update(
            image_id=8.0, category_id=1.0, iscrowd=1.0, segmentation={"size": [3.0, 3.0], "counts": [4.0, 1, 4]}
        )
        found = read(tmp_path, content)
        numbers = [*found.image_ids.values(), *found.label_ids.values(), *found.dropped.values()]
        assert (numbers, {type(number) for number in numbers}) == ([7, 8, 3, 1, 1], {int})

    @pytest.mark.parametrize(
        ("color", "expected"),
        [([1, 2, 3], (1, 2, 3)), ([1, 2, 256], None), ([1, 2], None), ("#010203", None), ([1, 2, True], None)],
    )
    def test_colors_of_categories(self, tmp_path: Path, color: Any, expected: Any) -> None:
        content = document(categories=[{"id": 1, "name": "cat", "color": color}], annotations=[])
        assert read(tmp_path, content).labels == (Label("cat", expected),)

    @pytest.mark.parametrize(
        ("changes", "dropped"),
        [
            ({"attributes": {"occluded": False, "rotation": 0.0}}, {}),
            ({"attributes": {"occluded": True, "age": 3}}, {"attributes": 2}),
            ({"attributes": [1, 2, 3]}, {"attributes": 3}),
            ({"attributes": {"rotation": 30.0}}, {}),
            ({"attributes": {"rotation": 30.0}, "segmentation": [[0, 0, 1, 0, 1, 1]]}, {"attributes": 1}),
            ({"attributes": {"rotation": "30"}}, {"attributes": 1}),
            ({"attributes": {"rotation": True}}, {"attributes": 1}),
            ({"attributes": {"rotation": 10**400}}, {"attributes": 1}),
            ({"keypoints": [1, 1, 2, 0, 0, 0, 5, 5, 1]}, {"keypoints": 2}),
            ({"caption": "a cat"}, {"captions": 1}),
            ({"score": 0.5}, {"scores": 1}),
            ({"iscrowd": 1}, {"crowd flags": 1}),
        ],
    )
    def test_dropped_from_an_annotation(self, tmp_path: Path, changes: Document, dropped: dict[str, int]) -> None:
        found = read(tmp_path, annotation(bbox=[0, 0, 1, 1], **changes))
        assert found.dropped == dropped
        assert [len(image.shapes) for image in found.images] == [1, 0]

    def test_dropped_from_categories(self, tmp_path: Path) -> None:
        categories = [
            {"id": 1, "name": "cat", "supercategory": "animal", "keypoints": ["nose"]},
            {"id": 2, "name": "dog", "supercategory": "dog", "keypoints": []},
            {"id": 3, "name": "cow", "supercategory": ""},
            {"id": 4, "name": "ape", "supercategory": None},
        ]
        found = read(tmp_path, document(categories=categories, annotations=[]))
        assert found.dropped == {"supercategories": 1, "skeletons": 1}

    @pytest.mark.parametrize(
        ("changes", "dropped"),
        [
            ({"keypoints": [1, 1, 2], "attributes": {"rotation": 5}}, {"attributes": 1, "keypoints": 1}),
            ({"caption": "a cat"}, {"captions": 1}),
        ],
    )
    def test_annotations_without_a_shape(self, tmp_path: Path, changes: Document, dropped: dict[str, int]) -> None:
        found = read(tmp_path, annotation(**changes))
        assert found.dropped == dropped
        assert [len(image.shapes) for image in found.images] == [0, 0]

    def test_captions_need_no_category(self, tmp_path: Path) -> None:
        captions = [{"id": 1, "image_id": 7, "caption": "a cat"}]
        assert read(tmp_path, document(annotations=captions)).dropped == {"captions": 1}

    def test_cvats_rotation_turns_a_box(self, tmp_path: Path) -> None:
        shapes = shapes_of(tmp_path, annotation(bbox=[0, 0, 4, 2], attributes={"rotation": 30}))
        assert shapes == [Box(0, 0, 4, 2, "cat", rotation=30.0)]


frames: Final = masks(values=2, heights=st.integers(1, 30), widths=st.integers(1, 30))


def rle(mask: npt.NDArray[Any], *, compressed: bool) -> Document:
    """A mask's RLE; both forms by pycocotools or by counting."""
    if compressed:
        encoded = coco_mask.encode(np.asfortranarray(mask, dtype=np.uint8))
        return {"size": list(mask.shape), "counts": encoded["counts"].decode("ascii")}
    flat = [0, *mask.ravel(order="F").tolist()]
    borders = [0, *(place for place, (a, b) in enumerate(pairwise(flat)) if a != b), mask.size]
    return {"size": list(mask.shape), "counts": [end - start for start, end in pairwise(borders)]}


class TestRunLengths:
    """Run lengths go down the columns, 0 first; both forms give the pixels that pycocotools gives."""

    @given(frames, st.booleans())
    @example(np.zeros((3, 4), dtype=np.int64), True)
    @example(np.ones((3, 4), dtype=np.int64), False)
    def test_pixels_cropped_to_their_box(
        self, tmp_path_factory: pytest.TempPathFactory, frame: IntArray, compressed: bool
    ) -> None:
        height, width = frame.shape
        content = annotation(segmentation=rle(frame, compressed=compressed))
        content["images"][0].update(width=width, height=height)
        (mask,) = shapes_of(tmp_path_factory.mktemp("coco"), content)
        assert isinstance(mask, Mask)
        assert pixels(mask, width, height).tolist() == (frame == 1).tolist()
        assert [*(mask.x, mask.y), *mask.mask.shape[::-1]] == box_of(frame == 1)

    def test_runs_of_no_pixels_are_no_pixels(self, tmp_path: Path) -> None:
        (mask,) = shapes_of(tmp_path, annotation(segmentation={"size": [4, 5], "counts": [0, 1, 0, 2, 3, 0, 14]}))
        assert isinstance(mask, Mask)
        assert mask.mask.tolist() == [[True], [True], [True]]

    @given(st.text(st.characters(max_codepoint=0x80), max_size=30) | st.text(max_size=10))
    @example("P1")
    @example("04o")
    @example("oooooooooooo0")
    @example("d0")
    @example("")
    def test_no_string_does_harm(self, tmp_path_factory: pytest.TempPathFactory, counts: str) -> None:
        found = outcome(tmp_path_factory.mktemp("coco"), annotation(segmentation={"size": [4, 5], "counts": counts}))
        if isinstance(found, AnnotationError):
            assert found.where == "annotations[0].segmentation.counts"
            assert "\n" not in str(found)
        else:
            (mask,) = next(iter(found.images)).shapes
            assert isinstance(mask, Mask)
            frame = coco_mask.decode({"size": [4, 5], "counts": counts})
            assert pixels(mask, 5, 4).tolist() == (frame == 1).tolist()

    def test_masks_of_one_image_are_bounded(self, tmp_path: Path) -> None:
        full = {"size": [1 << 13, 1 << 14], "counts": [0, 1 << 27]}
        content = document(
            annotations=[{"id": n, "image_id": 7, "category_id": 1, "segmentation": full} for n in range(9)]
        )
        content["images"][0].update(width=1 << 14, height=1 << 13)
        expect(
            tmp_path,
            content,
            "annotations[8].segmentation",
            "up to here the masks of 'dir/a' have 1,207,959,552 pixels, more than the 1,073,741,824 allowed for one image",
        )


def expect(folder: Path, content: Document | bytes, where: str, message: str) -> None:
    """This error at this place with what to do about it, in one line, and nothing else."""
    item = r"( \((annotation|category|image) \d+\))?"
    place = f"{re.escape(where)}{item}: " if where else ""
    with pytest.raises(AnnotationError, match=f"^{place}{re.escape(message)}[:;] [^\n]+$") as caught:
        read(folder, content)
    assert caught.value.where == where
    assert "\n" not in str(caught.value)


def crowd(**changes: Any) -> Document:
    return annotation(segmentation={"size": [4, 5], "counts": [20], **changes})


class TestErrors:
    """Every defect is named by its place in the document."""

    @pytest.mark.parametrize(
        ("content", "where", "message"),
        [
            (b"", "", "not JSON: line 1, column 1: Expecting value"),
            (b'{\n "images": oops}', "", "not JSON: line 2, column 12: Expecting value"),
            (b'{\n  "images": "\xff"}', "", "not UTF-8: line 2, byte 14 of it"),
            (b"[" * 200_000, "", "nested too deeply"),
            (b'{"images": [' + b"[" * 800 + b"]" * 800 + b'], "annotations": []}', "images[0]", "nested too deeply"),
            (b'{"info": [0, {"a b": NaN}]}', "info[1]['a b']", "NaN is no JSON number"),
            (b'{"images": [], "annotations": [{"bbox": [0, -Infinity]}]}', "annotations[0].bbox[1]", "-Infinity is no JSON number"),
            (b"NaN", "", "NaN is no JSON number"),
            (b'{"images": [{"id": ' + b"9" * 5000 + b"}]}", "images[0].id", "a number of 5,000 digits"),
            (b'{"images": [{"id": 1, "id": 2}]}', "images[0]", "the key 'id' is there more than once"),
            (b'{"images": [' + b"[" * 99 + b"]" * 99 + b'], "annotations": []}', "images[0]", f"{'[' * 57}... is not of type 'object'"),
            (b'{"images": [{"\\ud800": 1}], "annotations": []}', "images[0]", "the key '\\ud800' has half of a surrogate pair"),
            (b"[]", "", "[] is not of type 'object'"),
            (b"{}", "", "'images' is a required property"),
        ],
    )  # fmt: skip
    def test_of_the_text(self, tmp_path: Path, content: bytes, where: str, message: str) -> None:
        expect(tmp_path, content, where, message)

    @pytest.mark.parametrize(
        ("changes", "where", "message"),
        [
            ({"id": "1"}, "annotations[0].id", "'1' is not of type 'integer'"),
            ({"id": True}, "annotations[0].id", "True is not of type 'integer'"),
            ({"id": -1}, "annotations[0].id", "-1 is less than the minimum of 0"),
            ({"iscrowd": 2}, "annotations[0].iscrowd", "2 is greater than the maximum of 1"),
            ({"image_id": 9}, "annotations[0].image_id", "no image has the id 9"),
            ({"category_id": 9}, "annotations[0].category_id", "no category has the id 9"),
            ({}, "annotations[0]", "neither a segmentation nor a bbox"),
            ({"segmentation": []}, "annotations[0]", "neither a segmentation nor a bbox"),
            ({"segmentation": None}, "annotations[0].segmentation", "null is no segmentation"),
            ({"segmentation": [0.5, 1, 2, 3, 4, 5]}, "annotations[0].segmentation", "x and y stand in one list, not in a list of polygons"),
            ({"segmentation": [[0, 0, 1, 1, 2, 0], [1, 2, 3, 4]]}, "annotations[0].segmentation[1]", "1 of 2 polygons has fewer than 3 corners, here [1, 2, 3, 4]"),
            ({"segmentation": [[0, 0, 1, 1, 2, 0, 3]]}, "annotations[0].segmentation[0]", "7 numbers, an odd count"),
            ({"segmentation": [[0, 0, 1, 1, 2, "0"]]}, "annotations[0].segmentation[0][5]", "'0' is not of type 'number'"),
            ({"segmentation": [[0, 0, 1, 1e999, 2, 0]]}, "annotations[0].segmentation[0][3]", "inf is not of type 'number'"),
            ({"segmentation": [[0, 0, 1, -1000001, 2, 0]]}, "annotations[0].segmentation[0][3]", "-1000001 is less than the minimum of -1000000"),
            ({"segmentation": {"counts": []}}, "annotations[0].segmentation", "'size' is a required property"),
            ({"bbox": [0, 0, 1]}, "annotations[0].bbox", "[0, 0, 1] has less than 4 items"),
            ({"bbox": [0, 0, 1, -1]}, "annotations[0].bbox[3]", "-1 is less than the minimum of 0"),
            ({"bbox": [0] * 99}, "annotations[0].bbox", f"[{'0, ' * 18}0,... has more than 4 items"),
        ],
    )  # fmt: skip
    def test_of_an_annotation(self, tmp_path: Path, changes: Document, where: str, message: str) -> None:
        content = json.dumps(annotation(**changes)).replace("Infinity", "1e999")
        expect(tmp_path, content.encode("ascii"), where, message)

    @pytest.mark.parametrize(
        ("changes", "where", "message"),
        [
            ({"size": [5, 4]}, "size", "5 rows and 4 columns, but the image has 4 and 5"),
            ({"size": [0, 4]}, "size[0]", "0 is less than the minimum of 1"),
            ({"counts": {}}, "counts", "{} is not of types 'string', 'array'"),
            ({"counts": [20, -1, 1]}, "counts[1]", "-1 is less than the minimum of 0"),
            ({"counts": []}, "counts", "the runs add up to 0 pixels, but the image has 20"),
            ({"counts": [9, 10]}, "counts", "the runs add up to 19 pixels, but the image has 20"),
            ({"counts": [21]}, "counts", "run 0 has 21 of the image's 20 pixels"),
            ({"counts": [0] * 22}, "counts", "22 runs in an image of 20 pixels"),
            ({"counts": "0" * 148}, "counts", "148 characters for an image of 20 pixels"),
            ({"counts": "0" * 147}, "counts", "147 runs in an image of 20 pixels"),
            ({"counts": ""}, "counts", "the runs add up to 0 pixels, but the image has 20"),
            ({"counts": "P"}, "counts", "the string ends within a count"),
            ({"counts": "0~"}, "counts", "the character '~' at 1 is not one of a compressed count's"),
            ({"counts": "0\n"}, "counts", "the character '\\n' at 1 is not one of a compressed count's"),
            ({"counts": "0\0"}, "counts", "the character '\\x00' at 1 is not one of a compressed count's"),
            ({"counts": "\ud800"}, "counts", "the character '\\ud800' at 0 is not one of a compressed count's"),
            ({"counts": "PPPPPPP0"}, "counts", "a count of more than 7 characters"),
            ({"counts": "O"}, "counts", "run 0 has -1 of the image's 20 pixels"),
            ({"counts": "oooooo?"}, "counts", "run 0 has 17,179,869,183 of the image's 20 pixels"),
        ],
    )  # fmt: skip
    def test_of_run_lengths(self, tmp_path: Path, changes: Document, where: str, message: str) -> None:
        expect(tmp_path, crowd(**changes), f"annotations[0].segmentation.{where}", message)

    @pytest.mark.parametrize(
        ("changes", "where", "message"),
        [
            ({"id": 7}, "images[1].id", "the id 7 is there already"),
            ({"width": 0}, "images[1].width", "0 is less than the minimum of 1"),
            ({"height": -3}, "images[1].height", "-3 is less than the minimum of 1"),
            ({"width": 10**7}, "images[1].width", "10000000 is greater than the maximum of 1000000"),
            ({"width": 10**6, "height": 200}, "images[1]", "1000000x200 pixels; allowed are 1 to 1,000,000 a side, 134,217,728 in all"),
            ({"file_name": ""}, "images[1].file_name", "'' is shorter than 1 character"),
            ({"file_name": "dir\\"}, "images[1].file_name", "'dir\\\\' is a folder"),
            ({"file_name": "a\ud800.png"}, "images[1].file_name", "'a\\ud800.png' has half of a surrogate pair"),
            ({"file_name": "dir\\a.jpg"}, "images[1].file_name", "'dir\\\\a.jpg' and the file of images[0] are both 'dir/a' without extension"),
        ],
    )  # fmt: skip
    def test_of_an_image(self, tmp_path: Path, changes: Document, where: str, message: str) -> None:
        content = document(annotations=[])
        content["images"][1].update(changes)
        expect(tmp_path, content, where, message)

    @pytest.mark.parametrize(
        ("changes", "where", "message"),
        [
            ({"id": 3}, "categories[1].id", "the id 3 is there already"),
            ({"id": 2**63}, "categories[1].id", "9223372036854775808 is greater than the maximum of 9223372036854775807"),
            ({"name": "cat"}, "categories[1].name", "'cat' is the name of categories[0] too"),
            ({"name": ""}, "categories[1].name", "'' is shorter than 1 character"),
            ({"name": "\udc80"}, "categories[1].name", "'\\udc80' has half of a surrogate pair"),
            ({"supercategory": 1}, "categories[1].supercategory", "1 is not of types 'null', 'string'"),
        ],
    )  # fmt: skip
    def test_of_a_category(self, tmp_path: Path, changes: Document, where: str, message: str) -> None:
        content = document(annotations=[])
        content["categories"][1].update(changes)
        expect(tmp_path, content, where, message)

    @pytest.mark.parametrize(
        ("changes", "item"),
        [
            ({"id": 41, "image_id": 9}, "annotation 41"),
            ({"id": 41, "segmentation": [[0.5]]}, "annotation 41"),
            ({"id": None}, ""),
        ],
    )
    def test_an_item_is_named_by_its_id_too(self, tmp_path: Path, changes: Document, item: str) -> None:
        found = outcome(tmp_path, annotation(**changes))
        assert isinstance(found, AnnotationError)
        assert found.item == item
        place = f"{found.where} ({item})" if item else found.where
        assert str(found).startswith(f"{place}: ")
        assert str(pickle.loads(pickle.dumps(found))) == str(found)

    def test_a_shape_with_a_caption_needs_a_category(self, tmp_path: Path) -> None:
        shape = {"id": 1, "image_id": 7, "caption": "a cat", "bbox": [0, 0, 1, 1]}
        expect(tmp_path, document(annotations=[shape]), "annotations[0]", "a shape without category_id")

    def test_only_captions_need_no_category(self, tmp_path: Path) -> None:
        shape = {"id": 1, "image_id": 7, "bbox": [0, 0, 1, 1]}
        expect(tmp_path, document(annotations=[shape]), "annotations[0]", "'category_id' is a required property")

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            coco.read(tmp_path / "none.json")


class TestSegmentations:
    """What people write in place of polygons and run lengths is told with what to write instead."""

    @pytest.mark.parametrize(
        ("segmentation", "where", "advice"),
        [
            ([2, 2, 8, 2, 8, 6, 2, 6], "", "put it into another list, [[x, y, ...]]"),
            ([{"size": [4, 5], "counts": [20]}], "[0]", "give the run lengths themselves, without the list around them"),
            ([[[2, 2], [8, 2], [8, 6]]], "[0]", "write a polygon as one flat list, [x, y, x, y, ...]"),
            ([[2, 2], [8, 2], [8, 6]], "[0]", "put them into one flat list in a list, [[x, y, x, y, ...]]"),
            ([[0, 2, 8, 6]], "[0]", "looks like a bbox: leave segmentation empty, [], and give it as bbox"),
            ([[0, 0, 1, 0, 1, 1], [3, 3, 5, 5], [1, 1]], "[1]", "2 of 3 polygons have fewer than 3 corners, here [3, 3, 5, 5]: leave them out"),
            ("[[0, 0, 1, 1, 2, 0]]", "", "a text is no segmentation"),
            ({"size": [4, 5], "counts": "b'04'"}, ".counts", "write counts.decode('ascii')"),
        ],
    )  # fmt: skip
    def test_advice(self, tmp_path: Path, segmentation: Any, where: str, advice: str) -> None:
        found = outcome(tmp_path, annotation(segmentation=segmentation))
        assert isinstance(found, AnnotationError)
        assert found.where == f"annotations[0].segmentation{where}"
        assert advice in str(found)

    @pytest.mark.parametrize(
        ("rings", "inside"),
        [
            ([[0, 0, 9, 0, 9, 9, 0, 9], [2, 2, 4, 2, 4, 4]], 1),
            ([[2, 2, 4, 2, 4, 4], [0, 0, 9, 0, 9, 9, 0, 9], [5, 5, 6, 5, 6, 6]], 2),
            ([[0, 0, 9, 0, 9, 9, 0, 9], [8, 8, 12, 8, 12, 12]], 0),
            ([[0, 0, 9, 0, 0, 9], [7, 7, 8, 7, 8, 8]], 0),
            ([[0, 0, 9, 0, 9, 9, 0, 9]], 0),
        ],
    )
    def test_polygons_inside_another(self, rings: list[list[float]], inside: int) -> None:
        assert count_inside(rings) == inside

    def test_what_is_not_as_it_should_be_is_not_missed_elsewhere(self, tmp_path: Path) -> None:
        """An annotation of an image or category that was told to be wrong is not wrong for that."""
        content = document()
        content["images"][0]["width"] = content["categories"][0]["name"] = 0
        problems: list[AnnotationError] = []
        path = tmp_path / "a.json"
        path.write_text(json.dumps(content))
        found = coco.read(path, on_problem=problems.append)
        assert [problem.where for problem in problems] == ["categories[0].name", "images[0].width"]
        assert [(image.name, len(list(image.shapes))) for image in found.images] == [("b", 1)]

    @pytest.mark.parametrize(
        ("text", "where"),
        [
            ('{"images": [], "annotations": [{"id": 1, "id": 1}, {"id": 2, "bbox": [NaN]}], "info": NaN}', ["annotations[0]", "annotations[1].bbox[0]", "info"]),
            ('{"images": NaN, "annotations": [{"id": NaN}]}', ["images", "annotations[0].id"]),
            ('{"images": {}, "annotations": null, "categories": [5]}', ["images", "annotations", "categories[0]"]),
            ("[NaN, NaN]", ["[0]", "[1]"]),
        ],
    )  # fmt: skip
    def test_all_that_is_no_document(self, tmp_path: Path, text: str, where: list[str]) -> None:
        (tmp_path / "a.json").write_text(text)
        problems: list[AnnotationError] = []
        assert list(coco.read(tmp_path / "a.json", on_problem=problems.append).images) == []
        assert [problem.where for problem in problems] == where


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each (container, key) in a document."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


JUNK: Final[st.SearchStrategy[Any]] = st.sampled_from(
    [None, True, -1, 0, 3, 3.0, 2**70, 1e7, "", "04", [], [[]], [1, "1"], {}, {"id": 0}]
)


@st.composite
def broken_documents(draw: st.DrawFn) -> Document:
    """The example with up to three members replaced by junk or removed."""
    content = copy.deepcopy(document())
    content["annotations"][0].update(caption="", attributes={}, keypoints=[1, 2, 2], score=1, bbox=[0, 0, 1.5, 1])
    for _ in range(draw(st.integers(0, 3))):
        container, key = draw(st.sampled_from(list(places(content))))
        if draw(st.booleans()):
            container[key] = copy.deepcopy(draw(JUNK))
        else:
            del container[key]
    return content


class TestBrokenDocuments:
    """Whatever is broken, it is refused with its place, or harmless."""

    @given(broken_documents())
    def test_refused_or_read(self, tmp_path_factory: pytest.TempPathFactory, content: Document) -> None:
        found = outcome(tmp_path_factory.mktemp("coco"), content)
        if isinstance(found, AnnotationError):
            assert "\n" not in str(found)
        else:
            assert len(list(found.images)) == len(content["images"])

    @given(broken_documents())
    def test_the_first_of_all_problems_is_the_one_that_is_raised(
        self, tmp_path_factory: pytest.TempPathFactory, content: Document
    ) -> None:
        folder = tmp_path_factory.mktemp("coco")
        raised = outcome(folder, content)
        problems: list[AnnotationError] = []
        found = coco.read(folder / "instances.json", on_problem=problems.append)
        assert [str(problem) for problem in problems[:1]] == (
            [str(raised)] if isinstance(raised, AnnotationError) else []
        )
        assert len(list(found.images)) <= len(content.get("images", []))

    def test_the_schema_is_one(self) -> None:
        jsonschema.Draft202012Validator.check_schema(SCHEMA)


def write(folder: Path, *shapes: Shape, width: int = 10, height: int = 8, **options: Any) -> Document:
    """What is written for one image with some shapes."""
    path = folder / "instances.json"
    image = AnnotatedImage(name="a", width=width, height=height, shapes=shapes)
    coco.write(path, LABELS, [image], **options)
    assert [entry.name for entry in folder.iterdir()] == ["instances.json"]
    content: Document = json.loads(path.read_bytes())
    return content


SQUARE: Final = ((1, 1), (4, 1), (4, 4), (1, 4))


class TestWrite:
    """One annotation an instance, areas and boxes in pixels."""

    def test_the_whole_document(self, tmp_path: Path) -> None:
        write(tmp_path, Polygon(SQUARE, "cat"))
        assert (tmp_path / "instances.json").read_bytes() == (
            b'{"info":{},"licenses":[],"categories":[\n'
            b'{"id":1,"name":"cat","supercategory":""},\n'
            b'{"id":2,"name":"Stra\\u00dfenbahn","supercategory":""},\n'
            b'{"id":3,"name":"a:b","supercategory":""}],"annotations":[\n'
            b'{"id":1,"image_id":1,"category_id":1,"segmentation":[[1,1,4,1,4,4,1,4]],"area":9,"bbox":[1,1,3,3],'
            b'"iscrowd":0}],"images":[\n'
            b'{"id":1,"width":10,"height":8,"file_name":"a.jpg"}]}\n'
        )

    def test_nothing(self, tmp_path: Path) -> None:
        coco.write(tmp_path / "a.json", [], [])
        assert coco.read(tmp_path / "a.json").labels == ()

    def test_coordinates_have_two_decimals(self, tmp_path: Path) -> None:
        ring = ((0.125, 1.005), (2.675, 1 / 3), (-0.001, 3.0))
        (found,) = write(tmp_path, Polygon(ring, "cat"))["annotations"]
        assert json.dumps(found["segmentation"]) == "[[0.12, 1.0, 2.67, 0.33, 0, 3]]".replace("1.0,", "1,")

    def test_a_mask(self, tmp_path: Path) -> None:
        mask = np.array([[1, 1, 0], [0, 1, 1]]) == 1
        (found,) = write(tmp_path, Mask(mask, "cat", x=7, y=6), width=10, height=8)["annotations"]
        assert found["segmentation"] == {"size": [8, 10], "counts": [62, 1, 7, 2, 7, 1]}
        assert (found["area"], found["bbox"], found["iscrowd"]) == (4, [7, 6, 3, 2], 1)

    @pytest.mark.parametrize(
        ("x", "y", "area"), [(-1, -1, 2), (9, 7, 1), (10, 0, 0), (0, 8, 0), (-3, 0, 0), (0, -9, 0), (99, -9, 0)]
    )
    def test_masks_are_cut_off_at_the_border(self, tmp_path: Path, x: int, y: int, area: int) -> None:
        (found,) = write(tmp_path, Mask(np.ones((2, 3), dtype=np.bool_), "cat", x, y))["annotations"]
        assert found["area"] == area

    def test_a_mask_without_pixels(self, tmp_path: Path) -> None:
        (found,) = write(tmp_path, Mask(np.zeros((0, 0), dtype=np.bool_), "cat"))["annotations"]
        assert found["segmentation"] == {"size": [8, 10], "counts": [80]}
        assert (found["area"], found["bbox"]) == (0, [0, 0, 0, 0])

    def test_a_box(self, tmp_path: Path) -> None:
        upright, turned = write(tmp_path, Box(1, 2, 4, 2, "cat"), Box(1, 2, 4, 2, "cat", rotation=90))["annotations"]
        assert upright["segmentation"] == [[1, 2, 5, 2, 5, 4, 1, 4]]
        assert (upright["area"], upright["bbox"], upright["iscrowd"]) == (8, [1, 2, 4, 2], 0)
        assert turned["segmentation"] == [[4, 1, 4, 5, 2, 5, 2, 1]]
        assert (turned["area"], turned["bbox"]) == (8, [2, 1, 2, 4])

    def test_a_group_is_one_annotation_with_the_label_of_the_largest(self, tmp_path: Path) -> None:
        small = Polygon([(0, 0), (1, 0), (1, 1), (0, 1)], "cat", group=4)
        (found,) = write(tmp_path, small, Polygon(SQUARE, "a:b", group=4), Box(0, 0, 2, 2, "cat", group=4))[
            "annotations"
        ]
        assert [len(ring) for ring in found["segmentation"]] == [8, 8, 8]
        assert (found["category_id"], found["area"], found["bbox"]) == (3, 12, [0, 0, 4, 4])

    def test_a_group_with_a_mask_is_a_mask(self, tmp_path: Path) -> None:
        mask = Mask(np.ones((1, 2), dtype=np.bool_), "cat", 8, 7, group=1)
        (found,) = write(tmp_path, Polygon(SQUARE, "cat", group=1), mask)["annotations"]
        assert (found["iscrowd"], found["area"], found["bbox"]) == (1, 11, [1, 1, 9, 7])
        assert sum(found["segmentation"]["counts"]) == 80

    def test_z_order_becomes_the_order(self, tmp_path: Path) -> None:
        shapes = [
            Polygon(SQUARE, "cat", z_order=2),
            Polygon(SQUARE, "a:b", group=1, z_order=3),
            Polygon(SQUARE, "Straßenbahn", z_order=-1),
            Polygon(SQUARE, "a:b", group=1, z_order=1),
        ]
        found = write(tmp_path, *shapes)["annotations"]
        assert [entry["category_id"] for entry in found] == [2, 3, 1]

    def test_ids_and_suffix(self, tmp_path: Path) -> None:
        content = write(tmp_path, label_ids={"cat": 2, "a:b": 0}, image_ids={"a": 5, "b": 1}, suffix=".png")
        assert [entry["id"] for entry in content["categories"]] == [2, 1, 0]
        assert content["images"] == [{"id": 5, "width": 10, "height": 8, "file_name": "a.png"}]

    @given(st.lists(rings, min_size=1, max_size=4), st.integers(1, 50), st.integers(1, 50))
    def test_areas_and_boxes_of_polygons_are_pycocotools_own(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        several: list[list[tuple[float, float]]],
        width: int,
        height: int,
    ) -> None:
        shapes = [Polygon(ring, "cat", group=1) for ring in several]
        (found,) = write(tmp_path_factory.mktemp("coco"), *shapes, width=width, height=height)["annotations"]
        merged = coco_mask.merge(coco_mask.frPyObjects(found["segmentation"], height, width))
        assert found["area"] == coco_mask.area(merged)
        assert found["bbox"] == box_of(coco_mask.decode(merged) == 1)

    def test_images_are_taken_as_they_come(self, tmp_path: Path) -> None:
        def images() -> Iterator[AnnotatedImage]:
            for number in range(3):
                yield AnnotatedImage(name=str(number), width=10, height=8, shapes=[Polygon(SQUARE, "cat")])

        coco.write(tmp_path / "a.json", LABELS, images())
        assert coco.read(tmp_path / "a.json").image_ids == {"0": 1, "1": 2, "2": 3}


def one(**changes: Any) -> list[AnnotatedImage]:
    return [AnnotatedImage(**{"name": "a", "width": 9, "height": 9, **changes})]


def spikes() -> Polygon:
    """An outline of 600 million pixels."""
    return Polygon([(1e6 if index % 2 else -1e6, index) for index in range(300)], "cat")


class TestRefused:
    """What COCO cannot hold is refused, and no file is made or changed."""

    @pytest.mark.parametrize(
        ("images", "where", "message"),
        [
            (lambda: one(shapes=[Ellipse(1, 1, 1, 1, "cat")]), "images[0].shapes[0]", "COCO has no ellipses; make it a polygon or a mask first"),
            (lambda: one(shapes=[Polygon(SQUARE, "dog")]), "images[0].shapes[0]", "'dog' is not one of the labels"),
            (lambda: one(shapes=[Polygon(((0, 0), (1e7, 0), (0, 1)), "cat")]), "images[0].shapes[0]", "a coordinate beyond 1,000,000"),
            (lambda: one(shapes=[spikes()]), "images[0].shapes[0]", "an outline 600,000,000 pixels long; cut it to the image first"),
            (lambda: one(width=0), "images[0]", "0x9 pixels; allowed are 1 to 1,000,000 a side, 134,217,728 in all: scale the image down"),
            (lambda: [*one(), *one()], "images[1]", "the name 'a' is there already"),
            (lambda: one(name=""), "images[0]", "the file name '.jpg' would not be read as ''"),
            (lambda: one(name="a/"), "images[0]", "the file name 'a/.jpg' would not be read as 'a/'"),
            (lambda: one(name="a\\b"), "images[0]", "the file name 'a\\\\b.jpg' would not be read as 'a\\\\b'"),
            (lambda: one(name="\ud800"), "images[0]", "'\\ud800.jpg' has half of a surrogate pair: write the character itself"),
        ],
    )  # fmt: skip
    def test_images(self, tmp_path: Path, images: Callable[[], list[AnnotatedImage]], where: str, message: str) -> None:
        self.expect(tmp_path, where, message, LABELS, images())

    @pytest.mark.parametrize(
        ("options", "where", "message"),
        [
            ({"labels": ["a", ""]}, "labels[1]", "a label without a name"),
            ({"labels": ["a", "b", "a"]}, "labels[2]", "'a' is there already"),
            ({"labels": ["\udfff"]}, "labels[0]", "'\\udfff' has half of a surrogate pair: write the character itself"),
            ({"labels": [], "label_ids": {"a": 1, "b": 1}}, "label_ids", "an id is there more than once"),
            ({"labels": [], "image_ids": {"a": -1}}, "image_ids", "ids are 0 to 9223372036854775807"),
            ({"labels": [], "suffix": ".a.b"}, "images[0]", "the file name 'a.a.b' would not be read as 'a'"),
        ],
    )
    def test_options(self, tmp_path: Path, options: Document, where: str, message: str) -> None:
        self.expect(tmp_path, where, message, images=one(), **options)

    @staticmethod
    def expect(folder: Path, where: str, message: str, labels: Any, images: Any, **options: Any) -> None:
        path = folder / "a.json"
        path.write_text("old")
        with pytest.raises(AnnotationError, match=f"^{re.escape(f'{where}: {message}')}$") as caught:
            coco.write(path, labels, images, **options)
        assert caught.value.where == where
        assert [(entry.name, entry.read_text()) for entry in folder.iterdir()] == [("a.json", "old")]

    def test_images_that_break_off(self, tmp_path: Path) -> None:
        def images() -> Iterator[AnnotatedImage]:
            yield from one()
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            coco.write(tmp_path / "a.json", LABELS, images())
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            coco.write(tmp_path / "none" / "a.json", LABELS, [])
