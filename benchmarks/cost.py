"""What a pair of masks costs, by its pixels and by its runs, beside inflating it: one process, processor time.

    python benchmarks/cost.py          two tables
    python benchmarks/cost.py --plot   and docs/cost.svg

Masks of the same scene in growing sizes have more pixels, and runs as the square root of them; those of one size with ever
more instances have more runs. The fastest of some rounds counts; see `validate.py` for how the floor is measured.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from datasets import DataSet
from plot import Line, Panel, panels
from validate import ROOT, floor

import segmask
from segmask._support.memory import keep_freed_blocks
from segmask_validate import validate

SIZES = ((160, 120), (320, 240), (640, 480), (1280, 960), (1920, 1440), (2560, 1920), (4000, 3000), (6400, 4800))
INSTANCES = (1, 4, 15, 60, 240)
BYTES = 200_000_000
"""Scanlines to go through in a round, at most."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a pair costs.

    Attributes:
        pixels: of a mask.
        runs: of both masks.
        own: milliseconds to validate it.
        floor: milliseconds to inflate it.
    """

    pixels: int
    runs: float
    own: float
    floor: float


def measure(data: DataSet, rounds: int, folder: Path) -> Cost:
    """The cost of a data set's pairs."""
    path, pixels = folder / "masks.zip", data.width * data.height
    images = max(1, min(40, BYTES // (6 * pixels)))
    data.write(path, images)
    with segmask.open(path, on_problem=lambda _: None) as archive:
        runs = sum(len(mask.starts) for image in archive for mask in (image.classes, image.objects) if mask is not None)
    best = [np.inf, np.inf]
    for _ in range(rounds):
        for place, run in enumerate((validate, floor)):
            start = time.process_time()
            run(path)
            best[place] = min(best[place], (time.process_time() - start) / images * 1000)
    return Cost(pixels, runs / images, *best)


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plot", action="store_true")
    arguments = parser.parse_args()
    keep_freed_blocks()
    by_size = [DataSet(width=width, height=height) for width, height in SIZES]
    by_instances = [DataSet(shape="stars", instances=count) for count in INSTANCES]
    drawn = []
    with tempfile.TemporaryDirectory() as folder:
        for title, of, sets in (
            ("pixels of a mask", "pixels", by_size),
            ("runs of a 1080p pair", "runs", by_instances),
        ):
            costs = [measure(data, arguments.rounds, Path(folder)) for data in sets]
            print(f"{title:>22}{'runs of a pair':>16}{'segmask, ms':>14}{'inflate, ms':>14}")
            for cost in costs:
                print(f"{getattr(cost, of):>22,.0f}{cost.runs:>16,.0f}{cost.own:>14.2f}{cost.floor:>14.2f}", flush=True)
            lines = [
                Line("segmask", [(getattr(cost, of), cost.own) for cost in costs], own=True),
                Line("inflate alone", [(getattr(cost, of), cost.floor) for cost in costs]),
            ]
            drawn.append(Panel(f"A pair, by {of}", title, "milliseconds of processor time", lines))
    if arguments.plot:
        (ROOT / "docs" / "cost.svg").write_text(panels(drawn), encoding="utf-8")


if __name__ == "__main__":
    main()
