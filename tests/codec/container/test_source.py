"""Bytes by ranges: of a file, and as a file in memory."""

from __future__ import annotations

import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from segmask.container.source import FileSource, Reader, Source, Span, Stamp


class Bytes(Source):
    """Bytes in memory; remembers what was read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.stamp: Stamp = (len(data),)
        self.spans: list[Span] = []

    def read_at(self, start: int, length: int) -> bytes:
        self.spans.append((start, start + length))
        return self.data[start : start + length]

    def close(self) -> None:
        pass


class TestReader:
    """As a file in memory, for `zipfile`."""

    @given(
        st.binary(max_size=50),
        st.lists(st.tuples(st.integers(-60, 60), st.sampled_from((0, 1, 2)), st.integers(-1, 60))),
    )
    def test_seeks_and_reads(self, data: bytes, steps: list[tuple[int, int, int]]) -> None:
        ours, theirs = Reader(Bytes(data)), io.BytesIO(data)
        for offset, whence, size in steps:
            base = (0, theirs.tell(), len(data))[whence]
            if base + offset < 0:
                continue
            assert ours.seek(offset, whence) == theirs.seek(base + offset)
            assert ours.read(size) == theirs.read(size)
            assert ours.tell() == theirs.tell()


class TestFileSource:
    def test_reads_anywhere(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"0123456789")
        source = FileSource(tmp_path / "a")
        assert (source.size, source.read_at(3, 4), source.read_at(8, 9), source.read_at(20, 1)) == (
            10,
            b"3456",
            b"89",
            b"",
        )
        source.close()
