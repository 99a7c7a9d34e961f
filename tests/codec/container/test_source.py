"""Bytes by ranges: of a file, and as a file in memory."""

from __future__ import annotations

import io
import multiprocessing
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask.container.source import ByteRange, FileSource, Reader, Source, Stamp
from support.pieces import CONTENT, PIECE, PIECES, shared, wrong_pieces


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


@pytest.fixture
def source(tmp_path: Path) -> Iterator[FileSource]:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    opened = FileSource(path)
    yield opened
    opened.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")
def test_forked_processes_share_an_open_source(source: FileSource) -> None:
    source.read_at(0, 1)
    shared[:] = [source]
    try:
        with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("fork")) as pool:
            assert list(pool.map(wrong_pieces, [None] * 4)) == [0] * 4
    finally:
        shared.clear()


@pytest.mark.process
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_that_are_sent_the_source(source: FileSource, method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} on this system")
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        assert list(pool.map(wrong_pieces, [source] * 2)) == [0] * 2


def test_threads(source: FileSource) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(wrong_pieces, [source] * 4)) == [0] * 4


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [(0, 0, b""), (PIECES * PIECE, 9, b""), (PIECES * PIECE - 2, 9, b"\0\xc7"), (4 * PIECE, 4, b"\0\0\0\4")],
)
@pytest.mark.parametrize("has_pread", [True, False])
def test_the_bytes_at_a_place(
    source: FileSource, start: int, length: int, expected: bytes, has_pread: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_pread:
        monkeypatch.delattr(os, "pread", raising=False)
    assert source.read_at(start, length) == expected


def test_a_system_that_reads_less_than_asked(source: FileSource, monkeypatch: pytest.MonkeyPatch) -> None:
    read = os.pread
    monkeypatch.setattr(os, "pread", lambda file, length, start: read(file, min(length, 3), start))
    assert source.read_at(PIECE - 2, 4) == b"\0\0\0\0"
    assert wrong_pieces(source) == 0
