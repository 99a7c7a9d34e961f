"""Files of the file systems that fsspec knows, but for HTTP."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO, Any, Final

from segmask.container.source import Stamp

from .file import NO_RANGES, ChangedError, RemoteError, RemoteFile

_VERSIONS: Final = ("etag", "generation", "last-modified", "lastmodified", "mtime", "created", "content-md5")


class SystemFile(RemoteFile):
    """A file of a file system.

    Args:
        system: the file system.
        path: its path there.

    Raises:
        RemoteError: it is a folder, or has no size.
        Exception: what the file system raises.
    """

    def __init__(self, system: Any, path: str) -> None:
        self._system, self._path = system, path
        self.stamp = self._stamp()
        self._file: IO[bytes] = system.open(path, "rb", cache_type="none") if self.stamp[0] else io.BytesIO()

    def read(self, start: int, end: int) -> bytes:
        """See `RemoteFile.read`."""
        self._file.seek(start)
        return self._file.read(end - start)

    def verify(self) -> None:
        """See `RemoteFile.verify`."""
        if self._stamp() != self.stamp:
            raise ChangedError

    def __del__(self) -> None:  # only when nothing reads it any more
        if hasattr(self, "_file"):
            self._file.close()

    def _stamp(self) -> Stamp:
        info: Mapping[str, object] = self._system.info(self._path)
        if info.get("type") == "directory":
            raise RemoteError("a folder; give the URL of a zip")
        size = info.get("size")
        if not isinstance(size, int) or info.get("partial") is False:
            raise RemoteError(NO_RANGES)
        versions = {name.lower(): str(value) for name, value in info.items()}
        return size, *(versions.get(name) for name in _VERSIONS)
