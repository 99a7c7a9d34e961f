"""How cost and memory grow with the number of images, and what more processes save.

    python benchmarks/scale.py [--images N ... | --archive FILE] [--jobs N ...] [--rounds N] [--write FILE N]

Writes archives of N tiny images (64x48 RGB, 1 to 4 instances; 512 different pairs of masks, so that 100,000 images are
written in seconds; the same bytes for the same N), runs ``segmask-validate`` over each as a process of its own with each
number of jobs, round by round, and prints of the fastest round: images a second; CPU time an image, all processes together,
and its ratio to the first row with as many jobs; the time's ratio to that of the first number of jobs; and the peak
memory of the main process and of its largest worker.

``--archive FILE`` measures an archive that is there. ``--write FILE N`` writes one of N images and ends.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

import segmask
from segmask import VOC_COLORS

WIDTH, HEIGHT, LABELS, DISTINCT = 64, 48, 5, 512

_RUN = """
import json, resource, sys, time
from segmask_cli import main
start = time.perf_counter()
try:
    main.segmask_validate(sys.argv[1:])
finally:
    own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({
        "seconds": time.perf_counter() - start,
        "cpu": own.ru_utime + own.ru_stime + workers.ru_utime + workers.ru_stime,
        "main": own.ru_maxrss / 1024,
    }))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run: seconds, CPU seconds of all processes, and the peak memory of the largest in MB."""

    seconds: float
    cpu: float
    main: float
    worker: float


def write_archive(path: Path, images: int, seed: int = 0) -> None:
    """Writes an archive of tiny images; the same bytes for the same seed."""
    rng = np.random.default_rng(seed)
    pairs = [tuple(_masks(rng)) for _ in range(DISTINCT)]
    labels = "".join(f"label{n}:{','.join(map(str, VOC_COLORS[n]))}::\n" for n in range(1, LABELS + 1))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(_info("labelmap.txt"), f"# label:color_rgb:parts:actions\nbackground:0,0,0::\n{labels}")
        names = [f"frame_{number:06}" for number in range(images)]
        archive.writestr(_info("ImageSets/Segmentation/default.txt"), "".join(f"{name}\n" for name in names))
        for kind, folder in enumerate(("SegmentationClass", "SegmentationObject")):
            for number, name in enumerate(names):
                archive.writestr(_info(f"{folder}/{name}.png"), pairs[number % DISTINCT][kind])


def _info(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name)  # without the time of day


def _masks(rng: np.random.Generator) -> Iterator[bytes]:
    classes, objects = (np.zeros((HEIGHT, WIDTH), dtype=np.uint8) for _ in range(2))
    for number in range(1, 1 + int(rng.integers(1, 5))):
        x, y = int(rng.integers(0, WIDTH - 12)), int(rng.integers(0, HEIGHT - 12))
        width, height = (int(side) for side in rng.integers(8, 24, 2))
        objects[y : y + height, x : x + width] = number
        classes[y : y + height, x : x + width] = rng.integers(1, LABELS + 1)
    palette = np.array(VOC_COLORS, dtype=np.uint8)
    for mask in (classes, objects):
        stream = io.BytesIO()
        Image.fromarray(palette[mask]).save(stream, "PNG")
        yield stream.getvalue()


def run(path: Path, jobs: int) -> Cost:
    """What validating an archive takes, start-up included."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = ["--format", "json", "--output", str(report), "--jobs", str(jobs)]
        command = [sys.executable, "-W", "error", "-c", _RUN, str(path), *options]
        worker = 0.0
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            while process.poll() is None:
                worker = max(worker, _peak_of_children(process.pid))
                time.sleep(0.5)
            out, err = process.communicate()
        assert process.returncode in {0, 1}, err
        assert not err, err
        return Cost(**json.loads(out), worker=worker)


def _peak_of_children(pid: int) -> float:
    """The largest peak memory in MB of a process's living children (Linux); what `getrusage` says counts the parent's."""
    peak = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        except OSError:
            continue  # it has ended
        if int(status["PPid"]) == pid and "VmHWM" in status:
            peak = max(peak, int(status["VmHWM"].split()[0]) / 1024)
    return peak


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", nargs=2, metavar=("FILE", "N"))
    arguments = parser.parse_args()
    if arguments.write:
        write_archive(Path(arguments.write[0]), int(arguments.write[1]))
        return
    print(
        f"{'images':>8}{'jobs':>6}{'images/s':>10}{'CPU us/image':>14}{'ratio':>7}{'faster':>8}{'main MB':>9}{'worker MB':>11}"
    )
    first: dict[int, float] = {}
    if arguments.archive:
        measure(arguments.archive, arguments.jobs, arguments.rounds, first)
        return
    with tempfile.TemporaryDirectory() as folder:
        for images in arguments.images:
            path = Path(folder) / f"{images}.zip"
            write_archive(path, images)
            measure(path, arguments.jobs, arguments.rounds, first)
            path.unlink()


def measure(path: Path, numbers: list[int], rounds: int, first: dict[int, float]) -> None:
    """Prints a row for each number of jobs; `first` keeps the CPU time an image of the first archive."""
    with segmask.open(path, on_problem=lambda _: None) as archive:
        images = len(archive)
    done = [{jobs: run(path, jobs) for jobs in numbers} for _ in range(rounds)]
    alone = min(costs[numbers[0]].seconds for costs in done)
    for jobs in numbers:
        costs = [each[jobs] for each in done]
        seconds, cpu = min(cost.seconds for cost in costs), min(cost.cpu for cost in costs) / images
        ratio = cpu / first.setdefault(jobs, cpu)
        main_peak, worker_peak = max(cost.main for cost in costs), max(cost.worker for cost in costs)
        print(
            f"{images:8}{jobs:6}{images / seconds:10.0f}{cpu * 1e6:14.0f}{ratio:7.2f}{alone / seconds:8.2f}"
            f"{main_peak:9.0f}{worker_peak:11.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
