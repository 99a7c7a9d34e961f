"""How long a mask takes from runs to a PNG's bytes, against Pillow, and how large the files are.

    python benchmarks/encode.py [--rounds N]

Makes a mask of 1920x1080 pixels with 30 polygons as in `convert.py`, and one of 64x48 with the first three of them, made
smaller; and encodes each in each mode, in turn, round by round: by segmask from its runs, by Pillow's `Image.save` from
the array of the same pixels, with Pillow's defaults and with its fastest level. Prints the least milliseconds of
processor time of each, the ratio to segmask, and the bytes.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from typing import get_args

import numpy as np
from convert import HEIGHT, WIDTH, star_polygons
from PIL import Image

from segmask import Polygon
from segmask.labels.voc import VOC_COLORS
from segmask.pixels.runs import RowRuns
from segmask.png.encode import Mode, encode
from segmask.shapes.painting import paint_shapes


def encoders(runs: RowRuns, mode: Mode) -> dict[str, Callable[[], bytes]]:
    """Ways to encode a mask."""
    indices = runs.to_dense().astype(np.uint8)
    palette = np.array(VOC_COLORS, dtype=np.uint8)
    picture = Image.fromarray(palette[indices] if mode == "rgb" else indices)
    if mode == "palette":
        picture.putpalette(palette.tobytes())

    def save(level: int = -1) -> bytes:
        stream = io.BytesIO()
        picture.save(stream, "PNG", compress_level=level)
        return stream.getvalue()

    colors = list(VOC_COLORS)
    return {
        "segmask": lambda: encode(runs, colors, mode),
        "Pillow": save,
        "Pillow, level 1": lambda: save(1),
    }


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    shapes = star_polygons(np.random.default_rng(0))
    compare(paint_shapes(shapes, WIDTH, HEIGHT).objects, rounds, calls=1)
    small = [Polygon(shape.points * (64 / WIDTH, 48 / HEIGHT), shape.label) for shape in shapes[:3]]
    compare(paint_shapes(small, 64, 48).objects, rounds, calls=100)


def compare(runs: RowRuns, rounds: int, calls: int) -> None:
    """Prints the table of a mask, each way called some times a round."""
    print(f"a mask of {runs.width}x{runs.height}, {len(runs.starts):,} runs, {rounds} rounds")
    for mode in get_args(Mode):
        ways = encoders(runs, mode)
        seconds = dict.fromkeys(ways, float("inf"))
        for _ in range(rounds):
            for name, way in ways.items():
                start = time.process_time()
                for _ in range(calls):
                    way()
                seconds[name] = min(seconds[name], (time.process_time() - start) / calls)
        for name, way in ways.items():
            ratio = seconds[name] / seconds["segmask"]
            print(f"{mode}, {name}: {1000 * seconds[name]:.3f} ms, ratio {ratio:.1f}, {len(way()):,} bytes")


if __name__ == "__main__":
    main()
