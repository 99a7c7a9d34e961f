"""Masks in folders that CVAT does not read: told where listed images have no mask, with a remedy that works."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmask import Problem, rules
from support.archives import CLASSES, LABEL_COLORS, LIST, OBJECTS, Content, changed, problems_of, rgb, write_zip

CLASS, OBJECT = "SegmentationClass/one.png", "SegmentationObject/one.png"
MASK, NUMBERS = rgb(CLASSES, LABEL_COLORS), rgb(OBJECTS)
TOLD = (rules.NEAR_MISS_NAME, rules.MASKS_ELSEWHERE)


def told(tmp_path: Path, changes: dict[str, Content | None], root: str = "") -> list[Problem]:
    """What is told about folders of a sound archive with these changes."""
    path = write_zip(tmp_path / "a.zip", changed(changes, root))
    return [problem for problem in problems_of(path) if problem.kind in TOLD]


def moved(class_path: str | None, object_path: str | None = None) -> dict[str, Content | None]:
    """The masks in other places, or nowhere."""
    found: dict[str, Content | None] = {CLASS: None, OBJECT: None}
    found |= {class_path: MASK} if class_path else {}
    return found | ({object_path: NUMBERS} if object_path else {})


def places(problems: list[Problem]) -> list[str | None]:
    return [problem.location.member for problem in problems]


class TestNearNames:
    """The name begins with that of a mask folder."""

    @pytest.mark.parametrize("addition", ["PNG", "Aug", "Raw", "_val", " (2)", "PNG/train"])
    def test_both_folders(self, addition: str, tmp_path: Path) -> None:
        folders = [f"Segmentation{kind}{addition}" for kind in ("Class", "Object")]
        problems = told(tmp_path, moved(*(f"{folder}/one.png" for folder in folders)))
        assert places(problems) == [f"{folder}/" for folder in folders]
        assert {problem.kind for problem in problems} == {rules.NEAR_MISS_NAME}
        assert [problem.evidence.to_json() for problem in problems] == [
            {"expected": "SegmentationClass"},
            {"expected": "SegmentationObject"},
        ]

    @pytest.mark.parametrize("name", ["segmentationclassPNG", "SEGMENTATION_CLASS_RAW", "Segmentation-Class-8bit"])
    def test_in_whatever_letters(self, name: str, tmp_path: Path) -> None:
        (problem,) = told(tmp_path, moved(f"{name}/one.png"))
        assert problem.kind is rules.NEAR_MISS_NAME
        assert f"rename '{name}/' to 'SegmentationClass/'" in problem.message

    def test_the_object_masks_alone(self, tmp_path: Path) -> None:
        (problem,) = told(tmp_path, {OBJECT: None, "SegmentationObjectPNG/one.png": NUMBERS})
        assert problem.location.member == "SegmentationObjectPNG/"
        assert problem.message.endswith("rename 'SegmentationObjectPNG/' to 'SegmentationObject/'")

    def test_objects_without_classes_would_be_refused(self, tmp_path: Path) -> None:
        (problem,) = told(tmp_path, moved(None, "SegmentationObjectPNG/one.png"))
        assert "put a class mask of each beside it" in problem.message

    def test_the_right_folder_in_a_wrong_place(self, tmp_path: Path) -> None:
        problems = told(tmp_path, moved("data/SegmentationClass/one.png", "data/SegmentationObject/one.png"))
        assert places(problems) == ["data/SegmentationClass/", "data/SegmentationObject/"]
        assert {problem.kind for problem in problems} == {rules.NEAR_MISS_NAME}
        assert "rename 'data/SegmentationClass/' to 'SegmentationClass/'" in problems[0].message

    def test_below_a_root(self, tmp_path: Path) -> None:
        (problem,) = told(tmp_path, moved("SegmentationClassPNG/one.png"), "root/")
        assert "rename 'root/SegmentationClassPNG/' to 'root/SegmentationClass/'" in problem.message

    def test_a_right_folder_with_other_files_takes_the_masks(self, tmp_path: Path) -> None:
        changes = {**moved("SegmentationClassPNG/one.png"), "SegmentationClass/one.npy": b""}
        (problem,) = told(tmp_path, changes)
        assert "move its PNGs to 'SegmentationClass/'" in problem.message

    @pytest.mark.parametrize("folder", ["SegmentationClassPNG/", "SegmentationClassPNG/a/b/"])
    def test_no_mask_where_it_belongs_is_enough(self, folder: str, tmp_path: Path) -> None:
        (problem,) = told(tmp_path, moved(f"{folder}other.png"))
        assert problem.location.member == folder
        assert "which holds none" in problem.message

    def test_beside_an_empty_list(self, tmp_path: Path) -> None:
        (problem,) = told(tmp_path, {**moved("SegmentationClassPNG/one.png"), LIST: "# one\n"})
        assert problem.location.member == "SegmentationClassPNG/"

    @pytest.mark.parametrize("name", ["SegmentationClassPNG/one.png", "SegmentationClassAug/other.png"])
    def test_beside_complete_masks_it_does_no_harm(self, name: str, tmp_path: Path) -> None:
        assert not told(tmp_path, {name: MASK})


class TestOtherNames:
    """The PNGs are named like listed images without masks."""

    @pytest.mark.parametrize(
        ("path", "folder"),
        [
            ("masks/one.png", "masks/"),
            ("MASKS/ONE.PNG", "MASKS/"),
            ("gt/one_mask.png", "gt/"),
            ("labels/train/one.png", "labels/train/"),
            ("Annotations/one.png", "Annotations/"),
            ("one.png", "one.png"),
        ],
    )
    def test_told(self, path: str, folder: str, tmp_path: Path) -> None:
        (problem,) = told(tmp_path, moved(path))
        assert problem.kind is rules.MASKS_ELSEWHERE
        assert problem.location.member == folder
        assert problem.evidence.to_json() == {"expected": "SegmentationClass", "images": 1}
        assert ("'SegmentationClass/one.png'" in problem.message) is (folder in {"MASKS/", "gt/"})

    def test_ids_in_folders(self, tmp_path: Path) -> None:
        (problem,) = told(tmp_path, {**moved("masks/x/y/one.png"), LIST: "x/y/one\n"})
        assert problem.location.member == "masks/"

    @pytest.mark.parametrize("listed", ["one.jpg", "'one'", "\ufeffone"])
    def test_beside_a_slip_in_the_list(self, listed: str, tmp_path: Path) -> None:
        (problem,) = told(tmp_path, {**moved("masks/one.png"), LIST: f"{listed}\n"})
        assert problem.message.endswith("rename 'masks/' to 'SegmentationClass/'")

    @pytest.mark.parametrize("name", ["instances", "Object_ids", "gt/my-objects"])
    def test_instances_are_object_masks(self, name: str, tmp_path: Path) -> None:
        problems = told(tmp_path, moved("semantic/one.png", f"{name}/one.png"))
        assert [problem.evidence.to_json()["expected"] for problem in problems] == [
            "SegmentationObject",
            "SegmentationClass",
        ]

    def test_two_that_could_both_be_it(self, tmp_path: Path) -> None:
        problems = told(tmp_path, {**moved("masks/one.png"), "depth/one.png": b""})
        assert places(problems) == ["depth/", "masks/"]
        assert all("move its PNGs" in problem.message for problem in problems)
        assert "'depth/'" in problems[1].message

    def test_subsets_with_a_folder_each(self, tmp_path: Path) -> None:
        problems = told(tmp_path, {**moved("masks/train/one.png"), "masks/val/two.png": MASK, LIST: "one\ntwo\n"})
        assert places(problems) == ["masks/train/", "masks/val/"]

    def test_only_those_that_have_none(self, tmp_path: Path) -> None:
        (problem,) = told(tmp_path, {LIST: "one\ntwo\nthree\n", "masks/two.png": MASK})
        assert problem.location.member == "masks/"

    @pytest.mark.parametrize(
        "name",
        [
            *("JPEGImages/two.png", "images/two.png", "rgb/train/two.png", "__MACOSX/masks/two.png", ".cache/two.png"),
            *("masks/.cache/two.png", "data/images/two.png", "data/photos/train/two.png"),
            *("ImageSets/two.png", "masks/._two.png", "a/b/c/d/two.png", "masks/two.jpg", "masks/three.png"),
        ],
    )
    def test_passed_over(self, name: str, tmp_path: Path) -> None:
        assert not told(tmp_path, {LIST: "one\ntwo\n", name: MASK})

    def test_another_picture_of_each_image(self, tmp_path: Path) -> None:
        """Such as depth: it is named like the images that have masks too."""
        assert not told(tmp_path, {LIST: "one\ntwo\n", "depth/one.png": b"", "depth/two.png": b""})


LACKING = "a listed image has no class mask in 'SegmentationClass', and a PNG here is named like it"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (moved("SegmentationClassPNG/one.png"), f"{LACKING}: rename 'SegmentationClassPNG/' to 'SegmentationClass/'"),
        (
            moved("SegmentationClassPNG/other.png"),
            (
                "CVAT reads class masks from 'SegmentationClass' alone, which holds none: rename 'SegmentationClassPNG/' to "
                "'SegmentationClass/'"
            ),
        ),
        (
            moved(None, "SegmentationObjectPNG/one.png"),
            (
                "a listed image has no object mask in 'SegmentationObject', and a PNG here is named like it: rename "
                "'SegmentationObjectPNG/' to 'SegmentationObject/', and put a class mask of each beside it, without which CVAT "
                "refuses an object mask"
            ),
        ),
        (
            {**moved("masks/one.png"), "masks/two.png": MASK, LIST: "one\ntwo\n"},
            (
                "2 listed images have no class mask in 'SegmentationClass', and a PNG here is named like each ('masks/one.png'); if "
                "these are the masks, rename 'masks/' to 'SegmentationClass/'"
            ),
        ),
        (
            moved("gt/one_mask.png"),
            (
                f"{LACKING} ('gt/one_mask.png'); if these are the masks, rename 'gt/' to 'SegmentationClass/', each named as its id "
                "is, such as 'SegmentationClass/one.png'"
            ),
        ),
        (
            {**moved("z/one.png"), "one.png": MASK},
            (
                f"{LACKING} ('z/one.png'); if these are the masks, move its PNGs to 'SegmentationClass/' (so do those of 'the top': "
                "of two for one image take the mask)"
            ),
        ),
        (
            {**moved("z/one.png"), **{f"{letter}/one.png": MASK for letter in "abcd"}},
            (
                f"{LACKING} ('z/one.png'); if these are the masks, move its PNGs to 'SegmentationClass/' (so do those of 'a/', 'b/', "
                "'c/': of two for one image take the mask)"
            ),
        ),
        (
            moved("one.png"),
            f"{LACKING} ('one.png'); if these are the masks, move such PNGs to 'SegmentationClass/'",
        ),
    ],
)
def test_what_is_said(changes: dict[str, Content | None], said: str, tmp_path: Path) -> None:
    assert told(tmp_path, changes)[-1].message == said


def renamed(members: dict[str, Content | None], problems: list[Problem]) -> dict[str, Content | None]:
    """Members after the remedies are done as written."""
    for problem in problems:
        old, new = problem.message.partition("rename ")[2].split(" to ")
        members = {path.replace(old.strip("'"), new.strip("'"), 1): data for path, data in members.items()}
    return members


@pytest.mark.parametrize("names", [("masks", "instances"), ("SegmentationClassPNG", "SegmentationObjectPNG")])
def test_the_remedy_works(names: tuple[str, str], tmp_path: Path) -> None:
    changes = moved(*(f"{name}/one.png" for name in names))
    mended = renamed({name: data for name, data in changes.items() if data is not None}, told(tmp_path, changes))
    problems_of(write_zip(tmp_path / "b.zip", changed(mended))).none()
