"""Each law holds for segmask's own conversions, and says what was lost, merged, relabelled or shifted where it is broken."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

import segmask
from segmask import AnnotatedImage, Box, FormatError, LabelMap, Mask
from segmask._support.arrays import BoolArray
from segmask.formats import coco
from segmask.formats.annotate import Drawing, annotated
from segmask.testing import (
    annotated_images,
    assert_agrees,
    assert_archive_survives,
    assert_pixels_survive,
    assert_polygons_survive,
    label_maps,
    mask_to_polygons,
    masks,
    polygons_to_mask,
)
from support.archives import CLASSES, LABEL_COLORS, LIST, OBJECTS, SOUND, changed, rgb, write_zip


def two(**changes: Any) -> AnnotatedImage:
    """Two boxes, apart."""
    shapes = changes.pop("shapes", [Box(1, 1, 3, 2, "cat"), Box(5, 1, 2, 4, "dog")])
    return AnnotatedImage(**{"name": "image1", "width": 8, "height": 6, "shapes": shapes} | changes)


def broken(change: Callable[[list[Any]], Any], before: AnnotatedImage | None = None) -> str:
    """What the law says of an import that changes the shapes."""
    image = before or two()
    with pytest.raises(AssertionError) as caught:
        assert_pixels_survive(
            lambda images: images, lambda images: [two(shapes=change(list(images[0].shapes)))], [image]
        )
    return str(caught.value)


class TestPixelsSurvive:
    """An import that loses, merges, relabels or shifts is told so, with a drawing."""

    @given(images=st.lists(annotated_images(), max_size=2, unique_by=lambda image: image.name))
    def test_through_coco(self, images: list[AnnotatedImage]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.json"
            visible = [replace(image, shapes=exact(image), subset="default") for image in images]

            def export(given: list[AnnotatedImage]) -> Path:
                coco.write(path, ["a", "b", "c"], given)
                return path

            assert_pixels_survive(export, coco.read, visible)

    def test_a_generator_of_annotations(self) -> None:
        assert_pixels_survive(list, iter, (image for image in [two()]))

    @pytest.mark.parametrize(
        ("found", "said"), [(None, "import_ must give images, not None"), ([3], "an image needs ")]
    )
    def test_an_import_of_no_images(self, found: Any, said: str) -> None:
        with pytest.raises(AssertionError, match=f"^{said}"):
            assert_pixels_survive(list, lambda _: found, [two()])
        with pytest.raises(TypeError, match="an image needs a name that is a str, and a int has None"):
            assert_pixels_survive(list, list, [3])

    @pytest.mark.parametrize("numbered", [False, True])
    def test_images_of_masks_without_names_of_labels(self, numbered: bool) -> None:
        """A label is named by its index then, 0 being the background; whatever else there is, counts."""

        def image(change: Callable[[BoolArray], BoolArray] = np.copy) -> list[Any]:
            classes = np.zeros((3, 4), dtype=np.int64)
            classes[1, 1], classes[1, 2], classes[2, 0] = 7, 255, -1
            masks = {"class_mask": change(classes), "object_mask": change(abs(classes)) if numbered else None}
            return [SimpleNamespace(name="one", **masks)]

        assert_pixels_survive(list, list, image())
        for change, said in (
            (np.zeros_like, "lost: '7' of 1 pixel at x 1, y 1\n"),
            (np.zeros_like, "lost: '-1' of 1 pixel at x 0, y 2\n"),
            (lambda classes: np.where(classes == 7, 0, classes), "image 'one': 1 of 12 pixels differ\n  lost: '7'"),
            (lambda classes: np.where(classes == 255, 0, classes), "lost: '255' of 1 pixel at x 2, y 1\n"),
        ):
            with pytest.raises(AssertionError, match=re.escape(said)):
                assert_pixels_survive(lambda _: None, lambda _, change=change: image(change), image())

    def test_masks_of_an_archive_have_its_labels(self, tmp_path: Path) -> None:
        def image(classes: npt.NDArray[Any]) -> list[Any]:
            return [SimpleNamespace(name="one", class_mask=classes, object_mask=OBJECTS)]

        with segmask.open(write_zip(tmp_path / "sound.zip", SOUND)) as archive:
            assert_pixels_survive(list, lambda _: image(CLASSES), archive)
            with pytest.raises(AssertionError, match="relabelled: 'car' of 16 pixels at x 1, y 1 is 'road' now"):
                assert_pixels_survive(list, lambda _: image(np.where(CLASSES, 2, 0)), archive)

    def test_lost(self) -> None:
        assert broken(lambda shapes: shapes[:1]) == (
            "image 'image1': 8 of 48 pixels differ\n"
            "  lost: 'dog' of 8 pixels at x 5, y 1\n"
            "  from x 4, y 0:\n"
            "    ....\n"
            "    .--.\n"
            "    .--.\n"
            "    .--.\n"
            "    .--.\n"
            "    ....\n"
            "    . nothing   o as it was   - lost   + new   ! another instance or label"
        )

    def test_shifted(self) -> None:
        said = broken(lambda shapes: [replace(shapes[0], x=2), shapes[1]])
        assert "  shifted: 'cat' of 6 pixels at x 1, y 1 by x +1, y +0\n" in said
        assert said.startswith("image 'image1': 4 of 48 pixels differ\n")
        assert "    .-oo+.\n" not in said  # the dog is next to it
        assert "    .-oo+\n" in said or "    .-oo+o\n" in said

    def test_shifted_over_the_edge(self) -> None:
        said = broken(lambda shapes: [shapes[0], replace(shapes[1], x=7)])
        assert "  shifted: 'dog' of 8 pixels at x 5, y 1 by x +2, y +0\n" in said

    def test_relabelled(self) -> None:
        said = broken(lambda shapes: [replace(shapes[0], label="dog"), shapes[1]])
        assert "  relabelled: 'cat' of 6 pixels at x 1, y 1 is 'dog' now\n" in said
        assert "    .!!!." in said

    def test_merged(self) -> None:
        cats = two(shapes=[Box(1, 1, 2, 2, "cat"), Box(3, 1, 2, 2, "cat")])
        said = broken(lambda shapes: [replace(shape, group=1) for shape in shapes], cats)
        assert (
            "  merged: 'cat' of 4 pixels at x 1, y 1 and 'cat' of 4 pixels at x 3, y 1 into one 'cat' of 8 pixels\n"
            in said
        )

    def test_split(self) -> None:
        said = broken(lambda shapes: [Box(1, 1, 2, 2, "cat"), Box(3, 1, 1, 2, "cat"), shapes[1]])
        assert "  split: 'cat' of 6 pixels at x 1, y 1 into 2 instances\n" in said

    def test_changed(self) -> None:
        said = broken(lambda shapes: [replace(shapes[0], height=1), replace(shapes[1], label="cow", height=5)])
        assert "  changed: 'dog' of 8 pixels at x 5, y 1 has 0 of its pixels lost and 2 new, and is 'cow' now\n" in said
        assert "  changed: 'cat' of 6 pixels at x 1, y 1 has 3 of its pixels lost and 0 new\n" in said

    def test_new(self) -> None:
        assert "  new: 'bird' of 1 pixel\n" in broken(lambda shapes: [*shapes, Box(0, 5, 1, 1, "bird")])

    def test_the_numbers_do_not_matter(self) -> None:
        assert_pixels_survive(lambda images: images, lambda images: [two(shapes=images[0].shapes[::-1])], [two()])

    def test_images(self) -> None:
        for found, said in (
            ([], "the image 'image1' is gone"),
            ([two(name="a")], "the image 'image1' is gone; there is ['a']\nthe image 'a' is new"),
            ([two(width=9)], "image 'image1': the image has 9x6 pixels, and had 8x6"),
            ([two(), two(name="b")], "the image 'b' is new"),
        ):
            with pytest.raises(AssertionError) as caught:
                assert_pixels_survive(lambda images: images, lambda _, found=found: found, [two()])
            assert str(caught.value) == said

    def test_hostile_names_do_not_reach_the_terminal(self) -> None:
        hostile = two(name="\x1b[2J", shapes=[Box(0, 0, 1, 1, "\x1b[31m\u202e")])
        with pytest.raises(AssertionError) as caught:
            assert_pixels_survive(lambda images: images, lambda _: [replace(hostile, shapes=[])], [hostile])
        assert all(line.isprintable() for line in str(caught.value).splitlines())

    def test_a_large_difference_is_drawn_in_part(self) -> None:
        wide = AnnotatedImage(name="a", width=300, height=200, shapes=[Box(50, 60, 200, 100, "cat")])
        with pytest.raises(AssertionError) as caught:
            assert_pixels_survive(lambda images: images, lambda _: [replace(wide, shapes=[])], [wide])
        lines = str(caught.value).splitlines()
        assert "  from x 49, y 59:" in lines
        assert [len(line) for line in lines[3:-1]] == [44] * 20

    def test_many_differences_are_cut_short(self) -> None:
        many = two(shapes=[Box(x, y, 1, 1, "cat") for x in range(8) for y in range(6)])
        assert "\n  and 40 more\n" in broken(lambda _: [], many)
        assert " and 40 more into one 'cat' of 48 pixels" in broken(lambda _: [Box(0, 0, 8, 6, "cat")], many)


def exact(image: AnnotatedImage) -> list[Mask]:
    """The instances of an image, as COCO can say them: apart, without z-order."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.zip"
        segmask.write(path, [image])
        with segmask.open(path, on_problem=lambda _: None) as archive:
            found = annotated(next(iter(archive)), Drawing(shapes="masks"))
    return [] if found is None else [shape for shape in found.shapes if isinstance(shape, Mask)]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_zip(tmp_path / "sound.zip", SOUND)


class TestArchiveSurvives:
    """What is written of what was read reads as the archive."""

    @given(st.data(), label_maps())
    def test_segmasks_own(self, data: st.DataObject, labelmap: LabelMap) -> None:
        names = [label.name for label in labelmap if not label.is_background]
        images = data.draw(st.lists(annotated_images(labels=names), min_size=1, max_size=2, unique_by=lambda i: i.name))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.zip"
            segmask.write(path, images, labelmap=labelmap)
            assert_archive_survives(path)

    def test_an_archive_without_object_masks(self, tmp_path: Path) -> None:
        assert_archive_survives(write_zip(tmp_path / "a.zip", changed({"SegmentationObject/one.png": None})))

    def test_what_cvat_loses_is_no_fault(self, tmp_path: Path) -> None:
        stray = CLASSES.copy()
        stray[7, 0] = 1
        path = write_zip(tmp_path / "a.zip", changed({"SegmentationClass/one.png": rgb(stray, LABEL_COLORS)}))
        assert_archive_survives(path, write=without_strays)

    def test_what_cvat_rejects_is_refused(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", changed({"SegmentationClass/one.png": rgb(CLASSES)[:-30]}))
        with pytest.raises(FormatError, match="PNG"):
            assert_archive_survives(path)

    def test_a_reader_that_loses_an_instance(self, sound: Path) -> None:
        def read(path: Path) -> list[Any]:
            with segmask.open(path) as archive:
                return [named(image, image.instances[:1]) for image in archive]

        with pytest.raises(AssertionError, match="lost: 'road' of 16 pixels at x 5, y 3"):
            assert_archive_survives(sound, read=read, write=write_shapes)

    def test_a_reader_of_no_images(self, sound: Path) -> None:
        with pytest.raises(AssertionError, match=r"^read must give images, not None$"):
            assert_archive_survives(sound, read=lambda _: None, write=write_shapes)

    def test_a_writer_that_forgets_an_image(self, sound: Path) -> None:
        with pytest.raises(AssertionError) as caught:
            assert_archive_survives(sound, write=lambda path, images, labelmap: segmask.write(path, [two()]))
        assert str(caught.value).splitlines() == [
            "the label 'car' is gone",
            "the label 'road' is gone",
            "the image 'one' of 'default' is gone",
            "the image 'image1' of 'default' is new",
        ]

    @pytest.mark.parametrize("write", [lambda *_: None, lambda path, *_: path.mkdir()])
    def test_a_writer_of_no_file(self, sound: Path, write: Callable[..., Any]) -> None:
        with pytest.raises(AssertionError, match=r"^write left no file at the path it was given$"):
            assert_archive_survives(sound, write=write)

    def test_a_writer_of_what_nobody_reads(self, sound: Path) -> None:
        with pytest.raises(AssertionError, match=r"what was written cannot be read: .*ZIP"):
            assert_archive_survives(sound, write=lambda path, images, labelmap: path.write_bytes(b"PK\3\4"))


def named(image: Any, instances: Any) -> SimpleNamespace:
    return SimpleNamespace(name=image.name, width=image.width, height=image.height, instances=instances)


def write_shapes(path: Path, images: list[Any], labelmap: LabelMap) -> None:
    segmask.write(
        path,
        [
            AnnotatedImage(
                name=image.name,
                width=image.width,
                height=image.height,
                shapes=[Mask(instance.mask(), instance.label) for instance in image.instances],
            )
            for image in images
        ],
        labelmap=labelmap,
    )


def without_strays(path: Path, images: Any, labelmap: LabelMap) -> None:
    write_shapes(path, list(images), labelmap)


class TestPolygonsSurvive:
    """The polygons of a mask give the mask back."""

    @given(masks())
    def test_segmasks_own(self, mask: BoolArray) -> None:
        assert_polygons_survive(mask_to_polygons, polygons_to_mask, mask)

    def test_a_conversion_that_erases_its_argument(self) -> None:
        def erased(mask: BoolArray) -> list[Any]:
            mask[:] = False
            return mask_to_polygons(mask)

        with pytest.raises(AssertionError, match="6 of 6 pixels differ: 6 lost, 0 new"):
            assert_polygons_survive(erased, polygons_to_mask, np.ones((2, 3), dtype=np.bool_))

    def test_a_lost_edge(self) -> None:
        mask = np.ones((2, 3), dtype=np.bool_)
        with pytest.raises(AssertionError) as caught:
            assert_polygons_survive(lambda _: [np.array([(0, 0), (2, 0), (2, 1), (0, 1)])], polygons_to_mask, mask)
        assert str(caught.value).splitlines() == [
            "4 of 6 pixels differ: 4 lost, 0 new",
            "from x 0, y 0:",
            "  oo-",
            "  ---",
            "  . nothing   o as it was   - lost   + new   ! another instance or label",
            "the polygons: [[0, 0], [2, 0], [2, 1], [0, 1]]",
        ]

    def test_shifted_and_exchanged(self) -> None:
        corner = np.zeros((3, 3), dtype=np.bool_)
        corner[0, :2] = True
        for change, said in (
            (lambda m: np.roll(m, 1, 0), "shifted by x +0, y +1"),
            (np.transpose, "x and y are exchanged"),
        ):
            with pytest.raises(AssertionError, match=said.replace("+", r"\+")):
                assert_polygons_survive(lambda _: [], lambda *_, change=change: change(corner), corner)

    def test_another_size(self) -> None:
        mask = np.ones((2, 3), dtype=np.bool_)
        with pytest.raises(
            AssertionError, match=r"^the mask has the shape \(3, 2\), and had \(2, 3\)\nthe polygons: none$"
        ):
            assert_polygons_survive(lambda _: [], lambda *_: mask.T, mask)

    @pytest.mark.parametrize(
        ("polygons", "found", "said"),
        [
            (None, None, "to_polygons must give polygons, not None"),
            (5, None, "to_polygons must give polygons, not a int"),
            ("ab", None, "to_polygons must give polygons, not a str"),
            ([], None, "the mask of polygons must be an (H, W) array of bool, not None"),
            ([], [[True]], "the mask of polygons must be an (H, W) array of bool, not a list"),
            (
                [],
                np.ma.array(np.ones((2, 3), dtype=np.bool_), mask=True),
                "the mask of polygons has masked values, which are neither true nor false",
            ),
        ],
    )
    def test_other_types(self, polygons: Any, found: Any, said: str) -> None:
        with pytest.raises(AssertionError, match=f"^{re.escape(said)}$"):
            assert_polygons_survive(lambda _: polygons, lambda *_: found, np.ones((2, 3), dtype=np.bool_))

    def test_what_is_given_must_be_a_mask(self) -> None:
        with pytest.raises(TypeError, match=r"^the mask must be an \(H, W\) array of bool, not a list$"):
            assert_polygons_survive(mask_to_polygons, polygons_to_mask, [[True]])  # type: ignore[arg-type]

    def test_any_number_but_zero_is_true(self) -> None:
        grey = np.array([[0, 255, 255], [0, 7, 0]], dtype=np.uint8)
        assert np.array_equal(polygons_to_mask(mask_to_polygons(grey), 3, 2), grey != 0)  # type: ignore[arg-type]
        seen = []

        def nothing(mask: BoolArray) -> list[Any]:
            seen.append(mask)
            return []

        with pytest.raises(AssertionError) as caught:
            assert_polygons_survive(nothing, polygons_to_mask, grey)  # type: ignore[arg-type]
        assert str(caught.value).splitlines()[:4] == [
            "3 of 6 pixels differ: 3 lost, 0 new",
            "from x 0, y 0:",
            "  .--",
            "  .-.",
        ]
        assert np.array_equal(seen[0], grey)
        assert seen[0].dtype == np.uint8

    @pytest.mark.parametrize(
        ("polygons", "said"),
        [
            ([], "none"),
            (iter([np.array([(0, 0), (1, 0), (1, 1.5)])]), "[[0, 0], [1, 0], [1, 1.5]]"),
            (np.zeros((1, 3, 2)), "[[0, 0], [0, 0], [0, 0]]"),
            (
                [np.arange(22).reshape(11, 2)],
                "[[0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [10, 11], [12, 13], [14, 15], and 3 more points]",
            ),
            ([[(0, 0), (1, 0), (0, 1)]] * 4, f"{'[[0, 0], [1, 0], [0, 1]], ' * 3}and 1 more polygon"),
            (
                [np.zeros((4, 1, 2)), [[1, 2], [3]], "ab"],
                "an array of shape (4, 1, 2) and dtype float64, a list, a str",
            ),
        ],
    )
    def test_the_polygons_are_told_in_a_few_words(self, polygons: Any, said: str) -> None:
        mask = np.ones((1, 1), dtype=np.bool_)
        with pytest.raises(AssertionError) as caught:
            assert_polygons_survive(lambda _: polygons, lambda *_: ~mask, mask)
        assert str(caught.value).splitlines()[-1] == f"the polygons: {said}"


class TestAgrees:
    """Another reader sees what segmask sees, and refuses what CVAT rejects."""

    def test_segmask_itself(self, sound: Path) -> None:
        assert_agrees(segmask.open, sound)

    def test_one_that_has_masks_alone(self, sound: Path) -> None:
        def image(**masks: Any) -> list[Any]:
            return [SimpleNamespace(name="one", **masks)]

        assert_agrees(lambda _: image(class_mask=CLASSES, object_mask=OBJECTS), sound)
        with pytest.raises(AssertionError, match="relabelled: 'car' of 16 pixels at x 1, y 1 is 'road' now"):
            assert_agrees(lambda _: image(class_mask=np.where(CLASSES, 2, 0), object_mask=OBJECTS), sound)

    @pytest.fixture
    def rejected(self, tmp_path: Path) -> Path:
        return write_zip(tmp_path / "rejected.zip", changed({"SegmentationClass/one.png": b""}))

    def test_one_that_takes_what_cvat_rejects(self, rejected: Path) -> None:
        for found in ([], iter([]), [two()], [SimpleNamespace(name="one", class_mask=CLASSES, object_mask=OBJECTS)]):
            with pytest.raises(AssertionError, match=r"^CVAT rejects the archive, and the reader takes it: .*PNG"):
                assert_agrees(lambda _, found=found: found, rejected)

    def test_one_that_refuses_what_cvat_rejects(self, rejected: Path) -> None:
        def refuse(*_: Any) -> Any:
            raise OSError("no")

        def late(_: Path) -> Iterator[Any]:
            yield two()
            refuse()

        class Lazy:
            name = "one"
            class_mask = refuse

        class LazyInstance:
            label = "car"
            mask = refuse

        for reader in (
            refuse,
            late,
            lambda _: [Lazy()],
            lambda _: [SimpleNamespace(name="one", instances=[LazyInstance()])],
            lambda _: [SimpleNamespace(name="one", instances=(refuse() for _ in range(1)))],
        ):
            assert_agrees(reader, rejected)

    @pytest.mark.parametrize(
        ("found", "said"),
        [
            (None, "reader must give images, not None"),
            (5, "reader must give images, not a int"),
            ([5], "an image needs a name that is a str, and a int has None"),
            (
                [SimpleNamespace(name="one", width=1, height=1, shapes=[5])],
                "an image's shapes are those of segmask, and one of a SimpleNamespace is a int",
            ),
            (
                [two(name="one", shapes=[Box(0, 0, 1, 1, "car")] * 256)],
                "the shapes of a AnnotatedImage cannot be painted: 256 instances, and an object mask holds 255",
            ),
            (
                [two(name="one", width=10**9, height=10**9)],
                "an image of 1000000000x1000000000 pixels is too large to be painted",
            ),
            ([SimpleNamespace(name="one", instances=5)], "the instances of an image are a list, not a int"),
            (
                [SimpleNamespace(name="one", width=1, height=1, shapes=5)],
                "the shapes of an image are a list, not a int",
            ),
            ([SimpleNamespace(name="one")], "a SimpleNamespace has neither shapes, nor instances, nor class_mask and "),
        ],
    )
    def test_one_that_gives_no_images_refuses_nothing(self, sound: Path, rejected: Path, found: Any, said: str) -> None:
        for archive in (sound, rejected):
            with pytest.raises(AssertionError, match=f"^{said}"):
                assert_agrees(lambda _: found, archive)

    def test_its_own_error_where_cvat_takes_the_archive(self, sound: Path) -> None:
        def refuse(_: Path) -> Any:
            raise OSError("no")

        with pytest.raises(OSError, match="no"):
            assert_agrees(refuse, sound)

    def test_subsets_count(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", changed({LIST: None, "ImageSets/Segmentation/val.txt": "one\n"}))
        with segmask.open(path) as archive:
            (image,) = archive
        with pytest.raises(AssertionError, match=r"^the image 'one' is in the subset 'train', and was in 'val'$"):
            assert_agrees(lambda _: [replace(image, subset="train")], path)
