"""A document written like the one that an archive came from: the same where nothing changed, and never other pixels."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import segmask
from segmask import AnnotatedImage, Box, Label, Polygon, WriteError
from segmask.formats import coco, cvatxml
from segmask.formats.annotate import Drawing
from segmask.formats.annotations import AnnotationError, Annotations
from segmask.formats.surviving import Likeness, Shelf, ShownImage, shown
from segmask.labels.assigned import of_document
from segmask.shapes.model import Ellipse, Shape
from segmask.testing.strategies.shapes import shapes
from support.archives import instances_of

LABELS = ("car", "road", "background")
MODULES = {".json": coco, ".xml": cvatxml}
SIZE = 12
UNWRITABLE = (WriteError, AnnotationError)
"""Drawings that no document, or no archive, can hold."""

Looks = dict[str, list[tuple[str, bytes]]]


def module_of(path: Path) -> ModuleType:
    return MODULES[path.suffix]


def export(document: Path, archive: Path) -> None:
    found: Annotations = module_of(document).read(document)
    segmask.write(archive, found.images, labelmap=of_document(found.labels))


def like(original: Path, archive: Path, output: Path, **drawing: Any) -> Likeness:
    """``segmask import archive -o output --like original``."""
    with segmask.open(archive, on_problem=lambda _: None) as opened:
        first = module_of(original).Original(original, opened.labelmap.names)
        make = partial(shown, drawing=Drawing(**drawing), prepare=first.prepare, first_group=first.first_group)
        found: Likeness = first.write(output, (make(image, None) for image in opened), ".jpg")
        return found


def without_empty(found: Looks) -> Looks:
    return {name: instances for name, instances in found.items() if instances}


def content(path: Path) -> object:
    """What a document says, whatever stands between its elements."""
    if path.suffix == ".json":
        return json.loads(path.read_text("utf-8"))
    return _tree(ET.parse(path).getroot())


def _tree(element: ET.Element) -> tuple[object, ...]:
    return (element.tag, element.attrib, (element.text or "").strip(), [_tree(child) for child in element])


@st.composite
def drawings(draw: st.DrawFn) -> list[AnnotatedImage]:
    """Images with shapes that overlap, reach out, cover each other, and with groups."""
    images = []
    for name in draw(st.lists(st.sampled_from(["a", "b/c", "d"]), unique=True, min_size=1)):
        drawn = draw(st.lists(shapes(LABELS, SIZE), max_size=5))
        grouped = [Polygon(s.points, s.label, draw(st.integers(0, 2)), s.z_order) if isinstance(s, Polygon) else s for s in drawn]  # fmt: skip
        images.append(AnnotatedImage(name=name, width=SIZE, height=SIZE, shapes=grouped))
    return images


def write(path: Path, images: Sequence[AnnotatedImage]) -> None:
    """A document with more than an archive holds."""
    if path.suffix == ".json":
        plain = [_without_ellipses(image) for image in images]
        coco.write(path, LABELS, plain, label_ids={"car": 3, "road": 1}, suffix=".PNG")
        document = json.loads(path.read_text("utf-8"))
        document["info"] = {"year": 2020}
        document["images"].append({"id": 999, "file_name": "empty.tif", "width": 5, "height": 6, "license": 2})
        for annotation in document["annotations"]:
            annotation["attributes"] = {"number": annotation["id"]}
        path.write_text(json.dumps(document), "utf-8")
    else:
        cvatxml.write(path, [Label(name) for name in LABELS], images, suffix=".PNG")
        text = path.read_text("utf-8").replace(' occluded="0"', ' occluded="1" source="manual"')
        extra = '<image id="70" name="empty.tif" width="5" height="6"/>\n<tag label="car"/>'
        path.write_text(text.replace("</annotations>", f"{extra}</annotations>"), "utf-8")


def _without_ellipses(image: AnnotatedImage) -> AnnotatedImage:
    kept: list[Shape] = [shape for shape in image.shapes if not isinstance(shape, Ellipse)]
    return AnnotatedImage(name=image.name, width=image.width, height=image.height, shapes=kept)


@pytest.fixture(params=[".json", ".xml"])
def suffix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestProperties:
    @pytest.mark.parametrize("kind", [".json", ".xml"])
    @given(images=drawings())
    def test_export_and_import_give_the_document_back(self, kind: str, images: list[AnnotatedImage]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path, archive, back = Path(folder, f"a{kind}"), Path(folder, "a.zip"), Path(folder, f"b{kind}")
            try:
                write(path, images)
                export(path, archive)
            except UNWRITABLE:
                return
            found = like(path, archive, back)
            assert content(back) == content(path)
            assert (found.new, found.gone, found.emptied, found.added, found.labels) == (0, [], [], [], [])

    @pytest.mark.parametrize("kind", [".json", ".xml"])
    @given(before=drawings(), after=drawings())
    def test_what_changed_is_the_archives_to_the_pixel(
        self, kind: str, before: list[AnnotatedImage], after: list[AnnotatedImage]
    ) -> None:
        mixed = [_mixed(image, {each.name: each for each in before}) for image in after]
        with tempfile.TemporaryDirectory() as folder:
            path, archive, back = Path(folder, f"a{kind}"), Path(folder, "a.zip"), Path(folder, f"b{kind}")
            try:
                write(path, before)
                segmask.write(archive, mixed, labelmap=LABELS)
            except UNWRITABLE:
                return
            like(path, archive, back)
            export(back, Path(folder, "again.zip"))
            assert without_empty(instances_of(Path(folder, "again.zip"))) == without_empty(instances_of(archive))


def _mixed(image: AnnotatedImage, before: dict[str, AnnotatedImage]) -> AnnotatedImage:
    """Some shapes as before, some new."""
    old = before[image.name].shapes[::2] if image.name in before else ()
    return AnnotatedImage(name=image.name, width=SIZE, height=SIZE, shapes=[*old, *image.shapes[::2]])


def box(x: int, label: str) -> Box:
    return Box(x, 1, 3, 8, label)


class TestChanges:
    """One thing is changed in the archive, and nothing else in the document."""

    @pytest.fixture
    def path(self, tmp_path: Path, suffix: str) -> Path:
        path = tmp_path / f"a{suffix}"
        image = AnnotatedImage(name="a", width=SIZE, height=SIZE, shapes=[box(0, "car"), box(4, "road"), box(6, "car")])
        write(path, [image, AnnotatedImage(name="b", width=SIZE, height=SIZE, shapes=[box(2, "road")])])
        return path

    def changed(self, path: Path, *images: AnnotatedImage) -> Likeness:
        segmask.write(path.with_name("b.zip"), images, labelmap=["car", "road", "tree"])
        found = like(path, path.with_name("b.zip"), path.with_name(f"b{path.suffix}"))
        again = path.with_name("c.zip")
        export(path.with_name(f"b{path.suffix}"), again)
        assert without_empty(instances_of(again)) == without_empty(instances_of(path.with_name("b.zip")))
        return found

    def whole(self) -> AnnotatedImage:
        return AnnotatedImage(name="b", width=SIZE, height=SIZE, shapes=[box(2, "road")])

    def test_what_is_covered_stays_only_where_nothing_changed(self, path: Path) -> None:
        now = AnnotatedImage(name="a", width=SIZE, height=SIZE, shapes=[box(0, "car"), Box(4, 1, 2, 8, "road")])
        found = self.changed(path, now, self.whole())
        assert (found.kept, found.new, len(found.gone)) == (2, 1, 2)
        assert (found.images, found.emptied, found.added, found.labels) == (3, [], [], [])

    def test_a_new_label_and_a_new_image(self, path: Path) -> None:
        now = [box(0, "car"), box(4, "road"), box(6, "car"), box(9, "tree")]
        found = self.changed(
            path,
            AnnotatedImage(name="a", width=SIZE, height=SIZE, shapes=now),
            AnnotatedImage(name="new", width=9, height=7, shapes=[box(1, "tree")]),
        )
        assert (found.labels, found.added, found.emptied) == (["tree"], ["new"], ["b"])
        document = path.with_name(f"b{path.suffix}")
        assert module_of(document).read(document).labels[-1].name == "tree"
        assert module_of(document).read(document).image_ids["new"] == 1 + max(
            module_of(path).read(path).image_ids.values()
        )

    def test_another_size(self, path: Path) -> None:
        now = AnnotatedImage(name="a", width=SIZE + 2, height=SIZE, shapes=[box(0, "car")])
        assert self.changed(path, now, self.whole()).resized == ["a"]

    def test_without_object_masks_a_label_is_compared_as_one(self, path: Path) -> None:
        export(path, path.with_name("a.zip"))
        with zipfile.ZipFile(path.with_name("a.zip")) as old, zipfile.ZipFile(path.with_name("b.zip"), "w") as new:
            for name in old.namelist():
                if not name.startswith("SegmentationObject/"):
                    new.writestr(name, old.read(name))
        found = like(path, path.with_name("b.zip"), path.with_name(f"b{path.suffix}"))
        assert content(path.with_name(f"b{path.suffix}")) == content(path)
        assert (found.kept, found.new) == (4, 0)


class TestShelf:
    def test_images_come_in_any_order(self) -> None:
        images = [shown_image(name) for name in "abcd"]
        shelf = Shelf(iter(images))
        assert shelf.take("c") is images[2]
        assert shelf.take("a") is images[0]
        assert shelf.take("x") is None
        assert [image.name for image in shelf.rest()] == ["b", "d"]


def shown_image(name: str) -> ShownImage:
    return ShownImage(name=name, subset="default", size=None, by_class=False, instances=())
