"""Lists of other tasks: what CVAT imports for them, and what in them makes it refuse the archive."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import segmask
from segmask import rules
from segmask.dataset.entry import Entry
from support.archives import LIST, Content, changed, problems_of, write_zip
from support.problems import Problems

MAIN = "ImageSets/Main/default.txt"
LAYOUT = "ImageSets/Layout/default.txt"


def read(tmp_path: Path, changes: dict[str, Content | None]) -> tuple[tuple[Entry, ...], Problems]:
    """Entries of a changed archive, and all problems of it."""
    problems = Problems()
    with segmask.open(write_zip(tmp_path / "a.zip", changed(changes)), on_problem=problems) as archive:
        list(archive)
        return archive.entries, problems


class TestImages:
    """What the lists name is imported, as images without masks where no list for masks names it too."""

    @pytest.mark.parametrize("task", ["Main", "Layout", "Action"])
    def test_counted_once_and_behind_the_others(self, task: str, tmp_path: Path) -> None:
        entries, problems = read(tmp_path, {f"ImageSets/{task}/default.txt": "two\none\n"})
        assert [entry.name for entry in entries] == ["one", "two"]
        assert entries[0].class_path == "SegmentationClass/one.png"
        assert entries[1] == Entry(
            root="",
            subset="default",
            name="two",
            class_path=None,
            object_path=None,
            photo_path=None,
            has_parts=task == "Layout",
        )
        problem = problems.only(rules.OTHER_TASK_LISTS)
        assert problem.evidence.to_json() == {"lists": 1, "annotations": 0, "images": 1}
        assert problem.complete

    def test_subsets(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", changed({"ImageSets/Main/train.txt": "one\ntwo\n", MAIN: "three\n"}))
        with segmask.open(path, on_problem=Problems()) as archive:
            assert archive.subsets == {"default": ("one", "three"), "train": ("one", "two")}
            assert len(list(archive)) == len(archive) == 4

    def test_a_photo(self, tmp_path: Path) -> None:
        entries, _ = read(tmp_path, {MAIN: "two\n", "JPEGImages/two.jpg": b""})
        assert entries[1].photo_path == "JPEGImages/two.jpg"

    @pytest.mark.parametrize(
        ("path", "line"), [(MAIN, "../two"), (LAYOUT, "../two"), (LAYOUT, "../two 1"), (LAYOUT, 'x "../two"')]
    )
    def test_an_id_that_leads_out(self, path: str, line: str, tmp_path: Path) -> None:
        _, problems = read(tmp_path, {path: f"one\n{line}\n../two\n"})
        problem = problems.only(rules.ID_OUTSIDE_DATASET, rules.OTHER_TASK_LISTS)
        assert problem.location == segmask.Location(member=path, line=2, image="../two")
        assert problem.message == (
            "the id leads out of the data set, so CVAT opens a file elsewhere on its disk; it was not followed"
        )

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({MAIN: "one\n"}, "Main and 0 XML files of Annotations too, as labels and boxes beside the masks"),
            (
                {MAIN: "two\n", LAYOUT: "one\n", "Annotations/two.xml": "<annotation/>"},
                (
                    "Layout, Main and 1 XML file of Annotations too, as labels and boxes beside the masks, and 1 image that only "
                    "they name"
                ),
            ),
        ],
    )
    def test_what_is_said(self, changes: dict[str, Content | None], said: str, tmp_path: Path) -> None:
        _, problems = read(tmp_path, changes)
        problem = problems.only(rules.OTHER_TASK_LISTS)
        assert problem.location == segmask.Location(member=MAIN)
        assert problem.message == f"CVAT imports the lists in ImageSets/{said}; remove what you do not mean"

    def test_a_list_that_is_not_utf8(self, tmp_path: Path) -> None:
        _, problems = read(tmp_path, {MAIN: b"\xe9\n"})
        assert problems.only(rules.LIST_NOT_UTF8, rules.OTHER_TASK_LISTS).location.member == MAIN

    def test_a_list_that_is_a_git_lfs_pointer(self, tmp_path: Path) -> None:
        _, problems = read(tmp_path, {MAIN: "version https://git-lfs.github.com/spec/v1\nsize 8\n"})
        assert problems.only(rules.LIST_IS_POINTER, rules.OTHER_TASK_LISTS).location.member == MAIN


class TestLayout:
    """A line is an id, in two quotes or none; what follows counts for nothing."""

    @pytest.mark.parametrize("line", ["two", "two 1", '"two"', '"two" 1', 'x "two"'])
    def test_an_id(self, line: str, tmp_path: Path) -> None:
        entries, problems = read(tmp_path, {LAYOUT: f"{line}\n"})
        problems.only(rules.OTHER_TASK_LISTS)
        assert (entries[1].name, entries[1].has_parts) == ("two", True)

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ('"two', "is 1; write the id without"),
            ('two"', "is 1; write the id without"),
            ('"two" "', "are 3; write the id without"),
            ('"two" "1"', "are 4; write the id without"),
            ('""', "an empty id in quotes, which CVAT refuses; write the image's id"),
        ],
    )
    def test_quotes_that_cvat_refuses(self, line: str, said: str, tmp_path: Path) -> None:
        entries, problems = read(tmp_path, {LAYOUT: f"one\n{line}\n"})
        problem = problems.only(rules.OTHER_TASK_LINE, rules.OTHER_TASK_LISTS)
        assert (problem.location.member, problem.location.line) == (LAYOUT, 2)
        number = "" if said.startswith("an") else "unexpected number of quotes in filename, expected 0 or 2, and there "
        assert problem.message == f"{number}{said}"
        assert [entry.name for entry in entries] == ["one"]

    def test_quotes_are_part_of_an_id_of_other_tasks(self, tmp_path: Path) -> None:
        entries, problems = read(tmp_path, {MAIN: '"two\n'})
        problems.only(rules.OTHER_TASK_LISTS)
        assert entries[1].name == '"two'

    @given(line=st.text(alphabet=' "a\t#', max_size=8))
    def test_quotes_decide(self, line: str, tmp_path_factory: pytest.TempPathFactory) -> None:
        path = write_zip(tmp_path_factory.mktemp("a") / "a.zip", changed({LAYOUT: f"{line}\n"}))
        counts = not line.lstrip().startswith("#") and '"' in line
        refused = counts and (line.count('"') != 2 or '""' in line)
        assert (rules.OTHER_TASK_LINE in problems_of(path).rules) == refused


class TestClassFiles:
    """``Main/<label>_<subset>.txt`` says of images whether a label is there."""

    CAR = "ImageSets/Main/car_default.txt"

    @pytest.mark.parametrize("line", ["one 1", "one -1", "one 0", "a b  1", "# one", ""])
    def test_taken(self, line: str, tmp_path: Path) -> None:
        _, problems = read(tmp_path, {MAIN: "one\n", self.CAR: f"{line}\n"})
        problems.only(rules.OTHER_TASK_LISTS)

    @pytest.mark.parametrize("line", ["one", "one 7", "one 1.0", "one +1", "one true"])
    def test_refused(self, line: str, tmp_path: Path) -> None:
        _, problems = read(tmp_path, {MAIN: "one\n", self.CAR: f"one 1\n{line}\n"})
        problem = problems.only(rules.OTHER_TASK_LINE, rules.OTHER_TASK_LISTS)
        name, *value = line.split()
        assert problem.location == segmask.Location(member=self.CAR, line=2, image=name if value else None)
        assert problem.message == (
            f"unexpected class existence value {value[0]!r}, expected -1, 0 or 1: write one of them behind {name!r}"
            if value
            else f"invalid number of fields in line, expected 2: write -1, 0 or 1 behind the id {name!r}"
        )

    @pytest.mark.parametrize(
        ("label", "path"),
        [
            ("a/car", "ImageSets/Main/a/car_default.txt"),
            ("../car", "ImageSets/car_default.txt"),
            ("./a_car", "ImageSets/Main/a_car_default.txt"),
        ],
    )
    def test_a_label_is_a_path_below_the_folder(self, label: str, path: str, tmp_path: Path) -> None:
        labels = f"background:0,0,0::\n{label}:128,0,0::\nroad:0,128,0::\n"
        _, problems = read(tmp_path, {MAIN: "one\n", "labelmap.txt": labels, path: "one 7\n"})
        assert problems.only(rules.OTHER_TASK_LINE, rules.OTHER_TASK_LISTS).location.member == path

    @pytest.mark.parametrize(
        "files",
        [
            {LAYOUT: "one\n", CAR: "one 7\n"},
            {MAIN: "one\n", "ImageSets/Main/tree_default.txt": "one 7\n"},
            {MAIN: "one\n", "ImageSets/Main/car_other.txt": "one 7\n"},
        ],
    )
    def test_of_no_list_or_no_label(self, files: dict[str, Content | None], tmp_path: Path) -> None:
        _, problems = read(tmp_path, files)
        problems.only(rules.OTHER_TASK_LISTS)

    def test_an_absolute_label_leads_out_of_the_folder(self, tmp_path: Path) -> None:
        labels = "background:0,0,0::\n/car:128,0,0::\nroad:0,128,0::\n"
        _, problems = read(tmp_path, {MAIN: "one\n", "labelmap.txt": labels, self.CAR: "one 7\n"})
        problems.only(rules.OTHER_TASK_LISTS)

    def test_without_a_list_in_main(self, tmp_path: Path) -> None:
        _, problems = read(tmp_path, {self.CAR: "one 7\n"})
        problems.none()

    def test_not_utf8(self, tmp_path: Path) -> None:
        _, problems = read(tmp_path, {MAIN: "one\n", self.CAR: b"\xe9 1\n"})
        assert problems.only(rules.LIST_NOT_UTF8, rules.OTHER_TASK_LISTS).location.member == self.CAR


def test_without_a_list_for_masks(tmp_path: Path) -> None:
    entries, problems = read(tmp_path, {LIST: None, MAIN: "one\n"})
    problems.only(rules.OTHER_TASK_LISTS, rules.UNLISTED_MASK)
    assert [(entry.name, entry.class_path) for entry in entries] == [("one", None)]
