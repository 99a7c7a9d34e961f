"""Zips behind URLs, through fsspec: read by ranges, a few large ones ahead of the members, never the whole file."""

from __future__ import annotations

import os
import re
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from segmask._support.logs import silent
from segmask.container.source import ByteRange, Source, SourceError, Stamp, changed
from segmask.limits import DEFAULT_LIMITS, Limits

from .file import ChangedError, Patience, RemoteError, RemoteFile, patience_of
from .system import SystemFile
from .urls import shown

_HTTP: Final = re.compile(r"https?://", re.IGNORECASE)
_LOGGERS: Final = (
    "fsspec",
    "aiohttp",
    "asyncio",
    "s3fs",
    "aiobotocore",
    "botocore",
    "gcsfs",
    "adlfs",
    "azure",
    "urllib3",
)
_ADDRESS: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:/")
"""Where the quotation of a URL starts: another than the one that was asked for may hold secrets of its own."""
_GAP: Final = 1 << 16  # bytes that are fetched in vain rather than asked for in a second request
_CHUNK: Final = 8 << 20  # bytes that one request fetches ahead, at most
_OPEN: Final = 8  # files that a process keeps open

_Result = TypeVar("_Result")


def open_url(url: str, limits: Limits = DEFAULT_LIMITS) -> Source:
    """The file behind a URL.

    Args:
        url: its address.
        limits: say how long its server is waited for.

    Raises:
        SourceError: it is not there, cannot be read, or not by ranges; or what fsspec needs is not installed.
    """
    patience = patience_of(limits)
    return RemoteSource(url, _connection(url, patience).stamp, patience)


class RemoteSource(Source):
    """A file behind a URL. Every process keeps a few such files open, so that each is asked for once."""

    def __init__(self, url: str, stamp: Stamp, patience: Patience) -> None:
        self._url = url
        self._patience = patience
        self.stamp = stamp

    def read_at(self, start: int, length: int) -> bytes:
        """See `Source.read_at`."""
        return self._connection().read(start, min(start + length, self.size))

    def _connection(self) -> _Connection:
        connection = _connection(self._url, self._patience)
        if connection.stamp != self.stamp:
            raise changed(shown(self._url))
        return connection

    def ahead(self, spans: Iterable[ByteRange]) -> Source:
        """See `Source.ahead`."""
        return _Fetched(self, [(start, self.read_at(start, end - start)) for start, end in _merged(spans)])

    def verify(self) -> None:
        """See `Source.verify`."""
        self._connection().verify()

    def close(self) -> None:
        """The process keeps the file for its next reader."""


class _Fetched(Source):
    """A source of which some spans are in memory."""

    def __init__(self, source: Source, spans: list[tuple[int, bytes]]) -> None:
        self.stamp = source.stamp
        self._source = source
        self._spans = spans
        self._starts = [start for start, _ in spans]

    def read_at(self, start: int, length: int) -> bytes:
        """See `Source.read_at`."""
        number = bisect_right(self._starts, start) - 1
        end = min(start + length, self.size)
        if number >= 0:
            begin, data = self._spans[number]
            if end <= begin + len(data):
                return data[start - begin : end - begin]
        return self._source.read_at(start, length)

    def verify(self) -> None:
        """See `Source.verify`."""
        self._source.verify()

    def close(self) -> None:
        """See `Source.close`."""
        self._source.close()


def _merged(spans: Iterable[ByteRange]) -> list[ByteRange]:
    """Ranges to fetch: in order, with small gaps between them filled; what is too long is left to be read in blocks."""
    merged: list[ByteRange] = []
    for start, end in sorted(span for span in spans if 0 <= span[0] < span[1] <= span[0] + _CHUNK):
        if merged and start - merged[-1][1] <= _GAP and end - merged[-1][0] <= _CHUNK:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


class _Connection:
    """An open remote file."""

    def __init__(self, url: str, patience: Patience) -> None:
        self._name = shown(url)
        self._is_quotable = self._name == url  # what libraries say may hold the URL in any form
        self._lock = threading.Lock()
        self._file = self._asked(lambda: _open(url, patience))
        self.stamp = self._file.stamp

    def read(self, start: int, end: int) -> bytes:
        """The bytes from one place to another."""
        data = self._asked(lambda: self._file.read(start, end)) if start < end else b""
        if len(data) != max(0, end - start):
            raise changed(self._name)
        return data

    def verify(self) -> None:
        """Makes sure that the file is what it was."""
        self._asked(self._file.verify)

    def _asked(self, request: Callable[[], _Result]) -> _Result:
        """What a request gives; whatever goes wrong, fsspec's many kinds of error, becomes a `SourceError`."""
        try:
            with self._lock, silent(*_LOGGERS):
                return request()
        except ChangedError:
            raise changed(self._name) from None
        except RemoteError as error:
            raise SourceError(f"{self._name}: {error}") from None
        except Exception as error:  # noqa: BLE001 - each file system of fsspec raises its own
            raise SourceError(f"{self._name}: {_why(error, is_quotable=self._is_quotable)}") from None


def _needs(protocol: str, package: str) -> str:
    return f"{protocol}:// needs {package}: pip install {package}"


def _open(url: str, patience: Patience) -> RemoteFile:
    try:
        import fsspec  # an extra
        from fsspec.registry import known_implementations
    except ImportError:
        raise RemoteError("reading a URL needs fsspec: pip install 'segmask[remote]'") from None
    protocol = fsspec.core.split_protocol(url.rpartition("::")[2])[0] or "file"
    try:
        fsspec.get_filesystem_class(protocol)
    except ImportError as error:
        package = known_implementations[protocol]["class"].partition(".")[0]
        raise RemoteError(str(error) if package == "fsspec" else _needs(protocol, package)) from None
    except ValueError as error:  # which names the protocol and no more
        raise RemoteError(str(error)) from None
    system, path = fsspec.core.url_to_fs(url)
    if _HTTP.match(url):
        from .http import HttpFile  # whose library others do not need

        return HttpFile(url, system, patience)
    return SystemFile(system, path)


def _why(error: BaseException, *, is_quotable: bool) -> str:
    """The reason at the bottom of an error, in a line; what a library says of it only where no secret can be in it."""
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, FileNotFoundError):
        return "not found"
    reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else ""
    text = " ".join(_ADDRESS.split(str(error))[0].split()) if is_quotable else reason
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


_connections: OrderedDict[tuple[int, str, Patience], _Connection] = OrderedDict()
_connections_lock = threading.Lock()


def _connection(url: str, patience: Patience) -> _Connection:
    """The open file behind a URL, opened if this process has not yet; a fork has not what its parent has."""
    key = os.getpid(), url, patience
    with _connections_lock:
        connection = _connections.pop(key, None) or _Connection(url, patience)
        _connections[key] = connection
        if len(_connections) > _OPEN:
            _connections.popitem(last=False)
    return connection
