"""Mutants of a room against its tests: ``nox -s mutation -- pixels labels``; docs/mutation.md says what survived, and why.

mutmut names a module by its path below the working directory, so it works on a copy in which the packages stand at the top.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("codec/segmask", "validator/segmask_validate", "validator/segmask_cli", "validator/pytest_segmask")
SETTINGS: Final = """[mutmut]
source_paths = segmask
only_mutate = segmask/{room}/*
timeout_multiplier = 6
also_copy =
    segmask_validate
    segmask_cli
    pytest_segmask
    fixtures
pytest_add_cli_args_test_selection =
    tests/codec/{room}
    tests/codec/test_writer.py
    tests/test_corpus.py{more}
pytest_add_cli_args =
    --deselect
    tests/test_corpus.py::test_bytes_are_the_same_every_time
    -o
    pythonpath=tests .
    -p
    no:cacheprovider
"""
MORE: Final = {"dataset": ("tests/codec/test_archive.py",)}
"""Tests of a room that lie elsewhere."""


def mutate(room: str, scratch: Path) -> str:
    """Runs the mutants of ``segmask.ROOM``; returns a line for each that was not killed.

    Raises:
        subprocess.CalledProcessError: mutmut failed, as it does where the tests fail without a mutant.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, scratch / Path(package).name, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("tests", "fixtures"):
        shutil.copytree(ROOT / folder, scratch / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", scratch)
    more = "".join(f"\n    {tests}" for tests in MORE.get(room, ()))
    (scratch / "setup.cfg").write_text(SETTINGS.format(room=room, more=more), encoding="utf-8")
    mutmut = [sys.executable, "-m", "mutmut"]
    subprocess.run([*mutmut, "run"], cwd=scratch, check=True)
    done = subprocess.run([*mutmut, "results"], cwd=scratch, check=True, capture_output=True, text=True)
    return done.stdout


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(mutate(name, ROOT / "build" / "mutation" / name))
