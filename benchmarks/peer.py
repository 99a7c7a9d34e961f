"""The Python of the peer library, which the benchmarks run beside this one."""

from __future__ import annotations

import os

VARIABLE = "SEGMASK_PEER_PYTHON"


def python() -> str:
    """Path of the peer's Python.

    Raises:
        SystemExit: the variable that names it is not set; says how to get one.
    """
    found = os.environ.get(VARIABLE)
    if not found:
        raise SystemExit(
            f"set {VARIABLE} to a Python with the peer library: python3 -m venv peer && "
            "peer/bin/pip install -r tests/interop/peer/requirements.txt, then peer/bin/python"
        )
    return found
