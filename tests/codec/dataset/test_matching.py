"""Listed ids to masks: exact, as CVAT matches; and why an id that finds none finds none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import segmask
from segmask import Rule, rules
from segmask.testing.writers import zipwriter
from segmask.testing.writers.zipwriter import Member
from support.archives import LIST, Content, changed, write_zip
from support.problems import Problems, unexpected

MASK = changed({})["SegmentationClass/one.png"]
OBJECTS = changed({})["SegmentationObject/one.png"]
NO_MORE = "a mask has the name of its image and nothing more"
NO_ONE: dict[str, Content | None] = {"SegmentationClass/one.png": None, "SegmentationObject/one.png": None}


def pair(name: str) -> dict[str, Content | None]:
    """Both masks under another name."""
    return {**NO_ONE, f"SegmentationClass/{name}": MASK, f"SegmentationObject/{name}": OBJECTS}


def read(tmp_path: Path, changes: Mapping[str, Content | None]) -> tuple[list[tuple[bool, bool]], Problems]:
    """Whether each entry has a class mask and an object mask, and the problems of the whole archive."""
    problems = Problems()
    with segmask.open(write_zip(tmp_path / "a.zip", changed(changes)), on_problem=problems) as archive:
        list(archive)
        return [(bool(entry.class_path), bool(entry.object_path)) for entry in archive.entries], problems


class TestExact:
    """``SegmentationClass/<id>.png`` and ``SegmentationObject/<id>.png``, exact case, exact Unicode form."""

    @pytest.mark.parametrize("name", ["one", "dir/one", "a.b", "with blank", "e\u0301", "x.jpg.1", "#", "a'b"])
    def test_found(self, name: str, tmp_path: Path) -> None:
        listed = f"./{name}" if name == "#" else name
        found, problems = read(tmp_path, {**pair(f"{name}.png"), LIST: f"{listed}\n"})
        problems.none()
        assert found == [(True, True)]

    def test_paths_are_normal_as_a_file_system_makes_them(self, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {**pair("dir/one.png"), LIST: "dir//./one\n"})
        problems.none()
        assert found == [(True, True)]


class TestPhotos:
    """``JPEGImages/<id>`` with the suffix of any image."""

    @pytest.mark.parametrize(
        ("path", "listed"), [("one.jpg", "one"), ("a/two.TIFF", "a/two"), ("a.b.png", "a.b"), ("x.y/z.webp", "x.y/z")]
    )
    def test_found(self, path: str, listed: str, tmp_path: Path) -> None:
        changes = {f"JPEGImages/{path}": b"", f"0123456789/{path}": b"", f"JPEGImages/{listed}.txt": b"", LIST: listed}
        with segmask.open(write_zip(tmp_path / "a.zip", changed(changes)), on_problem=lambda _: None) as archive:
            assert [entry.photo_path for entry in archive.entries] == [f"JPEGImages/{path}"]

    @pytest.mark.parametrize(
        "path", ["0123456789/one.jpg", "JPEGImages/one.txt", "JPEGImages/One.jpg", "jpegimages/one.jpg"]
    )
    def test_none(self, path: str, tmp_path: Path) -> None:
        with segmask.open(write_zip(tmp_path / "a.zip", changed({path: b""})), on_problem=lambda _: None) as archive:
            assert [entry.photo_path for entry in archive.entries] == [None]


class TestSlips:
    """What people write into lists: one problem each, and the masks stay unread, as in CVAT."""

    @pytest.mark.parametrize(
        ("listed", "rule"),
        [
            ("\ufeffone", rules.BOM_IN_LIST),
            ('"one"', rules.QUOTES_IN_ID),
            ("'one'", rules.QUOTES_IN_ID),
            ("one 1", rules.FLAG_AFTER_ID),
            ("one  -1", rules.FLAG_AFTER_ID),
            ("one.jpg", rules.EXTENSION_IN_ID),
            ("one.PNG", rules.EXTENSION_IN_ID),
            ("ONE", rules.CASE_DIFFERS),
            ("\ufeff'one.jpg'", rules.BOM_IN_LIST),
            ("JPEGImages/one.jpg SegmentationClass/one.png", rules.FLAG_AFTER_ID),
            ("one.jpg, one.png", rules.FLAG_AFTER_ID),
            ("SegmentationClass/one.png", rules.PATH_IN_ID),
            ("JPEGImages/one", rules.PATH_IN_ID),
            ("JPEGImages\\one.jpg", rules.PATH_IN_ID),
            ("train/images/one", rules.PATH_IN_ID),
            ("train/images/one.jpg", rules.PATH_IN_ID),
            ("'train/images/one'", rules.QUOTES_IN_ID),
            ("./JPEGImages/one.jpg", rules.PATH_IN_ID),
            ("one,", rules.STRAY_CHARACTER_IN_ID),
            ("one\u200b", rules.STRAY_CHARACTER_IN_ID),
            ("/content/data/JPEGImages/one.jpg", rules.ID_OUTSIDE_DATASET),
            ("C:\\data\\one.png", rules.ID_OUTSIDE_DATASET),
            ("../one", rules.ID_OUTSIDE_DATASET),
        ],
    )
    def test_one_problem(self, listed: str, rule: Rule, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {LIST: f"{listed}\n"})
        problem = problems.only(rule)
        assert found == [(False, False)]
        assert problem.location == segmask.Location(member=LIST, line=1, image=listed)
        if rule is not rules.ID_OUTSIDE_DATASET:
            assert problem.evidence.to_json()["masks"] == ["SegmentationClass/one.png", "SegmentationObject/one.png"]
        assert "list 'one'" in problem.message or rule in {rules.BOM_IN_LIST, rules.CASE_DIFFERS}

    def test_a_second_folder_is_part_of_the_id(self, tmp_path: Path) -> None:
        _, problems = read(
            tmp_path, {**pair("dir/one.png"), **pair("one.png"), LIST: "one\nSegmentationClass/dir/one.png\n"}
        )
        assert problems.only(rules.PATH_IN_ID).evidence.to_json()["meant"] == "dir/one"

    @pytest.mark.parametrize("listed", ["one.jpg", "SegmentationClass/one.png", "one 1", "one,"])
    def test_a_second_line_for_an_image_is_to_go(self, listed: str, tmp_path: Path) -> None:
        _, problems = read(tmp_path, {LIST: f"{listed}\none\n"})
        assert len(problems) == 1
        assert problems[0].message.endswith("; remove the line")

    def test_the_end_of_a_path_that_is_listed_itself_is_another_image(self, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {LIST: "planted/one\none\n"})
        assert problems.only(rules.LISTED_WITHOUT_MASK).location.image == "planted/one"
        assert found == [(False, False), (True, True)]

    def test_a_line_that_names_one_mask_is_the_id(self, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {"SegmentationClass/planted/one.png": MASK, LIST: "one\nplanted/one\n"})
        assert problems.only(rules.CLASS_ONLY).location.member == "SegmentationClass/planted/one.png"
        assert found == [(True, True), (True, False)]

    def test_backslash(self, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {**pair("dir/one.png"), LIST: "dir\\one\n"})
        assert problems.only(rules.BACKSLASH_IN_ID).evidence.to_json()["meant"] == "dir/one"
        assert found == [(False, False)]

    def test_all_of_a_path_with_a_backslash_names_the_mask(self, tmp_path: Path) -> None:
        _, problems = read(tmp_path, {**pair("dir/one.png"), **pair("one.png"), LIST: "dir\\one\n"})
        problem = problems.only(rules.BACKSLASH_IN_ID, rules.UNLISTED_MASK, rules.NOTHING_ARRIVES)
        assert problem.evidence.to_json()["meant"] == "dir/one"

    @pytest.mark.parametrize("listed", ["\ufefftwo", "'two'", "two.jpg", "a\\two", "..png", "a/..png", '"'])
    def test_a_slip_without_masks_is_one_too(self, listed: str, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {LIST: f"one\n{listed}\n"})
        assert len(problems) == 1
        assert problems[0].rule.startswith("SET0")
        assert problems[0].evidence.to_json()["masks"] == []
        assert found == [(True, True), (False, False)]

    def test_an_id_that_ends_in_a_number_is_sound(self, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {LIST: "one\nframe 1\n"})
        assert problems.only(rules.LISTED_WITHOUT_MASK).location.image == "frame 1"
        assert found == [(True, True), (False, False)]

    @pytest.mark.parametrize(
        ("file", "listed", "rule", "said"),
        [
            ("one.PNG", "one", rules.WRONG_MASK_NAME, "the suffix must be '.png', not '.PNG'; write the mask as .png"),
            ("one.bmp", "one", rules.WRONG_MASK_NAME, "the suffix must be '.png', not '.bmp'; write the mask as .png"),
            ("one_mask.png", "one", rules.WRONG_MASK_NAME, f"{NO_MORE}; rename it to 'SegmentationClass/one.png'"),
            ("ONE-labelIds.png", "one", rules.WRONG_MASK_NAME, f"{NO_MORE}; rename it to 'SegmentationClass/one.png'"),
            (
                "SegmentationClass/one.png",
                "one",
                rules.WRONG_MASK_NAME,
                "it lies too deep; move it to 'SegmentationClass/one.png'",
            ),
            (
                "x/y/dir/One.png",
                "dir/one",
                rules.WRONG_MASK_NAME,
                "it lies too deep; move it to 'SegmentationClass/dir/one.png'",
            ),
            ("One.png", "one", rules.CASE_DIFFERS, "names must agree in case; rename one"),
            (
                "e\u0301.png",
                "\u00e9",
                rules.UNICODE_FORM_DIFFERS,
                "the same letters in another Unicode form (NFC against NFD, which macOS writes); rename one",
            ),
        ],
    )
    def test_a_file_of_almost_the_name(self, file: str, listed: str, rule: Rule, said: str, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {**pair(file), LIST: f"{listed}\n"})
        problem = problems.only(rule)
        assert problem.location == segmask.Location(member=LIST, line=1, image=listed)
        assert problem.message == f"no mask is named {listed!r}, yet 'SegmentationClass/{file}' is there: {said}"
        assert problem.evidence.to_json() == {
            "meant": listed,
            "masks": [f"SegmentationClass/{file}", f"SegmentationObject/{file}"],
        }
        assert found == [(False, False)]

    def test_what_would_be_a_slip_is_part_of_a_mask_s_name(self, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {**pair("One.jpg.png"), LIST: "one.jpg\n"})
        assert problems.only(rules.CASE_DIFFERS).evidence.to_json()["meant"] == "one.jpg"
        assert found == [(False, False)]

    def test_a_file_of_almost_the_name_comes_before_the_end_of_a_path(self, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {**pair("a/One.png"), **pair("one.png"), LIST: "a/one\n"})
        problem = problems.only(rules.CASE_DIFFERS, rules.UNLISTED_MASK, rules.NOTHING_ARRIVES)
        assert problem.evidence.to_json()["meant"] == "a/one"
        assert found == [(False, False)]

    @pytest.mark.parametrize(
        ("name", "encoding"),
        [("\u043a\u0430\u0434\u0440", "cp866"), ("\u6797", "gb18030"), ("\u00e9", "utf-8"), ("\u00df", "cp1252")],
    )
    def test_a_name_in_a_code_page(self, name: str, encoding: str, tmp_path: Path) -> None:
        file = tmp_path / "a.zip"
        content = changed({**pair(f"{name}.png"), LIST: f"{name}\n"})
        file.write_bytes(
            zipwriter.write(
                Member(name=path, data=data if isinstance(data, bytes) else data.encode(), name_encoding=encoding)
                for path, data in content.items()
            )
        )
        problems = Problems()
        with segmask.open(file, on_problem=problems) as archive:
            assert [(entry.class_path, entry.object_path) for entry in archive.entries] == [(None, None)]
        problem = problems.only(rules.NAME_IN_CODE_PAGE)
        assert problem.location == segmask.Location(member=LIST, line=1, image=name)
        assert problem.message.endswith(
            ": the zip stores the name in an old code page; zip again with names in UTF-8 (7-Zip: -mcu=on)"
        )

    def test_a_mask_that_is_listed_with_its_folder_is_no_other_image_s(self, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {**pair("train/one.png"), LIST: "one\ntrain/one\n"})
        assert problems.only(rules.LISTED_WITHOUT_MASK).location.image == "one"
        assert found == [(False, False), (True, True)]

    def test_one_of_the_two_masks(self, tmp_path: Path) -> None:
        changes = {"SegmentationObject/one.png": None, "SegmentationObject/One.png": OBJECTS}
        found, problems = read(tmp_path, changes)
        problems.only(rules.CASE_DIFFERS, rules.CLASS_ONLY)
        assert found == [(True, False)]

    def test_the_other_one(self, tmp_path: Path) -> None:
        changes = {"SegmentationClass/one.png": None, "SegmentationClass/One.png": MASK}
        found, problems = read(tmp_path, changes)
        problem = problems.only(rules.CASE_DIFFERS, rules.OBJECT_WITHOUT_CLASS)
        assert problem.location == segmask.Location(member=LIST, line=1, image="one")
        assert found == [(False, True)]

    def test_masks_that_are_not_unpacked_are_told_by_their_names(self, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {**pair("a..b.png"), LIST: "a..b\n"})
        problems.only(rules.SKIPPED_MEMBER, rules.SKIPPED_MEMBER)
        assert found == [(False, False)]

    def test_a_slip_counts_for_one_mask_only_if_it_explains_it(self, tmp_path: Path) -> None:
        changes = {**NO_ONE, "SegmentationClass/one 1.png": MASK, LIST: "one 1\n"}
        found, problems = read(tmp_path, changes)
        problems.only(rules.CLASS_ONLY)
        assert found == [(True, False)]

    def test_a_listed_image_without_masks(self, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {LIST: "one\ntwo\n"})
        problem = problems.only(rules.LISTED_WITHOUT_MASK)
        assert problem.location == segmask.Location(member=LIST, line=2, image="two")
        assert problem.message == "the image is listed and has no mask: it imports without annotations"
        assert found == [(True, True), (False, False)]


class TestSlashes:
    """CVAT takes a backslash in an id for a slash, and refuses an id that its only list names twice."""

    @pytest.mark.parametrize("lines", ["dir/one\ndir\\one\n", "dir\\one\n#\ndir/one"])
    def test_twice_in_the_only_list(self, lines: str, tmp_path: Path) -> None:
        problems = read(tmp_path, {**pair("dir/one.png"), LIST: lines})[1]
        problem = problems.only(rules.IDS_DIFFER_IN_SLASH, rules.BACKSLASH_IN_ID)
        last = lines.rsplit(maxsplit=1)[-1]
        assert problem.location == segmask.Location(member=LIST, line=len(lines.splitlines()), image=last)
        assert problem.message == (
            f"to CVAT {last!r} is the id of line 1, which the list must not repeat; list it once, with '/'"
        )

    @pytest.mark.parametrize(("task", "is_told"), [("Main", False), ("Layout", True), ("Action", True)])
    def test_twice_in_the_only_list_of_another_task(self, task: str, is_told: bool, tmp_path: Path) -> None:
        """CVAT reads a list in ``Main`` twice, for two tasks, and merges what it finds."""
        path = f"ImageSets/{task}/x.txt"
        _, problems = read(tmp_path, {LIST: None, path: "dir/one\ndir\\one\n"})
        told = [problem.location for problem in problems if problem.kind is rules.IDS_DIFFER_IN_SLASH]
        assert told == [segmask.Location(member=path, line=2, image="dir\\one")] * is_told

    @pytest.mark.parametrize("tasks", [["Segmentation"], ["Main"], ["Layout"], ["Segmentation", "Main"]])
    def test_beside_another_list_both_are_merged(self, tasks: list[str], tmp_path: Path) -> None:
        changes: dict[str, Content | None] = {f"ImageSets/{task}/x.txt": "two\n" for task in tasks}
        changes[LIST] = "dir/one\ndir\\one\n"
        assert rules.IDS_DIFFER_IN_SLASH not in read(tmp_path, {**pair("dir/one.png"), **changes})[1].rules


class TestOutside:
    """An id that leads out of the data set is not followed."""

    @pytest.mark.parametrize("listed", ["../one", "/one", "a/../../../one", "C:\\one", "..\\one"])
    def test_one_problem(self, listed: str, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {LIST: f"one\n{listed}\n"})
        problem = problems.only(rules.ID_OUTSIDE_DATASET)
        assert problem.location == segmask.Location(member=LIST, line=2, image=listed)
        assert problem.message.endswith(": write it relative to the mask folders")
        assert found == [(True, True), (False, False)]

    @pytest.mark.parametrize(
        ("masks", "listed", "meant"),
        [("one", "/one", "one"), ("a/one", "/x/a/one.png", "a/one"), ("one", "C:\\data\\one", "one")],
    )
    def test_the_masks_that_are_meant_are_named(self, masks: str, listed: str, meant: str, tmp_path: Path) -> None:
        _, problems = read(tmp_path, {**pair(f"{masks}.png"), LIST: f"{listed}\n"})
        assert problems.only(rules.ID_OUTSIDE_DATASET).message == (
            "the id leads out of the data set, so CVAT opens a file elsewhere on its disk; it was not followed: "
            f"list {meant!r}"
        )


class TestUnlisted:
    """A mask that no list names is lost."""

    def test_one_problem_an_image(self, tmp_path: Path) -> None:
        changes = {"SegmentationClass/two.png": MASK, "SegmentationObject/two.png": OBJECTS}
        _, problems = read(tmp_path, changes)
        problem = problems.only(rules.UNLISTED_MASK)
        assert problem.location == segmask.Location(member="SegmentationClass/two.png", image="two")
        assert problem.evidence.to_json() == {"masks": ["SegmentationClass/two.png", "SegmentationObject/two.png"]}
        assert problem.message == (
            "no list names the image 'two', so CVAT drops its mask; add the id to a list in ImageSets/Segmentation"
        )

    @pytest.mark.parametrize(("comment", "name"), [("# two", "two"), ("#two", "two"), ("#two", "#two")])
    def test_a_comment_explains_it(self, comment: str, name: str, tmp_path: Path) -> None:
        changes: dict[str, Content | None] = {LIST: f"one\n{comment}\n", f"SegmentationClass/{name}.png": MASK}
        _, problems = read(tmp_path, changes)
        problem = problems.only(rules.COMMENTED_ID)
        assert problem.location == segmask.Location(member=LIST, line=2)
        assert problem.message == (
            f"a line that starts with '#' is a comment, so CVAT drops the mask {name!r}; rename it, or remove the '#'"
        )
        read(tmp_path, {**changes, "SegmentationClass/zero.png": MASK})[1].only(rules.COMMENTED_ID, rules.UNLISTED_MASK)

    def test_a_list_that_is_passed_over_explains_it(self, tmp_path: Path) -> None:
        changes = {"ImageSets/Segmentation/a_b.txt": "two\n", "SegmentationClass/two.png": MASK}
        read(tmp_path, changes)[1].only(rules.UNDERSCORE_IN_LIST_NAME)
        _, problems = read(tmp_path, {**changes, "SegmentationClass/zero.png": MASK})
        problems.only(rules.UNDERSCORE_IN_LIST_NAME, rules.UNLISTED_MASK)
        assert problems[1].location == segmask.Location(member="SegmentationClass/zero.png", image="zero")

    def test_other_files_beside_masks_are_none(self, tmp_path: Path) -> None:
        read(tmp_path, {"SegmentationClass/notes.txt": "x", "SegmentationClass/two.jpg": "x"})[1].none()


class TestSeveralLists:
    """Each list is a subset; an id in two of them comes twice."""

    def test_subsets(self, tmp_path: Path) -> None:
        members = changed({"ImageSets/Segmentation/val.txt": "two\n", "SegmentationClass/two.png": MASK})
        members["SegmentationObject/two.png"] = OBJECTS
        with segmask.open(write_zip(tmp_path / "a.zip", members), on_problem=unexpected) as archive:
            assert archive.subsets == {"default": ("one",), "val": ("two",)}
            assert [(image.subset, image.name) for image in archive] == [("default", "one"), ("val", "two")]

    def test_an_id_in_two_of_them(self, tmp_path: Path) -> None:
        found, problems = read(tmp_path, {"ImageSets/Segmentation/val.txt": "#\none\n"})
        problem = problems.only(rules.ID_IN_SEVERAL_LISTS)
        assert problem.location == segmask.Location(member="ImageSets/Segmentation/val.txt", line=2, image="one")
        assert problem.message == (
            "'one' is in 'ImageSets/Segmentation/default.txt' too: CVAT imports its annotations twice; keep it in one list"
        )
        assert found == [(True, True), (True, True)]

    def test_two_roots_may_use_one_id(self, tmp_path: Path) -> None:
        members = {**changed({}, "a/"), **changed({}, "b/")}
        problems = Problems()
        with segmask.open(write_zip(tmp_path / "a.zip", members), on_problem=problems) as archive:
            assert [entry.root for entry in archive.entries] == ["a/", "b/"]
            assert archive.subsets == {"default": ("one", "one")}
        problems.only(rules.SEVERAL_ROOTS)
