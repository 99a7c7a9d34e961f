"""A zip read in place: every member is checked by its directory entry before a byte is unpacked."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final, Self, cast

from zlib_ng import zlib_ng

from segmask import rules
from segmask.limits import Limits
from segmask.problem import Handler, Location, Problem
from segmask.rules.rule import Rule

from .base import Container, Member, check_size
from .names import check_name, unpacked_path
from .source import Reader, Source
from .undocumented import directory, stored_name
from .zipmember import SUPPORTED, ZipMember, unpacked

_BROKEN: Final[tuple[type[Exception], ...]] = (
    zipfile.BadZipFile,
    zlib.error,
    cast("type[Exception]", zlib_ng.error),  # its stub calls the class a value
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
"""What is raised for bytes that are no sound zip.

`OSError` comes from bz2 and from seeks beyond the end, `MemoryError` from lzma, whose header asks for up to 4 GB.
"""

_TAIL: Final = 22 + (1 << 16)  # bytes; the end record and the longest comment behind it
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
    """A zip, or some of its members.

    Args:
        source: its bytes.
        members: what it holds, as another container of the same zip knows it; see `open` for what nobody knows yet.
    """

    def __init__(self, source: Source, members: dict[str, ZipMember] | None = None) -> None:
        super().__init__()
        self.source = source
        self._members: dict[str, ZipMember] = members or {}

    @property
    def members(self) -> Mapping[str, ZipMember]:
        """See `Container.members`."""
        return self._members

    @classmethod
    def open(cls, source: Source, limits: Limits, on_problem: Handler) -> Self:
        """All of a zip; closes the source where the handler raises.

        Args:
            source: its bytes.
            limits: what may be read.
            on_problem: gets each problem that the directory shows.
        """
        container = cls(source)
        try:
            container._read_directory(limits, on_problem)
        except BaseException:
            container.close()
            raise
        return container

    def _read_directory(self, limits: Limits, on_problem: Handler) -> None:
        size = self.source.size
        try:
            infos, end = _directory(self.source)
        except _BROKEN as error:
            self.failed = True
            on_problem(_why_no_zip(self.source.read_at(0, 512), size, error))
            return
        reason = _bomb(infos, size, limits)
        if reason is not None:
            self.failed = True
            message = f"{reason}; nothing was read"
            on_problem(Problem(kind=rules.ARCHIVE_BOMB, message=message, complete=False))
            return
        self.backslashed = any("\\" in info.filename for info in infos) and not any(
            "/" in info.filename for info in infos
        )
        ends = dict(pairwise([*sorted({info.header_offset for info in infos}), end]))
        infos.reverse()
        while infos:  # each goes as its member comes: a directory entry takes twice the memory
            info = infos.pop()
            self._add_info(info, ends[info.header_offset], limits, on_problem)
        for path in sorted(self._members.keys() & self.folders):
            on_problem(_file_and_folder(self._members[path]))
        for member in self._members.values():
            if len(member.path) > _MAX_NAME // 4 and any(
                len(part.encode(errors="surrogatepass")) > _MAX_NAME for part in member.path.split("/")
            ):
                on_problem(_too_long(member))

    def _add_info(self, info: zipfile.ZipInfo, end: int, limits: Limits, on_problem: Handler) -> None:
        check_name(stored_name(info), on_problem)
        path = unpacked_path(info.filename.replace("\\", "/") if self.backslashed else info.filename)
        if not path or info.is_dir():
            if path:
                self._add_folder(path)
            return
        readable = check_size(stored_name(info), info.file_size, info.compress_size, limits, on_problem)
        unreadable = _refused(info)
        if unreadable is not None:
            readable = False
            on_problem(unreadable)
        if stat.S_ISLNK(info.external_attr >> 16):
            where = Location(member=stored_name(info))
            message = (
                "a symbolic link: CVAT writes a text file in its place, other tools follow it; store the file itself"
            )
            on_problem(Problem(kind=rules.SYMLINK_MEMBER, message=message, location=where))
        member = ZipMember(
            name=stored_name(info),
            path=path,
            size=info.file_size,
            readable=readable,
            offset=info.header_offset,
            end=end,
            packed=info.compress_size,
            crc=info.CRC,
            method=info.compress_type,
            flags=info.flag_bits,
        )
        earlier = self._members.get(path)
        if earlier is not None:
            on_problem(_twice(path, earlier, member))
        self._members[path] = member
        self._add_parents(path)

    def _add_folder(self, path: str) -> None:
        parts = path.split("/")
        self.folders.update("/".join(parts[: depth + 1]) for depth in range(len(parts)))

    def read(self, path: str, on_problem: Handler) -> bytes | None:
        """See `Container.read`."""
        member = self._members[path]
        if not member.readable:
            return None
        try:
            return b"".join(unpacked(self.source, member))
        except _BROKEN as error:
            on_problem(_damaged(member, error))
            return None

    def check(self, path: str, on_problem: Handler) -> None:
        """See `Container.check`."""
        member = self._members[path]
        if not member.readable:
            return
        try:
            for _ in unpacked(self.source, member):
                pass
        except _BROKEN as error:
            on_problem(_damaged(member, error))

    def only(self, paths: Iterable[str]) -> ZipContainer:
        """See `Container.only`."""
        return ZipContainer(self.source, {path: self._members[path] for path in paths})

    def ahead(self) -> ZipContainer:
        """See `Container.ahead`."""
        spans = (member.span for member in self._members.values() if member.readable)
        return ZipContainer(self.source.ahead(spans), self._members)

    def close(self) -> None:
        """See `Container.close`."""
        self.source.close()


def _directory(source: Source) -> tuple[list[zipfile.ZipInfo], int]:
    """All entries, and where the directory starts."""
    tail = source.ahead([(max(0, source.size - _TAIL), source.size)])
    return directory(Reader(tail))


def _why_no_zip(head: bytes, size: int, error: Exception) -> Problem:
    if head.startswith(b"PK"):
        detail = str(error) or type(error).__name__
        return Problem(
            kind=rules.DAMAGED_ARCHIVE,
            message=f"the zip's directory cannot be read ({detail}): the file is cut off or damaged; copy or export it again",
            evidence={"size": size},
            complete=False,
        )
    kind = next(
        (kind for magic, kind in _FILE_TYPES if head.lstrip().startswith(magic)),
        "an empty file" if not size else "something else than a zip",
    )
    return Problem(
        kind=rules.NOT_AN_ARCHIVE,
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
            rules.ENCRYPTED_MEMBER,
            info,
            "the member is encrypted and CVAT has no password; write the zip without one",
        )
    if info.compress_type not in SUPPORTED:
        return _problem(
            rules.UNKNOWN_COMPRESSION,
            info,
            f"compression method {info.compress_type} is not supported; use deflate or store",
        )
    return None


def _problem(rule: Rule, info: zipfile.ZipInfo, message: str) -> Problem:
    where = Location(member=stored_name(info))
    return Problem(kind=rule, message=message, location=where, complete=False)


def _twice(path: str, earlier: ZipMember, later: ZipMember) -> Problem:
    where = Location(member=later.name)
    if (earlier.crc, earlier.size) == (later.crc, later.size):
        message = "the member is stored more than once, with the same contents; store it once"
        return Problem(kind=rules.REPEATED_MEMBER, message=message, location=where)
    return Problem(
        kind=rules.DUPLICATE_MEMBER,
        message=f"{path!r} is stored more than once with different contents: the last one wins, what came before is "
        "lost; keep the one you mean",
        location=where,
        evidence={"sizes": [earlier.size, later.size]},
    )


def _file_and_folder(member: Member) -> Problem:
    message = f"{member.path!r} is a file and a folder, so CVAT's unpacking fails; rename one"
    return Problem(kind=rules.DAMAGED_MEMBER, message=message, location=Location(member=member.name))


def _too_long(member: Member) -> Problem:
    message = f"a name of more than {_MAX_NAME} bytes, which CVAT's file system refuses: unpacking fails; shorten it"
    return Problem(kind=rules.DAMAGED_MEMBER, message=message, location=Location(member=member.name))


def _damaged(member: Member, error: Exception) -> Problem:
    detail = " ".join(str(error).split()) or type(error).__name__
    return Problem(
        kind=rules.DAMAGED_MEMBER,
        message=f"the member's data cannot be unpacked ({detail}): it was damaged on the way; write the archive again",
        location=Location(member=member.name),
        complete=False,
    )
