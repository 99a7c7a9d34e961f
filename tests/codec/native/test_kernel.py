"""The kernel against numpy, on scanlines and runs that nobody would write: the same results, or refused by both.

`nox -s sanitize` runs this with the kernel watched for reads and writes beside its arrays, and for undefined behaviour.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import pytest

from segmask._support.arrays import IntArray
from segmask.native import library
from segmask.native.kernel import Kernel
from segmask.outlines import tracing
from segmask.pixels import regions, runs, values
from segmask.pixels.runs import RowRuns, TooManyRuns
from segmask.png import chunks, native, scanlines
from segmask.png.spec import DamagedPng, Png
from support import pngs, profile
from support.strategies import FLAVOURS

pytestmark = pytest.mark.fuzz

Found = list[tuple[list[int], list[int]]] | str


@pytest.fixture
def kernel() -> Kernel:
    found = library.kernel()
    if found is None and not profile.IN_CI:
        pytest.skip("the kernel was not built: pip install -e . with a C compiler")
    assert found is not None
    return found


def picture(random: np.random.Generator) -> Png:
    """A PNG of any flavour, filters and bytes, mostly zeros, some of them too few; now and then a filter that there is not."""
    color_type, depth = FLAVOURS[random.integers(len(FLAVOURS))]
    width, height = int(random.integers(1, 90)), int(random.integers(1, 12))
    interlaced = int(random.integers(2))
    data = pngs.file(
        pngs.header(width, height, depth, color_type, bytes((0, 0, interlaced))),
        *[pngs.PLTE] * (color_type == 3),
        pngs.idat(),
        pngs.END,
    )
    png = chunks.parse(data)
    rows: list[bytes] = []
    filters = random.choice(5, size=random.integers(1, 5), replace=False)
    for part in png.passes():
        for _ in range(part.height):
            row = np.zeros(1 + png.row_bytes(part.width), dtype=np.uint8)
            some = random.random(len(row)) < random.choice([0, 0.05, 0.3, 1])
            row[some] = random.choice([random.integers(256), *range(5), 127, 128, 255], size=some.sum())
            row[0] = random.choice(filters) if random.random() < 0.999 else random.integers(256)
            rows.append(row.tobytes())
    packed = b"".join(rows)
    png.data = zlib.compress(packed if random.random() < 0.99 else packed[: random.integers(len(packed))])
    return png


def groups(png: Png, random: np.random.Generator) -> list[tuple[int, ...]]:
    """Bytes of a pixel to pick, one or three, for one or two results."""
    step = max(png.pixel_bits // 8, 1)
    sizes = random.choice([1, 3] if png.depth >= 8 else [1], size=random.integers(1, 3))
    return [tuple(random.integers(step, size=size).tolist()) for size in sizes]


def listed(found: Sequence[RowRuns]) -> Found:
    return [(one.starts.tolist(), one.values.tolist()) for one in found]


def by_kernel(kernel: Kernel, png: Png, channels: Sequence[Sequence[int]], limit: int) -> Found:
    try:
        return listed(native.runs(kernel, png, channels, limit))
    except (DamagedPng, TooManyRuns) as error:
        return str(error)


def by_numpy(png: Png, channels: Sequence[Sequence[int]], limit: int) -> Found:
    try:
        return listed(scanlines.runs(png, channels, limit))
    except (DamagedPng, TooManyRuns) as error:
        return str(error)


def noise(random: np.random.Generator) -> RowRuns:
    """A mask of any runs, some of which could be joined to the one before."""
    height, width = random.integers(1, 40, size=2).tolist()
    dense = random.integers(-1, random.choice([1, 2, 5, 300]), size=(height, width))
    kept = random.random((height, width)) < random.random()
    kept[:, 0] = True
    starts = np.flatnonzero(kept)
    return RowRuns(width, height, starts, dense.ravel()[starts])


@pytest.mark.parametrize("seed", range(8))
class TestTheSame:
    """Whatever is given, the kernel finds what numpy finds."""

    def test_scanlines(self, kernel: Kernel, seed: int) -> None:
        random = np.random.default_rng(seed)
        for _ in range(profile.scaled(250)):
            png = picture(random)
            channels = groups(png, random)
            assert by_kernel(kernel, png, channels, 1 << 24) == by_numpy(png, channels, 1 << 24)

    def test_scanlines_of_more_runs_than_there_may_be(self, kernel: Kernel, seed: int) -> None:
        random = np.random.default_rng(seed)
        for _ in range(profile.scaled(100)):
            png = picture(random)
            channels, limit = groups(png, random), int(random.integers(1, 200))
            found = by_kernel(kernel, png, channels, limit)
            assert isinstance(found, str) or found == by_kernel(kernel, png, channels, 1 << 24)
            assert isinstance(found, str) or all(len(starts) <= limit for starts, _ in found)

    def test_values(self, kernel: Kernel, seed: int) -> None:
        random = np.random.default_rng(seed)
        for _ in range(profile.scaled(100)):
            first = noise(random)
            found = kernel.distinct(first.values)
            assert found is not None
            assert found[0][found[1]].tolist() == first.values.tolist()
            assert sorted(found[0].tolist()) == sorted(set(first.values.tolist()))
            second = RowRuns.from_dense(random.integers(-1, 4, size=(first.height, first.width)))
            expected = values._paired(first, second)
            assert sorted(map(tuple, pairs(kernel, first, second).tolist())) == expected

    def test_regions(self, kernel: Kernel, seed: int) -> None:
        random = np.random.default_rng(seed)
        for _ in range(profile.scaled(100)):
            mask = noise(random)
            wanted = set(random.integers(0, 310, size=random.integers(1, 5)).tolist()) | {0}
            parts, expected = regions.connected(mask, wanted), regions._connected(mask, wanted)
            assert parts.values.tolist() == expected.values.tolist()
            for one, other in ((parts.regions, expected.regions), (parts.wholes, expected.wholes)):
                assert one.keys.tolist() == other.keys.tolist()
                assert one.areas.tolist() == other.areas.tolist()
                assert one.counts.tolist() == other.counts.tolist()
                assert one.boxes.tolist() == other.boxes.tolist()

    def test_the_other_axis(self, kernel: Kernel, seed: int) -> None:
        random = np.random.default_rng(seed)
        for _ in range(profile.scaled(100)):
            lines, length = random.integers(1, 40, size=2).tolist()
            starts = np.flatnonzero(random.random(lines * length) < random.random())
            given = starts, random.integers(0, random.choice([2, 5]), size=len(starts))
            assert listed([runs.transposed(*given, lines, length)]) == listed([runs._transposed(*given, lines, length)])

    def test_rings(self, kernel: Kernel, seed: int) -> None:
        random = np.random.default_rng(seed)
        for _ in range(profile.scaled(100)):
            edges = int(random.integers(0, 60))
            down = random.permutation(2 * edges)
            mates = np.empty_like(down)
            mates[down[0::2]], mates[down[1::2]] = down[1::2], down[0::2]
            order, openings = kernel.rings(mates)
            expected = tracing._rings(mates.tolist())
            assert (order.tolist(), openings.tolist()) == (expected[0].tolist(), expected[1].tolist())


def pairs(kernel: Kernel, first: RowRuns, second: RowRuns) -> IntArray:
    found = kernel.overlay((first.starts, first.values), (second.starts, second.values), first.width * first.height)
    assert found is not None
    return found
