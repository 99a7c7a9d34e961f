"""Differential fuzzing: the same bytes by segmask and by another implementation, coverage-guided with atheris.

    python fuzz/differential.py TARGET [-atheris_runs=N | -max_total_time=SECONDS] [CORPUS]

Targets: container (zipfile), mask (OpenCV), painting (pycocotools), kernel
(numpy). A difference is an AssertionError, and the input that shows it is kept by atheris; it becomes a test.
"""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import atheris  # nox -s fuzz installs it
import numpy as np

from support.mutations import damaged_png

with atheris.instrument_imports(include=["segmask"]):
    import targets
    from segmask.png.spec import SIGNATURE


def _with_right_checksums(data: bytes, max_size: int, seed: int) -> bytes:
    """Damages a PNG by its chunks, most of whose checksums are right; every fourth by its bytes."""
    if not seed % 4 or not data.startswith(SIGNATURE):
        return atheris.Mutate(data, max_size)
    return damaged_png(np.random.default_rng(seed), data)[:max_size]


def main() -> None:
    """Fuzzes the target that the command line names."""
    target, seeds = targets.TARGETS[sys.argv[1]]
    folder = Path(sys.argv[0]).parent.parent / "build" / "fuzz" / sys.argv[1]
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (folder / f"seed-{number}").write_bytes(seed)
    mutator = {"custom_mutator": _with_right_checksums} if sys.argv[1] in {"mask", "kernel"} else {}
    atheris.Setup([sys.argv[0], "-max_len=4096", "-timeout=30", *sys.argv[2:], str(folder)], target, **mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
