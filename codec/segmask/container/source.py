"""Where the bytes of a zip come from: a file here, or a URL (see `remote`); read at any place, by any thread.

A source can be pickled. What arrives in another process opens the same file again when it is first read, and refuses
to read another one in its place.
"""

from __future__ import annotations

import os
import platform
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from segmask._support.files import naming, reading

ByteRange = tuple[int, int]
"""From a byte to another that is no longer part of it."""

Stamp = tuple[object, ...]
"""What changes when a file does: its size, and when it was written or what the server says about its contents."""


class SourceError(Exception):
    """The bytes cannot be read: the network or a server failed, or the file was changed while it was read.

    It says nothing about the archive, and is no `OSError` on purpose: `zipfile` takes those for damage.
    """


class Source(ABC):
    """A file's bytes.

    Attributes:
        stamp: changes when the file does; its first item is the size in bytes.
    """

    stamp: Stamp

    @property
    def size(self) -> int:
        """Bytes in all."""
        size = self.stamp[0]
        assert isinstance(size, int)
        return size

    @abstractmethod
    def read_at(self, start: int, length: int) -> bytes:
        """Returns `length` bytes from `start` on; fewer only at the end of the file.

        Raises:
            SourceError: they cannot be read.
            OSError: the file cannot be read.
        """

    def ahead(self, spans: Iterable[ByteRange]) -> Source:  # noqa: ARG002 - for those that read ahead
        """The same bytes, with these spans fetched before they are asked for where that is worth it."""
        return self

    @abstractmethod
    def verify(self) -> None:
        """Makes sure that the file is still what it was when it was opened.

        Raises:
            SourceError: it was changed meanwhile, so what was read of it says nothing.
        """

    @abstractmethod
    def close(self) -> None:
        """Closes the file."""


class FileSource(Source):
    """A file of this machine.

    Args:
        path: its path.

    Raises:
        OSError: it cannot be opened, or is no regular file.
    """

    def __init__(self, path: Path) -> None:
        self._name = str(path)
        self._path = path.absolute()  # whatever becomes the working directory
        self._machine = platform.node()
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._file = reading(path)
        self.stamp = stamp_of(os.fstat(self._file.fileno()))

    def __getstate__(self) -> tuple[str, Path, str, Stamp]:
        return self._name, self._path, self._machine, self.stamp

    def __setstate__(self, state: tuple[str, Path, str, Stamp]) -> None:
        self._name, self._path, self._machine, self.stamp = state
        self._lock = threading.Lock()
        self._file = None

    def read_at(self, start: int, length: int) -> bytes:
        """See `Source.read_at`."""
        with self._lock:
            file = self._file = self._file or self._open_again()
            with naming(Path(self._name)):
                return _read_at(file, start, length)

    def _open_again(self) -> IO[bytes]:
        try:
            file = reading(self._path)
        except OSError as error:
            self.verify()
            raise SourceError(
                f"{self._name}: {error.strerror}, on {platform.node()}, where a worker reads it"
            ) from None
        if stamp_of(os.fstat(file.fileno())) != self.stamp:
            file.close()
            raise changed(self._name)
        return file

    def verify(self) -> None:
        """See `Source.verify`."""
        try:
            stamp = stamp_of(self._path.stat())
        except OSError:
            if platform.node() != self._machine:  # it may be invisible from here: reading it tells why
                return
            stamp = None
        if stamp != self.stamp:
            raise changed(self._name)

    def close(self) -> None:
        """See `Source.close`."""
        if self._file is not None:
            self._file.close()

    def __del__(self) -> None:  # a copy in a worker has no owner that could close it
        self.close()


class Reader:
    """A source as a file, as far as `zipfile` needs one."""

    def __init__(self, source: Source, position: int = 0) -> None:
        self._source = source
        self._position = position

    def tell(self) -> int:
        """The place of the next byte."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Moves to a place."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._source.size}[whence]
        if base + offset < 0:
            raise OSError("before the start of the file")  # as files do; zipfile counts on it
        self._position = base + offset
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Returns `size` bytes, or, where it is negative, all that are left."""
        left = max(0, self._source.size - self._position)
        data = self._source.read_at(self._position, left if size < 0 else min(size, left))
        self._position += len(data)
        return data


def _read_at(file: IO[bytes], start: int, length: int) -> bytes:
    """The bytes at a place, fewer at the end of the file.

    Processes that were forked share the file's offset, so it is neither used nor moved where the system can do without.
    """
    if not hasattr(os, "pread"):
        file.seek(start)
        return file.read(length)
    parts: list[bytes] = []
    while length and (part := os.pread(file.fileno(), length, start)):
        parts.append(part)
        start, length = start + len(part), length - len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def changed(name: str) -> SourceError:
    """The error for a file that is not what it was."""
    return SourceError(f"{name}: it was changed while it was read; validate it again")


def stamp_of(status: os.stat_result) -> Stamp:
    """What changes when a file of this machine does."""
    return status.st_size, status.st_mtime_ns
