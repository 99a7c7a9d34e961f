"""The command line ``segmask-validate``: validates paths, unless the first word is another command's name.

Exit codes: 0 all is well; 1 something was found; 2 bad usage, a file that is not there, or a fault of the tool itself.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final

from segmask_validate.report.model import TOOL

from . import terminal

_OTHERS: Final = frozenset({"conformance", "roundtrip"})
"""Further commands, each with a module of its name; a file of such a name is validated as ``./name``."""


def main(arguments: list[str] | None = None) -> None:
    """Runs the command and ends the process with its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    name, module = TOOL, "validate"
    if words and words[0] in _OTHERS:
        name, module, words = f"{TOOL} {words[0]}", words[0], words[1:]
    terminal.run(import_module(f".{module}", __package__).command, name, words)
