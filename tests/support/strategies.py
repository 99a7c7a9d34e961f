"""Hypothesis strategies: masks of several textures, PNGs of every flavour, label maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from segmask import Label, LabelMap
from segmask.testing import pngwriter
from support import dense

Ints = npt.NDArray[np.int64]

HEIGHTS: Final = st.integers(1, 12)
WIDTHS: Final = st.integers(1, 70)
TEXTURES: Final = ("flat", "noise", "blobs", "columns", "rows", "diagonals")
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


def texture(kind: str, height: int, width: int, values: int, seed: int) -> Ints:
    """(H, W) indices below `values`."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    if kind == "flat":
        return np.full((height, width), random.integers(values), dtype=np.int64)
    if kind == "noise":
        return random.integers(values, size=(height, width))
    if kind == "blobs":
        count = int(random.integers(1, 9))
        centres = random.random((count, 2)) * (height, width)
        nearest = np.argmin([(y - cy) ** 2 + (x - cx) ** 2 for cy, cx in centres], axis=0)
        return np.asarray(random.integers(values, size=count)[nearest])
    place = {"columns": x, "rows": y, "diagonals": x + y}[kind] // int(random.integers(1, 5))
    return np.asarray(random.integers(values, size=int(place.max(initial=0)) + 1)[place])


@st.composite
def masks(
    draw: st.DrawFn,
    *,
    values: int = 5,
    heights: st.SearchStrategy[int] = HEIGHTS,
    widths: st.SearchStrategy[int] = WIDTHS,
) -> Ints:
    """(H, W) int64 arrays of values from 0 up."""
    kind = draw(st.sampled_from(TEXTURES))
    return texture(kind, draw(heights), draw(widths), values, draw(st.integers(0, 2**32 - 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG and what was written into it."""

    data: bytes
    samples: npt.NDArray[np.uint16]
    color_type: int
    depth: int
    palette: tuple[tuple[int, int, int], ...]

    @property
    def expected(self) -> Ints:
        """(H, W) grey values or packed colours, as OpenCV and a cast to 8 bits give them."""
        return dense.opencv(self.samples, self.color_type, self.depth, self.palette)


colors: Final = st.tuples(*[st.integers(0, 255)] * 3)


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """PNGs of every colour type, depth, filter and interlacing, widths 1 to 70, in one or many IDAT chunks."""
    color_type, depth = draw(st.sampled_from(FLAVOURS))
    count = 1 << depth
    used = draw(st.sampled_from([2, 3, 17, count]))
    indices = draw(masks(values=min(used, count)))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    choice = random.integers(count, size=(min(used, count), pngwriter.CHANNELS[color_type]), dtype=np.uint16)
    palette: tuple[tuple[int, int, int], ...] = ()
    transparent = b""
    if color_type == pngwriter.PALETTE:
        choice = np.arange(count, dtype=np.uint16)[:, np.newaxis]
        entries = draw(st.integers(1, min(count, 256)))  # the rest of the indices overrun
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


_WORDS: Final = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=":,\r\n"), min_size=1, max_size=8)
_ITEMS: Final = _WORDS.filter(lambda word: word == word.strip())
_NAMES: Final = _ITEMS.filter(lambda word: not word.startswith("#"))
_COMMENTS: Final = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12).map(
    lambda text: f"#{text}".rstrip()
)


@st.composite
def labels(draw: st.DrawFn, color: st.SearchStrategy[tuple[int, int, int] | None] = colors) -> Label:
    """Labels with any name, parts and actions that a label map can hold."""
    parts, actions = draw(st.lists(_ITEMS, max_size=3)), draw(st.lists(_ITEMS, max_size=3))
    return Label(draw(_NAMES), draw(color), tuple(parts), tuple(actions))


@st.composite
def label_maps(draw: st.DrawFn) -> LabelMap:
    """Label maps with comments between the labels, all, some or none of which have a colour."""
    color = draw(st.sampled_from([colors, st.none(), st.none() | colors]))
    return LabelMap(draw(st.lists(labels(color) | _COMMENTS, max_size=8)))
