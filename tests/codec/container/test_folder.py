"""A folder, read as if it had just come out of a zip."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from segmask import Limits, rules
from segmask.container import folder
from segmask.container.folder import FolderContainer
from segmask.container.source import SourceError
from segmask.reporter import Reporter
from support.archives import write_folder
from support.problems import Problems, unexpected


def opened(folder: Path, limits: Limits | None = None) -> tuple[FolderContainer, Problems]:
    problems = Problems()
    return FolderContainer.open(folder, limits or Limits(), Reporter(problems)), problems


class TestMembers:
    """Files by their path inside the folder, in order."""

    def test_paths_folders_and_bytes(self, tmp_path: Path) -> None:
        write_folder(tmp_path, {"b/c/d.txt": "d", "a.txt": "aa", "b/b.txt": ""})
        (tmp_path / "empty").mkdir()
        with FolderContainer.open(tmp_path, Limits(), Reporter(unexpected)) as container:
            assert list(container.members) == ["a.txt", "b/b.txt", "b/c/d.txt"]
            assert container.folders == {"b", "b/c", "empty"}
            assert container.members["a.txt"].size == 2
            assert container.read("b/c/d.txt", Reporter(unexpected)) == b"d"
            container.check("a.txt", Reporter(unexpected))
            assert not container.is_unreadable

    def test_names_are_checked_as_in_a_zip(self, tmp_path: Path) -> None:
        write_folder(tmp_path, {"a\\b": "", "c\x07": ""})
        opened(tmp_path)[1].only(rules.BACKSLASH_IN_NAME, rules.CONTROL_IN_NAME)

    def test_a_name_that_is_not_utf8(self, tmp_path: Path) -> None:
        name = os.fsdecode(b"a\xff")
        write_folder(tmp_path, {name: "x"})
        container, problems = opened(tmp_path)
        problems.only(rules.CONTROL_IN_NAME)
        assert container.read(name, Reporter(unexpected)) == b"x"

    def test_a_missing_folder_is_the_callers_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            opened(tmp_path / "none")

    def test_a_folder_that_cannot_be_listed_is_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(path: object) -> object:
            raise PermissionError

        monkeypatch.setattr(os, "scandir", refuse)
        with pytest.raises(PermissionError):
            opened(tmp_path)


class TestLinks:
    """Links that lead out of the folder, and what is no regular file, stay unread."""

    @pytest.fixture
    def outside(self, tmp_path: Path) -> Path:
        return write_folder(tmp_path / "outside", {"secret.txt": "secret"})

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return write_folder(tmp_path / "inside", {"a.txt": "a"})

    def test_a_link_inside_is_followed(self, folder: Path) -> None:
        (folder / "b.txt").symlink_to("a.txt")
        container, problems = opened(folder)
        problems.none()
        assert container.read("b.txt", Reporter(unexpected)) == b"a"

    def test_a_link_to_a_file_outside(self, folder: Path, outside: Path) -> None:
        (folder / "b.txt").symlink_to(outside / "secret.txt")
        container, problems = opened(folder)
        problem = problems.only(rules.SYMLINK_MEMBER)
        assert (problem.location.member, problem.complete) == ("b.txt", False)
        assert list(container.members) == ["a.txt"]

    def test_a_link_to_a_folder(self, folder: Path, outside: Path) -> None:
        (folder / "b").symlink_to(outside)
        container, problems = opened(folder)
        assert problems.only(rules.SYMLINK_MEMBER).location.member == "b"
        assert list(container.members) == ["a.txt"]
        assert not container.folders

    @pytest.mark.parametrize("target", ["nowhere", "b.txt"])
    def test_a_link_to_nothing_or_to_itself(self, target: str, folder: Path) -> None:
        (folder / "b.txt").symlink_to(target)
        opened(folder)[1].only(rules.SYMLINK_MEMBER)

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
    def test_a_pipe(self, folder: Path) -> None:
        os.mkfifo(folder / "b.txt")
        opened(folder)[1].only(rules.SYMLINK_MEMBER)


class TestUnreadable:
    """A file that may not or cannot be read stays unread."""

    def test_too_large(self, tmp_path: Path) -> None:
        write_folder(tmp_path, {"a": "aa", "b": "b"})
        container, problems = opened(tmp_path, Limits(member_bytes=1))
        assert problems.only(rules.OVER_LIMIT).location.member == "a"
        assert container.read("a", Reporter(unexpected)) is None
        assert container.read("b", Reporter(unexpected)) == b"b"

    def test_gone_since(self, tmp_path: Path) -> None:
        write_folder(tmp_path, {"a": "a"})
        container, _ = opened(tmp_path)
        (tmp_path / "a").unlink()
        with pytest.raises(SourceError, match=r"a: it was changed while it was read; validate it again$"):
            container.read("a", Reporter(unexpected))

    def test_hidden_folders_are_left_alone(self, tmp_path: Path) -> None:
        write_folder(tmp_path, {"a": "a", ".git/config": "b"})
        (tmp_path / ".venv").mkdir()
        (tmp_path / ".venv" / "python").symlink_to("/usr/bin/python")
        container, problems = opened(tmp_path)
        assert (list(container.members), list(container.folders), problems) == (["a"], [], [])

    def test_what_may_not_be_read_is_not_damaged(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write_folder(tmp_path, {"a": "a"})
        container, _ = opened(tmp_path)

        def denied(path: Path) -> None:
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr(folder, "reading", denied)
        with pytest.raises(SourceError, match=r"a: Permission denied$"):
            container.read("a", Reporter(unexpected))

    @pytest.mark.parametrize("content", ["", "b", "abc"])
    def test_changed_since(self, tmp_path: Path, content: str) -> None:
        write_folder(tmp_path, {"a": "a"})
        os.utime(tmp_path / "a", (1, 1))
        container, _ = opened(tmp_path)
        container.verify()
        (tmp_path / "a").write_text(content)
        with pytest.raises(SourceError, match=r"a: it was changed while it was read; validate it again$"):
            container.read("a", Reporter(unexpected))
        with pytest.raises(SourceError, match=r"a: it was changed while it was read; validate it again$"):
            container.verify()
