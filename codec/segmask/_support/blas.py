"""numpy's linear algebra, which nothing here uses."""

from __future__ import annotations

import os


def start_no_threads() -> None:
    """Keeps numpy from starting a thread a core, each of which spins for a while for work that never comes.

    It is for a process that has not imported numpy yet, and for those that it starts; what the user asked for stays.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
