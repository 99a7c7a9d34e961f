"""Processes of this machine to work in.

They are spawned: a fork of a process that has threads, as one with numpy has, may hang, and Python warns of it.

A thread in each worker waits at one end of a pipe. Its other end is open in this process alone, so that the workers end
when it is closed or when this process ends, however that comes about. They never see what a terminal sends to all
processes, an interrupt from the keyboard or its own end: both are blocked while they start, before they could ignore them
themselves. So is the terminal's end for the process that Python starts to count what they share.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final, TypeVar

from segmask._support.memory import keep_freed_blocks

_CONTEXT: Final = get_context("spawn")
_HANGUP: Final[set[signal.Signals]] = {signal.SIGHUP} if hasattr(signal, "SIGHUP") else set()
_MOST: Final = 61 if sys.platform == "win32" else 1 << 16  # what Windows can wait for

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Pool:
    """Worker processes; after one was killed, `restart` it. Use it as a context manager.

    Args:
        jobs: how many; all start at once.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = min(jobs, _MOST)
        self._worker_end, self._lifeline = _CONTEXT.Pipe(duplex=False)
        self._executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        with _held_back(_HANGUP):  # an interrupt Python sees to; it lets it through again behind
            executor = ProcessPoolExecutor(self._jobs, _CONTEXT, _begin, (self._worker_end,))
        with _held_back({signal.SIGINT, *_HANGUP}), suppress(BrokenExecutor):
            for _ in range(
                self._jobs
            ):  # left to later, a start may meet a death, which Python's executor does not bear
                executor.submit(int)
        return executor

    def submit(self, function: Callable[[_Item], _Result], item: _Item) -> Future[_Result]:
        """Has a function called.

        Raises:
            BrokenExecutor: a worker was killed.
        """
        return self._executor.submit(function, item)

    def restart(self) -> None:
        """Starts all workers anew; what was not read is lost."""
        self._executor.shutdown()
        self._executor = self._start()

    def close(self) -> None:
        """Ends all workers at once, whatever they are at, and waits until they have ended."""
        self._lifeline.close()
        self._executor.shutdown(cancel_futures=True)
        self._worker_end.close()


@contextmanager
def _held_back(signals: set[signal.Signals]) -> Iterator[None]:
    """Holds signals back, for this thread and for every process that it starts."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(lifeline: Connection) -> None:
    keep_freed_blocks()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for Windows; elsewhere it is blocked
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: Connection) -> None:
    lifeline.poll(None)  # until the other end is closed: nothing is ever sent
    os._exit(1)
