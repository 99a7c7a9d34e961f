"""An image as small pictures."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image as Pictures

import segmask
from segmask._support.arrays import ByteArray
from segmask_cli.pictures.views import MOST, View, views
from support.archives import Content, blocks, changed, grey, rgb, write_zip

CLASS, OBJECT = "SegmentationClass/one.png", "SegmentationObject/one.png"
PAPER, OUTLINE = (48, 52, 58), (255, 255, 255)


def viewed(tmp_path: Path, changes: Mapping[str, Content | None], photo: bytes | None = None) -> dict[str, View]:
    with segmask.open(write_zip(tmp_path / "a.zip", changed(changes)), on_problem=lambda _: None) as archive:
        image = archive.read(archive.entries[0], keep_masks=True)
        return {view.name: view for view in views(image, archive.labelmap, photo)}


def drawn(view: View) -> ByteArray:
    with Pictures.open(io.BytesIO(view.data)) as picture:
        assert picture.size == view.size
        return np.asarray(picture.convert("RGB"))


def colors(view: View) -> set[tuple[int, ...]]:
    return {tuple(color) for color in drawn(view).reshape(-1, 3).tolist()}


def test_the_masks_as_they_are(tmp_path: Path) -> None:
    found = viewed(tmp_path, {})
    assert list(found) == ["overlay", "class", "object"]
    assert colors(found["class"]) == {(0, 0, 0), (128, 0, 0), (0, 128, 0)}
    assert colors(found["object"]) == {(0, 0, 0), (128, 0, 0), (0, 128, 0)}


def test_instances_have_the_colour_of_their_label_and_an_outline(tmp_path: Path) -> None:
    large = blocks((1, slice(5, 35), slice(5, 45)), size=(40, 50))
    found = viewed(tmp_path, {CLASS: grey(large), OBJECT: rgb(large)})
    shown = drawn(found["overlay"])
    assert tuple(shown[20, 20].tolist()) == (92, 23, 26)
    assert tuple(shown[5, 20].tolist()) == OUTLINE
    assert tuple(shown[0, 0].tolist()) == PAPER


def test_a_large_mask_is_made_small(tmp_path: Path) -> None:
    large = blocks((1, slice(0, 200), slice(0, 500)), size=(400, 1000))
    found = viewed(tmp_path, {CLASS: grey(large), OBJECT: rgb(large)})
    assert {view.size for view in found.values()} == {(MOST[0], 96)}
    assert tuple(drawn(found["object"])[47, 119].tolist()) == (128, 0, 0)
    assert tuple(drawn(found["object"])[49, 121].tolist()) == (0, 0, 0)


def test_over_a_photo(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Pictures.new("RGB", (20, 16), (200, 200, 200)).save(stream, "PNG")
    view = viewed(tmp_path, {}, stream.getvalue())["overlay"]
    assert (view.form, view.size) == ("jpeg", (10, 8))
    assert drawn(view)[7, 0].min() > 150


def test_a_photo_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    assert viewed(tmp_path, {}, b"no photo")["overlay"].form == "png"


def test_an_image_without_object_mask_shows_its_classes_but_for_the_background(tmp_path: Path) -> None:
    found = viewed(tmp_path, {OBJECT: None})
    assert list(found) == ["overlay", "class"]
    assert PAPER in colors(found["overlay"])
    assert OUTLINE in colors(found["overlay"])


def test_masks_of_different_sizes_have_no_instances(tmp_path: Path) -> None:
    assert colors(viewed(tmp_path, {OBJECT: rgb(blocks(size=(9, 9)))})["overlay"]) == {PAPER}


def test_an_image_of_nothing(tmp_path: Path) -> None:
    assert viewed(tmp_path, {CLASS: None, OBJECT: None}) == {}
