"""A zip read in place: every member is checked by its directory entry before a byte is unpacked."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from . import defects
from .container import Container, Member, check_name, check_size, unpacked_path
from .limits import Limits
from .problem import Defect, Handler, Location, Problem

_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    OSError,
    MemoryError,
)
"""What `zipfile` raises for bytes that are no sound zip.

`OSError` comes from bz2 and from seeks beyond the end, `MemoryError` from lzma, whose header asks for up to 4 GB.
"""

_CHUNK: Final = {
    zipfile.ZIP_STORED: 1 << 20,
    zipfile.ZIP_DEFLATED: 1 << 20,
    zipfile.ZIP_BZIP2: 1 << 5,
    zipfile.ZIP_LZMA: 1 << 12,
}
"""Bytes to read at once. bz2 and lzma unpack all of what they are given, and 40 bytes of bz2 can hold 45 MB."""

_SUPPORTED: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
_MAX_NAME: Final = 255  # bytes, on Linux
_LFS_POINTER: Final = b"version https://git-lfs.github.com/spec/"
_FILE_TYPES: Final[tuple[tuple[bytes, str], ...]] = (
    (_LFS_POINTER, "a Git LFS pointer, not the archive itself: run 'git lfs pull'"),
    (b"\x1f\x8b", "gzip data (a .tar.gz?): CVAT takes zip only"),
    (b"Rar!", "a RAR archive: CVAT takes zip only"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: CVAT takes zip only"),
    (b"BZh", "bzip2 data: CVAT takes zip only"),
    (b"\xfd7zXZ", "xz data: CVAT takes zip only"),
    (b"\x89PNG", "a PNG image: put masks into an archive with their lists"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"%PDF", "a PDF"),
    (b"<?xml", "XML, perhaps 'CVAT for images': choose that format in CVAT"),
    (b"<", "HTML or XML, perhaps an error page saved as a zip: download it again"),
    (b"{", "JSON, perhaps COCO: choose that format in CVAT"),
    (b"[", "JSON"),
)


class ZipContainer(Container):
    """A zip file.

    Args:
        file: its path.
        limits: what may be read.
        on_problem: gets each problem that the directory shows.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, file: Path, limits: Limits, on_problem: Handler) -> None:
        super().__init__()
        self._stream = file.open("rb")
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._zip: zipfile.ZipFile | None = None
        try:
            self._open(limits, on_problem)
        except BaseException:
            self.close()
            raise

    def _open(self, limits: Limits, on_problem: Handler) -> None:
        size = self._stream.seek(0, 2)
        self._stream.seek(0)
        try:
            self._zip = zipfile.ZipFile(self._stream)
        except _BROKEN as error:
            self.failed = True
            self._stream.seek(0)
            on_problem(_why_no_zip(self._stream.read(512), size, error))
            return
        infos = self._zip.infolist()
        reason = _bomb(infos, size, limits)
        if reason is not None:
            self.failed = True
            message = f"{reason}; nothing was read"
            on_problem(Problem(defect=defects.ARCHIVE_BOMB, message=message, complete=False))
            return
        names = [info.filename for info in infos]
        self.backslashed = any("\\" in name for name in names) and not any("/" in name for name in names)
        for info in infos:
            self._add_info(info, limits, on_problem)
        for path in sorted(self.members.keys() & self.folders):
            on_problem(_file_and_folder(self.members[path]))
        for member in self.members.values():
            if any(len(part.encode(errors="surrogatepass")) > _MAX_NAME for part in member.path.split("/")):
                on_problem(_too_long(member))

    def _add_info(self, info: zipfile.ZipInfo, limits: Limits, on_problem: Handler) -> None:
        check_name(info.orig_filename, on_problem)
        path = unpacked_path(info.filename.replace("\\", "/") if self.backslashed else info.filename)
        if not path or info.is_dir():
            if path:
                self._add_folder(path)
            return
        readable = check_size(info.orig_filename, info.file_size, info.compress_size, limits, on_problem)
        unreadable = _refused(info)
        if unreadable is not None:
            readable = False
            on_problem(unreadable)
        if stat.S_ISLNK(info.external_attr >> 16):
            where = Location(member=info.orig_filename)
            message = (
                "a symbolic link: CVAT writes a text file in its place, other tools follow it; store the file itself"
            )
            on_problem(Problem(defect=defects.SYMLINK_MEMBER, message=message, location=where))
        earlier = self._infos.get(path)
        if earlier is not None:
            on_problem(_twice(path, earlier, info))
        self._infos[path] = info
        self._add(Member(name=info.orig_filename, path=path, size=info.file_size, readable=readable))

    def _add_folder(self, path: str) -> None:
        parts = path.split("/")
        self.folders.update("/".join(parts[: depth + 1]) for depth in range(len(parts)))

    def read(self, path: str, on_problem: Handler) -> bytes | None:
        """See `Container.read`."""
        if not self.members[path].readable:
            return None
        try:
            return b"".join(self._chunks(path))
        except _BROKEN as error:
            on_problem(_damaged(self.members[path], error))
            return None

    def check(self, path: str, on_problem: Handler) -> None:
        """See `Container.check`."""
        if not self.members[path].readable:
            return
        try:
            for _ in self._chunks(path):
                pass
        except _BROKEN as error:
            on_problem(_damaged(self.members[path], error))

    def _chunks(self, path: str) -> Iterator[bytes]:
        assert self._zip is not None
        info = self._infos[path]
        size = _CHUNK[info.compress_type]
        with self._zip.open(info) as stream:
            assert isinstance(stream, zipfile.ZipExtFile)
            stream.MIN_READ_SIZE = size  # packed bytes that are unpacked at once, 4096 without this
            while chunk := stream.read(size):
                yield chunk

    def close(self) -> None:
        """See `Container.close`."""
        if self._zip is not None:
            self._zip.close()
        self._stream.close()


def _why_no_zip(head: bytes, size: int, error: Exception) -> Problem:
    if head.startswith(b"PK"):
        detail = str(error) or type(error).__name__
        return Problem(
            defect=defects.DAMAGED_ARCHIVE,
            message=f"the zip's directory cannot be read ({detail}): the file is cut off or damaged; copy or export it again",
            evidence={"size": size},
            complete=False,
        )
    kind = next(
        (kind for magic, kind in _FILE_TYPES if head.lstrip().startswith(magic)),
        "an empty file" if not size else "something else than a zip",
    )
    return Problem(
        defect=defects.NOT_AN_ARCHIVE,
        message=f"the file is {kind}",
        evidence={"size": size, "starts_with": head[:8].hex()},
        complete=False,
    )


def _bomb(infos: list[zipfile.ZipInfo], size: int, limits: Limits) -> str | None:
    """Why the whole archive is a bomb, or None."""
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if len(infos) > limits.members:
        return f"{len(infos):,} members, more than the {limits.members:,} allowed"
    if total > limits.total_bytes:
        return f"{size:,} bytes unpack to {total:,}, more than the {limits.total_bytes:,} allowed"
    if packed > size and total >= limits.ratio_bytes:
        return f"members overlap: {packed:,} packed bytes are claimed of a file of {size:,}, to unpack to {total:,}"
    return None


def _refused(info: zipfile.ZipInfo) -> Problem | None:
    """Why CVAT's unpacking stops at this member, as far as its directory entry tells."""
    if info.flag_bits & 1:
        return _problem(
            defects.ENCRYPTED_MEMBER,
            info,
            "the member is encrypted and CVAT has no password; write the zip without one",
        )
    if info.compress_type not in _SUPPORTED:
        return _problem(
            defects.UNKNOWN_COMPRESSION,
            info,
            f"compression method {info.compress_type} is not supported; use deflate or store",
        )
    return None


def _problem(defect: Defect, info: zipfile.ZipInfo, message: str) -> Problem:
    where = Location(member=info.orig_filename)
    return Problem(defect=defect, message=message, location=where, complete=False)


def _twice(path: str, earlier: zipfile.ZipInfo, later: zipfile.ZipInfo) -> Problem:
    where = Location(member=later.orig_filename)
    if (earlier.CRC, earlier.file_size) == (later.CRC, later.file_size):
        message = "the member is stored more than once, with the same contents; store it once"
        return Problem(defect=defects.REPEATED_MEMBER, message=message, location=where)
    return Problem(
        defect=defects.DUPLICATE_MEMBER,
        message=f"{path!r} is stored more than once with different contents: the last one wins, what came before is "
        "lost; keep the one you mean",
        location=where,
        evidence={"sizes": [earlier.file_size, later.file_size]},
    )


def _file_and_folder(member: Member) -> Problem:
    message = f"{member.path!r} is a file and a folder, so CVAT's unpacking fails; rename one"
    return Problem(defect=defects.DAMAGED_MEMBER, message=message, location=Location(member=member.name))


def _too_long(member: Member) -> Problem:
    message = f"a name of more than {_MAX_NAME} bytes, which CVAT's file system refuses: unpacking fails; shorten it"
    return Problem(defect=defects.DAMAGED_MEMBER, message=message, location=Location(member=member.name))


def _damaged(member: Member, error: Exception) -> Problem:
    detail = " ".join(str(error).split()) or type(error).__name__
    return Problem(
        defect=defects.DAMAGED_MEMBER,
        message=f"the member's data cannot be unpacked ({detail}): it was damaged on the way; write the archive again",
        location=Location(member=member.name),
        complete=False,
    )
