"""What the strategies draw: what they promise, and the smallest example of each thing that one may look for."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unicodedata
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import segmask
from segmask import AnnotatedImage, LabelMap, testing
from segmask._support.arrays import BoolArray
from segmask.labels.labelmap import HEADER
from segmask.outlines.tracing import trace
from segmask.pixels.runs import RowRuns
from segmask.shapes.model import Box, Ellipse, Mask, Polygon
from segmask.shapes.painting import paint_shapes
from segmask.shapes.raster import rasterise
from segmask_validate import validate

T = TypeVar("T")

TEXTURES = ("pixels", "lines", "blobs", "donuts", "checkers", "noise")


SEARCH = settings(
    max_examples=2000,
    database=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],  # nothing to explain
)


def smallest(strategy: st.SearchStrategy[T], condition: Callable[[T], Any] = lambda _: True) -> T:
    return find(strategy, condition, settings=SEARCH)


def some(strategy: st.SearchStrategy[T], condition: Callable[[T], Any]) -> T:
    return find(strategy, condition, settings=settings(SEARCH, phases=[Phase.generate]))


def covers(shape: Polygon | Box | Ellipse) -> bool:
    return bool(len(rasterise(shape, 8, 8).starts))


def has_hole(mask: BoolArray) -> bool:
    return any(ring.holes for ring in trace(RowRuns.from_dense(mask.astype(np.int64)), [1]).get(1, []))


def visible(image: AnnotatedImage) -> int:
    objects = paint_shapes(image.shapes, image.width, image.height).objects
    return len(set(objects.values.tolist()) - {0})


@pytest.mark.search
class TestShrinking:
    """The smallest example is what a person would have written."""

    def test_colors(self) -> None:
        assert smallest(testing.colors()) == (0, 0, 0)

    def test_labels(self) -> None:
        assert smallest(testing.labels()) == segmask.Label("0", (0, 0, 0))

    def test_label_maps(self) -> None:
        found = smallest(testing.label_maps(), lambda labelmap: len(labelmap) > 2)
        assert found.entries[0] == HEADER
        assert [label.name for label in found] == ["background", "a", "b"]
        assert not any(label.parts or label.actions for label in found)

    @pytest.mark.parametrize("texture", [*(t for t in TEXTURES if t != "donuts"), None])
    def test_one_pixel(self, texture: str | None) -> None:
        found = smallest(testing.masks(textures=texture and [texture]), np.any)
        assert found.tolist() == [[True]]

    def test_a_hole(self) -> None:
        found = smallest(testing.masks(textures=["donuts"]), has_hole)
        assert found.tolist() == [[True, True, True], [True, False, True], [True, True, True]]

    def test_three_values(self) -> None:
        found = smallest(testing.index_masks(), lambda mask: len(np.unique(mask)) > 2)
        assert found.size == 3
        assert sorted(found.ravel().tolist()) == [0, 1, 2]

    def test_polygons(self) -> None:
        found = smallest(testing.polygons(), covers)
        assert found.points.tolist() == [[0, 0], [0, 1], [1, 1]]
        assert (found.label, found.group, found.z_order) == ("a", 0, 0)

    def test_boxes(self) -> None:
        assert smallest(testing.boxes(), covers) == Box(0, 0, 1, 1, "a")
        assert smallest(testing.boxes(), lambda box: box.rotation) == Box(0, 0, 1, 1, "a", rotation=90)

    def test_ellipses(self) -> None:
        assert smallest(testing.ellipses(), covers) == Ellipse(0, 0, 1, 1, "a")

    def test_images(self) -> None:
        assert smallest(testing.annotated_images()) == AnnotatedImage(name="image1", width=1, height=1, shapes=[])
        found = smallest(testing.annotated_images(), visible)
        assert (found.name, found.width, found.height, found.shapes) == ("image1", 1, 1, [Box(0, 0, 1, 1, "a")])

    def test_two_instances_that_one_sees(self) -> None:
        found = smallest(testing.annotated_images(), lambda image: visible(image) > 1)
        assert found.width * found.height == 2
        assert len(found.shapes) == 2

    def test_a_group(self) -> None:
        found = smallest(testing.annotated_images(), lambda image: any(shape.group for shape in image.shapes))
        assert [shape.group for shape in found.shapes] == [1]
        assert (found.width, found.height) == (1, 1)


class TestMasks:
    """Arrays of the size and the values asked for, in six textures."""

    @pytest.mark.parametrize("texture", TEXTURES)
    @given(data=st.data(), values=st.sampled_from([1, 2, 5, 256, 65536]))
    def test_index_masks(self, data: st.DataObject, texture: str, values: int) -> None:
        sides = {"heights": st.integers(1, 4), "widths": st.integers(1, 40)}
        mask = data.draw(testing.index_masks(values=values, textures=[texture], **sides))
        assert mask.dtype == np.int64
        assert 1 <= mask.shape[0] <= 4
        assert 1 <= mask.shape[1] <= 40
        assert mask.min() >= 0
        assert mask.max() < values

    @given(testing.masks(heights=st.just(3), widths=st.just(2)))
    def test_masks(self, mask: BoolArray) -> None:
        assert (mask.dtype, mask.shape) == (np.bool_, (3, 2))

    @pytest.mark.parametrize("texture", TEXTURES)
    def test_every_texture_makes_large_ones(self, texture: str) -> None:
        sides = {"heights": st.just(9), "widths": st.just(9)}
        assert some(testing.masks(textures=[texture], **sides), lambda mask: mask.sum() > 6).shape == (9, 9)


class TestShapes:
    """Shapes of any kind, in the image or not; their label is one of those given."""

    @given(
        testing.polygons(labels=["x", "y"], limit=5) | testing.boxes(labels=["x", "y"]) | testing.ellipses(labels="xy")
    )
    def test_can_be_painted(self, shape: Polygon | Box | Ellipse) -> None:
        assert shape.label in {"x", "y"}
        rasterise(shape, 5, 5)

    @pytest.mark.parametrize("kind", [Box, Mask, Polygon, Ellipse])
    def test_images_have_all_kinds(self, kind: type) -> None:
        assert some(testing.annotated_images(), lambda image: any(isinstance(shape, kind) for shape in image.shapes))

    @given(testing.annotated_images(labels=["x"], max_side=3, max_shapes=2))
    def test_images_are_as_small_as_asked_for(self, image: AnnotatedImage) -> None:
        assert image.width <= 3
        assert image.height <= 3
        assert {shape.label for shape in image.shapes} <= {"x"}
        assert len(paint_shapes(image.shapes, image.width, image.height).labels) <= 2


class TestValidity:
    """Whatever is drawn can be written, and reads as it was."""

    @given(st.data(), testing.label_maps())
    def test_what_is_written_is_accepted(self, data: st.DataObject, labelmap: LabelMap) -> None:
        names = [label.name for label in labelmap if not label.is_background]
        images = data.draw(
            st.lists(testing.annotated_images(labels=names), min_size=1, max_size=2, unique_by=lambda image: image.name)
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.zip"
            segmask.write(path, images, labelmap=labelmap)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", segmask.FormatWarning)  # of thin regions and gaps
                with segmask.open(path) as archive:
                    assert archive.labelmap == labelmap
                    for found, image in zip(
                        sorted(archive, key=lambda i: i.name), sorted(images, key=lambda i: i.name), strict=True
                    ):
                        assert (found.name, found.subset) == (image.name, image.subset)
                        assert len(found.instances) == visible(image)

    @given(testing.label_maps(min_labels=0))
    def test_label_maps_have_no_finding(self, labelmap: LabelMap) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.zip"
            segmask.write(path, [AnnotatedImage(name="image1", width=4, height=4, shapes=[])], labelmap=labelmap)
            report = validate(str(path), jobs=1)
        assert [finding.message for finding in report.findings if finding.rule.code.startswith("LBL")] == []

    @given(testing.label_maps(min_labels=30, max_labels=30))
    def test_many_labels(self, labelmap: LabelMap) -> None:
        assert len(set(labelmap.names)) >= 31
        assert len(set(labelmap.colors)) == 31


class TestForms:
    """Names that look alike and are not: CVAT takes none for another, so a converter must not bring them to one form."""

    def test_names_of_labels_come_decomposed(self) -> None:
        for as_exported in (True, False):
            some(testing.label_maps(as_exported=as_exported), lambda labelmap: "nai\u0308ve" in labelmap.names)

    def test_names_of_images_come_decomposed(self) -> None:
        found = some(testing.annotated_images(), lambda image: not unicodedata.is_normalized("NFC", image.name))
        assert found.name.startswith("cafe\u0301-")


@pytest.mark.process
class TestWithoutHypothesis:
    """The package is imported without it; a strategy says what to install."""

    @pytest.mark.parametrize(
        "use",
        [
            *(f"segmask.testing.{name}" for name in ("masks", "check_codec", "Report", "archives", "counterexample")),
            "from segmask.testing import broken_archives",
            "from segmask.testing import *",
        ],
    )
    def test_one_clear_line(self, use: str) -> None:
        code = (
            "import sys; sys.modules['hypothesis'] = None\n"
            "import segmask.testing\n"
            f"try:\n    {use}\nexcept ImportError as error:\n    print(error)\n"
        ).replace("    from segmask.testing import *", "    exec('from segmask.testing import *')")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "segmask's strategies and check_codec need hypothesis: pip install 'segmask[testing]'\n"

    def test_another_module_that_is_missing_is_named(self) -> None:
        code = "import sys; sys.modules['numpy'] = None; import segmask.testing; segmask.testing.check_codec"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.stderr.endswith("ModuleNotFoundError: import of numpy halted; None in sys.modules\n")

    def test_the_laws_need_none(self) -> None:
        code = (
            "import sys; sys.modules['hypothesis'] = None\n"
            "from segmask.testing import assert_polygons_survive, mask_to_polygons, SampleArchive, assert_agrees\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True)

    def test_nothing_is_imported_before_it_is_used(self) -> None:
        code = "import sys, segmask.testing; print({'hypothesis', 'numpy'} & set(sys.modules))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "set()\n"

    def test_every_name_is_there(self) -> None:
        assert all(callable(getattr(testing, name)) for name in testing.__all__)
        assert set(testing.__all__) <= set(dir(testing))
        with pytest.raises(AttributeError, match="no attribute 'nothing'"):
            _ = testing.nothing
