"""Passes put together: equal to the runs of the whole image, in starts and values, whatever its size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask._support.arrays import IntArray
from segmask.pixels.runs import RowRuns, TooManyRuns
from segmask.png import adam7, chunks, decode, spec
from segmask.testing.writers import pngwriter
from support import dense
from support.strategies import masks

Ways = Callable[..., RowRuns]

both_ways = pytest.mark.parametrize("way", [adam7.woven, adam7.painted], ids=["woven", "painted"])


def put_together(way: Ways, mask: IntArray, limit: int = 1 << 24) -> RowRuns:
    height, width = mask.shape
    image = spec.Png(width=width, height=height, depth=8, color_type=spec.GREY, interlaced=True)
    passes = image.passes()
    parts = [RowRuns.from_dense(mask[part.y :: part.dy, part.x :: part.dx]) for part in passes]
    return way(passes, parts, width, height, limit)


def assert_runs_of(mask: IntArray, runs: RowRuns) -> None:
    starts, values = dense.runs_of(mask)
    assert (runs.height, runs.width) == mask.shape
    assert runs.starts.dtype == runs.values.dtype == np.int64
    assert runs.starts.tolist() == starts
    assert runs.values.tolist() == values


@both_ways
class TestRuns:
    """Runs of interlaced images are those of the same images in one pass."""

    @pytest.mark.parametrize("height", range(1, 21))
    @pytest.mark.parametrize("colors", [1, 2, 3, 1 << 32])
    def test_noise_of_every_small_size(self, way: Ways, colors: int, height: int) -> None:
        random = np.random.default_rng(height)
        for width in range(1, 21):
            mask = random.integers(colors, size=(height, width))
            assert_runs_of(mask, put_together(way, mask))

    @pytest.mark.parametrize("height", range(1, 21))
    def test_one_edge_at_every_column_of_every_small_size(self, way: Ways, height: int) -> None:
        for width in range(1, 21):
            for edge in range(width):
                mask = np.zeros((height, width), dtype=np.int64)
                mask[:, edge:] = 1
                assert_runs_of(mask, put_together(way, mask))

    def test_few_in_the_passes_that_are_one_for_every_pixel(self, way: Ways) -> None:
        mask = np.zeros((64, 64), dtype=np.int64)
        mask[::2, 1::2] = 1  # the sixth pass is of another colour
        count = 32 * 64 + 32
        with pytest.raises(TooManyRuns):
            put_together(way, mask, count - 1)
        assert_runs_of(mask, put_together(way, mask, count))

    def test_plain_rows_are_as_many_runs(self, way: Ways) -> None:
        mask = np.zeros((64, 64), dtype=np.int64)
        with pytest.raises(TooManyRuns):
            put_together(way, mask, 63)
        assert_runs_of(mask, put_together(way, mask, 64))

    @given(mask=masks(values=3, heights=st.integers(1, 20)))
    def test_masks(self, way: Ways, mask: IntArray) -> None:
        assert_runs_of(mask, put_together(way, mask))

    @given(
        small=masks(values=4),
        times=st.tuples(st.integers(1, 9), st.integers(1, 9)),
        cut=st.tuples(st.integers(0, 8), st.integers(0, 8)),
    )
    def test_large_shapes(self, way: Ways, small: IntArray, times: tuple[int, int], cut: tuple[int, int]) -> None:
        large = small.repeat(times[0], axis=0).repeat(times[1], axis=1)
        mask = large[min(cut[0], len(large) - 1) :, min(cut[1], large.shape[1] - 1) :]
        assert_runs_of(mask, put_together(way, mask))

    @given(pattern=st.lists(st.integers(0, 3), min_size=1, max_size=8), width=st.integers(1, 70))
    def test_columns_that_alternate(self, way: Ways, pattern: list[int], width: int) -> None:
        mask = np.resize(np.array(pattern), (3, width))
        assert_runs_of(mask, put_together(way, mask))

    @given(indices=masks(values=4), colors=st.lists(st.integers(0, (1 << 32) - 1), min_size=4, max_size=4, unique=True))
    def test_values_of_32_bits(self, way: Ways, indices: IntArray, colors: list[int]) -> None:
        mask = np.array(colors)[indices]
        assert_runs_of(mask, put_together(way, mask))


class TestChoice:
    """Images are woven where they have few runs for their pixels, and painted elsewhere."""

    @staticmethod
    def refuse(*_: object) -> RowRuns:
        raise AssertionError("the slower way was taken")

    def test_a_calm_image_is_woven(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(adam7, "painted", self.refuse)
        mask = np.zeros((400, 500), dtype=np.int64)
        mask[101:300, 203:402] = 7
        assert_runs_of(mask, put_together(adam7.merged, mask))
        data = pngwriter.write(mask, color_type=pngwriter.GREY, interlaced=True)
        assert_runs_of(mask, decode.runs(chunks.parse(data), [(0,)], 1 << 24)[0])

    def test_noise_is_painted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(adam7, "woven", self.refuse)
        mask = np.random.default_rng(0).integers(5, size=(400, 500))
        assert_runs_of(mask, put_together(adam7.merged, mask))

    def test_a_small_image_is_painted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(adam7, "woven", self.refuse)
        mask = np.zeros((100, 100), dtype=np.int64)
        assert_runs_of(mask, put_together(adam7.merged, mask))
