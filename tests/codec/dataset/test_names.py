"""Names as file systems and people write them: paths are followed as a real folder follows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask import Limits
from segmask.container.folder import FolderContainer
from segmask.dataset.names import is_junk, leads_out, letters_of, member_at, suffix_of, without_addition
from segmask.reporter import Reporter
from support.problems import unexpected

FILES = ("one.png", "a/one.png", "a/b/one.png", "c/d/two.png")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some files, two and three folders deep."""
    top = tmp_path_factory.mktemp("top") / "x"
    for file in FILES:
        (top / file).parent.mkdir(parents=True, exist_ok=True)
        (top / file).touch()
    return top


@pytest.fixture(scope="module")
def container(folder: Path) -> FolderContainer:
    return FolderContainer.open(folder, Limits(), Reporter(unexpected))


class TestMemberAt:
    """The member that a file system finds: ``x/..`` leads nowhere where no folder is named x."""

    @pytest.mark.parametrize(
        ("path", "found"),
        [
            ("a/one.png", "a/one.png"),
            ("a//./one.png", "a/one.png"),
            ("a/../one.png", "one.png"),
            ("a/b/../one.png", "a/one.png"),
            ("a//./b/..//one.png", "a/one.png"),
            ("a/b/../../c/d/two.png", "c/d/two.png"),
            ("x/../one.png", None),
            ("a/x/../one.png", None),
            ("one.png/../one.png", None),
            ("a/two.png", None),
            ("a/../two.png", None),
            ("A/one.png", None),
            ("a", None),
        ],
    )
    def test_is_found(self, path: str, found: str | None, container: FolderContainer) -> None:
        assert member_at(container, path) == found

    @given(
        parts=st.lists(st.sampled_from(["a", "b", "c", "d", "x", ".", "..", "..", "", "one.png"]), max_size=5),
        name=st.sampled_from(["one.png", "two.png"]),
    )
    def test_is_what_the_system_finds(
        self, parts: list[str], name: str, folder: Path, container: FolderContainer
    ) -> None:
        path = "/".join((*parts, name)).lstrip("/")
        if leads_out(path):
            return
        found = member_at(container, path)
        assert (found is not None) == Path(f"{folder}/{path}").exists()
        assert found is None or Path(f"{folder}/{path}").samefile(folder / found)

    def test_no_path_is_followed_that_no_system_takes(self, container: FolderContainer) -> None:
        longest = f"{'./' * 2_042}a/../one.png"
        assert len(longest) == 4096
        assert member_at(container, longest) == "one.png"
        assert member_at(container, f"./{longest}") is None


@pytest.mark.parametrize(
    "name", ["/one", "../one", "..", "a/../../one", "..\\one", "a\\..\\..\\one", "C:\\one", "c:/one"]
)
def test_leads_out(name: str) -> None:
    assert leads_out(name)


@pytest.mark.parametrize(
    "name", ["one", "a/../one", "a/..", "..one", "a/..one", "one..", "a\\..\\one", "C:one", "é:/one"]
)
def test_stays_inside(name: str) -> None:
    assert not leads_out(name)


@pytest.mark.parametrize("name", [".DS_Store", "a/.ds_store", "a/b/Thumbs.db", "EHTHUMBS.DB", "._one.png", "a/._x"])
def test_junk(name: str) -> None:
    assert is_junk(name)


@pytest.mark.parametrize("name", ["DS_Store", ".DS_Store/one", "Thumbs.db.png", "._a/one.png", "_one.png", ".one"])
def test_no_junk(name: str) -> None:
    assert not is_junk(name)


@pytest.mark.parametrize(
    ("path", "suffix"),
    [
        ("a.png", ".png"),
        ("a.b.PNG", ".PNG"),
        ("x.y/a", ""),
        ("a/x.y/b", ""),
        (".png", ""),
        ("a.", ""),
        ("x/.a.b", ".b"),
        ("", ""),
    ],
)
def test_suffix(path: str, suffix: str) -> None:
    assert suffix_of(path) == suffix


@pytest.mark.parametrize(
    ("name", "letters"), [("Segmentation_Class 2", "segmentationclass"), ("é-Z9az", "zaz"), ("", "")]
)
def test_letters(name: str, letters: str) -> None:
    assert letters_of(name) == letters


@pytest.mark.parametrize(
    ("stem", "bare"),
    [
        ("one_mask", "one"),
        ("a/one-LabelIds", "a/one"),
        ("one.gt", "one"),
        ("one mask_seg", "one mask"),
        ("onemask", None),
        ("_mask", None),
        ("one_masked", None),
    ],
)
def test_additions(stem: str, bare: str | None) -> None:
    assert without_addition(stem) == bare
