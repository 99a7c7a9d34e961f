"""The peer: another reader of the format, in an environment and a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

_VARIABLE = "SEGMASK_PEER_PYTHON"
_FOLDER = Path(__file__).parent
_SCRIPT = _FOLDER / "peer" / "read_archives.py"

AskPeer = Callable[[Path], Mapping[str, Any]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is in this folder; without a peer it is skipped, for one reason."""
    skip = pytest.mark.skip(reason=f"needs the peer library: set {_VARIABLE}, or run: nox -s interop")
    for item in items:
        if item.path.is_relative_to(_FOLDER):
            item.add_marker(pytest.mark.interop)
            if not os.environ.get(_VARIABLE):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def peer() -> Iterator[AskPeer]:
    """Asks the peer about an archive. One process for the whole session: it takes seconds to start."""
    command = [os.environ[_VARIABLE], str(_SCRIPT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, answers = process.stdin, process.stdout

        def ask(path: Path) -> Mapping[str, Any]:
            asked.write(json.dumps(str(path)) + "\n")
            asked.flush()
            line = answers.readline()
            assert line, f"the peer died of {path}"
            answer: Mapping[str, Any] = json.loads(line)
            return answer

        yield ask
        asked.close()
