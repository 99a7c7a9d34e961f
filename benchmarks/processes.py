"""Reads of an archive that was opened before the processes that read it: fork, forkserver, spawn, threads.

    python benchmarks/processes.py [READS]

READS of each, 3,000 unless another number is given; exit code 1 where one differs from what a single process reads.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import sys
import tempfile
import warnings
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

import segmask

IMAGES = 100
WORKERS = 4
warnings.simplefilter("ignore")  # the masks are noise


def digest(archive: segmask.Archive, number: int) -> str:
    """What an image's instances are."""
    image = archive.read(archive.entries[number % IMAGES])
    return hashlib.sha256(b"".join(instance.mask().tobytes() for instance in image.instances)).hexdigest()


def opened_here(path: str, number: int) -> str:
    """The same in a process that cannot inherit the archive."""
    with segmask.open(path) as archive:
        return digest(archive, number)


_inherited: list[segmask.Archive] = []


def inherited(number: int) -> str:
    """The same of the archive that was open before the fork."""
    return digest(_inherited[0], number)


def main() -> int:
    """The command."""
    reads = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000
    random = np.random.default_rng(1)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.zip"
        shapes = [segmask.Mask(random.random((128, 128)) < 0.5, "a", 0, 0) for _ in range(IMAGES)]
        images = [
            segmask.AnnotatedImage(name=f"i{i}", width=128, height=128, shapes=[shapes[i]]) for i in range(IMAGES)
        ]
        segmask.write(path, images)
        with segmask.open(path) as archive:
            _inherited.append(archive)
            right = [digest(archive, number) for number in range(IMAGES)]
            for how in ("threads", "fork", "forkserver", "spawn"):
                pool: Executor = (
                    ThreadPoolExecutor(WORKERS)
                    if how == "threads"
                    else ProcessPoolExecutor(WORKERS, multiprocessing.get_context(how))
                )
                read = inherited if how in {"threads", "fork"} else partial(opened_here, str(path))
                with pool:
                    found = pool.map(read, range(reads), **({} if how == "threads" else {"chunksize": 10}))
                    differing = sum(one != right[number % IMAGES] for number, one in enumerate(found))
                wrong += differing
                print(f"{how:10} {differing} of {reads:,} reads differ")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
