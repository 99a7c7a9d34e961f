"""How long validation takes, against what people use instead, in one run.

    python benchmarks/validate.py [--pairs N] [--rounds N]

Makes an archive of N class and object masks, 1920x1080 RGB with 30 instances each, every row Sub-filtered as CVAT
writes them; then times, in turn, round by round:

    segmask     segmask_validate.validate: every rule, one process
    script      Pillow decodes each mask, numpy.unique lists its colours: what people write for themselves
    pillow      Pillow decodes each mask, nothing else
    peer        datumaro 0.3.1, the ancestor of CVAT's reader, where SEGMASK_PEER_PYTHON names its interpreter

and prints the median of each in milliseconds a pair, and the ratio to segmask's, round by round.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import struct
import subprocess
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from segmask import VOC_COLORS
from segmask_validate import validate

WIDTH, HEIGHT, INSTANCES, LABELS = 1920, 1080, 30, 5
_PEER_SCRIPT = """
import sys, tempfile, time, zipfile
from datumaro.components.dataset import Dataset
with tempfile.TemporaryDirectory() as folder:
    zipfile.ZipFile(sys.argv[1]).extractall(folder)
    start = time.perf_counter()
    for item in Dataset.import_from(folder, "voc"):
        for annotation in item.annotations:
            annotation.image
    print(time.perf_counter() - start)
"""


def make_archive(path: Path, pairs: int, seed: int = 0) -> None:
    """Writes an archive of star-shaped instances; the same bytes for the same seed."""
    rng = np.random.default_rng(seed)
    labels = "".join(f"label{n}:{','.join(map(str, VOC_COLORS[n]))}::\n" for n in range(1, LABELS + 1))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("labelmap.txt", f"# label:color_rgb:parts:actions\nbackground:0,0,0::\n{labels}")
        archive.writestr("ImageSets/Segmentation/default.txt", "".join(f"image{n}\n" for n in range(pairs)))
        for n in range(pairs):
            classes, objects = _masks(rng)
            archive.writestr(f"SegmentationClass/image{n}.png", _png(classes))
            archive.writestr(f"SegmentationObject/image{n}.png", _png(objects))


def _masks(rng: np.random.Generator) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    classes, objects = Image.new("L", (WIDTH, HEIGHT)), Image.new("L", (WIDTH, HEIGHT))
    for number in range(1, INSTANCES + 1):
        center = rng.uniform((0, 0), (WIDTH, HEIGHT))
        angles = np.sort(rng.uniform(0, 2 * np.pi, 40))
        points = center + np.stack((np.cos(angles), np.sin(angles)), axis=1) * rng.uniform(40, 200, (40, 1))
        outline = [(float(x), float(y)) for x, y in points]
        ImageDraw.Draw(objects).polygon(outline, fill=number)
        ImageDraw.Draw(classes).polygon(outline, fill=1 + number % LABELS)
    return np.asarray(classes), np.asarray(objects)


def _png(indices: npt.NDArray[np.uint8]) -> bytes:
    pixels = np.array(VOC_COLORS, dtype=np.uint8)[indices]
    pixels[:, 1:] -= pixels[:, :-1].copy()
    rows = np.concatenate((np.ones((HEIGHT, 1), np.uint8), pixels.reshape(HEIGHT, -1)), axis=1)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.tobytes(), 3)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def segmask(path: Path) -> float:
    """Seconds for the whole validation."""
    start = time.perf_counter()
    validate(path)
    return time.perf_counter() - start


def script(path: Path, *, unique: bool = True) -> float:
    """Seconds for decoding every mask with Pillow, and listing its colours."""
    start = time.perf_counter()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".png"):
                pixels = np.asarray(Image.open(io.BytesIO(archive.read(name))))
                if unique:
                    packed = pixels.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
                    np.unique(packed)
    return time.perf_counter() - start


def pillow(path: Path) -> float:
    """Seconds for decoding every mask with Pillow."""
    return script(path, unique=False)


def peer(path: Path) -> float:
    """Seconds for datumaro to read every instance, unpacking not counted."""
    command = [os.environ["SEGMASK_PEER_PYTHON"], "-c", _PEER_SCRIPT, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    runs: dict[str, Callable[[Path], float]] = {"segmask": segmask, "script": script, "pillow": pillow}
    if "SEGMASK_PEER_PYTHON" in os.environ:
        runs["peer"] = peer
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "masks.zip"
        make_archive(path, arguments.pairs)
        for _ in range(arguments.rounds):
            for name, run in runs.items():
                seconds[name].append(run(path) / arguments.pairs)
    print(f"{arguments.pairs} pairs of {WIDTH}x{HEIGHT}, {INSTANCES} instances, {arguments.rounds} rounds")
    print(f"{'':10}{'ms a pair':>12}{'ratio':>10}")
    for name, taken in seconds.items():
        ratio = statistics.median(other / ours for other, ours in zip(taken, seconds["segmask"], strict=True))
        print(f"{name:10}{statistics.median(taken) * 1000:12.1f}{ratio:10.1f}")


if __name__ == "__main__":
    main()
