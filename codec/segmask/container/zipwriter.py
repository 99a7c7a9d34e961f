"""Members of a zip that is written: in order, deterministic, compressed beside the work that makes them."""

from __future__ import annotations

import zipfile
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

_AHEAD: Final = 4  # members that wait to be written, at most


_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class ZipWriter:
    """An archive's members, made and written in order by a thread of their own: deflate runs beside Python."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._thread = ThreadPoolExecutor(1)
        self._pending: deque[Future[None]] = deque()

    def add(self, name: str, content: Callable[[], bytes], *, compression: int) -> None:
        """Writes a member, now or soon; raises what an earlier one raised."""
        self._pending.append(self._thread.submit(self._write, name, content, compression))
        if len(self._pending) > _AHEAD:
            self._pending.popleft().result()

    def _write(self, name: str, content: Callable[[], bytes], compression: int) -> None:
        info = zipfile.ZipInfo(name, _EPOCH)
        info.create_system = 3
        info.external_attr = 0o644 << 16
        self._archive.writestr(info, content(), compression)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._thread:
            while self._pending and kind is None:
                self._pending.popleft().result()
