"""A zip read in place: names as unpacking would leave them, and what keeps members from being read."""

from __future__ import annotations

import io
import os
import random
import shutil
import stat
import warnings
import zipfile
from pathlib import Path

import pytest

from segmask import Limits, Rule, rules
from segmask.container import zip as zipcontainer
from segmask.container.source import FileSource, Source, SourceError
from segmask.container.zip import ZipContainer
from segmask.reporter import Reporter
from support.archives import SOUND, Members, problems_of, write_zip
from support.problems import Problems, unexpected

BODY = b"some text, repeated " * 20


def opened(path: Path, limits: Limits | None = None) -> tuple[ZipContainer, Problems]:
    problems = Problems()
    return ZipContainer.open(FileSource(path), limits or Limits(), Reporter(problems)), problems


def members_of(tmp_path: Path, members: Members) -> tuple[list[str], Problems]:
    """Paths in a zip, and the problems of opening it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a name twice
        path = write_zip(tmp_path / "a.zip", members)
    container, problems = opened(path)
    with container:
        return list(container.members), problems


class TestPaths:
    """A member's path is where CVAT's unpacking puts it: `shutil.unpack_archive`'s rule."""

    @pytest.mark.parametrize(
        ("name", "rule"),
        [
            ("a/b.txt", None),
            ("./a//b.txt", None),
            ("../a/b.txt", rules.PATH_TRAVERSAL),
            ("a/../../b.txt", rules.PATH_TRAVERSAL),
            ("..\\a.txt", rules.PATH_TRAVERSAL),
            ("/a/b.txt", rules.ABSOLUTE_PATH),
            ("a/..b.txt", None),
            ("a..b/c.txt", None),
            ("a/b..", None),
            ("a/./b.txt", None),
            ("C:/a.txt", rules.ABSOLUTE_PATH),
            ("\\a.txt", rules.ABSOLUTE_PATH),
            ("a\\b.txt", rules.BACKSLASH_IN_NAME),
            ("a\x1b.txt", rules.CONTROL_IN_NAME),
            ("a\u202etxt.png", rules.CONTROL_IN_NAME),
        ],
    )
    def test_as_unpacked(self, name: str, rule: Rule | None, tmp_path: Path) -> None:
        paths, problems = members_of(tmp_path, {name: BODY, "x/plain": BODY})
        assert problems.rules == ([] if rule is None else [rule])
        if rule is not None:
            assert problems[0].location.member == name
        shutil.unpack_archive(tmp_path / "a.zip", tmp_path / "out", "zip")
        files = [
            file.relative_to(tmp_path / "out").as_posix() for file in (tmp_path / "out").rglob("*") if file.is_file()
        ]
        assert sorted(paths) == sorted(files)

    def test_backslashes_in_every_name_are_read_as_they_were_meant(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"a\\b": BODY, "c": BODY})
        container, problems = opened(path)
        with container:
            assert container.backslashed
            assert container.read("a/b", Reporter(unexpected)) == BODY
            assert container.members["a/b"].name == "a\\b"
        problems.only(rules.BACKSLASH_IN_NAME)

    def test_what_is_skipped_is_remembered(self, tmp_path: Path) -> None:
        container, _ = opened(write_zip(tmp_path / "a.zip", {"a/b..c": BODY, "../x": BODY, "/y": BODY, "z../": b""}))
        with container:
            assert container.skipped == {"a/b..c": "a/b..c", "x": "../x", "y": "/y"}
            assert not container.folders

    def test_damage_in_what_is_skipped_does_no_harm(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"a..b": BODY * 9, **SOUND}, zipfile.ZIP_STORED)
        path.write_bytes(path.read_bytes().replace(BODY, BODY[::-1], 1))
        assert not [problem for problem in problems_of(path) if problem.kind is rules.DAMAGED_MEMBER]

    @pytest.mark.parametrize("name", [".", "a/.", "a/./."])
    def test_a_name_that_unpacking_fails_on(self, name: str, tmp_path: Path) -> None:
        members_of(tmp_path, {name: BODY})[1].only(rules.DAMAGED_MEMBER)
        with pytest.raises(OSError, match="Is a directory"):
            shutil.unpack_archive(tmp_path / "a.zip", tmp_path / "out", "zip")

    def test_a_name_may_have_two_faults(self, tmp_path: Path) -> None:
        members_of(tmp_path, {"../a\x07": BODY})[1].only(rules.PATH_TRAVERSAL, rules.CONTROL_IN_NAME)

    def test_a_name_without_a_path_is_no_member(self, tmp_path: Path) -> None:
        paths, problems = members_of(tmp_path, {"..": BODY})
        assert paths == []
        problems.only(rules.PATH_TRAVERSAL)

    def test_folders(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"a/b/": b"", "/": b"", "c/d/e": BODY, "c/d/f": BODY})
        container, problems = opened(path)
        with container:
            assert container.folders == {"a", "a/b", "c", "c/d"}
            assert list(container.members) == ["c/d/e", "c/d/f"]
        problems.only(rules.ABSOLUTE_PATH)

    def test_a_file_in_the_place_of_a_folder(self, tmp_path: Path) -> None:
        paths, problems = members_of(tmp_path, {"a": BODY, "a/b": BODY})
        assert problems.only(rules.DAMAGED_MEMBER).location.member == "a"
        assert paths == ["a", "a/b"]

    @pytest.mark.parametrize(
        ("name", "fits"), [("a" * 255, True), ("a" * 256, False), ("x/" + "ä" * 128 + "/y", False)]
    )
    def test_a_name_too_long_for_a_file_system(self, name: str, fits: bool, tmp_path: Path) -> None:
        problems = members_of(tmp_path, {name: BODY})[1]
        assert problems.rules == ([] if fits else [rules.DAMAGED_MEMBER])


class TestTwice:
    """Of members with one path the last wins, as in unpacking."""

    def test_the_last_wins(self, tmp_path: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            path = write_zip(tmp_path / "a.zip", [("a", b"one"), ("b", BODY), ("./a", b"three")])
        container, problems = opened(path)
        with container:
            assert container.read("a", Reporter(unexpected)) == b"three"
            assert container.members["a"].name == "./a"
        problem = problems.only(rules.DUPLICATE_MEMBER)
        assert problem.location.member == "./a"
        assert problem.evidence.to_json() == {"sizes": [3, 5]}

    def test_equal_contents_do_no_harm(self, tmp_path: Path) -> None:
        paths, problems = members_of(tmp_path, [("a", BODY), ("a", BODY)])
        assert paths == ["a"]
        problems.only(rules.REPEATED_MEMBER)


class TestReading:
    """Members are read whole, and their checksums are checked."""

    @pytest.mark.parametrize(
        "compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
    )
    def test_every_method(self, compression: int, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"a": BODY, "empty": b""}, compression)
        with ZipContainer.open(FileSource(path), Limits(), Reporter(unexpected)) as container:
            assert container.read("a", Reporter(unexpected)) == BODY
            assert container.read("empty", Reporter(unexpected)) == b""
            assert container.members["a"].size == len(BODY)
            container.check("a", Reporter(unexpected))

    @pytest.mark.parametrize("checked", [False, True])
    def test_damage_is_one_problem(self, checked: bool, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"a": BODY, "b": BODY}, zipfile.ZIP_STORED)
        data = bytearray(path.read_bytes())
        data[data.index(BODY) + 5] ^= 1
        path.write_bytes(data)
        problems = Problems()
        with ZipContainer.open(FileSource(path), Limits(), Reporter(unexpected)) as container:
            if checked:
                container.check("a", Reporter(problems))
            else:
                assert container.read("a", Reporter(problems)) is None
            assert container.read("b", Reporter(unexpected)) == BODY
        problem = problems.only(rules.DAMAGED_MEMBER)
        assert problem.location.member == "a"
        assert not problem.complete

    @pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    def test_more_than_is_read_at_once(self, compression: int, tmp_path: Path) -> None:
        body = random.Random(0).randbytes(3 << 20)
        path = write_zip(tmp_path / "a.zip", {"a": body, "b": BODY}, compression)
        with ZipContainer.open(FileSource(path), Limits(), Reporter(unexpected)) as container:
            assert container.read("a", Reporter(unexpected)) == body

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"header_offset": 1}, "Bad magic number"),
            ({"header_offset": -(1 << 20)}, "Bad offset"),
            ({"header_offset": 1 << 30}, "Truncated file header"),
            ({"flag_bits": 0x20}, "compressed patched data"),
            ({"flag_bits": 0x40}, "strong encryption"),
            ({"orig_filename": "c"}, "'c' and header b'a' differ"),
            ({"compress_size": len(BODY) + 20}, "Overlapped entries"),
            ({"CRC": 1}, "Bad CRC-32"),
        ],
    )
    def test_a_directory_that_disagrees(
        self, change: dict[str, int | str], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write_zip(tmp_path / "a.zip", {"a": BODY, "b": BODY}, zipfile.ZIP_STORED)

        def directory(source: Source) -> tuple[list[zipfile.ZipInfo], int]:
            infos, end = zipcontainer_directory(source)
            for name, value in change.items():
                setattr(infos[0], name, value)
            return infos, end

        zipcontainer_directory = zipcontainer._directory
        monkeypatch.setattr(zipcontainer, "_directory", directory)
        with ZipContainer.open(FileSource(path), Limits(), Reporter(unexpected)) as container:
            problems = Problems()
            assert container.read("a", Reporter(problems)) is None
            assert reason in problems.only(rules.DAMAGED_MEMBER).message
            assert container.read("b", Reporter(unexpected)) == BODY

    def test_data_that_ends_too_soon(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"a": random.Random(0).randbytes(2 << 20)}, zipfile.ZIP_STORED)
        with ZipContainer.open(FileSource(path), Limits(), Reporter(unexpected)) as container:
            os.truncate(path, 3 << 19)  # as a file that another program writes at the same time
            with pytest.raises(SourceError, match="it was changed while it was read"):
                container.read("a", Reporter(unexpected))
            with pytest.raises(SourceError, match="it was changed while it was read"):
                container.check("a", Reporter(unexpected))

    def test_a_symbolic_link_is_the_text_it_holds(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        link = zipfile.ZipInfo("a")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(link, "/etc/passwd")
        container, problems = opened(path)
        with container:
            assert container.read("a", Reporter(unexpected)) == b"/etc/passwd"
        problems.only(rules.SYMLINK_MEMBER)


class TestUnreadable:
    """A member that may not or cannot be read stays unread; the rest of the archive is read."""

    def patched(self, tmp_path: Path, offset: int, value: int) -> tuple[ZipContainer, Problems]:
        """A zip of two members, one byte of the first one's directory entry replaced."""
        path = write_zip(tmp_path / "a.zip", {"a": BODY, "b": BODY})
        data = bytearray(path.read_bytes())
        data[data.index(b"PK\x01\x02") + offset] = value
        path.write_bytes(data)
        return opened(path)

    def assert_only_b(self, container: ZipContainer) -> None:
        with container:
            assert container.read("a", Reporter(unexpected)) is None
            container.check("a", Reporter(unexpected))
            assert container.read("b", Reporter(unexpected)) == BODY

    def test_encrypted(self, tmp_path: Path) -> None:
        container, problems = self.patched(tmp_path, 8, 1)
        problem = problems.only(rules.ENCRYPTED_MEMBER)
        assert (problem.location.member, problem.complete) == ("a", False)
        self.assert_only_b(container)

    def test_unknown_method(self, tmp_path: Path) -> None:
        container, problems = self.patched(tmp_path, 10, 99)
        assert "99" in problems.only(rules.UNKNOWN_COMPRESSION).message
        self.assert_only_b(container)

    def test_too_large(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"a": BODY + b"!", "b": BODY})
        container, problems = opened(path, Limits(member_bytes=len(BODY)))
        problem = problems.only(rules.OVER_LIMIT)
        assert problem.location.member == "a"
        assert problem.evidence.to_json() == {"limit": "member_bytes", "allowed": len(BODY)}
        self.assert_only_b(container)

    def test_too_high_a_ratio(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"a": bytes(1 << 16), "b": BODY})
        container, problems = opened(path, Limits(ratio=100, ratio_bytes=1 << 16))
        assert problems.only(rules.ARCHIVE_BOMB).evidence.to_json()["packed"] < 1000
        self.assert_only_b(container)

    def test_a_high_ratio_of_little_data_harms_nobody(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"a": bytes((1 << 16) - 1)})
        container, problems = opened(path, Limits(ratio=100, ratio_bytes=1 << 16))
        container.close()
        problems.none()

    def test_a_path_that_no_file_can_have(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"d/" * 2_048 + "x": BODY, "b": BODY})
        container, problems = opened(path)
        problems.only(rules.PATH_TOO_LONG)
        assert (set(container.members), container.folders) == ({"b"}, set())
        container.close()

    def test_too_deep(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"d/d/x": BODY, "d/b": BODY})
        container, problems = opened(path, Limits(depth=1))
        problem = problems.only(rules.OVER_LIMIT)
        assert problem.evidence.to_json() == {"limit": "depth", "allowed": 1}
        assert (set(container.members), problem.complete) == ({"d/b"}, False)
        container.close()

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_too_much_that_unpacks_slowly(self, method: int, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("b", BODY)
            archive.writestr("a", BODY)
        container, problems = opened(path, Limits(slow_bytes=len(BODY)))
        assert problems.only(rules.OVER_LIMIT).evidence.to_json()["limit"] == "slow_bytes"
        self.assert_only_b(container)


class TestWholeArchive:
    """What is no zip, or a dangerous one, is one problem, and nothing is read."""

    def refused(self, path: Path, rule: Rule, limits: Limits | None = None) -> str:
        container, problems = opened(path, limits)
        with container:
            problem = problems.only(rule)
            assert container.is_unreadable
            assert not container.members
            assert not problem.complete
        return problem.message

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"", "the file is empty"),
            (b"hello", "something else"),
            (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
            (b"\x1f\x8b\x08", "gzip"),
            (b"Rar!\x1a", "RAR"),
            (b"7z\xbc\xaf\x27\x1c", "7z"),
            (b"\x89PNG\r\n", "PNG"),
            (b"<?xml version='1.0'?>", "XML"),
            (b"\n <html>", "HTML"),
            (b'{"images": []}', "COCO"),
        ],
    )
    def test_no_zip(self, data: bytes, kind: str, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(data)
        assert kind in self.refused(path, rules.NOT_AN_ARCHIVE)

    def test_cut_off(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"a": BODY})
        path.write_bytes(path.read_bytes()[:-30])
        self.refused(path, rules.DAMAGED_ARCHIVE)

    def test_too_many_members(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"a": BODY, "b": BODY})
        assert "2 members" in self.refused(path, rules.OVER_LIMIT, Limits(members=1))

    def test_too_much_in_all(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {"a": BODY, "b": BODY})
        assert "800" in self.refused(path, rules.OVER_LIMIT, Limits(total_bytes=2 * len(BODY) - 1))

    def test_too_high_a_ratio_of_all(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", {name: bytes(1 << 14) for name in "abcd"})
        limits = Limits(ratio=100, ratio_bytes=1 << 16)
        assert "more than 100 times" in self.refused(path, rules.ARCHIVE_BOMB, limits)

    def test_members_that_overlap(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("a", bytes(1000))
            for name in "bcd":
                info = zipfile.ZipInfo(name)
                info.CRC, info.file_size, info.compress_size = (archive.getinfo("a").CRC, 1000, 1000)
                info.header_offset = 0
                archive.filelist.append(info)
        path.write_bytes(stream.getvalue())
        assert "overlap" in self.refused(path, rules.ARCHIVE_BOMB, Limits(ratio_bytes=4000))

    def test_a_missing_file_is_the_callers_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            opened(tmp_path / "none.zip")

    def test_closes_its_file_when_the_handler_raises(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(b"hello")
        with pytest.raises(AssertionError):  # an unclosed file would be a ResourceWarning, an error here
            ZipContainer.open(FileSource(path), Limits(), Reporter(unexpected))
