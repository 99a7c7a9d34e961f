"""Programs whose standard error is a terminal, or none."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Sequence
from pathlib import Path


def run(command: Sequence[str | Path], *, is_terminal: bool) -> tuple[subprocess.CompletedProcess[bytes], bytes]:
    """What a program did, and what it showed on the terminal: only ``end`` where it got a pipe instead."""
    master, slave = pty.openpty()
    try:
        stderr = slave if is_terminal else subprocess.PIPE
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, timeout=60, check=False)
        os.write(slave, b"end")
        shown = b""
        while not shown.endswith(b"end"):
            shown += os.read(master, 4096)
    finally:
        os.close(master)
        os.close(slave)
    return done, shown
