"""The peer: another reader of the format, in an environment and a process of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from segmask_validate.conformance.answer import Answer, parse
from segmask_validate.conformance.program import Program

_VARIABLE = "SEGMASK_PEER_PYTHON"
_FOLDER = Path(__file__).parent
_SCRIPT = _FOLDER / "peer" / "read_archives.py"
_TIMEOUT = 300

AskPeer = Callable[[Path], Answer]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is in this folder; without a peer it is skipped, for one reason."""
    skip = pytest.mark.skip(reason=f"needs the peer library: set {_VARIABLE}, or run: nox -s interop")
    for item in items:
        if item.path.is_relative_to(_FOLDER):
            item.add_marker(pytest.mark.interop)
            if not os.environ.get(_VARIABLE):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def peer_command() -> list[str]:
    """What runs the peer, as `segmask-validate conformance` drives it."""
    return [os.environ[_VARIABLE], str(_SCRIPT)]


@pytest.fixture(scope="session")
def peer(peer_command: list[str]) -> Iterator[AskPeer]:
    """Asks the peer about an archive. One process for the whole session: it takes seconds to start."""
    with Program(peer_command, _TIMEOUT) as program:
        yield lambda path: parse(program.ask(json.dumps({"path": str(path)}).encode()))
