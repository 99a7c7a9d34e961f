"""PNGs of every flavour that says the same: an array of indices, given their colours, written in many ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from segmask._support.arrays import IntArray
from segmask.labels.voc import VOC_COLORS
from segmask.pixels.color import Color
from segmask.testing.strategies import colors
from segmask.testing.writers import pngwriter
from segmask.testing.writers.pngwriter import CHANNELS, GREY, GREY_ALPHA, PALETTE, RGB, RGBA

Samples = npt.NDArray[np.uint16]

_COLORED: Final = ((RGB, 8), (PALETTE, 8), (RGBA, 8), (RGB, 16), (RGBA, 16))
_OBJECT_COLORS: Final = dict(enumerate(VOC_COLORS))
_EITHER: Final = st.booleans()
_OPAQUE: Final = 255
_SPARE: Final = st.lists(colors(), max_size=3)
_TEXT: Final = pngwriter.chunk(b"tEXt", b"Comment\0made up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What indices stand for.

    Attributes:
        colors: index to colour; an index without one is in grey masks only.
        clear: index that may be transparent; None where none may.
    """

    colors: Mapping[int, Color]
    clear: int | None


OBJECTS: Final = Meaning(colors=_OBJECT_COLORS, clear=0)


def masks(indices: IntArray, meaning: Meaning, kinds: Sequence[tuple[int, int]] = ()) -> st.SearchStrategy[bytes]:
    """PNGs that CVAT reads as these indices.

    Args:
        indices: (H, W) from 0 up to 255.
        meaning: their colours.
        kinds: the (colour type, depth) to choose from; all that can hold the indices unless given.
    """
    return _written(indices, meaning, tuple(kinds) or tuple(_kinds(indices, meaning)))


def _kinds(indices: IntArray, meaning: Meaning) -> list[tuple[int, int]]:
    """(colour type, depth) of the flavours that can hold the indices."""
    used = np.unique(indices).tolist()
    kinds = [(GREY, 8), (GREY, 16)]
    if used == [0]:  # the only value that OpenCV's scaling of few bits leaves alone
        kinds += [(GREY, 1), (GREY, 2), (GREY, 4)]
    if all(index in meaning.colors for index in used):
        kinds = [*_COLORED, *kinds, *((PALETTE, depth) for depth in (1, 2, 4) if len(used) <= 1 << depth)]
        if all(len(set(meaning.colors[index])) == 1 for index in used):  # OpenCV repeats grey with alpha as a colour
            kinds += [(GREY_ALPHA, 8), (GREY_ALPHA, 16)]
    return kinds


@st.composite
def _written(draw: st.DrawFn, indices: IntArray, meaning: Meaning, kinds: Sequence[tuple[int, int]]) -> bytes:
    color_type, depth = draw(st.sampled_from(kinds))
    palette: tuple[Color, ...] = ()
    alpha = b""
    if color_type == PALETTE:
        samples, palette, alpha = draw(_paletted(indices, meaning, 1 << depth))
    elif color_type == GREY:
        samples = indices
    else:
        samples = _colored(indices, meaning)[:, :, : CHANNELS[color_type] - (color_type in {GREY_ALPHA, RGBA})]
    if depth == 16 and draw(_EITHER):
        samples = samples * 257  # as 8-bit samples become 16-bit ones; CVAT keeps the lower byte
    if color_type in {GREY_ALPHA, RGBA}:
        samples = np.dstack([samples, draw(_opacity(indices, meaning, (1 << depth) - 1))])
    return pngwriter.write(samples, color_type=color_type, depth=depth, palette=palette, alpha=alpha, **draw(WAYS))


WAYS: Final[st.SearchStrategy[dict[str, Any]]] = st.fixed_dictionaries(
    {
        "filters": st.lists(st.sampled_from([1, 0, 2, 3, 4]), min_size=1, max_size=4),
        "interlaced": st.booleans(),
        "idat_size": st.none() | st.integers(1, 40),
        "before_data": st.sampled_from([b"", _TEXT]),
    }
)
"""Arguments of `pngwriter.write` that do not change what is read."""


def _colored(indices: IntArray, meaning: Meaning) -> IntArray:
    """(H, W, 3) colours."""
    table = np.zeros((int(indices.max()) + 1, 3), dtype=np.int64)
    for index in np.unique(indices).tolist():
        table[index] = meaning.colors[index]
    return np.asarray(table[indices])


@st.composite
def _opacity(draw: st.DrawFn, indices: IntArray, meaning: Meaning, full: int) -> IntArray:
    """(H, W) alpha: opaque, half transparent, or clear where nothing is."""
    if meaning.clear is not None and draw(_EITHER):
        return np.where(indices == meaning.clear, 0, full)
    return np.full_like(indices, draw(st.sampled_from([full, full // 2])))


@st.composite
def _paletted(
    draw: st.DrawFn, indices: IntArray, meaning: Meaning, room: int
) -> tuple[IntArray, tuple[Color, ...], bytes]:
    """(H, W) places in a palette, the palette, and its entries' alpha; the palette may have spare entries."""
    used = draw(st.permutations(np.unique(indices).tolist()))
    spare = draw(_SPARE)
    palette = (*(meaning.colors[index] for index in used), *spare)[:room]
    table = np.zeros(int(indices.max()) + 1, dtype=np.int64)
    table[used] = range(len(used))
    alpha = b""
    if draw(_EITHER):
        clear = draw(_EITHER)
        alpha = bytes(0 if clear and index == meaning.clear else _OPAQUE for index in used)
    return np.asarray(table[indices]), palette, alpha
