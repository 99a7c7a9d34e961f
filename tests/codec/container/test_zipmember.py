"""Unpacking a member: what `zipfile` reads is read, and what it refuses is refused."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segmask import Limits
from segmask.container.source import ByteRange, Source, Stamp
from segmask.container.zip import ZipContainer
from segmask.reporter import QUIET

REFUSALS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, ValueError)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


class Bytes(Source):
    """Bytes in memory; remembers what was read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.stamp: Stamp = (len(data),)
        self.spans: list[ByteRange] = []

    def read_at(self, start: int, length: int) -> bytes:
        self.spans.append((start, start + length))
        return self.data[start : start + length]

    def verify(self) -> None:
        pass

    def close(self) -> None:
        pass


contents = st.one_of(
    st.binary(max_size=200),
    st.builds(lambda part, times: part * times, st.binary(min_size=1, max_size=5), st.integers(1, 300_000)),
)


def stored(content: bytes) -> bytes:
    """A sound zip of one member."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a0"), content)
    return stream.getvalue()


@st.composite
def zips(draw: st.DrawFn) -> bytes:
    """A sound zip of a few members, of any method, some with names that are not ASCII, some behind other bytes."""
    stream = io.BytesIO()
    stream.write(draw(st.sampled_from((b"", b"in front"))))
    with zipfile.ZipFile(stream, "a") as archive:
        for number, content in enumerate(draw(st.lists(contents, max_size=4))):
            info = zipfile.ZipInfo(draw(st.sampled_from(("a", "d/é", "\u2603" * 30))) + str(number))
            info.compress_type = draw(st.sampled_from(METHODS))
            info.extra = draw(st.sampled_from((b"", b"\x99\x99\x04\x00abcd" * 12)))
            archive.writestr(info, content)
    return stream.getvalue()


def by_zipfile(data: bytes) -> dict[str, bytes | None]:
    """What the standard library reads; None where it refuses."""
    found: dict[str, bytes | None] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            try:
                found[info.filename] = None if is_overlapping(data, archive, info) else archive.read(info)
            except REFUSALS:
                found[info.filename] = None
    return found


def is_overlapping(data: bytes, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether a member goes on into the next one or the directory, which maintained releases of Python refuse.

    Python 3.11.7 and 3.12.1 do not look yet: they read an empty member wherever its header says that its data is.
    """
    ends = sorted({other.header_offset for other in archive.infolist()} | {archive.start_dir})
    end = min((end for end in ends if end > info.header_offset), default=archive.start_dir)
    lengths = data[info.header_offset + 26 : info.header_offset + 30]
    if len(lengths) < 4:
        return False  # for zipfile to refuse
    return info.header_offset + 30 + sum(struct.unpack("<HH", lengths)) + info.compress_size > end


def by_us(data: bytes) -> dict[str, bytes | None]:
    container = ZipContainer.open(Bytes(data), Limits(), QUIET)
    return {path: container.read(path, QUIET) for path in container.members}


class TestUnpacked:
    @given(zips())
    def test_sound_members(self, data: bytes) -> None:
        found = by_us(data)
        assert found == by_zipfile(data)
        assert None not in found.values()

    @example(data=stored(b""), at=28, change=1)  # its extra field would reach beyond the end of the file
    @example(data=stored(b""), at=29, change=1)
    @given(data=zips(), at=st.integers(0, 10**6), change=st.integers(1, 255))
    def test_a_damaged_byte_before_the_directory(self, data: bytes, at: int, change: int) -> None:
        directory = data.rindex(b"PK\x01\x02") if b"PK\x01\x02" in data else 0
        if not directory:
            return
        damaged = bytearray(data)
        damaged[at % data.index(b"PK\x01\x02")] ^= change
        assert by_us(bytes(damaged)) == by_zipfile(bytes(damaged))

    def test_a_damaged_end_behind_all_data(self) -> None:
        """The last bytes of bz2 hold nothing but a checksum of their own."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_BZIP2) as archive:
            archive.writestr("a", b"\0")
        damaged = bytearray(stream.getvalue())
        damaged[damaged.index(b"PK\x01\x02") - 2] ^= 1
        assert by_us(bytes(damaged)) == by_zipfile(bytes(damaged)) == {"a": None}

    @pytest.mark.parametrize("method", METHODS)
    @given(content=contents, cut=st.integers(0, 300_000))
    def test_more_data_than_the_directory_says(self, method: int, content: bytes, cut: int) -> None:
        """Only as much as it says is read, and the checksum is of that."""
        kept = content[: cut % (len(content) + 1)]
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as archive:
            archive.writestr("a", content)
            archive.getinfo("a").file_size = len(kept)
            archive.getinfo("a").CRC = zlib.crc32(kept)
        assert by_us(stream.getvalue()) == by_zipfile(stream.getvalue()) == {"a": kept}

    @given(zips())
    def test_nothing_beyond_the_member_is_read(self, data: bytes) -> None:
        source = Bytes(data)
        container = ZipContainer.open(source, Limits(), QUIET)
        for path, member in container.members.items():
            source.spans.clear()
            container.read(path, QUIET)
            assert source.spans[0] == member.span or member.packed > 1 << 20
            assert all(member.offset <= start and last <= member.end for start, last in source.spans)
