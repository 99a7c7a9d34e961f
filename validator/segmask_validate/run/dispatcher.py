"""Who reads the parts: this process, threads of it, processes of this machine, or any executor.

Results come in the parts' order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Final, Generic, Self, TypeVar

from segmask.container.source import SourceError
from segmask.part import Part

from .worker import Reading, read

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from .pool import Pool
    from .threads import Threads

_WORTH_THREADS: Final = 1 << 19  # bytes of masks that take longer than starting threads
_WORTH: Final = 24 << 20  # bytes of masks that take several times as long as starting a process
_ALONE: Final = 2  # deaths after which a part is read alone
_AHEAD: Final = 3  # parts a worker: one it reads, one that waits at its door, one for the rest of the way

Failure = OSError | SourceError | MemoryError
"""Why an archive's bytes cannot be read; it says nothing about the archive."""

_Owner = TypeVar("_Owner")


class DispatchError(Exception):
    """There is nobody to read the parts, and why."""


class WorkerLostError(DispatchError):
    """Workers were lost, and nobody takes their place."""


@dataclass(slots=True)
class _Job(Generic[_Owner]):
    """A part on its way, or (without one) a mark between parts; a part that this process reads is read at once.

    Attributes:
        deaths: how often workers were killed while it was with them.
    """

    owner: _Owner
    part: Part | None
    reading: Reading | Failure | None = None
    future: Future[Reading] | None = None
    deaths: int = 0


class Dispatcher:
    """Reads parts. Use it as a context manager: leaving it early ends its processes at once.

    Args:
        jobs: processes of this machine, or threads, at most; workers of the executor where there is one.
        executor: who reads instead.
    """

    def __init__(self, jobs: int, executor: Executor | None = None) -> None:
        self._jobs = jobs
        self._executor = executor
        self._pool: Pool | None = None
        self._threads: Threads | None = None
        self._expected = 0

    def expect(self, mask_bytes: int) -> None:
        """Says that so much will come: threads, then processes are started once it is worth it."""
        self._expected += mask_bytes
        if self._pool is not None or self._executor is not None or self._jobs == 1:
            return
        if self._expected >= _WORTH:
            from .pool import Pool  # slow to import, and needless for small archives

            self._pool = Pool(self._jobs)
        elif self._expected >= _WORTH_THREADS and self._threads is None:
            from .threads import Threads  # as above

            self._threads = Threads(self._jobs)

    def read(self, work: Iterable[tuple[_Owner, Part | None]]) -> Iterator[tuple[_Owner, Reading | Failure | None]]:
        """Reads parts; takes them from `work` a few ahead of the results, so that memory stays bounded.

        Args:
            work: parts, each with what it belongs to; or marks, without a part, that come out at their place.

        Yields:
            What a part belongs to, with what was read of it, or with why its archive's bytes cannot be read.

        Raises:
            WorkerLostError: the executor lost its workers.
        """
        pending: deque[_Job[_Owner]] = deque()
        for owner, part in work:
            order = _Job(owner, part)
            if not any(job.deaths > 1 for job in pending):  # else it waits: those go one by one, with no other
                self._send(order)
            pending.append(order)
            while len(pending) > self._ahead:
                yield self._first_of(pending)
        while pending:
            yield self._first_of(pending)

    @property
    def _has_others(self) -> bool:
        """Whether others than this thread read the parts."""
        return self._pool is not None or self._executor is not None or self._threads is not None

    @property
    def _ahead(self) -> int:
        return _AHEAD * self._jobs if self._has_others else 0

    def _send(self, order: _Job[_Owner]) -> None:
        if order.part is None:
            return
        if not self._has_others:
            try:
                order.reading = read(order.part)
            except (OSError, SourceError, MemoryError) as error:
                order.reading = error
            return
        try:
            if self._pool is not None:
                order.future = self._pool.submit(read, order.part)
            elif self._executor is not None:
                order.future = self._executor.submit(read, order.part)
            elif self._threads is not None:
                order.future = self._threads.submit(order.part)
        except broken() as error:
            from concurrent.futures import Future  # as in `broken`

            order.future = Future()
            order.future.set_exception(error)

    def _first_of(self, pending: deque[_Job[_Owner]]) -> tuple[_Owner, Reading | Failure | None]:
        order = pending[0]
        if order.future is None and order.reading is None:
            self._send(order)
        while order.future is not None and order.reading is None:
            try:
                order.reading = order.future.result()
            except (OSError, SourceError, MemoryError) as error:
                order.reading = error
            except broken():
                self._send_again(pending)
        pending.popleft()
        return order.owner, order.reading

    def _send_again(self, pending: deque[_Job[_Owner]]) -> None:
        """Starts workers anew and gives them what the lost ones did not read.

        All of it once. Then one by one, to find out which part it is that kills them: its archive is given up.
        """
        if self._pool is None:
            raise WorkerLostError("the executor's workers were lost")
        self._pool.restart()
        first = pending[0]
        for order in pending:
            if order.future is not None and isinstance(order.future.exception(), broken()):
                order.future = None
                order.deaths += 1
                if order.deaths == 1 or (order is first and order.deaths == _ALONE):
                    self._send(order)
        if first.deaths > _ALONE:
            _give_up(first, pending)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._threads is not None:
            self._threads.close()
        if self._pool is not None:
            self._pool.close()


def _give_up(first: _Job[_Owner], pending: Iterable[_Job[_Owner]]) -> None:
    """Says of a part, and of those of the same archive, that it cannot be read."""
    error = MemoryError("worker processes were killed while they read it (out of memory?): try fewer jobs")
    for order in pending:
        if order.owner is first.owner and order.part is not None:
            order.reading = order.reading or error


def broken() -> type[RuntimeError]:
    """What an executor without workers raises; slow to import, and needless for small archives."""
    from concurrent.futures import BrokenExecutor

    return BrokenExecutor
