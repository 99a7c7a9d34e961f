"""Files that appear whole or not at all, at the place that was asked for; files to read that end."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import segmask
from segmask import AnnotatedImage, Box
from segmask._support import files
from segmask._support.files import replacing
from segmask.container.source import FileSource
from segmask.formats import coco, cvatxml

IMAGE = AnnotatedImage(name="one", width=9, height=9, shapes=[Box(1, 1, 5, 5, "car")])


def put(target: Path, data: bytes = b"new") -> None:
    with replacing(target) as stream:
        stream.write(data)


def put_half(target: Path) -> None:
    with replacing(target) as stream:
        stream.write(b"new" * 100_000)
        raise RuntimeError("half")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class Reader:
    """What arrives at the other end of a FIFO."""

    def __init__(self, fifo: Path) -> None:
        os.mkfifo(fifo)
        self._got: list[bytes] = []
        self._thread = threading.Thread(target=lambda: self._got.append(fifo.read_bytes()), daemon=True)
        self._thread.start()

    def got(self) -> bytes:
        self._thread.join(30)
        (data,) = self._got
        return data


def device(path: Path, minor: int) -> Path:
    """A memory device of Linux by its number: 3 takes all, 7 is always full."""
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, minor))
        path.open("wb").close()
    except PermissionError:
        pytest.skip("only root makes devices, and not everywhere")
    return path


class TestFile:
    def test_a_new_one_gets_what_the_umask_leaves(self, tmp_path: Path) -> None:
        before = os.umask(0o027)
        try:
            put(tmp_path / "a")
        finally:
            os.umask(before)
        assert ((tmp_path / "a").read_bytes(), mode(tmp_path / "a"), names(tmp_path)) == (b"new", 0o640, ["a"])

    def test_the_umask_is_never_another(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "umask", None)
        put(tmp_path / "a")
        assert names(tmp_path) == ["a"]

    @pytest.mark.parametrize("kept", [0o600, 0o444, 0o775])
    def test_an_old_one_keeps_its_permissions(self, tmp_path: Path, kept: int) -> None:
        (tmp_path / "a").write_bytes(b"old, and longer")
        (tmp_path / "a").chmod(kept)
        put(tmp_path / "a")
        assert ((tmp_path / "a").read_bytes(), mode(tmp_path / "a"), names(tmp_path)) == (b"new", kept, ["a"])

    def test_a_failing_block_leaves_what_was_there(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"old")
        with pytest.raises(RuntimeError, match="half"):
            put_half(tmp_path / "a")
        assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"old", ["a"])

    @pytest.mark.parametrize("old", [None, b"old"])
    def test_where_the_system_can_it_has_no_name_before(self, tmp_path: Path, old: bytes | None) -> None:
        if not hasattr(os, "O_TMPFILE"):
            pytest.skip("this system cannot")
        if old is not None:
            (tmp_path / "a").write_bytes(old)
        there = names(tmp_path)
        with replacing(tmp_path / "a") as stream:
            stream.write(b"new" * 100_000)
            assert names(tmp_path) == there
        assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"new" * 100_000, ["a"])

    @pytest.mark.parametrize("old", [None, b"old"])
    def test_elsewhere_it_is_hidden(self, tmp_path: Path, old: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "_NAMELESS", getattr(os, "O_DIRECTORY", 0))
        if old is not None:
            (tmp_path / "a").write_bytes(old)
            (tmp_path / "a").chmod(0o640)
        with replacing(tmp_path / "a") as stream:
            stream.write(b"new")
            assert names(tmp_path)[0].startswith(".segmask-")
        assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"new", ["a"])
        assert old is None or mode(tmp_path / "a") == 0o640
        with pytest.raises(RuntimeError, match="half"):
            put_half(tmp_path / "a")
        assert ((tmp_path / "a").read_bytes(), names(tmp_path)) == (b"new", ["a"])

    def test_a_name_as_long_as_names_may_be(self, tmp_path: Path) -> None:
        put(tmp_path / ("a" * 255))
        assert names(tmp_path) == ["a" * 255]


class TestLink:
    """A link stays; what it leads to is written."""

    @pytest.mark.parametrize("there", [True, False])
    @pytest.mark.parametrize("way", ["real/target", "second"])
    def test_the_target_is_written(self, tmp_path: Path, there: bool, way: str) -> None:
        (tmp_path / "real").mkdir()
        target, link = tmp_path / "real" / "target", tmp_path / "link"
        (tmp_path / "second").symlink_to("real/target")
        link.symlink_to(way)
        if there:
            target.write_bytes(b"old")
            target.chmod(0o600)
        put(link)
        assert (target.read_bytes(), link.is_symlink(), names(target.parent)) == (b"new", True, ["target"])
        if there:
            assert mode(target) == 0o600

    def test_a_failing_block_leaves_what_was_there(self, tmp_path: Path) -> None:
        (tmp_path / "target").write_bytes(b"old")
        (tmp_path / "link").symlink_to("target")
        with pytest.raises(RuntimeError, match="half"):
            put_half(tmp_path / "link")
        assert ((tmp_path / "link").read_bytes(), names(tmp_path)) == (b"old", ["link", "target"])

    def test_an_archive(self, tmp_path: Path) -> None:
        (tmp_path / "link.zip").symlink_to("target.zip")
        segmask.write(tmp_path / "link.zip", [IMAGE])
        assert (tmp_path / "link.zip").is_symlink()
        assert zipfile.is_zipfile(tmp_path / "target.zip")


class TestNoRegularFile:
    """There is nothing to replace: it is written, and stays what it is."""

    def test_a_fifo(self, tmp_path: Path) -> None:
        reader = Reader(tmp_path / "fifo")
        put(tmp_path / "fifo")
        assert reader.got() == b"new"
        assert ((tmp_path / "fifo").is_fifo(), names(tmp_path)) == (True, ["fifo"])

    def test_a_link_to_a_fifo(self, tmp_path: Path) -> None:
        reader = Reader(tmp_path / "fifo")
        (tmp_path / "link").symlink_to("fifo")
        put(tmp_path / "link")
        assert reader.got() == b"new"
        assert ((tmp_path / "fifo").is_fifo(), (tmp_path / "link").is_symlink()) == (True, True)

    def test_a_device(self, tmp_path: Path) -> None:
        node = device(tmp_path / "node", 3)
        segmask.write(node, [IMAGE])
        assert (node.is_char_device(), names(tmp_path)) == (True, ["node"])

    def test_an_archive_has_the_bytes_that_a_file_has(self, tmp_path: Path) -> None:
        reader = Reader(tmp_path / "fifo")
        segmask.write(tmp_path / "fifo", [IMAGE])
        segmask.write(tmp_path / "a.zip", [IMAGE])
        assert reader.got() == (tmp_path / "a.zip").read_bytes()

    def test_of_a_failing_block_nothing_arrives(self, tmp_path: Path) -> None:
        reader = Reader(tmp_path / "fifo")
        with pytest.raises(RuntimeError, match="half"):
            put_half(tmp_path / "fifo")
        assert reader.got() == b""

    @pytest.mark.process
    @pytest.mark.parametrize("stdout", ["pipe", "file", "unnamed file"])
    def test_standard_output(self, tmp_path: Path, stdout: str) -> None:
        program = (
            "import sys; from pathlib import Path; from segmask._support.files import replacing\n"
            "with replacing(Path(sys.argv[1])) as stream: stream.write(b'new')"
        )
        link, place = tmp_path / "stdout", tmp_path / "folder" / "out"
        link.symlink_to("/proc/self/fd/1")  # as /dev/stdout, which a mistake would replace
        place.parent.mkdir()
        command = [sys.executable, "-c", program, link]
        if stdout == "pipe":
            got = subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=True).stdout
        else:
            with place.open("w+b") as file:
                if stdout == "unnamed file":
                    place.unlink()
                subprocess.run(command, stdout=file, timeout=60, check=True)
                got = file.read() if stdout == "unnamed file" else place.read_bytes()
        assert (got, names(place.parent)) == (b"new", ["out"] if stdout == "file" else [])
        assert link.is_symlink()


class TestErrors:
    """They name the path that was asked for."""

    @pytest.mark.parametrize(
        ("path", "kind", "message"),
        [
            ("no/such/a", FileNotFoundError, "[Errno 2] No such file or directory: '{}'"),
            ("file/a", NotADirectoryError, "[Errno 20] Not a directory: '{}'"),
            ("folder", IsADirectoryError, "[Errno 21] Is a directory: '{}'"),
            ("link to folder", IsADirectoryError, "[Errno 21] Is a directory: '{}'"),
            ("loop", OSError, "[Errno 40] Too many levels of symbolic links: '{}'"),
            ("b" * 256, OSError, "[Errno 36] File name too long: '{}'"),
        ],
    )
    def test_no_place_for_a_file(self, tmp_path: Path, path: str, kind: type[OSError], message: str) -> None:
        (tmp_path / "file").touch()
        (tmp_path / "folder").mkdir()
        (tmp_path / "link to folder").symlink_to("folder")
        (tmp_path / "loop").symlink_to("loop")
        before = names(tmp_path)
        with pytest.raises(kind) as error:
            put(tmp_path / path)
        assert str(error.value) == message.format(tmp_path / path)
        assert names(tmp_path) == before

    @pytest.mark.parametrize("size", [1, 1 << 20])
    def test_a_full_device(self, tmp_path: Path, size: int) -> None:
        node = device(tmp_path / "node", 7)
        with pytest.raises(OSError, match="No space") as error:
            put(node, bytes(size))
        assert str(error.value) == f"[Errno 28] No space left on device: '{node}'"

    @pytest.mark.process
    @pytest.mark.parametrize("size", [1, 1 << 20])
    def test_a_full_disk(self, tmp_path: Path, size: int) -> None:
        program = (
            "import resource, signal, sys; from pathlib import Path; from segmask._support.files import replacing\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
            "try:\n with replacing(Path(sys.argv[1])) as stream: stream.write(bytes(int(sys.argv[2])))\n"
            "except OSError as error: sys.exit(str(error))"
        )
        command = [sys.executable, "-c", program, tmp_path / "a", str(size)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.stderr == f"[Errno 27] File too large: '{tmp_path / 'a'}'\n"
        assert names(tmp_path) == []

    def test_an_error_of_the_block_stays_as_it_is(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError) as error, replacing(tmp_path / "a"):
            (tmp_path / "b").read_bytes()
        assert str(error.value) == f"[Errno 2] No such file or directory: '{tmp_path / 'b'}'"


@pytest.mark.parametrize("read", [segmask.open, coco.read, cvatxml.read])
class TestReading:
    """What is read is a regular file: nothing else can be read at any place, or says where it ends."""

    @pytest.mark.parametrize("what", ["fifo", "link", "device"])
    def test_no_regular_file(self, tmp_path: Path, read: Callable[[Path], Any], what: str) -> None:
        if what == "device":
            device(tmp_path / "device", 3)
        else:
            os.mkfifo(tmp_path / "fifo")
            (tmp_path / "link").symlink_to("fifo")
            writer = threading.Thread(target=(tmp_path / "fifo").write_bytes, args=[b"<"], daemon=True)
            writer.start()  # so that a mistake fails instead of waiting
        with pytest.raises(OSError, match="regular") as error:
            read(tmp_path / what)
        assert str(error.value) == f"[Errno 22] not a regular file: '{tmp_path / what}'"

    def test_not_there(self, tmp_path: Path, read: Callable[[Path], Any]) -> None:
        with pytest.raises(FileNotFoundError) as error:
            read(tmp_path / "a")
        assert str(error.value) == f"[Errno 2] No such file or directory: '{tmp_path / 'a'}'"

    def test_a_file_that_fails_when_it_is_read(self, read: Callable[[Path], Any]) -> None:
        """Its first page belongs to no memory."""
        with pytest.raises(OSError, match="Input/output") as error:
            read(Path("/proc/self/mem"))
        assert str(error.value) == "[Errno 5] Input/output error: '/proc/self/mem'"


def test_no_source_but_a_regular_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="regular") as error:
        FileSource(tmp_path)
    assert str(error.value) == f"[Errno 22] not a regular file: '{tmp_path}'"
