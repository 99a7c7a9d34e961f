"""Threads of this process to read parts in, for work that takes less time than starting processes.

Most of the work is inflating and the kernel's, which runs in several threads at once; the rest does not, so that a few
are enough.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from segmask.part import Part

from .worker import Reading, read

_MOST: Final = 4


class Threads:
    """Threads that read parts.

    Args:
        jobs: how many, at most.
    """

    def __init__(self, jobs: int) -> None:
        self._is_over = threading.Event()
        self._executor = ThreadPoolExecutor(min(jobs, _MOST))

    def submit(self, part: Part) -> Future[Reading]:
        """Has a part read."""
        return self._executor.submit(read, part, self._is_over.is_set)

    def close(self) -> None:
        """Ends the threads after the images that they are at, and waits for that."""
        self._is_over.set()
        self._executor.shutdown(cancel_futures=True)
