"""A long validation says how far it is, on a terminal only."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest

from .conftest import Build
from .test_crew import members


@pytest.mark.parametrize("is_terminal", [True, False])
def test_on_a_terminal_only(build: Build, is_terminal: bool) -> None:
    path = build(members(200))
    command = [sys.executable, "-W", "error", "-m", "segmask_validate", str(path)]
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
    assert done.returncode == 1
    assert b"rejected" in done.stdout
    assert not done.stderr
    assert (re.search(rb"reading .* 202/202 .* images/s", shown) is not None) is is_terminal
    assert is_terminal or shown == b"end"
