"""Hypothesis strategies beside those of `segmask.testing`: PNGs of every flavour, label maps that nobody would write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from segmask import LabelMap
from segmask._support.arrays import IntArray
from segmask.pixels.runs import RowRuns
from segmask.testing import colors, index_masks, labels
from segmask.testing.writers import pngwriter
from support import dense

_HEIGHTS: Final = st.integers(1, 12)
_WIDTHS: Final = st.integers(1, 70)
FLAVOURS: Final = tuple(
    (color_type, depth)
    for color_type, depths in {
        pngwriter.GREY: (1, 2, 4, 8, 16),
        pngwriter.RGB: (8, 16),
        pngwriter.PALETTE: (1, 2, 4, 8),
        pngwriter.GREY_ALPHA: (8, 16),
        pngwriter.RGBA: (8, 16),
    }.items()
    for depth in depths
)


def masks(
    *,
    values: int = 5,
    heights: st.SearchStrategy[int] = _HEIGHTS,
    widths: st.SearchStrategy[int] = _WIDTHS,
) -> st.SearchStrategy[IntArray]:
    """(H, W) int64 arrays of values from 0 up, wide enough for several bytes of a row."""
    return index_masks(values=values, heights=heights, widths=widths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG and what was written into it."""

    data: bytes
    samples: npt.NDArray[np.uint16]
    color_type: int
    depth: int
    palette: tuple[tuple[int, int, int], ...]

    @property
    def expected(self) -> IntArray:
        """(H, W) grey values or packed colours, as OpenCV and a cast to 8 bits give them."""
        return dense.opencv(self.samples, self.color_type, self.depth, self.palette)


@st.composite
def pictures(draw: st.DrawFn, flavours: Sequence[tuple[int, int]] = FLAVOURS, *, overrun: bool = True) -> Picture:
    """PNGs of every colour type, depth, filter and interlacing, widths 1 to 70, in one or many IDAT chunks.

    Args:
        draw: by hypothesis.
        flavours: (colour type, depth) to draw from.
        overrun: whether an index may lie beyond the palette.
    """
    color_type, depth = draw(st.sampled_from(flavours))
    count = 1 << depth
    used = draw(st.sampled_from([2, 3, 17, count]))
    indices = draw(masks(values=min(used, count)))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    choice = random.integers(count, size=(min(used, count), pngwriter.CHANNELS[color_type]), dtype=np.uint16)
    palette: tuple[tuple[int, int, int], ...] = ()
    transparent = b""
    if color_type == pngwriter.PALETTE:
        choice = np.arange(count, dtype=np.uint16)[:, np.newaxis]
        entries = draw(st.integers(1 if overrun else count, count))  # the rest of the indices overrun
        palette = tuple(map(tuple, random.integers(256, size=(entries, 3)).tolist()))
        transparent = draw(st.binary(max_size=entries))
    elif color_type in {pngwriter.GREY, pngwriter.RGB}:
        size = 2 * pngwriter.CHANNELS[color_type]
        transparent = draw(st.sampled_from([b"", bytes(size)]))
    samples = choice[indices]
    data = pngwriter.write(
        samples,
        color_type=color_type,
        depth=depth,
        filters=draw(st.lists(st.integers(0, 4), min_size=1, max_size=6)),
        interlaced=draw(st.booleans()),
        palette=palette,
        alpha=transparent,
        idat_size=draw(st.none() | st.integers(1, 50)),
    )
    return Picture(data=data, samples=samples, color_type=color_type, depth=depth, palette=palette)


_COMMENTS: Final = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12).map(
    lambda text: f"#{text}".rstrip()
)


@st.composite
def any_label_maps(draw: st.DrawFn) -> LabelMap:
    """Label maps with comments between the labels, all, some or none of which have a colour; names may come twice."""
    color = draw(st.sampled_from([colors(), st.none(), st.none() | colors()]))
    return LabelMap(draw(st.lists(labels(color=color) | _COMMENTS, max_size=8)))


frames: Final = st.one_of(
    masks(values=3, widths=st.integers(1, 40)),
    masks(values=3, heights=st.just(1)),
    masks(values=3, heights=st.integers(1, 40), widths=st.just(1)),
    masks(values=2, heights=st.integers(1, 8), widths=st.integers(1, 3)),
)
"""Masks for runs: ordinary ones, one row, one column, and narrow ones."""

noise: Final = index_masks(values=3, heights=st.integers(20, 30), widths=st.integers(20, 30), textures=["noise"])
"""Masks of many runs of each value: more than numpy's quick sort keeps in their order by chance."""


@st.composite
def split_runs(draw: st.DrawFn) -> tuple[IntArray, RowRuns]:
    """A mask, and runs of it that are not maximal, as mapping two values to one leaves them."""
    finer, kept = draw(frames), draw(st.lists(st.integers(0, 2), min_size=3, max_size=3))
    values = np.array(kept, dtype=np.int64)
    runs = RowRuns.from_dense(finer)
    return values[finer], runs.map(values[runs.values])
