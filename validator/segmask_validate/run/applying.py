"""`segmask._support.apply.Apply` by processes of this machine, for work that takes longer than starting them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeVar

from .dispatcher import WorkerLostError, broken

if TYPE_CHECKING:
    from concurrent.futures import Future

    from .pool import Pool

_PATIENCE: Final = 0.5
"""Seconds that this process works alone: as long as the start of others takes."""
_AHEAD: Final = 2  # items a worker: one it is at, one that waits at its door

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Workers:
    """Calls a function for many items, in this process at first. Use it as a context manager: leaving it ends its processes.

    Args:
        jobs: processes, at most; 1 is this one alone.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._start = time.monotonic()
        self._pool: Pool | None = None

    def __call__(self, function: Callable[[_Item], _Result], items: Iterable[_Item], /) -> Iterator[_Result]:
        """What the function returns for each item, in order; see `segmask._support.apply.Apply`.

        Raises:
            WorkerLostError: a worker was killed.
            Exception: whatever the function raises, in its item's place.
        """
        pending: deque[Future[_Result]] = deque()
        try:
            for item in items:
                if not self._is_worth_it():
                    yield function(item)
                    continue
                if self._pool is None:
                    from .pool import Pool  # slow to import, and needless for little work

                    self._pool = Pool(self._jobs)
                pending.append(self._pool.submit(function, item))
                if len(pending) > _AHEAD * self._jobs:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        except broken():
            raise WorkerLostError("a worker process was killed (out of memory?): try fewer jobs") from None

    def _is_worth_it(self) -> bool:
        return self._jobs > 1 and (self._pool is not None or time.monotonic() - self._start > _PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.close()
