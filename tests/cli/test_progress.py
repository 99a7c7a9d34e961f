"""A long validation says how far it is, on a terminal only."""

from __future__ import annotations

import re
import sys

import pytest

from support import terminals
from support.built import Build, members


@pytest.mark.process
@pytest.mark.parametrize("is_terminal", [True, False])
def test_on_a_terminal_only(build: Build, is_terminal: bool) -> None:
    path = build(members(200))
    command = [sys.executable, "-W", "error", "-m", "segmask_cli", "validate", str(path)]
    done, shown = terminals.run(command, is_terminal=is_terminal)
    assert done.returncode == 1
    assert b"rejected" in done.stdout
    assert not done.stderr
    assert (re.search(rb"reading .* 202/202 .* images/s", shown) is not None) is is_terminal
    assert is_terminal or shown == b"end"
