"""How many masks survive a trip to polygons and back, here and through the peer's conversion.

    SEGMASK_PEER_PYTHON=... python benchmarks/exactness.py [--masks N]

Makes N masks as annotators leave them: polygons with some holes and specks, half of them in 640x480, half in
1920x1080. Each goes to polygons and, rasterised by pycocotools in the peer's environment, back: once by segmask, once by
datumaro 0.3.1's mask_to_polygons, which CVAT's import applies. Prints how many return exactly, and the mean
intersection over union.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from peer import python

from segmask import Polygon
from segmask._support.arrays import BoolArray
from segmask.outlines.polygons import polygons
from segmask.outlines.tracing import trace
from segmask.pixels.runs import RowRuns
from segmask.shapes.raster import rasterise

_PEER = """
import json, sys
import numpy as np
from datumaro.util.mask_tools import mask_to_polygons, rles_to_mask
exact, overlap = {"segmask": 0, "datumaro": 0}, {"segmask": [], "datumaro": []}
for name in open(sys.argv[1]).read().split():
    mask = np.load(name + ".npy")
    height, width = mask.shape
    ways = {"segmask": json.load(open(name + ".json")), "datumaro": [p.tolist() for p in mask_to_polygons(mask)]}
    for way, rings in ways.items():
        back = rles_to_mask(rings, width, height).astype(bool) if rings else np.zeros_like(mask)
        exact[way] += bool(np.array_equal(back, mask))
        overlap[way].append(float((back & mask).sum() / (back | mask).sum()))
print(json.dumps({way: [exact[way], sum(values) / len(values)] for way, values in overlap.items()}))
"""


def make_mask(rng: np.random.Generator, width: int, height: int) -> BoolArray:
    """A polygon, sometimes with a hole, a second part, or specks."""
    mask = _star(rng, width, height)
    if rng.random() < 0.3:
        mask &= ~_star(rng, width, height, size=0.3)
    if rng.random() < 0.3:
        mask |= _star(rng, width, height, size=0.4)
    if rng.random() < 0.2:
        mask[rng.integers(0, height, 5), rng.integers(0, width, 5)] = True
    return mask if mask.any() else make_mask(rng, width, height)


def _star(rng: np.random.Generator, width: int, height: int, size: float = 1.0) -> BoolArray:
    count = int(rng.integers(5, 40))
    angles = np.sort(rng.uniform(0, 2 * np.pi, count))
    radii = rng.uniform(0.5, 1, (count, 1)) * rng.uniform(0.05, 0.35) * height * size
    center = rng.uniform((0, 0), (width, height))
    points = center + np.stack((np.cos(angles), np.sin(angles)), axis=1) * radii
    return rasterise(Polygon(points.round(2), "any"), width, height).to_dense(width, height)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--masks", type=int, default=400)
    count, peer = parser.parse_args().masks, python()
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number in range(count):
            width, height = ((640, 480), (1920, 1080))[number % 2]
            mask = make_mask(rng, width, height)
            rings = polygons(trace(RowRuns.from_dense(mask), [1])[1], width, height)
            names.append(str(Path(folder) / str(number)))
            np.save(f"{names[-1]}.npy", mask)
            Path(f"{names[-1]}.json").write_text(json.dumps([ring.ravel().round(2).tolist() for ring in rings]))
        listed = Path(folder) / "names"
        listed.write_text("\n".join(names))
        command = [peer, "-c", _PEER, str(listed)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    for way, (exact, overlap) in json.loads(done.stdout.splitlines()[-1]).items():
        print(f"{way}: {exact} of {count} masks return exactly, mean IoU {overlap:.3f}")


if __name__ == "__main__":
    main()
