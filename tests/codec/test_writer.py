"""Writing archives: what is painted is read back, the same bytes every time, and what cannot be held is refused."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pictures

import segmask
from segmask import (
    AnnotatedImage,
    Box,
    Ellipse,
    FormatWarning,
    Label,
    LabelMap,
    Mask,
    Polygon,
    Problem,
    WriteError,
    writer,
)
from segmask.labels.assigned import with_indices
from segmask.png.encode import Mode
from segmask.shapes.model import Shape
from segmask.shapes.raster import box_corners, rasterise
from segmask.testing.writers import pngwriter

MODES: list[Mode] = ["rgb", "palette", "grey"]
LABELS = ["car", "road", "tree"]

coordinates = st.one_of(st.integers(-10, 50), st.integers(-20, 100).map(lambda n: n / 2), st.floats(-9, 60))


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    label = draw(st.sampled_from(LABELS))
    group, z_order = draw(st.integers(0, 2)), draw(st.integers(-1, 1))
    kind = draw(st.sampled_from(["polygon", "box", "ellipse", "mask"]))
    if kind == "polygon":
        points = draw(st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=7))
        return Polygon(points, label, group, z_order)
    x, y = draw(coordinates), draw(coordinates)
    if kind == "mask":
        seed = draw(st.integers(0, 99))
        pixels = np.random.default_rng(seed).random((seed % 9 + 1, seed % 5 + 1)) < 0.6
        return Mask(pixels, label, round(x), round(y), group, z_order)
    width, height = draw(st.floats(0, 30)), draw(st.floats(0, 30))
    rotation = draw(st.sampled_from([0.0, 30.0, 45.5, 90.0, -200.0]))
    make = Box if kind == "box" else Ellipse
    return make(x, y, width, height, label, rotation, group, z_order)


@st.composite
def images(draw: st.DrawFn) -> list[AnnotatedImage]:
    names = draw(st.lists(st.sampled_from(["one", "two", "a/b", "a/c", "ümlaut"]), min_size=1, max_size=3, unique=True))
    return [
        AnnotatedImage(
            name=name,
            width=draw(st.integers(1, 45)),
            height=draw(st.integers(1, 45)),
            shapes=draw(st.lists(shapes(), max_size=6)),
            subset=draw(st.sampled_from(["default", "train"])),
        )
        for name in names
    ]


def rounded(shape: Shape) -> Shape:
    """With two decimals, as datumaro keeps the coordinates of polygons and boxes."""
    if isinstance(shape, Polygon):
        return Polygon(shape.points.round(2), "")
    return Polygon(box_corners(shape).round(2), "") if isinstance(shape, Box) else shape


def painted(image: AnnotatedImage) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Object numbers and labels of an image, painted naively: the documented order, one dense mask a shape."""
    groups: dict[Any, list[Shape]] = {}
    by_z_order = sorted(image.shapes, key=lambda shape: shape.z_order)
    turned = [shape for shape in by_z_order if isinstance(shape, Box) and shape.rotation]
    for index, shape in enumerate([shape for shape in by_z_order if shape not in turned] + turned):
        groups.setdefault((1, shape.group) if shape.group else (0, index), []).append(shape)
    dense = {
        id(s): rasterise(rounded(s), image.width, image.height).to_dense(image.width, image.height)
        for s in image.shapes
    }
    instances = []
    for key in sorted(groups):
        leader = max(groups[key], key=lambda shape: int(dense[id(shape)].sum()))
        instances.append((leader.z_order, leader.label, np.any([dense[id(s)] for s in groups[key]], axis=0)))
    instances.sort(key=lambda instance: instance[0])
    numbers = np.zeros((image.height, image.width), dtype=np.int32)
    for number, (_, _, pixels) in enumerate(instances, 1):
        numbers[pixels] = number
    return numbers, [label for _, label, _ in instances]


def ignore(_: Problem) -> None:
    pass


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class TestRoundTrip:
    """write -> open is what was painted; open -> write -> open is identity."""

    @pytest.mark.parametrize("mode", MODES)
    @given(annotated=images())
    def test_what_was_painted_is_read(
        self, tmp_path_factory: pytest.TempPathFactory, annotated: list[AnnotatedImage], mode: Mode
    ) -> None:
        path = tmp_path_factory.mktemp("write") / "a.zip"
        written = segmask.write(path, iter(annotated), labelmap=LABELS, mode=mode)
        problems: list[Problem] = []
        with segmask.open(path, on_problem=problems.append) as archive:
            assert [label.name for label in archive.labelmap] == ["background", *LABELS]
            read = {image.name: image for image in archive}
        assert not [problem for problem in problems if problem.severity == "error"]
        assert list(archive.subsets.keys()) == sorted(archive.subsets.keys())
        for image in annotated:
            assert image.name in archive.subsets[image.subset]
            numbers, labels = painted(image)
            found = read[image.name]
            if not image.shapes:
                assert found.object_mask() is None
                continue
            np.testing.assert_array_equal(found.object_mask(), numbers)
            assert {inst.id: inst.label for inst in found.instances} == {
                number: labels[number - 1] for number in np.unique(numbers).tolist() if number
            }
        assert written.instances == sum(len(image.instances) for image in read.values())
        missing = len(written.covered) + len(written.outside) + len(written.empty)
        assert missing == sum(len(painted(i)[1]) for i in annotated) - written.instances

    @pytest.mark.parametrize("mode", MODES)
    @given(annotated=images())
    def test_what_was_read_is_written_again(
        self, tmp_path_factory: pytest.TempPathFactory, annotated: list[AnnotatedImage], mode: Mode
    ) -> None:
        folder = tmp_path_factory.mktemp("write")
        segmask.write(folder / "a.zip", annotated, mode=mode)
        with segmask.open(folder / "a.zip", on_problem=ignore) as archive:
            segmask.write(folder / "b.zip", archive, mode=mode)
        with (
            segmask.open(folder / "a.zip", on_problem=ignore) as one,
            segmask.open(folder / "b.zip", on_problem=ignore) as two,
        ):
            assert (one.labelmap, one.subsets) == (two.labelmap, two.subsets)
            for first, second in zip(one, two, strict=True):
                assert first.name == second.name
                np.testing.assert_array_equal(first.class_mask(), second.class_mask())
                np.testing.assert_array_equal(first.object_mask(), second.object_mask())

    def test_a_class_only_archive_stays_one(self, tmp_path: Path) -> None:
        pixels = np.zeros((6, 8, 3), dtype=np.uint8)
        pixels[1:5, 2:6] = (128, 0, 0)
        Pictures.fromarray(pixels).save(tmp_path / "one.png")
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("labelmap.txt", "car:128,0,0:door,wheel:driving\n# a comment\nbackground:0,0,0::\n")
            archive.writestr("ImageSets/Segmentation/val.txt", "one\n")
            archive.write(tmp_path / "one.png", "SegmentationClass/one.png")
        with segmask.open(tmp_path / "a.zip", on_problem=ignore) as opened:
            segmask.write(tmp_path / "b.zip", opened)
            with segmask.open(tmp_path / "b.zip", on_problem=ignore) as again:
                assert again.labelmap[:] == opened.labelmap[:]
                assert "# a comment" in again.labelmap.entries
                assert again.subsets == {"val": ("one",)}
                (first,), (second,) = list(opened), list(again)
        np.testing.assert_array_equal(first.class_mask(), second.class_mask())
        assert second.object_mask() is None


class TestNoBackground:
    """A label map needs a background for pixels without a shape, and for nothing else."""

    LABELS = LabelMap([Label("car", (128, 0, 0)), Label("road", (0, 128, 0))])

    @pytest.mark.parametrize("mode", MODES)
    def test_shapes_that_leave_no_pixel(self, tmp_path: Path, mode: Mode) -> None:
        boxes: list[Shape] = [Box(0, 0, 20, 20, "road"), BOX]
        segmask.write(tmp_path / "a.zip", [one(shapes_=boxes)], labelmap=self.LABELS, mode=mode)
        with segmask.open(tmp_path / "a.zip", on_problem=ignore) as archive:
            (image,) = archive
        assert archive.labelmap[:] == self.LABELS[:]
        assert [(inst.label, inst.area) for inst in image.instances] == [("road", 375), ("car", 25)]

    @pytest.mark.parametrize("mode", MODES)
    def test_what_was_read_is_written_again(self, tmp_path: Path, mode: Mode) -> None:
        """Each pixel has a class, and some are of no object."""
        classes = np.ones((6, 8), dtype=np.int64)
        classes[1:5, 2:6] = 0
        colors = np.array([(128, 0, 0), (0, 128, 0)], dtype=np.uint8)
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("labelmap.txt", "car:128,0,0::\nroad:0,128,0::\n")
            archive.writestr("ImageSets/Segmentation/val.txt", "one\n")
            for folder, pixels in (("Class", colors[classes]), ("Object", (1 - classes)[..., None] * colors[0])):
                data = pngwriter.write(pixels, color_type=pngwriter.RGB)
                archive.writestr(f"Segmentation{folder}/one.png", data)
        with segmask.open(tmp_path / "a.zip", on_problem=ignore) as opened:
            segmask.write(tmp_path / "b.zip", opened, mode=mode)
            with segmask.open(tmp_path / "b.zip", on_problem=ignore) as again:
                (first,), (second,) = list(opened), list(again)
        assert again.labelmap[:] == self.LABELS[:]
        np.testing.assert_array_equal(first.class_mask(), second.class_mask())
        np.testing.assert_array_equal(first.object_mask(), second.object_mask())


class TestDeterminism:
    """The same input gives the same bytes: on repetition, from a generator, and in another process."""

    PROGRAM = (
        "import sys, segmask; segmask.write(sys.argv[1], [segmask.AnnotatedImage(name='one', width=30, height=20, "
        "shapes=[segmask.Polygon([(1, 2), (20, 3), (9, 19)], 'car'), segmask.Box(5, 5, 9, 9, 'road', z_order=-1)])])"
    )

    @pytest.mark.process
    def test_across_processes(self, tmp_path: Path) -> None:
        digests = set()
        for number in range(2):
            path = tmp_path / f"{number}.zip"
            env = {**os.environ, "PYTHONHASHSEED": str(number), "TZ": ("UTC", "Asia/Tokyo")[number]}
            subprocess.run([sys.executable, "-c", self.PROGRAM, path], check=True, timeout=60, env=env)
            digests.add(digest(path))
        assert len(digests) == 1

    def test_from_a_list_and_a_generator(self, tmp_path: Path) -> None:
        given_images = [AnnotatedImage(name=name, width=9, height=9, shapes=[Box(1, 1, 5, 5, "car")]) for name in "abc"]
        segmask.write(tmp_path / "a.zip", given_images)
        segmask.write(tmp_path / "b.zip", (image for image in given_images))
        assert digest(tmp_path / "a.zip") == digest(tmp_path / "b.zip")

    def test_masks_are_as_cvat_writes_them(self, tmp_path: Path) -> None:
        segmask.write(
            tmp_path / "a.zip", [AnnotatedImage(name="one", width=9, height=9, shapes=[Box(1, 1, 5, 5, "car")])]
        )
        with zipfile.ZipFile(tmp_path / "a.zip") as archive:
            assert archive.namelist() == [
                "SegmentationClass/one.png",
                "SegmentationObject/one.png",
                "ImageSets/Segmentation/default.txt",
                "labelmap.txt",
            ]
            text = "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:128,0,0::\n"
            assert archive.read("labelmap.txt").decode() == text
            with archive.open("SegmentationClass/one.png") as stream, Pictures.open(stream) as mask:
                assert (mask.mode, mask.size, mask.getpixel((3, 3))) == ("RGB", (9, 9), (128, 0, 0))


class TestOrder:
    """z-order decides what covers what; a group takes the label of its largest member."""

    def test_z_order_and_drawing_order(self, tmp_path: Path) -> None:
        boxes = [Box(0, 0, 6, 6, "low", z_order=-1), Box(2, 2, 6, 6, "first"), Box(4, 4, 6, 6, "second")]
        segmask.write(tmp_path / "a.zip", [AnnotatedImage(name="one", width=12, height=12, shapes=boxes[::-1])])
        with segmask.open(tmp_path / "a.zip", on_problem=ignore) as archive:
            (image,) = archive
        assert [(inst.id, inst.label, inst.area) for inst in image.instances] == [
            (1, "low", 20),
            (2, "second", 20),
            (3, "first", 36),
        ]

    def test_a_group_is_one_instance(self, tmp_path: Path) -> None:
        grouped = [Box(0, 0, 3, 3, "small", group=7), Box(5, 0, 6, 6, "large", group=7), Box(0, 8, 2, 2, "alone")]
        segmask.write(tmp_path / "a.zip", [AnnotatedImage(name="one", width=12, height=12, shapes=grouped)])
        with segmask.open(tmp_path / "a.zip", on_problem=ignore) as archive:
            (image,) = archive
        assert [(inst.label, inst.area) for inst in image.instances] == [("alone", 4), ("large", 45)]

    def test_what_is_covered_is_told(self, tmp_path: Path) -> None:
        boxes = [Box(2, 2, 3, 3, "hidden"), Box(0, 0, 9, 9, "car")]
        written = segmask.write(tmp_path / "a.zip", [AnnotatedImage(name="one", width=9, height=9, shapes=boxes)])
        assert written == segmask.Written(images=1, instances=1, covered=(("one", "hidden"),))

    @pytest.mark.parametrize(("z_order", "leader"), [(1, "second"), (2, "first"), (3, "first")])
    def test_of_equal_areas_the_lowest_leads_its_group_then_the_first(
        self, tmp_path: Path, z_order: int, leader: str
    ) -> None:
        boxes = [Box(0, 0, 3, 3, "first", group=1, z_order=2), Box(4, 4, 3, 3, "second", group=1, z_order=z_order)]
        segmask.write(tmp_path / "a.zip", [AnnotatedImage(name="one", width=9, height=9, shapes=boxes)])
        with segmask.open(tmp_path / "a.zip", on_problem=ignore) as archive:
            (image,) = archive
        assert [(inst.label, inst.area) for inst in image.instances] == [(leader, 18)]

    def test_rotated_boxes_lie_on_top_and_are_the_last(self, tmp_path: Path) -> None:
        shapes = [
            Box(2, 2, 6, 6, "first turned", rotation=90),
            Box(4, 4, 6, 6, "second turned", rotation=180),
            Box(0, 0, 12, 12, "below"),
            Box(3, 3, 2, 2, "above", z_order=1),
        ]
        segmask.write(tmp_path / "a.zip", [AnnotatedImage(name="one", width=12, height=12, shapes=shapes)])
        with segmask.open(tmp_path / "a.zip", on_problem=ignore) as archive:
            (image,) = archive
        assert [(inst.id, inst.label, inst.area) for inst in image.instances] == [
            (1, "below", 144 - 36 - 36 + 16),
            (2, "first turned", 36 - 16 - 3),
            (3, "second turned", 36 - 1),
            (4, "above", 4),
        ]


class TestHoles:
    """A shape of the background's label is black in both masks, and uses a number up."""

    @pytest.mark.parametrize("mode", MODES)
    def test_it_cuts_a_hole(self, tmp_path: Path, mode: Mode) -> None:
        shapes = [Box(2, 2, 6, 4, "car"), Box(3, 3, 3, 2, "background", z_order=1), Box(10, 2, 2, 2, "car", z_order=2)]
        image = AnnotatedImage(name="one", width=20, height=10, shapes=shapes)
        written = segmask.write(tmp_path / "a.zip", [image], mode=mode)
        assert written == segmask.Written(images=1, instances=2)
        with segmask.open(tmp_path / "a.zip", on_problem=ignore) as archive:
            (read,) = archive
        assert [(inst.id, inst.label, inst.area) for inst in read.instances] == [(1, "car", 18), (3, "car", 4)]
        classes = read.class_mask()
        assert classes is not None
        assert np.bincount(classes.ravel()).tolist() == [200 - 22, 22]

    def test_the_first_black_label_is_the_background(self, tmp_path: Path) -> None:
        labels = LabelMap([Label("sky", (0, 0, 0)), Label("background", (0, 0, 255)), Label("car", (255, 0, 0))])
        shapes = [Box(0, 0, 2, 2, name) for name in ("sky", "car", "background")]
        image = AnnotatedImage(name="one", width=9, height=9, shapes=shapes)
        written = segmask.write(tmp_path / "a.zip", [image], labelmap=labels)
        assert written == segmask.Written(images=1, instances=1, covered=(("one", "sky"), ("one", "car")))


class TestMissing:
    """Three causes why a shape is not in the masks."""

    @pytest.mark.parametrize(
        ("shapes", "why"),
        [
            ([Polygon([(30, 30), (40, 30), (40, 40)], "car")], "outside"),
            ([Polygon([(20, 0), (30, 0), (30, 9)], "car")], "outside"),
            ([Polygon([(-9, 0), (0, 0), (0, 9)], "car")], "outside"),
            ([Box(3, -5, 3, 4, "car")], "outside"),
            ([Ellipse(-9, 3, 2, 2, "car")], "outside"),
            ([Mask(np.ones((2, 2), dtype=np.bool_), "car", 20, 3)], "outside"),
            ([Mask(np.zeros((2, 2), dtype=np.bool_), "car", 2, 3)], "empty"),
            ([Mask(np.zeros((0, 0), dtype=np.bool_), "car")], "empty"),
            ([Polygon([(3, 3), (3, 9), (3, 5)], "car")], "empty"),
            ([Box(3, 3, 0, 5, "car")], "empty"),
            ([Box(30, 3, 5, 5, "car", group=1), Box(3, 3, 0, 5, "car", group=1)], "outside"),
            ([Box(3, 3, 2, 2, "car"), Box(2, 2, 4, 4, "road")], "covered"),
        ],
    )
    def test_why(self, tmp_path: Path, shapes: list[Shape], why: str) -> None:
        image = AnnotatedImage(name="one", width=20, height=20, shapes=shapes)
        written = segmask.write(tmp_path / "a.zip", [image], labelmap=LABELS)
        assert {name: getattr(written, name) for name in ("covered", "outside", "empty")} == {
            "covered": (),
            "outside": (),
            "empty": (),
            why: (("one", "car"),),
        }


class TestEqualColors:
    """Labels of one colour are told apart where masks show no more than one of them."""

    def written(self, tmp_path: Path, labels: list[Label], shown: list[str], mode: Mode) -> tuple[Any, Any, Any]:
        shapes = [Box(3 * place, 0, 2, 2, name) for place, name in enumerate(shown)]
        image = AnnotatedImage(name="one", width=9, height=9, shapes=shapes)
        written = segmask.write(tmp_path / "a.zip", [image], labelmap=LabelMap(labels), mode=mode)
        with segmask.open(tmp_path / "a.zip", on_problem=ignore) as archive:
            (read,) = archive
            colors = {label.name: label.color for label in archive.labelmap}
        return written.recolored, colors, [instance.label for instance in read.instances]

    @pytest.mark.parametrize("mode", ["rgb", "palette"])
    @pytest.mark.parametrize(("shown", "recolored"), [([], "night"), (["day"], "night"), (["night"], "day")])
    def test_what_is_not_shown_gets_another_colour(
        self, tmp_path: Path, mode: Mode, shown: list[str], recolored: str
    ) -> None:
        labels = [Label("background", (0, 0, 0)), Label("day", (9, 9, 9)), Label("night", (9, 9, 9))]
        changed, colors, seen = self.written(tmp_path, labels, shown, mode)
        assert (changed, seen) == ((recolored,), shown)
        assert colors == {"background": (0, 0, 0), "day": (9, 9, 9), "night": (9, 9, 9), recolored: (128, 0, 0)}

    def test_grey_masks_tell_them_apart(self, tmp_path: Path) -> None:
        labels = [Label("background", (0, 0, 0)), Label("day", (9, 9, 9)), Label("night", (9, 9, 9))]
        changed, _, seen = self.written(tmp_path, labels, ["day", "night"], "grey")
        assert (changed, seen) == (("night",), ["day", "night"])

    def test_a_black_label_beside_the_background_stays_black(self, tmp_path: Path) -> None:
        """As CVAT writes it: what is of an object is not the background."""
        labels = [Label("background", (0, 0, 0)), Label("void", (0, 0, 0))]
        changed, colors, seen = self.written(tmp_path, labels, ["void"], "rgb")
        assert (changed, seen) == ((), ["void"])
        assert colors == {"background": (0, 0, 0), "void": (0, 0, 0)}

    def test_a_black_label_that_is_not_shown(self, tmp_path: Path) -> None:
        labels = [Label("background", (0, 0, 0)), Label("void", (0, 0, 0))]
        changed, colors, _ = self.written(tmp_path, labels, ["background"], "rgb")
        assert (changed, colors) == (("void",), {"background": (0, 0, 0), "void": (128, 0, 0)})


class TestGreyIndices:
    """A grey mask holds label indices; given indices are kept by filling the gaps."""

    def test_fillers(self, tmp_path: Path) -> None:
        labelmap = with_indices({"car": 1, "road": 4})
        assert [label.name for label in labelmap] == ["background", "car", "_dummy2", "_dummy3", "road"]
        image = AnnotatedImage(name="one", width=9, height=9, shapes=[Box(1, 1, 5, 5, "road")])
        segmask.write(tmp_path / "a.zip", [image], labelmap=labelmap, mode="grey")
        with zipfile.ZipFile(tmp_path / "a.zip") as archive, archive.open("SegmentationClass/one.png") as stream:
            pixels = np.asarray(Pictures.open(stream))
        assert np.unique(pixels).tolist() == [0, 4]

    @pytest.mark.parametrize("indices", [{"a": 1, "b": 1}, {"a": 256}, {"a": -1}])
    def test_bad_indices(self, indices: dict[str, int]) -> None:
        with pytest.raises(WriteError, match="index"):
            with_indices(indices)


BOX = Box(1, 1, 5, 5, "car")


def one(name: str = "one", *, shapes_: Sequence[Shape] | None = None, subset: str = "default") -> AnnotatedImage:
    return AnnotatedImage(name=name, width=20, height=20, shapes=[BOX] if shapes_ is None else shapes_, subset=subset)


class TestRefusals:
    """What the format cannot hold is refused with one line, and nothing is written."""

    @pytest.mark.parametrize("count", [1, 20])
    def test_a_full_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
        def fail(*_: object) -> bytes:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(writer, "encode", fail)
        (tmp_path / "a.zip").write_text("old")
        with pytest.raises(OSError, match="No space left"):
            segmask.write(tmp_path / "a.zip", [one(str(number)) for number in range(count)])
        assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
        assert (tmp_path / "a.zip").read_text() == "old"

    @pytest.mark.parametrize(
        ("given_images", "options", "message"),
        [
            ([one(shapes_=[BOX] * 256)], {}, "256 instances, and an object mask holds 255"),
            ([one()], {"labelmap": [f"label{n}" for n in range(256)]}, "257 labels, and a mask holds 256"),
            ([one()], {"labelmap": ["a:b"]}, "cannot hold the label 'a:b'"),
            ([one()], {"labelmap": ["#a"]}, "cannot hold the label '#a'"),
            ([one()], {"labelmap": ["a "]}, "cannot hold the label 'a '"),
            ([one()], {"labelmap": [""]}, "cannot hold the label ''"),
            ([one()], {"labelmap": ["a\nb"]}, "cannot hold"),
            ([one()], {"labelmap": ["car", "car"]}, "one name"),
            ([one()], {"labelmap": ["road"]}, "no label 'car'"),
            (
                [one(shapes_=[BOX, Box(9, 9, 3, 3, "road")])],
                {"labelmap": [Label("car", (9, 8, 7)), Label("road", (9, 8, 7))]},
                "'car' and 'road' have one colour, 9,8,7: masks cannot tell them apart; give one another colour in CVAT",
            ),
            ([one()], {"labelmap": [Label("car", (9, 9, 999))]}, "0 to 255"),
            (
                [one()],
                {"labelmap": LabelMap([Label("car", (9, 9, 9))])},
                "the image 'one' has pixels without a shape, and the label map no background: a black label, or 'background'",
            ),
            ([one()], {"labelmap": LabelMap([Label("background", (0, 0, 0)), Label("car")])}, "'car' has no colour"),
            ([one()], {"subset": "my_list"}, "cannot name a subset"),
            ([one()], {"subset": ""}, "cannot name a subset"),
            ([one()], {"subset": "../x"}, "cannot name a subset"),
            ([one(subset="a_b")], {}, "cannot name a subset"),
            ([one("../one")], {}, "cannot be an id"),
            ([one("/one")], {}, "cannot be an id"),
            ([one("C:/one")], {}, "cannot be an id"),
            ([one("a\\b")], {}, "cannot be an id"),
            ([one("a//b")], {}, "cannot be an id"),
            ([one("")], {}, "cannot be an id"),
            ([one("a..b")], {}, "CVAT does not unpack"),
            ([one("a.")], {}, "CVAT does not unpack"),
            ([one()], {"subset": "x."}, "cannot name a subset"),
            ([one("#one")], {}, "cannot hold the id"),
            ([one(" one")], {}, "cannot hold the id"),
            ([one("a\x1bb")], {}, "cannot be an id"),
            ([one(), one()], {}, "comes twice"),
            ([], {}, "no images"),
            ([one(shapes_=[Box(0, 0, 1e300, 1, "car")])], {}, "coordinates must be within"),
            ([AnnotatedImage(name="one", width=0, height=5)], {}, "0x5 pixels"),
            ([AnnotatedImage(name="one", width=10**6, height=10**6)], {}, "pixels"),
            ([one()], {"mode": "jpeg"}, "mode is one of rgb, palette, grey"),
        ],
    )
    def test_refusal(
        self, tmp_path: Path, given_images: list[AnnotatedImage], options: dict[str, Any], message: str
    ) -> None:
        (tmp_path / "a.zip").write_text("old")
        with pytest.raises(WriteError) as error:
            segmask.write(tmp_path / "a.zip", given_images, **options)
        assert message in str(error.value)
        assert "\n" not in str(error.value)
        assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.zip", "old")]

    def test_all_at_once(self, tmp_path: Path) -> None:
        labels = [Label("a:b", (1, 1, 1)), Label("", (2, 2, 2)), Label("\x1b", (3, 3, 3)), Label("\udc80", (4, 4, 4))]
        labels += [Label("car", (9, 9, 9)), Label("bus", (9, 9, 9)), Label("cow", (8, 8, 8)), Label("ape", (8, 8, 8))]
        images = [
            one("many", shapes_=[BOX] * 300),
            one("a\\b", shapes_=[]),
            *(one("twice", shapes_=[]), one("twice", shapes_=[], subset="x_y"), one("again", shapes_=[], subset="x_y")),
            one("alike", shapes_=[Box(4 * x, 0, 3, 3, name) for x, name in enumerate(("car", "bus", "cow", "ape"))]),
            one("road", shapes_=[Box(0, 0, 3, 3, "road")]),
        ]
        found: list[WriteError] = []
        with pytest.raises(WriteError, match=r"^11 problems, and so nothing was written$"):
            segmask.write(tmp_path / "a.zip", images, labelmap=labels, on_problem=found.append)
        assert [(error.image, error.label) for error in found] == [
            (None, "a:b"),
            (None, ""),
            (None, "\x1b"),
            (None, "\udc80"),
            ("many", None),
            ("a\\b", None),
            ("twice", None),
            ("twice", None),
            ("road", "road"),
            (None, "bus"),
            (None, "ape"),
        ]
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.process
    def test_all_at_once_from_other_processes(self, tmp_path: Path) -> None:
        found: list[WriteError] = []
        images = [one("a", shapes_=[BOX] * 300), one("b", shapes_=[BOX] * 300)]
        with ProcessPoolExecutor(1) as pool, pytest.raises(WriteError, match=r"^2 problems"):
            segmask.write(tmp_path / "a.zip", images, labelmap=["car"], apply=pool.map, on_problem=found.append)
        assert [error.image for error in found] == ["a", "b"]

    def test_into_a_stream(self, tmp_path: Path) -> None:
        stream = io.BytesIO()
        segmask.write(stream, [one()])
        segmask.write(tmp_path / "a.zip", [one()])
        assert stream.getvalue() == (tmp_path / "a.zip").read_bytes()

    def test_a_failing_generator_leaves_what_was_there(self, tmp_path: Path) -> None:
        def failing() -> Iterator[AnnotatedImage]:
            yield one()
            raise RuntimeError("the source broke")

        with pytest.raises(RuntimeError, match="the source broke"):
            segmask.write(tmp_path / "a.zip", failing())
        assert list(tmp_path.iterdir()) == []

    def test_a_full_disk_leaves_what_was_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        (tmp_path / "a.zip").write_text("old")
        monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
        with pytest.raises(OSError, match="No space left"):
            segmask.write(tmp_path / "a.zip", [one()])
        assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.zip", "old")]

    def test_undeclared_pixels_cannot_be_written(self, tmp_path: Path) -> None:
        segmask.write(tmp_path / "a.zip", [one()])
        with zipfile.ZipFile(tmp_path / "a.zip") as archive, zipfile.ZipFile(tmp_path / "b.zip", "w") as changed:
            for name in archive.namelist():
                text = b"background:0,0,0::\n" if name == "labelmap.txt" else archive.read(name)
                changed.writestr(name, text)
        with segmask.open(tmp_path / "b.zip", on_problem=ignore) as broken, pytest.raises(WriteError, match="no label"):
            segmask.write(tmp_path / "c.zip", broken)

    def test_an_object_mask_alone_cannot_be_written(self, tmp_path: Path) -> None:
        segmask.write(tmp_path / "a.zip", [one()])
        with zipfile.ZipFile(tmp_path / "a.zip") as archive, zipfile.ZipFile(tmp_path / "b.zip", "w") as changed:
            for name in archive.namelist():
                if not name.startswith("SegmentationClass"):
                    changed.writestr(name, archive.read(name))
        with segmask.open(tmp_path / "b.zip", on_problem=ignore) as broken, pytest.raises(WriteError, match="no class"):
            segmask.write(tmp_path / "c.zip", broken)


def test_strict_opening_of_what_was_written_raises_nothing(tmp_path: Path) -> None:
    segmask.write(tmp_path / "a.zip", [one(), one("two", shapes_=[])])
    with pytest.warns(FormatWarning, match="SET019"), segmask.open(tmp_path / "a.zip") as archive:
        assert [len(image.instances) for image in archive] == [1, 0]
