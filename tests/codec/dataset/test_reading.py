"""The texts of an archive: labels of several data sets, and what is over a limit, behind which the others are read all the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import segmask
from segmask import Limits, Location, rules
from support.archives import LIST, Content, changed, problems_of, write_zip
from support.problems import Problems

LISTS: Mapping[str, Content] = {
    LIST: "one\n",
    LIST.replace("default", "e"): "two\n",
    LIST.replace("default", "f"): "three\n",
}
TEXTS = changed(LISTS)
SIZE = sum(len(TEXTS[path]) for path in (*LISTS, "labelmap.txt"))
LINES = sum(str(TEXTS[path]).count("\n") for path in (*LISTS, "labelmap.txt"))
MAIN = "ImageSets/Main/a.txt"


def read(tmp_path: Path, changes: Mapping[str, Content | None], limits: Limits) -> tuple[list[str], Problems]:
    """Names of the entries, and what is said of limits."""
    problems = Problems()
    path = write_zip(tmp_path / "a.zip", changed(changes))
    with segmask.open(path, limits=limits, on_problem=problems) as archive:
        names = [entry.name for entry in archive.entries]
    return names, Problems(problem for problem in problems if problem.kind is rules.OVER_LIMIT)


class TestLimits:
    """Limits of all texts together count each of them."""

    @pytest.mark.parametrize(("limit", "size"), [("texts_bytes", SIZE), ("lines", LINES)])
    def test_of_all_texts(self, limit: str, size: int, tmp_path: Path) -> None:
        names, problems = read(tmp_path, LISTS, Limits(**{limit: size}))
        problems.none()
        assert names == ["one", "two", "three"]
        names, problems = read(tmp_path, LISTS, Limits(**{limit: size - 1}))
        problem = problems.only(rules.OVER_LIMIT)
        assert problem.location == Location(member=LIST.replace("default", "f"))
        assert problem.evidence.to_json() == {"limit": limit, "allowed": size - 1}
        assert names == ["one", "two"]

    def test_a_list_behind_one_that_is_too_large_is_read(self, tmp_path: Path) -> None:
        limits = Limits(text_bytes=100)
        names, problems = read(tmp_path, {**LISTS, LIST: "#" * 101}, limits)
        assert problems.only(rules.OVER_LIMIT).location == Location(member=LIST)
        assert names == ["two", "three"]
        names, problems = read(tmp_path, {MAIN: "#" * 101, MAIN.replace("a.txt", "b.txt"): "four\n"}, limits)
        assert problems.only(rules.OVER_LIMIT).location == Location(member=MAIN)
        assert names == ["one", "four"]

    @pytest.mark.parametrize("path", [LIST, "ImageSets/Segmentation/a_b.txt"])
    def test_what_is_not_read_may_name_any_mask(self, path: str, tmp_path: Path) -> None:
        masks = {f"SegmentationClass/{name}.png": changed({})["SegmentationClass/one.png"] for name in ("one", "two")}
        members = changed({**masks, path: "#" * 101})
        problems = Problems()
        with segmask.open(
            write_zip(tmp_path / "a.zip", members), limits=Limits(text_bytes=100), on_problem=problems
        ) as archive:
            assert [entry.name for entry in archive.entries] == ["one"] * (path != LIST)
        problems.only(*[rules.UNDERSCORE_IN_LIST_NAME] * (path != LIST), rules.OVER_LIMIT)
        assert problems[-1].location == Location(member=path)


class TestLabelsOfSeveralDataSets:
    """CVAT merges data sets with the same labels; it takes those of the first that has any."""

    OTHER = "background:0,0,0::\ntree:128,0,0::\n"

    @pytest.mark.parametrize(
        ("label_maps", "used", "refused"),
        [
            (["", "", ""], "a/labelmap.txt", []),
            (["", OTHER, ""], "a/labelmap.txt", ["b/"]),
            (["#", "", OTHER], "b/labelmap.txt", ["c/"]),
            ([OTHER, "", ""], "a/labelmap.txt", ["b/", "c/"]),
        ],
    )
    def test_agree(self, label_maps: list[str], used: str, refused: list[str], tmp_path: Path) -> None:
        members: dict[str, Content] = {}
        for root, text in zip(("a/", "b/", "c/"), label_maps, strict=True):
            members |= changed({"labelmap.txt": text} if text else {}, root)
        problems = Problems()
        with segmask.open(write_zip(tmp_path / "a.zip", members), on_problem=problems) as archive:
            assert archive.label_source == used
        told = [problem for problem in problems if problem.kind is rules.ROOTS_DISAGREE]
        assert [problem.location for problem in told] == [Location(member=root) for root in refused]
        assert [problem.message for problem in told] == [
            f"the data sets in {used.removesuffix('labelmap.txt')!r} and {root!r} have different labels, which CVAT cannot merge; "
            "upload each on its own, and check each"
            for root in refused
        ]


class TestLabels:
    """``dataset_meta.json`` replaces ``labelmap.txt``, which is compared with it."""

    META = '{"label_map": {"0": "background"}, "segmentation_colors": [[0, 0, 0]]}'

    def test_both_that_differ(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", changed({"dataset_meta.json": self.META}))
        (problem,) = (each for each in problems_of(path) if each.kind is rules.META_REPLACES_LABEL_MAP)
        assert problem.location == Location(member="dataset_meta.json")
        assert problem.message == (
            "CVAT takes the labels from dataset_meta.json and passes over labelmap.txt, which differs; remove one"
        )

    def test_what_is_not_read_does_not_differ(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", changed({"dataset_meta.json": self.META, "labelmap.txt": "#" * 101}))
        found = problems_of(path, Limits(text_bytes=100)).rules
        assert (rules.OVER_LIMIT in found, rules.META_REPLACES_LABEL_MAP in found) == (True, False)

    def test_a_label_map_that_is_not_utf8(self, tmp_path: Path) -> None:
        problems = problems_of(write_zip(tmp_path / "a.zip", changed({"labelmap.txt": b"# a\n\xe9:0,0,0::\n"})))
        (problem,) = (each for each in problems if each.kind is rules.LABEL_MAP_NOT_UTF8)
        assert problem.location == Location(member="labelmap.txt", line=2, column=1)


def test_an_empty_list_is_a_subset_too(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", changed({LIST.replace("default", "none"): "# one\n"}))
    with segmask.open(path, on_problem=Problems()) as archive:
        assert archive.subsets == {"default": ("one",), "none": ()}
        assert [image_set.subset for image_set in archive.image_sets] == ["default", "none"]
