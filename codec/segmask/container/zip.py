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

from segmask import evidence, rules
from segmask.limits import Limits
from segmask.problem import counted
from segmask.reporter import Reporter

from .base import Container, Member, check_depth, check_size, over_limit
from .names import check_name, is_skipped, unpacked_path
from .source import Reader, Source
from .text import LFS_POINTER
from .undocumented import directory, stored_name
from .zipmember import SLOW, SUPPORTED, ZipMember, unpacked

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

`NotImplementedError` comes from `zipfile`, for what it cannot unpack, `OSError` from bz2 and from seeks beyond the end, `MemoryError` from lzma, whose header asks for up to 4 GB.
"""

_TAIL: Final = 22 + (1 << 16)  # bytes; the end record and the longest comment behind it
_MAX_NAME: Final = 255  # bytes, on Linux
_MAX_PATH: Final = 4096  # bytes, on Linux
_FILE_TYPES: Final[tuple[tuple[bytes, str], ...]] = (
    (LFS_POINTER.encode(), "a Git LFS pointer, not the archive itself: run 'git lfs pull'"),
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
        self._slow = 0  # bytes unpacked of members that bz2 or LZMA packed

    @property
    def members(self) -> Mapping[str, ZipMember]:
        """See `Container.members`."""
        return self._members

    @classmethod
    def open(cls, source: Source, limits: Limits, report: Reporter) -> Self:
        """All of a zip; closes the source where a report raises.

        Args:
            source: its bytes.
            limits: what may be read.
            report: gets what the directory shows.
        """
        container = cls(source)
        try:
            container._read_directory(limits, report)
        except BaseException:
            container.close()
            raise
        return container

    def _read_directory(self, limits: Limits, report: Reporter) -> None:
        size = self.source.size
        try:
            infos, end = _directory(self.source)
        except MemoryError:
            raise
        except _BROKEN as error:
            self.source.verify()
            self.is_unreadable = True
            _report_no_zip(self.source.read_at(0, 512), size, error, report)
            return
        reason = _bomb(infos, size, limits)
        if reason is not None:
            self.is_unreadable = True
            report(rules.ARCHIVE_BOMB, f"{reason}; nothing was read", complete=False)
            return
        if not _is_within(infos, limits, report):
            self.is_unreadable = True
            return
        self.backslashed = any("\\" in info.filename for info in infos) and not any(
            "/" in info.filename for info in infos
        )
        ends = dict(pairwise([*sorted({info.header_offset for info in infos}), end]))
        infos.reverse()
        while infos:  # each goes as its member comes: a directory entry takes twice the memory
            info = infos.pop()
            self._add_info(info, ends[info.header_offset], limits, report)
        self._check_paths(report)

    def _check_paths(self, report: Reporter) -> None:
        for path in sorted(self._members.keys() & self.folders):
            report.at(member=self._members[path].name)(
                rules.DAMAGED_MEMBER, f"{path!r} is a file and a folder, so CVAT's unpacking fails; rename one"
            )
        for member in self._members.values():
            if len(member.path) > _MAX_NAME // 4 and any(
                len(part.encode(errors="surrogatepass")) > _MAX_NAME for part in member.path.split("/")
            ):
                report.at(member=member.name)(
                    rules.DAMAGED_MEMBER,
                    f"a name of more than {_MAX_NAME} bytes, which CVAT's file system refuses: unpacking fails; shorten it",
                )

    def _add_info(self, info: zipfile.ZipInfo, end: int, limits: Limits, report: Reporter) -> None:
        if not _check_path(info, limits, report):
            return
        check_name(stored_name(info), report)
        path = unpacked_path(info.filename.replace("\\", "/") if self.backslashed else info.filename)
        is_folder = info.filename.endswith("/")
        if is_skipped(info.filename):
            if not is_folder:
                self.skipped[path] = stored_name(info)
            return
        if is_folder:
            if path:
                self._add_folder(path)
            return
        if info.filename.rpartition("/")[2] in {"", "."}:
            report.at(member=stored_name(info))(
                rules.DAMAGED_MEMBER, "the name says no file's name, so CVAT's unpacking fails; rename the member"
            )
            return
        readable = check_size(stored_name(info), info.file_size, info.compress_size, limits, report)
        readable &= _check_unpacking(info, report) and self._check_slow(info, limits, report)
        member = _member_of(info, path, end, readable=readable)
        earlier = self._members.get(path)
        if earlier is not None:
            _report_twice(path, earlier, member, report)
        self._members[path] = member
        self._add_parents(path)

    def _check_slow(self, info: zipfile.ZipInfo, limits: Limits, report: Reporter) -> bool:
        """Whether so much may be unpacked by a slow method."""
        if info.compress_type not in SLOW:
            return True
        self._slow += info.file_size
        if self._slow <= limits.slow_bytes:
            return True
        over_limit(
            "slow_bytes",
            limits.slow_bytes,
            f"more than {limits.slow_bytes:,} bytes packed by bz2 or LZMA, which unpack slowly; the member was not read: write "
            "the zip with deflate",
            report.at(member=stored_name(info)),
        )
        return False

    def _add_folder(self, path: str) -> None:
        parts = path.split("/")
        self.folders.update("/".join(parts[: depth + 1]) for depth in range(len(parts)))

    def read(self, path: str, report: Reporter) -> bytes | None:
        """See `Container.read`."""
        member = self._members[path]
        if not member.readable:
            return None
        try:
            return b"".join(unpacked(self.source, member))
        except _BROKEN as error:
            self._check_cause(member, error)
            _report_damaged(member, error, report)
            return None

    def check(self, path: str, report: Reporter) -> None:
        """See `Container.check`."""
        member = self._members[path]
        if not member.readable:
            return
        try:
            for _ in unpacked(self.source, member):
                pass
        except _BROKEN as error:
            self._check_cause(member, error)
            _report_damaged(member, error, report)

    def _check_cause(self, member: ZipMember, error: Exception) -> None:
        """Raises what is no damage.

        Raises:
            SourceError: the file was changed.
            MemoryError: there is not enough memory here, rather than that LZMA's header asks for too much.
        """
        self.source.verify()
        if isinstance(error, MemoryError) and member.method not in SLOW:
            raise error

    def only(self, paths: Iterable[str]) -> ZipContainer:
        """See `Container.only`."""
        return ZipContainer(self.source, {path: self._members[path] for path in paths})

    def ahead(self) -> ZipContainer:
        """See `Container.ahead`."""
        spans = (member.span for member in self._members.values() if member.readable)
        return ZipContainer(self.source.ahead(spans), self._members)

    def verify(self) -> None:
        """See `Container.verify`."""
        self.source.verify()

    def close(self) -> None:
        """See `Container.close`."""
        self.source.close()


def _directory(source: Source) -> tuple[list[zipfile.ZipInfo], int]:
    """All entries, and where the directory starts."""
    tail = source.ahead([(max(0, source.size - _TAIL), source.size)])
    return directory(Reader(tail))


def _report_no_zip(head: bytes, size: int, error: Exception, report: Reporter) -> None:
    if head.startswith(b"PK"):
        detail = str(error) or type(error).__name__
        report(
            rules.DAMAGED_ARCHIVE,
            f"the zip's directory cannot be read ({detail}): the file is cut off or damaged; copy or export it again",
            evidence.FileSize(size),
            complete=False,
        )
        return
    kind = next(
        (kind for magic, kind in _FILE_TYPES if head.lstrip().startswith(magic)),
        "empty" if not size else "something else than a zip",
    )
    report(rules.NOT_AN_ARCHIVE, f"the file is {kind}", evidence.FileStart(size, head[:8].hex()), complete=False)


def _bomb(infos: list[zipfile.ZipInfo], size: int, limits: Limits) -> str | None:
    """Why the whole archive is a bomb, or None."""
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if (ratio := _ratio_of_the_rest(infos, limits)) is not None:
        return ratio
    if packed > size and total >= limits.ratio_bytes:
        return f"members overlap: {packed:,} packed bytes are claimed of a file of {size:,}, to unpack to {total:,}"
    return None


def _is_within(infos: list[zipfile.ZipInfo], limits: Limits, report: Reporter) -> bool:
    """Whether there is no more than may be read; reports where there is."""
    total = sum(info.file_size for info in infos)
    for name, found, allowed in (
        ("members", counted(len(infos), "member"), limits.members if len(infos) > limits.members else None),
        ("total_bytes", f"{total:,} bytes unpacked", limits.total_bytes if total > limits.total_bytes else None),
    ):
        if allowed is not None:
            message = f"{found}, more than the {allowed:,} of the limit {name}; nothing was read: raise it, or split the data set"
            over_limit(name, allowed, message, report)
            return False
    return True


def _ratio_of_the_rest(infos: list[zipfile.ZipInfo], limits: Limits) -> str | None:
    """Why the members are a bomb together of which none is one by itself, or None."""
    total = packed = 0
    for info in infos:
        if info.file_size < limits.ratio_bytes:
            total += info.file_size
            packed += info.compress_size
    if total >= limits.ratio_bytes and total > limits.ratio * max(packed, 1):
        return f"{packed:,} bytes of members unpack to {total:,}, more than {limits.ratio:g} times as many"
    return None


def _check_path(info: zipfile.ZipInfo, limits: Limits, report: Reporter) -> bool:
    """Whether the path is one to go on with; reports why not."""
    name = stored_name(info)
    if len(name) > _MAX_PATH // 4 and len(name.encode(errors="surrogatepass")) > _MAX_PATH:
        report.at(member=name)(
            rules.PATH_TOO_LONG,
            f"the path is longer than {_MAX_PATH:,} bytes, so CVAT's unpacking fails; rename the member or leave it out",
            complete=False,
        )
        return False
    return check_depth(name, limits, report)


def _member_of(info: zipfile.ZipInfo, path: str, end: int, *, readable: bool) -> ZipMember:
    return ZipMember(
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


def _check_unpacking(info: zipfile.ZipInfo, report: Reporter) -> bool:
    """Whether CVAT's unpacking gets past this member, as far as its directory entry tells; reports what stops it."""
    if stat.S_ISLNK(info.external_attr >> 16):
        report.at(member=stored_name(info))(
            rules.SYMLINK_MEMBER,
            "a symbolic link: CVAT writes a text file in its place, other tools follow it; store the file itself",
        )
    if info.flag_bits & 1:
        refused = rules.ENCRYPTED_MEMBER, "the member is encrypted and CVAT has no password; write the zip without one"
    elif info.compress_type not in SUPPORTED:
        refused = (
            rules.UNKNOWN_COMPRESSION,
            f"compression method {info.compress_type} is not supported; use deflate or store",
        )
    else:
        return True
    report.at(member=stored_name(info))(*refused, complete=False)
    return False


def _report_twice(path: str, earlier: ZipMember, later: ZipMember, report: Reporter) -> None:
    here = report.at(member=later.name)
    if (earlier.crc, earlier.size) == (later.crc, later.size):
        here(rules.REPEATED_MEMBER, "the member is stored more than once, with the same contents; store it once")
        return
    here(
        rules.DUPLICATE_MEMBER,
        f"{path!r} is stored more than once with different contents: the last one wins, what came before is lost; keep "
        "the one you mean",
        evidence.StoredTwice((earlier.size, later.size)),
    )


def _report_damaged(member: Member, error: Exception, report: Reporter) -> None:
    detail = " ".join(str(error).split()) or type(error).__name__
    report.at(member=member.name)(
        rules.DAMAGED_MEMBER,
        f"the member's data cannot be unpacked ({detail}): it was damaged on the way; write the archive again",
        complete=False,
    )
