"""Processes as the system knows them; and tests that start none."""

from __future__ import annotations

import math
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import util
from pathlib import Path

import pytest

from segmask_validate.run import applying


@contextmanager
def none_starts(test: str) -> Iterator[None]:
    """Fails the test that starts a process in the block: it lacks its mark."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail(f"{test} starts a process: mark it with @pytest.mark.process")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess.Popen, "__init__", refuse)
        patch.setattr(subprocess.Popen, "__del__", lambda _: None)
        patch.setattr(util, "spawnv_passfds", refuse)  # what multiprocessing starts its processes with
        patch.setattr(applying, "_PATIENCE", math.inf)  # a slow machine is no reason to start them
        yield


def children(pid: int, what: str = "spawn_main") -> list[int]:
    """Living processes that a process started, and whose command line holds a word: its workers."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                status = (folder / "stat").read_text().rpartition(")")[2].split()
                command = (folder / "cmdline").read_text()
            except OSError:
                continue
            if int(status[1]) == pid and status[0] != "Z" and what in command:
                found.append(int(folder.name))
    return found


def alive(pid: int) -> bool:
    """Whether a process lives."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(condition: Callable[[], object], seconds: float = 30) -> bool:
    """Waits until something holds; False where that takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
