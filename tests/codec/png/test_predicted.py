"""Rows predicted from the row above: the runs are those of the pixels, whatever columns are left out."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmask._support.arrays import IntArray
from segmask.png import chunks
from segmask.png.scanlines import Samples
from segmask.testing.writers import pngwriter
from support import dense
from support.strategies import masks

filters_of_rows = st.sampled_from([(0, 1, 2, 4), (0, 1, 2, 3, 4)]).flatmap(
    lambda some: st.lists(st.sampled_from(some), min_size=1, max_size=5)
)


class TestPredictedRows:
    """Rows filtered Up, Average and Paeth, in images large enough for columns to be left out."""

    @given(masks(values=6), filters_of_rows, st.integers(0, 2**32))
    def test_large_shapes(self, small: IntArray, filters: list[int], seed: int) -> None:
        indices = small.repeat(12, axis=0).repeat(16, axis=1)
        colors = np.random.default_rng(seed).choice([0, 1, 2, 3, 5, 127, 128, 192, 255], size=(6, 3))
        pixels = colors[indices]
        data = pngwriter.write(pixels, color_type=pngwriter.RGB, filters=filters)
        runs = Samples(chunks.parse(data), 1 << 24).runs((0, 1, 2))
        starts, values = dense.runs_of(dense.packed(pixels))
        assert runs.starts.tolist() == starts
        assert runs.values.tolist() == values

    @given(texts=st.lists(st.text("ab c", min_size=70, max_size=70), min_size=1, max_size=3), paeth=st.booleans())
    def test_rows_that_follow_each_other(self, texts: list[str], paeth: bool) -> None:
        colors = {"a": (0, 0, 0), "b": (10, 250, 128), " ": (10, 20, 128), "c": (9, 250, 1)}
        pixels = np.array([[colors[character] for character in text] for text in texts]).repeat(60, axis=1)
        data = pngwriter.write(pixels, color_type=pngwriter.RGB, filters=(4,) if paeth else (2,))
        assert np.array_equal(Samples(chunks.parse(data), 1 << 24).runs((0, 1, 2)).to_dense(), dense.packed(pixels))
