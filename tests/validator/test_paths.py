"""What the paths mean that a user types: archives, one by one, or why there are none."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from segmask_validate.paths import Unusable, archives

LIST = "ImageSets/Segmentation/default.txt"
MASK = "SegmentationClass/a.png"

Tree = Callable[..., None]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """A function that makes empty files in the working directory."""
    monkeypatch.chdir(tmp_path)

    def make(*paths: str) -> None:
        for path in paths:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).touch()

    return make


def test_a_zip_and_a_data_set_are_themselves(tree: Tree) -> None:
    tree("a.zip", f"set/{LIST}")
    assert list(archives(["a.zip", "set", "https://example.org/a.zip"])) == [
        "a.zip",
        "set",
        "https://example.org/a.zip",
    ]


def test_what_is_named_twice_is_read_twice(tree: Tree) -> None:
    tree("a.zip")
    assert list(archives(["a.zip", "a.zip"])) == ["a.zip", "a.zip"]


def test_a_folder_stands_for_the_zips_and_data_sets_in_it(tree: Tree) -> None:
    tree("data/b.zip", "data/a.ZIP", "data/read.me", f"data/deep/set/{LIST}", "data/deep/set/inner.zip")
    assert list(archives(["data"])) == ["data/a.ZIP", "data/b.zip", "data/deep/set"]


def test_hidden_files_and_folders_of_a_folder_are_left_alone(tree: Tree) -> None:
    tree("data/a.zip", "data/.git/b.zip", f"data/.venv/set/{LIST}", "data/._a.zip")
    assert list(archives(["data"])) == ["data/a.zip"]


def test_a_hidden_folder_that_is_named_is_read(tree: Tree) -> None:
    tree(".cache/a.zip")
    assert list(archives([".cache"])) == [".cache/a.zip"]


@pytest.mark.parametrize(
    "member", ["SegmentationClass", "SegmentationClass/", "ImageSets/Segmentation", MASK, LIST, "labelmap.txt"]
)
def test_a_member_stands_for_its_data_set(tree: Tree, member: str) -> None:
    tree(f"data/set/{LIST}", f"data/set/{MASK}", "data/set/labelmap.txt")
    assert list(archives([f"data/set/{member}"])) == ["data/set"]


def test_members_stand_for_their_data_set_once(tree: Tree) -> None:
    tree(f"set/{LIST}", f"set/{MASK}", f"other/{MASK}")
    assert list(archives([f"set/{MASK}", f"set/{LIST}", f"other/{MASK}"])) == ["set", "other"]


def test_the_working_directory_is_a_member_as_well(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(f"set/{LIST}", f"set/{MASK}")
    monkeypatch.chdir("set/SegmentationClass")
    assert list(archives(["."])) == [".."]


def test_a_file_beside_a_data_set_is_no_member(tree: Tree) -> None:
    tree(f"set/{LIST}", "set/notes.md")
    assert list(archives(["set/notes.md"])) == ["set/notes.md"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("data/*.zip", ["data/a.zip"]),
        ("data/**", ["data/a.zip", "data/deep/b.zip", "data/deep/set"]),
        ("data/**/*.zip", ["data/a.zip", "data/deep/b.zip"]),
        ("data/deep/s*", ["data/deep/set"]),
        ("data/*.tar", [Unusable("data/*.tar", "nothing matches this pattern")]),
        ("data/*.md", [Unusable("data/*.md", "no archive matches this pattern")]),
    ],
)
def test_a_pattern_that_no_shell_expanded(tree: Tree, pattern: str, expected: list[object]) -> None:
    tree("data/a.zip", "data/deep/b.zip", f"data/deep/set/{LIST}", "data/.git/c.zip", "data/read.md")
    assert list(archives([pattern])) == expected


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tree: Tree) -> None:
    tree("a[1].zip", "a1.zip")
    assert list(archives(["a[1].zip"])) == ["a[1].zip"]


def test_an_empty_folder_says_what_to_type(tree: Tree) -> None:
    tree("data/.git/config", "a.zip")
    expected = "data: an empty folder; type the path of a zip, of a data set, or of a folder of them"
    assert list(map(str, archives(["data", "a.zip"]))) == [expected, "a.zip"]


def test_a_folder_of_other_files_is_looked_into_for_what_was_meant(tree: Tree) -> None:
    tree("data/annotations/instances.json")
    assert list(archives(["data"])) == ["data"]


def test_a_missing_path_does_not_stop_the_others(tree: Tree) -> None:
    tree("a.zip")
    assert list(archives(["no.zip", "a.zip"])) == [Unusable("no.zip", "no such file or folder"), "a.zip"]


def test_a_folder_that_cannot_be_listed_does_not_stop_the_others(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree("data/a.zip", "data/closed/b.zip")
    listed = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert list(archives(["data"])) == ["data/a.zip", Unusable("data/closed", "Permission denied")]
