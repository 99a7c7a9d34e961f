"""Bounds on what a test may take: time, and memory in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


class Hung(BaseException):
    """Took too long; no `Exception`, so that the code under test cannot catch it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises `Hung` in the block after the given seconds; does nothing where there are no alarms (Windows)."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise Hung(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


_MEASURE = """
import resource, sys
import segmask, segmask_validate
if sys.argv[2:]:
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
report = segmask_validate.validate(sys.argv[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, *(finding.rule.code for finding in report.findings))
"""


def validate_in_process(archive: Path, address_space: int | None = None) -> tuple[float, list[str]]:
    """(peak growth in MB, codes found) of validating an archive in a process of its own.

    Args:
        archive: its path.
        address_space: bytes that the process may claim at most, None for no limit.
    """
    command = [sys.executable, "-W", "error", "-c", _MEASURE, str(archive)]
    if address_space is not None:
        command.append(str(address_space))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert not done.stderr, done.stderr
    grown, *codes = done.stdout.split()
    return int(grown) / 1024, codes
