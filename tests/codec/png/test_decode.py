"""Image data to runs, by the kernel and by numpy: those of the pixels, whatever filters and flavour the PNG has."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask._support.arrays import IntArray
from segmask.pixels.runs import RowRuns, TooManyRuns
from segmask.png import chunks
from segmask.png import decode as image_data
from segmask.png.spec import DamagedPng
from segmask.testing.writers import pngwriter
from support import dense
from support.pngs import DATA, END, ROWS, file, header, idat
from support.strategies import Picture, masks, pictures

pytestmark = pytest.mark.usefixtures("each_path")

MANY = 1 << 24
filters_of_rows = st.sampled_from([(0, 1, 2, 4), (0, 1, 2, 3, 4)]).flatmap(
    lambda some: st.lists(st.sampled_from(some), min_size=1, max_size=5)
)


def decoded(data: bytes, channels: tuple[int, ...], limit: int = MANY) -> RowRuns:
    (found,) = image_data.runs(chunks.parse(data), [channels], limit)
    dense.assert_well_formed(found)
    return found


def assert_runs_of(pixels: IntArray, runs: RowRuns) -> None:
    starts, values = dense.runs_of(pixels)
    assert runs.starts.tolist() == starts
    assert runs.values.tolist() == values


class TestLanes:
    """Any bytes of a pixel, one or three, in any order; the runs are maximal."""

    @given(pictures(), st.data())
    def test_runs_are_those_of_the_samples_bytes(self, picture: Picture, data: st.DataObject) -> None:
        pixels = np.ascontiguousarray(picture.samples.astype(">u2" if picture.depth == 16 else np.uint8)).view(np.uint8)
        channel = st.integers(0, pixels.shape[2] - 1)
        channels = data.draw(
            st.tuples(channel) | st.tuples(channel, channel, channel) if picture.depth >= 8 else st.just((0,)),
            label="channels",
        )
        values = pixels[:, :, channels].astype(np.int64) @ 256 ** np.arange(len(channels))[::-1]
        assert_runs_of(values, decoded(picture.data, channels))

    def test_of_several_groups_each_has_its_runs(self) -> None:
        samples = np.arange(24).reshape(2, 3, 4) // 9
        data = pngwriter.write(samples, color_type=pngwriter.RGBA)
        colors, alpha = image_data.runs(chunks.parse(data), [(0, 1, 2), (3,)], MANY)
        assert_runs_of(dense.packed(samples[:, :, :3]), colors)
        assert_runs_of(samples[:, :, 3], alpha)


class TestFilters:
    """Rows filtered in any way, in images large enough for most of a row to follow from the one above it."""

    @given(masks(values=6), filters_of_rows, st.integers(0, 2**32))
    def test_large_shapes(self, small: IntArray, filters: list[int], seed: int) -> None:
        indices = small.repeat(4, axis=0).repeat(16, axis=1)
        colors = np.random.default_rng(seed).choice([0, 1, 2, 3, 5, 127, 128, 192, 255], size=(6, 3))
        pixels = colors[indices]
        data = pngwriter.write(pixels, color_type=pngwriter.RGB, filters=filters)
        assert_runs_of(dense.packed(pixels), decoded(data, (0, 1, 2)))

    @pytest.mark.parametrize("filters", [(1,), (2,), (3,), (4,), (2, 4), (4, 3), (0, 1, 2, 3, 4)])
    @given(small=masks(values=6, heights=st.integers(8, 12)), seed=st.integers(0, 2**32))
    def test_more_rows_than_are_looked_at_together(self, filters: list[int], small: IntArray, seed: int) -> None:
        pixels = np.random.default_rng(seed).integers(256, size=(6, 3))[small.repeat(7, axis=0)]
        data = pngwriter.write(pixels, color_type=pngwriter.RGB, filters=filters)
        assert_runs_of(dense.packed(pixels), decoded(data, (0, 1, 2)))
        assert_runs_of(pixels[:, :, 1], decoded(data, (1,)))

    def test_an_average_fades_where_the_filtered_bytes_are_zero(self) -> None:
        pixels = np.full((60, 9), 8)
        pixels[55, :3] = 15, 11, 9  # halfway to the 8 above each time
        data = pngwriter.write(pixels, color_type=pngwriter.GREY, filters=(3,))
        assert_runs_of(pixels, decoded(data, (0,)))

    @given(texts=st.lists(st.text("ab c", min_size=70, max_size=70), min_size=1, max_size=3), paeth=st.booleans())
    def test_rows_that_follow_each_other(self, texts: list[str], paeth: bool) -> None:
        colors = {"a": (0, 0, 0), "b": (10, 250, 128), " ": (10, 20, 128), "c": (9, 250, 1)}
        pixels = np.array([[colors[character] for character in text] for text in texts]).repeat(60, axis=1)
        data = pngwriter.write(pixels, color_type=pngwriter.RGB, filters=(4,) if paeth else (2,))
        assert_runs_of(dense.packed(pixels), decoded(data, (0, 1, 2)))

    @pytest.mark.parametrize("filters", [(1,), (0, 1, 2, 3, 4)])
    @pytest.mark.parametrize(("color_type", "depth"), [(pngwriter.RGB, 8), (pngwriter.GREY, 16), (pngwriter.GREY, 2)])
    def test_more_runs_than_there_is_room_for_at_first(self, color_type: int, depth: int, filters: list[int]) -> None:
        samples = np.random.default_rng(0).integers(3, size=(250, 300, pngwriter.CHANNELS[color_type]))
        data = pngwriter.write(samples, color_type=color_type, depth=depth, filters=filters)
        channels = {8: (0, 1, 2), 16: (1,), 2: (0,)}[depth]
        values = dense.packed(samples) if len(channels) == 3 else samples[:, :, 0]
        assert_runs_of(values, decoded(data, channels))


class TestRefused:
    """Damaged image data, and more runs than there may be."""

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            pytest.param(zlib.compress(ROWS[:-1]), "ends after 15 of 16 bytes", id="short"),
            pytest.param(DATA[:-2], "no checksum", id="no-checksum"),
            pytest.param(zlib.compress(b"\5" + ROWS[1:]), "row 0 has an unknown filter", id="filter"),
            pytest.param(
                zlib.compress(ROWS[:8] + b"\xff" + ROWS[9:]), "row 2 has an unknown filter", id="later-filter"
            ),
            pytest.param(
                zlib.compress(b"\4" + ROWS[1:4] + b"\5" + ROWS[5:]), "row 1 has an unknown filter", id="behind-paeth"
            ),
        ],
    )
    def test_image_data(self, data: bytes, reason: str) -> None:
        with pytest.raises(DamagedPng, match=reason):
            decoded(file(header(), idat(data), END), (0,))

    @pytest.mark.parametrize("filters", [(1,), (4, 2)])
    @pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
    def test_more_runs_than_the_limit(self, depth: int, filters: list[int]) -> None:
        stripes = np.tile(np.arange(80) % 2, (300, 1))
        data = pngwriter.write(stripes, color_type=pngwriter.GREY, depth=depth, filters=filters)
        channels = (depth // 9,)
        with pytest.raises(TooManyRuns, match="more than 23,999 changes of colour along its rows"):
            decoded(data, channels, stripes.size - 1)
        assert_runs_of(stripes, decoded(data, channels, stripes.size))

    @pytest.mark.parametrize("depth", [1, 8])
    def test_the_passes_of_an_interlaced_image_have_one_limit(self, depth: int) -> None:
        plain = np.zeros((64, 64), dtype=np.int64)
        data = pngwriter.write(plain, color_type=pngwriter.GREY, depth=depth, interlaced=True)
        rows = 8 + 8 + 8 + 16 + 16 + 32 + 32
        with pytest.raises(TooManyRuns):
            decoded(data, (0,), rows - 1)
        assert_runs_of(plain, decoded(data, (0,), rows))
