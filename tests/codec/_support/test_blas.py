"""A process that reads masks starts no threads for linear algebra."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from segmask._support.blas import start_no_threads

TASKS = Path("/proc/self/task")


@pytest.mark.process
@pytest.mark.skipif(not TASKS.exists(), reason="this system does not list a process's threads")
def test_numpy_starts_no_thread() -> None:
    program = (
        "import os; from segmask._support.blas import start_no_threads; start_no_threads(); import numpy; "
        f"print(*os.listdir({str(TASKS)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert len(done.stdout.split()) == 1


def test_what_the_user_asked_for_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    start_no_threads()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
