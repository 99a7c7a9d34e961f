"""One member of a zip: where its packed bytes are, and unpacking them in bounded blocks.

What a member says of itself in front of its data must agree with the zip's directory, as `zipfile` demands. Deflate, in
which nearly every zip is packed, is undone by zlib-ng; the rare methods are left to `zipfile`.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from zlib_ng import zlib_ng

from . import undocumented
from .base import Member
from .source import Reader, Source

SUPPORTED: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
SLOW: Final = frozenset({zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})

_BLOCK: Final = 1 << 20
_RARE_BLOCK: Final = {zipfile.ZIP_BZIP2: 1 << 5, zipfile.ZIP_LZMA: 1 << 12}
"""Bytes to read at once. bz2 and lzma unpack all of what they are given, and 40 bytes of bz2 can hold 45 MB."""

_HEADER: Final = struct.Struct("<4s2xH18xHH")  # signature, flags, length of the name, length of the extra field
_EXTRA: Final = 64  # bytes that the extra field rarely exceeds
_UTF8: Final = 0x800
_PATCH: Final = 0x20
_STRONG_ENCRYPTION: Final = 0x40


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipMember(Member):
    """A member and its place in the zip.

    Attributes:
        offset: where its header starts.
        end: where the next member, or the directory, starts.
        packed: bytes it is packed into.
        crc: CRC-32 of its data.
        method: how it is packed.
        flags: general purpose flags, from the directory.
    """

    offset: int
    end: int
    packed: int
    crc: int
    method: int
    flags: int

    @property
    def packed_size(self) -> int:
        """See `Member.packed_size`."""
        return self.packed

    @property
    def ambiguous_name(self) -> bytes | None:
        """See `Member.ambiguous_name`: a zip without the flag for UTF-8 is read in code page 437, as CVAT reads it."""
        if self.flags & _UTF8 or self.path.isascii():
            return None
        return self.path.encode("cp437", "replace")

    @property
    def span(self) -> tuple[int, int]:
        """From its first byte to behind its last, which only its own header tells: more rather than less."""
        name = len(self.name.encode(errors="surrogatepass"))
        reach = self.offset + _HEADER.size + name + _EXTRA + self.packed
        return self.offset, min(reach, self.end) if self.end > self.offset else reach


def unpacked(source: Source, member: ZipMember) -> Iterator[bytes]:
    """The data of a member, in blocks, checked at the end.

    Raises:
        zipfile.BadZipFile: the header or the checksum is wrong.
        Exception: what the decompressors raise; see `zipcontainer`.
    """
    if member.method in _RARE_BLOCK:
        blocks = _left_to_zipfile(source, member)
    elif member.method == zipfile.ZIP_STORED:
        blocks = _stored(source, member)
    else:
        blocks = _inflated(source, member)
    crc, left = 0, member.size
    for block in blocks:
        data = block[:left]
        left -= len(data)
        crc = zlib_ng.crc32(data, crc)
        yield data
        if len(block) > len(data):  # more than it says; what follows is not looked at
            break
    if crc != member.crc:
        raise zipfile.BadZipFile(f"Bad CRC-32 for file {member.name!r}")


def _stored(source: Source, member: ZipMember) -> Iterator[bytes]:
    """The packed bytes, behind the header in front of them."""
    start, head = _behind_header(source, member)
    yield head
    at, end = start + len(head), start + member.packed
    while at < end:
        block = source.read_at(at, min(_BLOCK, end - at))
        if not block:
            raise EOFError
        at += len(block)
        yield block


def _inflated(source: Source, member: ZipMember) -> Iterator[bytes]:
    engine = zlib_ng.decompressobj(-15)
    for packed in _stored(source, member):
        rest = packed
        while rest and not engine.eof:
            yield engine.decompress(rest, min(max(member.size, 1), _BLOCK))
            rest = engine.unconsumed_tail
        if engine.eof:
            return
    yield engine.flush()


def _behind_header(source: Source, member: ZipMember) -> tuple[int, bytes]:
    """Where the packed bytes start, and as many of them as came along with the header."""
    if member.offset < 0:
        raise zipfile.BadZipFile("Bad offset of the file header")
    begin, end = member.span
    head = source.read_at(begin, min(_BLOCK, end - begin))
    if len(head) < _HEADER.size:
        raise zipfile.BadZipFile("Truncated file header")
    signature, flags, name_length, extra_length = _HEADER.unpack_from(head)
    if signature != b"PK\x03\x04":
        raise zipfile.BadZipFile("Bad magic number for file header")
    if member.flags & (_PATCH | _STRONG_ENCRYPTION):
        raise zipfile.BadZipFile("compressed patched data, or strong encryption")
    length = _HEADER.size + name_length + extra_length
    if length > len(head):
        head += source.read_at(member.offset + len(head), length - len(head))
    name = head[_HEADER.size : _HEADER.size + name_length]
    if name.decode("utf-8" if flags & _UTF8 else "cp437") != member.name:
        raise zipfile.BadZipFile(f"File name in directory {member.name!r} and header {name!r} differ.")
    start = member.offset + length
    if start + member.packed > member.end != member.offset:
        raise zipfile.BadZipFile(f"Overlapped entries: {member.name!r} (possible zip bomb)")
    return start, head[length : length + member.packed]


def _left_to_zipfile(source: Source, member: ZipMember) -> Iterator[bytes]:
    start, _ = _behind_header(source, member)
    info = zipfile.ZipInfo(member.name)
    info.compress_type, info.compress_size, info.flag_bits = member.method, member.packed, member.flags
    info.file_size = (
        member.size + 1
    )  # it looks at the end of the packed bytes too, where they have checksums of their own
    return undocumented.unpacked(Reader(source, start), info, _RARE_BLOCK[member.method])
