"""How fast validation is, beside what others do with the same masks, in the same run.

    python benchmarks/validate.py                  all data sets, a table of ratios
    python benchmarks/validate.py --only 1080p     one of them
    python benchmarks/validate.py --write          also into README.md, and the plot docs/speed.svg
    python benchmarks/validate.py --profile        where our time goes, on the first data set

The floor reads the zip and inflates the masks, which nobody can leave out. The script is what people write for
themselves: Pillow and `numpy.unique`. The peer is datumaro 0.3.1 in an environment of its own, whose Python the variable
SEGMASK_PEER_PYTHON names (tests/interop/peer/requirements.txt); without it its column is empty. All tools take
turns, in one thread each; processor time is measured, which other load disturbs least, and the fastest round counts.
Freed blocks are kept, as the command keeps them: a fresh one costs a page fault for each 4 KiB, which is several times what
inflating into it takes.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import os
import pstats
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from datasets import DataSet
from peer import VARIABLE, python
from PIL import Image
from plot import Bar, bars
from zlib_ng import zlib_ng

from segmask._support.memory import keep_freed_blocks
from segmask.png import chunks
from segmask.png.inflate import inflated_rows
from segmask.png.spec import Png
from segmask_validate import validate

_ZIP_HEADER: Final = 30
_KEPT: Final = 1 << 23  # bytes of a block
ROOT: Final = Path(__file__).parents[1]
BEGIN, END = "<!-- speed -->\n", "<!-- end of speed -->\n"
_PEER_SCRIPT: Final = """
import sys, tempfile, time, zipfile
from datumaro.components.dataset import Dataset
with tempfile.TemporaryDirectory() as folder:
    zipfile.ZipFile(sys.argv[1]).extractall(folder)
    for _ in range(2):
        start = time.process_time()
        for item in Dataset.import_from(folder, "voc"):
            for annotation in item.annotations:
                annotation.image
        seconds = time.process_time() - start
    print(seconds)
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A data set of the table.

    Attributes:
        name: as it is shown.
        data: what is generated.
        images: pairs of masks for the fast tools.
        peer_images: for the peer, which takes longer.
    """

    name: str
    data: DataSet
    images: int
    peer_images: int = 4


CASES: Final = (
    Case("1080p, as CVAT writes", DataSet(), 20),
    Case("1080p, spiky outlines", DataSet(shape="stars"), 20),
    Case("1080p, grey", DataSet(mode="grey"), 20),
    Case("1080p, by Pillow", DataSet(encoder="pillow"), 20),
    Case("1080p, palette by Pillow", DataSet(mode="palette", encoder="pillow"), 20),
    Case("1080p, interlaced", DataSet(encoder="interlaced"), 10),
    Case("640x480", DataSet(width=640, height=480, instances=10), 60, 10),
    Case("4000x4000", DataSet(width=4000, height=4000, instances=60), 4, 1),
)


def floor(path: Path) -> None:
    """Reads and inflates every mask, with zlib-ng throughout, in one go as long as the allocator keeps the block."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for info in archive.infolist():
            if info.filename.endswith(".png"):
                file.seek(info.header_offset + _ZIP_HEADER + len(info.filename))
                _inflate(chunks.parse(zlib_ng.decompress(file.read(info.compress_size), -15, info.file_size)))


def _inflate(png: Png) -> None:
    size = sum(part.height * (1 + png.row_bytes(part.width)) for part in png.passes())
    if size <= _KEPT:
        zlib_ng.decompress(png.data, bufsize=size)
    else:
        for _ in inflated_rows(png):
            pass


def pillow(path: Path) -> None:
    """Decodes every mask."""
    for data in _masks(path):
        np.asarray(Image.open(io.BytesIO(data)))


def script(path: Path) -> None:
    """Decodes every mask and lists its colours."""
    for data in _masks(path):
        pixels = np.asarray(Image.open(io.BytesIO(data)))
        if pixels.ndim == 3:
            pixels = pixels.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
        np.unique(pixels)


def segmask(path: Path) -> None:
    """Every rule, in one process."""
    validate(path)


def _masks(path: Path) -> list[bytes]:
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name) for name in archive.namelist() if name.endswith(".png")]


def peer(path: Path) -> float:
    """Seconds for datumaro to read every instance, the second time: as for the others, nothing is counted that is done once."""
    command = [python(), "-c", _PEER_SCRIPT, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


TOOLS: Final[Mapping[str, Callable[[Path], None]]] = {
    "segmask": segmask,
    "floor": floor,
    "pillow": pillow,
    "script": script,
}
HEADINGS: Final = (
    "data set, and segmask's time for a pair",
    "inflate alone",
    "Pillow alone",
    "Pillow + numpy.unique",
    "datumaro",
)


def measure(case: Case, rounds: int, folder: Path) -> dict[str, float]:
    """Seconds a pair, by tool."""
    path, few = folder / "masks.zip", folder / "few.zip"
    case.data.write(path, case.images)
    case.data.write(few, case.peer_images)
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, run in TOOLS.items():
            start = time.process_time()
            run(path)
            best[name] = min(best.get(name, np.inf), (time.process_time() - start) / case.images)
        if VARIABLE in os.environ:
            best["peer"] = min(best.get("peer", np.inf), peer(few) / case.peer_images)
    return best


def row(name: str, seconds: Mapping[str, float]) -> list[str]:
    """Cells of the table: the data set with our milliseconds, and the others as multiples of them."""
    ratios = [f"{seconds[tool] / seconds['segmask']:.3g}" if tool in seconds else "" for tool in _OTHERS]
    return [f"{name}: {seconds['segmask'] * 1000:.1f} ms", *ratios]


_OTHERS: Final = ("floor", "pillow", "script", "peer")


def plot(name: str, seconds: Mapping[str, float]) -> str:
    """An SVG of one data set's ratios."""
    names = {
        "floor": "inflate alone, the floor",
        "segmask": "segmask-validate, every rule",
        "pillow": "Pillow, decoding",
    }
    names |= {"script": "Pillow + numpy.unique", "peer": "datumaro 0.3.1"}
    ordered = [tool for tool in names if tool in seconds]
    found = [Bar(names[tool], seconds[tool] / seconds["segmask"], own=tool == "segmask") for tool in ordered]
    return bars(f"Time for a pair of masks, {name}: multiples of segmask's", found)


def profile(case: Case, folder: Path) -> None:
    """Prints where our time goes."""
    path = folder / "masks.zip"
    case.data.write(path, case.images)
    validate(path)
    profiler = cProfile.Profile()
    profiler.runcall(validate, path)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", metavar="TEXT", help="data sets whose name holds this")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    keep_freed_blocks()
    cases = [case for case in CASES if arguments.only in case.name]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments.profile:
            profile(cases[0], folder)
            return
        table = [list(HEADINGS), ["---", *["---:"] * (len(HEADINGS) - 1)]]
        measured = []
        for case in cases:
            measured.append(measure(case, arguments.rounds, folder))
            table.append(row(case.name, measured[-1]))
            print(*(f"{cell:>22}" for cell in table[-1]), flush=True)
    lines = "".join(f"| {' | '.join(cells)} |\n" for cells in table)
    print(lines)
    if arguments.write:
        readme = ROOT / "README.md"
        before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
        readme.write_text(f"{before}{BEGIN}{lines}{END}{rest.partition(END)[2]}", encoding="utf-8")
        (ROOT / "docs" / "speed.svg").write_text(plot(cases[0].name, measured[0]), encoding="utf-8")


if __name__ == "__main__":
    main()
