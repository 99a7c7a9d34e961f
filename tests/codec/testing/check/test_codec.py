"""`check_codec` finds what is wrong with a codec, and only that; it shrinks to a tiny case and repeats itself."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import pytest
from PIL import Image

import segmask
from segmask import AnnotatedImage, LabelMap, Mask
from segmask._support.arrays import BoolArray, FloatArray
from segmask.outlines.tracing import trace
from segmask.pixels.runs import RowRuns
from segmask.testing import Report, check_codec, mask_to_polygons, polygons_to_mask
from support import naivecodec, profile

LAWS = {
    *("rasterises-as-cvat", "mask-survives-polygons"),
    *("images-survive", "written-is-strict", "read-agrees", "refuses-too-many"),
}
POLYGON_LAWS = {"rasterises-as-cvat", "mask-survives-polygons"}


pytestmark = pytest.mark.search


def write(path: Path, images: list[Any], labelmap: LabelMap) -> None:
    segmask.write(path, images, labelmap=labelmap)


def read(path: Path) -> segmask.Archive:
    return segmask.open(path)


def simple(path: Path) -> list[Any]:
    """Images of the least form, to be spoilt."""
    with segmask.open(path) as archive:
        return [
            SimpleNamespace(
                name=image.name,
                instances=[SimpleNamespace(label=inst.label, mask=inst.mask()) for inst in image.instances],
            )
            for image in archive
        ]


def check(folder: Path, max_examples: int = 20, **functions: Callable[..., Any]) -> Report:
    return check_codec(SimpleNamespace(**functions), max_examples=max_examples, folder=folder)


def broken(report: Report) -> dict[str, str]:
    return {failure.law: failure.message for failure in report.failures}


@pytest.fixture
def unshrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves a failing case as it was found, which takes a tenth of the time."""
    monkeypatch.setattr(sys.modules["segmask.testing.check.codec"], "MAX_SHRINKING", 0)


class TestSound:
    """segmask's own functions keep every law."""

    def test_segmasks_own(self, tmp_path: Path) -> None:
        report = check(
            tmp_path / "never",
            polygons_to_mask=polygons_to_mask,
            mask_to_polygons=mask_to_polygons,
            write=write,
            read=read,
        )
        assert report.passed, str(report)
        assert (set(report.kept), report.skipped, report.failures) == (LAWS, (), ())
        assert not (tmp_path / "never").exists()
        assert str(report).startswith(
            "6 of 6 laws hold, 0 skipped (max_examples=20, seed=0)\nholds    rasterises-as-cvat: "
        )

    def test_images_of_the_least_form(self, tmp_path: Path) -> None:
        report = check(tmp_path, 20, read=simple)
        assert report.kept == ("read-agrees",)
        assert set(report.skipped) == LAWS - {"read-agrees"}
        assert "skipped  images-survive: the codec has no write or no read" in str(report)

    def test_images_of_masks_alone(self, tmp_path: Path) -> None:
        def masks(path: Path) -> list[Any]:
            with segmask.open(path) as archive:
                return [
                    SimpleNamespace(name=image.name, class_mask=image.class_mask, object_mask=image.object_mask())
                    for image in archive
                ]

        assert check(tmp_path, 20, read=masks).passed

    @pytest.mark.parametrize("missing", ["polygons_to_mask", "mask_to_polygons"])
    def test_one_half(self, tmp_path: Path, missing: str) -> None:
        functions = {"polygons_to_mask": polygons_to_mask, "mask_to_polygons": mask_to_polygons}
        del functions[missing]
        report = check(tmp_path, 20, **functions)
        assert report.passed
        assert ("rasterises-as-cvat" in report.skipped) == (missing == "polygons_to_mask")

    def test_nothing_to_check_is_no_pass(self, tmp_path: Path) -> None:
        report = check(tmp_path)
        assert not report.passed
        assert set(report.skipped) == LAWS

    def test_warnings_are_not_heeded(self, tmp_path: Path) -> None:
        def noisy(mask: BoolArray) -> list[FloatArray]:
            warnings.warn("old", DeprecationWarning, stacklevel=1)
            return mask_to_polygons(mask)

        assert check(tmp_path, 10, mask_to_polygons=noisy).passed


class TestChosen:
    """Laws are chosen by name."""

    def test_select_and_ignore(self) -> None:
        codec = SimpleNamespace(polygons_to_mask=polygons_to_mask)
        report = check_codec(codec, select=POLYGON_LAWS, ignore="mask-survives-polygons", max_examples=1)
        assert (report.kept, report.skipped) == (("rasterises-as-cvat",), ())

    def test_an_unknown_law(self) -> None:
        with pytest.raises(ValueError, match="no law matches 'images-survived'; the nearest is 'images-survive'"):
            check_codec(SimpleNamespace(), ignore="images-survived")


def outer_alone(mask: BoolArray) -> list[FloatArray]:
    rings = trace(RowRuns.from_dense(mask.astype(np.int64)), [1]).get(1, [])
    return [ring.corners.astype(np.float64) for ring in rings]


def last_row_lost(polygons: Any, width: int, height: int) -> BoolArray:
    mask = polygons_to_mask(polygons, width, height)
    mask[-1] = False
    return mask


def emptied(mask: BoolArray) -> list[FloatArray]:
    found = mask_to_polygons(mask)
    mask[:] = False
    return found


def failing(mask: BoolArray) -> list[FloatArray]:
    if mask.any():
        raise RuntimeError("no \x1b[31m idea")
    return []


PLANTED_IN_POLYGONS: Final = [
    pytest.param(
        {"mask_to_polygons": lambda mask: [ring + 1 for ring in mask_to_polygons(mask)]},
        {"mask-survives-polygons"},
        "1 of 1 pixel differ: 1 lost, 0 new",
        id="off by one",
    ),
    pytest.param(
        {"mask_to_polygons": outer_alone},
        {"mask-survives-polygons"},
        "1 of 9 pixels differ: 0 lost, 1 new",
        id="holes",
    ),
    pytest.param(
        {"mask_to_polygons": lambda mask: [ring[:, ::-1] for ring in mask_to_polygons(mask)]},
        {"mask-survives-polygons"},
        "of 2 pixels differ",
        id="x and y on the way out",
    ),
    pytest.param(
        {"polygons_to_mask": lambda rings, w, h: polygons_to_mask([ring[:, ::-1] for ring in rings], w, h)},
        POLYGON_LAWS,
        "of 2 pixels differ",
        id="x and y on the way in",
    ),
    pytest.param(
        {"polygons_to_mask": last_row_lost}, POLYGON_LAWS, "1 of 1 pixel differ: 1 lost, 0 new", id="last row"
    ),
    pytest.param(
        {
            "polygons_to_mask": lambda rings, w, h: polygons_to_mask([ring - 3 for ring in rings], w, h),
            "mask_to_polygons": lambda mask: [ring + 3 for ring in mask_to_polygons(mask)],
        },
        {"rasterises-as-cvat"},
        "1 of 1 pixel differ: 1 lost, 0 new",
        id="another convention",
    ),
    pytest.param(
        {"mask_to_polygons": lambda mask: [ring[:, None] for ring in mask_to_polygons(mask)]},
        {"mask-survives-polygons"},
        "mask_to_polygons returned a polygon of shape (4, 1, 2), not finite numbers of shape (N, 2)",
        id="shape of contours",
    ),
    pytest.param(
        {"mask_to_polygons": lambda _: None},
        {"mask-survives-polygons"},
        "mask_to_polygons returned None, not a list of (N, 2) arrays",
        id="no list",
    ),
    pytest.param(
        {"mask_to_polygons": lambda mask: ["ab" for _ in mask]},
        {"mask-survives-polygons"},
        "mask_to_polygons returned a list that holds a str, not (N, 2) arrays",
        id="no arrays",
    ),
    pytest.param(
        {"polygons_to_mask": lambda rings, w, h: polygons_to_mask(rings, w, h).astype(np.uint8)},
        POLYGON_LAWS,
        "polygons_to_mask returned an array of shape (1, 1) and dtype uint8, "
        "not an array of shape (1, 1) and dtype bool",
        id="dtype",
    ),
    pytest.param(
        {"polygons_to_mask": lambda rings, w, h: [ring.fill(0) for ring in rings] and np.zeros((h, w), bool)},
        {*POLYGON_LAWS},
        "polygons_to_mask changes the polygons it is given",
        id="changes polygons",
    ),
    pytest.param(
        {"mask_to_polygons": emptied},
        {"mask-survives-polygons"},
        "mask_to_polygons changes the mask it is given",
        id="changes the mask",
    ),
    pytest.param(
        {"mask_to_polygons": failing},
        {"mask-survives-polygons"},
        "mask_to_polygons raised RuntimeError: no \\x1b[31m idea (test_codec.py, line ",
        id="raises",
    ),
    pytest.param(
        {"mask_to_polygons": lambda _: sys.exit()},
        {"mask-survives-polygons"},
        "mask_to_polygons raised SystemExit (test_codec.py, line ",
        id="exits",
    ),
]


class TestPlantedInPolygons:
    """A mistake in a conversion breaks the laws that it must break, and no other; the mask is tiny."""

    @pytest.mark.parametrize(("functions", "laws", "said"), PLANTED_IN_POLYGONS)
    def test_breaks_its_laws(
        self, tmp_path: Path, functions: dict[str, Callable[..., Any]], laws: set[str], said: str
    ) -> None:
        sound = {"polygons_to_mask": polygons_to_mask, "mask_to_polygons": mask_to_polygons}
        report = check(tmp_path, 40, **sound | functions)
        assert set(broken(report)) == laws
        assert set(report.kept) == POLYGON_LAWS - laws
        assert not report.passed
        assert any(said in str(failure) for failure in report.failures), str(report)
        for failure in report.failures:
            assert np.asarray(Image.open(failure.case)).size <= 9

    def test_polygons_that_cvat_cannot_take(self, tmp_path: Path) -> None:
        report = check(tmp_path, mask_to_polygons=lambda mask: [ring[:2] for ring in mask_to_polygons(mask)])
        (failure,) = report.failures
        assert (
            "mask_to_polygons returned what CVAT cannot take: a polygon needs three points or more" in failure.message
        )

    def test_the_case_is_the_mask_that_fails(self, tmp_path: Path) -> None:
        (failure,) = check(tmp_path, 40, polygons_to_mask=polygons_to_mask, mask_to_polygons=outer_alone).failures
        mask = np.asarray(Image.open(failure.case)) > 0
        assert mask.tolist() == [[True, True, True], [True, False, True], [True, True, True]]
        assert not np.array_equal(polygons_to_mask(outer_alone(mask), 3, 3), mask)

    def test_polygons_lie_beside_their_mask(self, tmp_path: Path) -> None:
        failure = check(tmp_path, polygons_to_mask=last_row_lost).failures[0]
        document = json.loads(failure.case.with_suffix(".json").read_text())
        mask = np.asarray(Image.open(failure.case)) > 0
        assert np.array_equal(mask, polygons_to_mask(**document))
        assert not np.array_equal(mask, last_row_lost(**document))


def spoilt(change: Callable[[Any], None]) -> Callable[[Path], list[Any]]:
    """A reader that changes each image."""

    def read(path: Path) -> list[Any]:
        images = simple(path)
        for image in images:
            change(image)
        return images

    return read


def merge(image: Any) -> None:
    by_label: dict[str, BoolArray] = {}
    for instance in image.instances:
        by_label[instance.label] = by_label.get(instance.label, np.False_) | instance.mask
    image.instances = [SimpleNamespace(label=label, mask=mask) for label, mask in by_label.items()]


def each(change: Callable[[Any], None]) -> Callable[[Any], None]:
    def whole(image: Any) -> None:
        for instance in image.instances:
            change(instance)

    return whole


def transpose(instance: Any) -> None:
    instance.mask = instance.mask.T


def roll(instance: Any) -> None:
    instance.mask = np.roll(instance.mask, 1, axis=1)


def lose_last_row(instance: Any) -> None:
    instance.mask[-1] = False


def relabel(instance: Any) -> None:
    instance.label = {"a": "b"}.get(instance.label, instance.label)


def lose_name_of_folder(image: Any) -> None:
    image.name = image.name.rpartition("/")[2]


def few_numbers(limit: int) -> Callable[..., None]:
    """A writer that keeps the first instances."""

    def write_few(path: Path, images: list[Any], labelmap: LabelMap) -> None:
        kept = [
            AnnotatedImage(name=image.name, width=image.width, height=image.height, shapes=image.shapes[:limit])
            for image in images
        ]
        segmask.write(path, kept, labelmap=labelmap)

    return write_few


def write_neighbours(path: Path, images: list[Any], labelmap: LabelMap) -> None:
    """Takes the label of the next index."""
    names = [label.name for label in labelmap if not label.is_background]
    following = dict(zip(names, [*names[1:], names[0]], strict=True))
    kept = [
        AnnotatedImage(
            name=image.name,
            width=image.width,
            height=image.height,
            shapes=[Mask(shape.mask, following[shape.label]) for shape in image.shapes],
        )
        for image in images
    ]
    segmask.write(path, kept, labelmap=labelmap)


def write_and_empty(path: Path, images: list[Any], labelmap: LabelMap) -> None:
    segmask.write(path, images, labelmap=labelmap)
    for image in images:
        for shape in image.shapes:
            shape.mask[:] = False


def write_and_forget(path: Path, images: list[Any], labelmap: LabelMap) -> None:
    segmask.write(path, images, labelmap=labelmap)
    images.clear()


def write_privately(path: Path, images: list[Any], labelmap: LabelMap) -> None:
    if any(len(image.instances) > 255 for image in images):
        raise ValueError
    segmask.write(path.with_suffix(".hidden"), images, labelmap=labelmap)
    path.write_bytes(b"\0" + path.with_suffix(".hidden").read_bytes()[::-1])


def read_privately(path: Path) -> segmask.Archive:
    whole = path.with_suffix(".turned")
    whole.write_bytes(path.read_bytes()[:0:-1])
    return segmask.open(whole)


READS = {"images-survive", "read-agrees"}
WRITES = {"images-survive", "written-is-strict"}


PLANTED_IN_ARCHIVES: Final = [
    pytest.param({"read": spoilt(merge)}, READS, "merged: 'a' of 1 pixel at x ", id="merges a label"),
    pytest.param({"read": spoilt(each(transpose))}, READS, "x", id="x and y"),
    pytest.param({"read": spoilt(each(roll))}, READS, "by x +1, y +0", id="off by one"),
    pytest.param({"read": spoilt(each(lose_last_row))}, READS, "lost: 'a' of 1 pixel at x 0, y 0", id="last row"),
    pytest.param(
        {"read": spoilt(each(relabel))},
        READS,
        "relabelled: 'a' of 1 pixel at x 0, y 0 is 'b' now",
        id="relabels",
    ),
    pytest.param({"read": spoilt(lose_name_of_folder)}, READS, "the image 'dir/image1' is gone", id="folders"),
    pytest.param(
        {"read": lambda _: 3},
        READS,
        "read returned what is no image: read must give images, not a int",
        id="int",
    ),
    pytest.param({"read": lambda _: [3]}, READS, "an image needs a name that is a str, and a int has None", id="ints"),
    pytest.param({"write": few_numbers(200)}, {*WRITES, "refuses-too-many"}, "lost: 'a' of 1 pixel", id="over 200"),
    pytest.param(
        {"write": few_numbers(255)},
        {"refuses-too-many"},
        "write takes 256 instances in one image without an error; an object mask holds 255",
        id="over 255",
    ),
    pytest.param(
        {"write": write_neighbours},
        WRITES,
        "relabelled: 'a' of 1 pixel at x 0, y 0 is 'b' now",
        id="next label",
    ),
    pytest.param(
        {"write": write_and_empty},
        WRITES,
        "write changes the shapes of the image 'image1' that it is given",
        id="changes shapes",
    ),
    pytest.param(
        {"write": write_and_forget},
        WRITES,
        "write changes the list of images it is given",
        id="changes the list",
    ),
    pytest.param(
        {"write": lambda *_: None},
        {*WRITES, "refuses-too-many"},
        "write left no file at the path it was given",
        id="writes nothing",
    ),
    pytest.param(
        {"write": write_privately, "read": read_privately},
        {"written-is-strict", "read-agrees"},
        "segmask does not read what write wrote: ",
        id="a format of its own",
    ),
]
"""The functions, the laws they break, and what is said of the smallest case."""

SHRUNK: Final = [
    fault for fault in PLANTED_IN_ARCHIVES if profile.NAME == "nightly" or fault.id in ("last row", "folders")
]
"""To look for a smallest archive takes up to half a minute."""


class TestPlantedInArchives:
    """A mistake in reading or writing breaks the laws that it must break, and no other; the case is small."""

    @pytest.mark.usefixtures("unshrunk")
    @pytest.mark.parametrize(("functions", "laws", "said"), PLANTED_IN_ARCHIVES)
    def test_breaks_its_laws(
        self, tmp_path: Path, functions: dict[str, Callable[..., Any]], laws: set[str], said: str
    ) -> None:
        report = check(tmp_path, 10, **{"write": write, "read": read} | functions)
        assert set(broken(report)) == laws, str(report)

    @pytest.mark.parametrize(("functions", "laws", "said"), SHRUNK)
    def test_its_case_is_small(
        self, tmp_path: Path, functions: dict[str, Callable[..., Any]], laws: set[str], said: str
    ) -> None:
        report = check(tmp_path, 10, **functions)
        assert any(said in failure.message for failure in report.failures), str(report)
        for failure in report.failures:
            if failure.case.suffix == ".zip":
                with segmask.open(failure.case, on_problem=lambda _: None) as archive:
                    (image,) = archive
                assert (image.width or 1) * (image.height or 1) in {*range(5), 208, 256}

    def test_the_case_of_too_many(self, tmp_path: Path) -> None:
        (failure,) = check(tmp_path, write=few_numbers(255)).failures
        numbers = np.asarray(Image.open(failure.case))
        assert sorted(numbers.ravel().tolist()) == list(range(1, 257))


def fault(*_: Any) -> Any:
    raise RuntimeError("oops")


class Wordless(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


class Own(BaseException):
    """Of somebody who wants out."""


class Untouchable(np.ndarray):  # type: ignore[type-arg]
    """An array that nobody may compare."""

    def __ne__(self, other: object) -> Any:
        raise RuntimeError("do not compare")

    __eq__ = __invert__ = __and__ = astype = __ne__  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]


class Deceitful:
    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("not an array")


class Properties:
    """A codec that is not ready."""

    @property
    def read(self) -> Any:
        return fault()

    @property
    def write(self) -> Any:
        return None


def raising(error: BaseException) -> Callable[..., Any]:
    def function(*_: Any) -> Any:
        raise error

    return function


def hiding(mask: BoolArray) -> Any:
    return np.ma.array(mask, mask=True)


class TestNoTraceback:
    """Whatever a codec does, the report has a sentence for it."""

    @pytest.mark.parametrize(
        ("function", "said"),
        [
            (raising(Wordless()), "mask_to_polygons raised Wordless, whose text raises RuntimeError ("),
            (raising(GeneratorExit()), "mask_to_polygons raised GeneratorExit (test_codec.py, line "),
            (raising(asyncio.CancelledError()), "mask_to_polygons raised CancelledError ("),
            (raising(StopIteration("x")), "mask_to_polygons raised StopIteration: x ("),
            (raising(Own("out")), "mask_to_polygons raised Own: out (test_codec.py, line "),
            (lambda _: [Deceitful()], "mask_to_polygons raised RuntimeError: not an array (test_codec.py, line "),
            (
                lambda _: (fault() for _ in "a"),
                "mask_to_polygons raised RuntimeError: oops (test_codec.py, line ",
            ),
            (
                lambda _, more: more,
                "mask_to_polygons raised TypeError: TestNoTraceback.<lambda>() missing 1 required positional argument: 'more'",
            ),
            (lambda mask: [hiding(mask)], "mask_to_polygons returned a polygon with masked values"),
        ],
    )
    def test_mask_to_polygons(self, tmp_path: Path, function: Callable[..., Any], said: str) -> None:
        (failure,) = check(tmp_path, 10, mask_to_polygons=function).failures
        assert failure.message.startswith(said)
        assert "calls.py" not in failure.message

    def test_an_array_that_nobody_may_compare(self, tmp_path: Path) -> None:
        def untouchable(*args: Any) -> Any:
            return polygons_to_mask(*args).view(Untouchable)

        def read_untouchable(path: Path) -> list[Any]:
            return [
                SimpleNamespace(
                    name=image.name,
                    instances=[
                        SimpleNamespace(label=instance.label, mask=instance.mask.view(Untouchable))
                        for instance in image.instances
                    ],
                )
                for image in simple(path)
            ]

        assert check(tmp_path, 10, polygons_to_mask=untouchable, read=read_untouchable).passed

    def test_an_array_that_hides_its_values(self, tmp_path: Path) -> None:
        report = check(
            tmp_path,
            10,
            polygons_to_mask=lambda *args: hiding(polygons_to_mask(*args)),
            read=spoilt(each(lambda instance: setattr(instance, "mask", hiding(instance.mask)))),
        )
        assert broken(report) == {
            **dict.fromkeys(POLYGON_LAWS, "polygons_to_mask returned masked values, which are neither true nor false"),
            "read-agrees": (
                "read returned what is no image: an instance's mask has masked values, which are neither true nor false"
            ),
        }

    def test_an_array_with_a_mask_that_hides_nothing(self, tmp_path: Path) -> None:
        def unmasked(*args: Any) -> Any:
            return np.ma.array(polygons_to_mask(*args), mask=False)

        assert check(tmp_path, 10, polygons_to_mask=unmasked).passed

    def test_an_image_that_nobody_can_paint(self, tmp_path: Path) -> None:
        def huge(path: Path) -> list[AnnotatedImage]:
            return [AnnotatedImage(name=i.name, width=10**9, height=10**9, shapes=[]) for i in simple(path)]

        message = broken(check(tmp_path, 10, read=huge))["read-agrees"]
        said = "read returned what is no image: an image of 1000000000x1000000000 pixels is too large to be painted"
        assert message == said

    def test_a_property_that_raises(self, tmp_path: Path) -> None:
        report = check_codec(Properties(), max_examples=10, folder=tmp_path)
        ((law, message),) = broken(report).items()
        assert law == "read-agrees"
        assert message.startswith("read raised RuntimeError: oops (test_codec.py, line ")

    @pytest.mark.parametrize("function", ["polygons_to_mask", "mask_to_polygons", "write", "read"])
    def test_a_coroutine(self, tmp_path: Path, function: str) -> None:
        async def later(*_: Any) -> None:
            """Never begun."""

        for message in broken(check(tmp_path, 10, **{function: later})).values():
            assert message == f"{function} returned a coroutine, which nobody awaits"
        gc.collect()

    @pytest.mark.parametrize("outcome", [pytest.skip.Exception, pytest.fail.Exception, pytest.exit.Exception])
    def test_what_is_meant_for_others_goes_through(self, tmp_path: Path, outcome: type[BaseException]) -> None:
        for error in (outcome("so be it"), KeyboardInterrupt("so be it")):
            with pytest.raises(type(error), match="so be it"):
                check(tmp_path, 10, mask_to_polygons=raising(error))


class TestFolders:
    """A codec may go where it likes; the cases lie where the caller said, and the caller stays where it was."""

    def test_a_codec_that_changes_the_directory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)

        def wander(path: Path) -> list[Any]:
            os.chdir(path.parent)
            return []

        def stray(path: Path, images: list[Any], labelmap: LabelMap) -> None:
            os.chdir(tmp_path.parent)
            fault()

        report = check_codec(SimpleNamespace(read=wander, write=stray), max_examples=10, folder="cases")
        assert Path.cwd() == tmp_path
        assert len(report.failures) == 4
        assert {failure.case.parent for failure in report.failures} == {tmp_path / "cases"}
        assert all(failure.case.is_file() for failure in report.failures)

    def test_a_folder_where_a_file_should_be(self, tmp_path: Path) -> None:
        report = check(tmp_path, 10, write=lambda path, *_: path.mkdir())
        assert broken(report) == dict.fromkeys(
            ["written-is-strict", "refuses-too-many"], "write left no file at the path it was given"
        )


class TestArguments:
    """What a codec does to its arguments is found out, and stays out of the case."""

    @pytest.mark.parametrize("more", [Mask(np.ones((1, 1), dtype=np.bool_), "a"), lambda: 5])
    def test_more_shapes(self, tmp_path: Path, more: Any) -> None:
        def append(path: Path, images: list[Any], labelmap: LabelMap) -> None:
            write(path, images, labelmap)
            for image in images:
                image.shapes.append(more)

        report = check(tmp_path, 10, write=append)
        assert broken(report) == {
            "written-is-strict": "write changes the shapes of the image 'image1' that it is given"
        }
        with segmask.open(report.failures[0].case, on_problem=lambda _: None) as archive:
            assert [len(image.instances) for image in archive] == [0]

    @pytest.mark.parametrize("seed", [None, "a", 1.5])
    def test_a_seed_that_is_no_number(self, seed: Any) -> None:
        with pytest.raises(TypeError, match=f"^seed must be an int, not {seed!r}$"):
            check_codec(SimpleNamespace(), seed=seed)


class TestNeverWriting:
    """Who never writes anything refuses nothing."""

    def test_a_class_in_place_of_an_instance(self, tmp_path: Path) -> None:
        class Codec:
            def write(self, path: Path, images: list[Any], labelmap: LabelMap) -> None:
                write(path, images, labelmap)

        report = check_codec(Codec, max_examples=10, folder=tmp_path)
        missing = (
            "write raised TypeError: TestNeverWriting.test_a_class_in_place_of_an_instance.<locals>.Codec.write() "
        )
        missing += "missing 1 required positional argument: 'labelmap'"
        assert broken(report) == {
            "written-is-strict": missing,
            "refuses-too-many": f"write wrote nothing ever, so that its error says nothing of the number: {missing}",
        }
        assert check_codec(Codec(), max_examples=10, folder=tmp_path).passed


class TestNaiveCodec:
    """Pillow's polygons and contours through pixel centres are found out by a tiny mask; its archives are sound."""

    def test_what_the_harness_says(self, tmp_path: Path) -> None:
        report = check_codec(naivecodec, max_examples=20, folder=tmp_path)
        assert set(broken(report)) == POLYGON_LAWS
        assert set(report.kept) == LAWS - POLYGON_LAWS
        for failure in report.failures:
            assert np.asarray(Image.open(failure.case)).size <= 9


class TestRepeating:
    """The same seed finds the same again, in another process too; cases stay where one can find them."""

    CODE = (
        "from segmask.testing import check_codec, mask_to_polygons as m\n"
        "import sys\n"
        "class Codec:\n"
        "    mask_to_polygons = staticmethod(lambda mask: [r + (len(r) > 4) for r in m(mask)])\n"
        "print(check_codec(Codec, max_examples=30, seed=7, folder=sys.argv[1]))\n"
    )

    @pytest.mark.process
    def test_in_another_process(self, tmp_path: Path) -> None:
        said = {
            subprocess.run(
                [sys.executable, "-c", self.CODE, str(tmp_path)], capture_output=True, text=True, check=True
            ).stdout
            for _ in range(2)
        }
        assert len(said) == 1
        assert "BROKEN   mask-survives-polygons" in next(iter(said))

    def test_its_repr_is_short_enough_for_pytest(self, tmp_path: Path) -> None:
        report = check(tmp_path, 10, mask_to_polygons=failing)
        assert repr(report) == "<0 of 1 laws hold, 5 skipped (max_examples=10, seed=0); broken: mask-survives-polygons>"
        functions = dict.fromkeys(("polygons_to_mask", "mask_to_polygons", "write", "read"), fault)
        assert len(repr(check(tmp_path, 10, **functions))) <= 240

    def test_the_seed_is_told(self, tmp_path: Path) -> None:
        codec = SimpleNamespace(mask_to_polygons=failing)
        first, second = (check_codec(codec, max_examples=20, seed=3, folder=tmp_path / name) for name in "ab")
        assert [failure.seed for failure in first.failures] == [3]
        assert broken(first) == broken(second)
        assert first.failures[0].case.read_bytes() == second.failures[0].case.read_bytes()

    def test_a_codec_that_changes_its_mind(self, tmp_path: Path) -> None:
        answers: Iterator[bool] = iter([True] * 10)

        def moody(mask: BoolArray) -> list[FloatArray]:
            if next(answers, False):
                raise ValueError
            return mask_to_polygons(mask)

        (failure,) = check(tmp_path, mask_to_polygons=moody).failures
        assert failure.message.startswith("mask_to_polygons raised ValueError (test_codec.py, line ")

    def test_a_folder_of_its_own(self) -> None:
        (failure,) = check_codec(SimpleNamespace(mask_to_polygons=failing), max_examples=20).failures
        assert failure.case.parent.name.startswith("segmask-check-codec-")
        shutil.rmtree(failure.case.parent)
