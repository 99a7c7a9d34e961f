"""What a problem is about, seen closely."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pictures

import segmask
from segmask import Problem, Rule, rules
from segmask.pixels.box import Box
from segmask.pixels.chosen import ChosenPixels
from segmask.pixels.runs import RowRuns
from segmask_cli.pictures.crops import Crop, crop, outlined, window
from support.archives import Content, blocks, changed, grey, rgb, write_zip
from support.problems import Problems

CLASS, OBJECT = "SegmentationClass/one.png", "SegmentationObject/one.png"


def cropped(tmp_path: Path, changes: Mapping[str, Content | None], rule: Rule) -> Crop | None:
    problems = Problems()
    with segmask.open(write_zip(tmp_path / "a.zip", changed(changes)), on_problem=problems) as archive:
        image = archive.read(archive.entries[0], keep_masks=True)
        problem = next(problem for problem in problems if problem.kind is rule)
        return crop(image, archive.labelmap, problem)


def drawn(found: Crop) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Pictures.open(io.BytesIO(found.png)) as picture:
        return np.asarray(picture.convert("RGB"))


def test_marked_pixels_have_their_colour_and_the_rest_is_faded(tmp_path: Path) -> None:
    strange = blocks((1, slice(1, 5), slice(1, 5)), (3, slice(5, 7), slice(6, 8)))
    changes = {CLASS: rgb(strange, [(0, 0, 0), (128, 0, 0), (0, 128, 0), (7, 9, 250)]), OBJECT: rgb(strange)}
    found = cropped(tmp_path, changes, rules.UNDECLARED_COLOR)
    assert found is not None
    assert (found.box, found.pixels, found.total) == (Box(0, 0, 10, 8), 4, 4)
    colors = drawn(found)
    assert colors.shape[:2] == (8 * found.scale, 10 * found.scale) == found.size[::-1]
    middle = found.scale // 2
    assert colors[5 * found.scale + middle, 6 * found.scale + middle].tolist() == [7, 9, 250]
    assert colors[middle, middle].tolist() == [164, 164, 164]


def test_an_object_over_classes_is_shown_in_the_colours_of_the_classes(tmp_path: Path) -> None:
    found = cropped(tmp_path, {OBJECT: rgb(blocks((1, slice(1, 7), slice(1, 9))))}, rules.INSTANCE_OVER_CLASSES)
    assert found is not None
    assert (0, 128, 0) not in set(map(tuple, drawn(found).reshape(-1, 3).tolist())), "they keep their class"
    assert (128, 0, 0) in set(map(tuple, drawn(found).reshape(-1, 3).tolist()))


def test_a_grey_mask_has_the_colours_of_its_labels(tmp_path: Path) -> None:
    strange = blocks((9, slice(1, 5), slice(1, 5)))
    found = cropped(
        tmp_path, {CLASS: grey(strange), OBJECT: rgb(blocks((1, slice(1, 5), slice(1, 5))))}, rules.UNDECLARED_INDEX
    )
    assert found is not None
    assert (255, 0, 255) in set(map(tuple, drawn(found).reshape(-1, 3).tolist()))


def test_masks_of_different_sizes_are_repeated_as_they_are_read(tmp_path: Path) -> None:
    row = blocks((1, slice(0, 1), slice(1, 5)), size=(1, 10))
    found = cropped(
        tmp_path, {CLASS: rgb(row, [(0, 0, 0), (128, 0, 0)]), OBJECT: rgb(blocks())}, rules.CLASS_WITHOUT_OBJECT
    )
    assert found is not None
    assert found.total == 4 * 8


def test_what_is_not_about_pixels_has_no_picture(tmp_path: Path) -> None:
    assert cropped(tmp_path, {CLASS: b""}, rules.EMPTY_MASK_FILE) is None
    assert cropped(tmp_path, {OBJECT: None}, rules.CLASS_ONLY) is None


def test_the_outline_is_dashed_so_that_it_is_seen_on_every_colour() -> None:
    shown = outlined(np.full((3, 3, 3), 255, dtype=np.uint8), np.eye(3, dtype=np.bool_), 16)
    assert {tuple(color) for color in shown[:16, :16].reshape(-1, 3).tolist()} == {(0, 0, 0), (255, 255, 255)}


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        ([(0, 0)], Box(0, 0, 32, 24)),
        ([(199, 99)], Box(168, 76, 32, 24)),
        ([(100, 50), (140, 60)], Box(97, 43, 47, 24)),
        ([(0, 0), (100, 60), (101, 60), (102, 61), (199, 99)], Box(69, 36, 64, 48)),
    ],
)
def test_the_window_holds_as_many_as_it_can(pixels: list[tuple[int, int]], expected: Box) -> None:
    mask = np.zeros((100, 200), dtype=np.int64)
    for x, y in pixels:
        mask[y, x] = 1
    runs = RowRuns.from_dense(mask)
    chosen = ChosenPixels.of(runs, runs.values == 1)
    assert chosen.box is not None
    assert window(chosen, chosen.box) == expected


def test_problems_keep_no_pixels_unless_asked(tmp_path: Path) -> None:
    problems: list[Problem] = []
    path = write_zip(tmp_path / "a.zip", changed({OBJECT: rgb(blocks())}))
    with segmask.open(path, on_problem=problems.append) as archive:
        image = archive.read(archive.entries[0])
    assert [problem.pixels for problem in problems] == [None]
    assert image.stored_classes is image.stored_objects is None
