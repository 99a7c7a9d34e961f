"""Masks are counted wherever they lie, an image's two as one; that CVAT reads none of several is an error of its own."""

from __future__ import annotations

import pytest

import segmask
from segmask import FormatError, FormatWarning, Location, Problem, rules
from segmask.dataset.arrival import Masks
from support.built import VALID, Build

CLASS, OBJECT = VALID["SegmentationClass/one.png"], VALID["SegmentationObject/one.png"]
NO_MASKS = {f"Segmentation{kind}/{name}.png": None for kind in ("Class", "Object") for name in ("one", "two")}
LIST = "ImageSets/Segmentation/default.txt"


def moved(classes: str, objects: str) -> dict[str, bytes | str | None]:
    """The masks in other folders."""
    places = {
        name: name.replace("SegmentationClass", classes).replace("SegmentationObject", objects) for name in NO_MASKS
    }
    return {**NO_MASKS, **{place: VALID[name] for name, place in places.items()}}


@pytest.mark.parametrize(
    ("changes", "found", "read"),
    [
        ({}, 2, 2),
        ({LIST: "one\n"}, 2, 1),
        ({LIST: "three\n"}, 2, 0),
        ({LIST: "one\nthree\n"}, 2, 1),
        ({"SegmentationObject/one.png": None}, 2, 2),
        ({"SegmentationClass/three.png": CLASS, "SegmentationObject/three.png": OBJECT}, 3, 2),
        (
            {"SegmentationClass/two.png": None, "SegmentationObject/two.png": None, "SegmentationClass/two.jpg": b""},
            2,
            1,
        ),
        (
            {"SegmentationClass/README.txt": "masks", "SegmentationClass/.DS_Store": b"", "JPEGImages/one.jpg": b""},
            2,
            2,
        ),
        (moved("segmentation_class", "segmentation_object"), 2, 0),
        (moved("masks", "objects"), 2, 0),
        ({"SegmentationClass/._three.png": b"", "SegmentationClasses/four.PNG": b""}, 3, 2),
        (
            {**NO_MASKS, "SegmentationClass/a/one.png": CLASS, "SegmentationObject/a/one.png": OBJECT, LIST: "a/one\n"},
            1,
            1,
        ),
        ({**moved("SegmentationClassAug/a", "SegmentationObjectAug/a"), LIST: "three\n"}, 2, 0),
        (moved("SegmentationClass/more", "SegmentationObject/more"), 2, 0),
        (moved("SegmentationClass/" * 2, "SegmentationObject/" * 2), 2, 0),
        (NO_MASKS, 0, 0),
    ],
)
def test_counts(build: Build, changes: dict[str, bytes | str | None], found: int, read: int) -> None:
    problems: list[Problem] = []
    with segmask.open(build(changes), on_problem=problems.append) as archive:
        assert archive.masks == Masks(found=found, read=read)
    told = [problem for problem in problems if problem.kind is rules.NOTHING_ARRIVES]
    assert [problem.evidence.to_json() for problem in told] == [{"masks": found}] * (found > 1 and not read)
    assert [problem.location for problem in told] == [Location(member=LIST)] * len(told)
    assert [problem.message for problem in told] == [
        (
            f"CVAT reads none of the {found} masks, so nothing arrives; an id and its mask agree exactly: 'image1' is "
            "'SegmentationClass/image1.png'"
        )
    ] * len(told)


def test_those_of_several_data_sets(build: Build) -> None:
    changes = dict.fromkeys(VALID) | {
        f"{root}{name}": content
        for root in ("a/", "b/")
        for name, content in {**VALID, **moved("masks", "objects")}.items()
        if content is not None
    }
    with segmask.open(build(changes), on_problem=lambda _: None) as archive:
        assert archive.masks == Masks(found=4, read=0)


def test_the_strict_reader_refuses_it(build: Build) -> None:
    with pytest.warns(FormatWarning), pytest.raises(FormatError):
        segmask.open(build({LIST: "three\n"}))


def test_a_single_mask_is_told_by_its_own_finding(build: Build) -> None:
    changes = {LIST: "one.jpg\n", "SegmentationClass/two.png": None, "SegmentationObject/two.png": None}
    problems: list[Problem] = []
    with segmask.open(build(changes), on_problem=problems.append) as archive:
        assert archive.masks == Masks(found=1, read=0)
    assert [problem.rule for problem in problems] == ["SET006"]
