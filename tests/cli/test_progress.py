"""Work that takes long says how far it is, on a terminal only, and leaves nothing there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support import terminals
from support.built import Build, members

PATIENT = "from segmask_cli import main, progress; progress._PATIENCE = {}; main.segmask()"


@pytest.mark.process
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("is_terminal", [True, False])
@pytest.mark.parametrize(
    ("arguments", "bar"),
    [
        (("validate", "big.zip"), rb"reading .* 202/202 .* images/s"),
        (("import", "a.zip", "-o", "a.json"), rb"tracing .* 2/2 .* images/s"),
        (("roundtrip", "a.zip"), rb"comparing .* 2/2 .* images/s"),
    ],
)
def test_on_a_terminal_only(build: Build, is_terminal: bool, arguments: tuple[str, ...], bar: bytes) -> None:
    build()
    build(members(200), "big.zip")
    command = [sys.executable, "-W", "error", "-c", PATIENT.format(0), *arguments]
    done, shown = terminals.run(command, is_terminal=is_terminal)
    assert done.stdout
    assert not done.stderr
    assert (re.search(bar, shown) is not None) is is_terminal
    assert shown == b"end" or re.search(rb"\r +\r\033\[\?25hend$", shown)


@pytest.mark.process
def test_not_for_what_is_done_soon(build: Build) -> None:
    command: list[str | Path] = [sys.executable, "-W", "error", "-c", PATIENT.format(60), "validate", build()]
    done, shown = terminals.run(command, is_terminal=True)
    assert (done.returncode, shown) == (0, b"end")


@pytest.mark.process
def test_complaints_are_in_the_encoding_that_is_asked_for(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "segmask_cli", "validate", "ä.zip"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"segmask: \\xe4.zip: no such file or folder\n"
