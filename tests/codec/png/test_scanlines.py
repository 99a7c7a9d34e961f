"""Masks from PNGs: equal to what OpenCV's IMREAD_UNCHANGED and a cast to 8 bits give, whatever the PNG's flavour."""

from __future__ import annotations

import io
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from segmask import Limits, Location
from segmask._support.arrays import IntArray
from segmask.mask.decode import DecodedMask, decode
from segmask.pixels.runs import Runs
from segmask.png import chunks, inflate, predicted
from segmask.png.scanlines import Samples
from segmask.testing.writers import pngwriter
from support import dense
from support.problems import unexpected
from support.strategies import FLAVOURS, Picture, masks, pictures

filters_of_rows = st.sampled_from([(0, 1, 2, 4), (0, 1, 2, 3, 4)]).flatmap(
    lambda some: st.lists(st.sampled_from(some), min_size=1, max_size=5)
)


def decoded(data: bytes) -> DecodedMask:
    mask = decode(data, Limits(), Location(), unexpected)
    assert mask is not None
    return mask


def assert_well_formed(runs: Runs) -> None:
    assert runs.starts.dtype == runs.values.dtype == np.int64
    assert len(runs.starts) == len(runs.values)
    assert (np.diff(runs.starts) > 0).all()
    assert runs.starts[0] >= 0
    assert runs.starts[-1] < runs.width * runs.height
    assert set(range(0, runs.width * runs.height, runs.width)) <= set(runs.starts.tolist())


def pillow_values(data: bytes) -> IntArray:
    """(H, W) values by Pillow, which is exact for samples of up to 8 bits."""
    with Image.open(io.BytesIO(data)) as image:
        if image.mode in {"1", "L"}:
            return np.asarray(image.convert("L")).astype(np.int64)
        return dense.packed(np.asarray(image.convert("RGBA"))[:, :, :3])


class TestFlavours:
    """A PNG may have any colour type, depth, filter a row, interlacing, width, and number of IDAT chunks."""

    @given(pictures())
    def test_values_are_those_of_opencv(self, picture: Picture) -> None:
        mask = decoded(picture.data)
        assert mask.is_color == (picture.color_type != pngwriter.GREY)
        assert np.array_equal(mask.runs.to_dense(), picture.expected)

    @given(pictures())
    def test_values_are_those_of_pillow_where_it_is_exact(self, picture: Picture) -> None:
        overrun = picture.palette and picture.samples.max() >= len(picture.palette)  # Pillow may take any colour there
        if picture.depth <= 8 and not overrun:
            assert np.array_equal(decoded(picture.data).runs.to_dense(), pillow_values(picture.data))

    @given(pictures())
    def test_runs_are_well_formed(self, picture: Picture) -> None:
        mask = decoded(picture.data)
        for runs in (mask.runs, mask.wrapped, mask.transparent):
            if runs is not None:
                assert (runs.height, runs.width) == picture.samples.shape[:2]
                assert_well_formed(runs)

    @given(pictures())
    def test_palette_overrun_is_counted(self, picture: Picture) -> None:
        beyond = picture.samples >= len(picture.palette) if picture.palette else np.zeros(1)
        assert decoded(picture.data).overrun == int(beyond.sum())

    @pytest.mark.parametrize("interlaced", [False, True])
    @pytest.mark.parametrize("filters", [(0,), (1,), (2,), (3,), (4,), (1, 2, 0, 2), (4, 2, 3, 1, 0)])
    @pytest.mark.parametrize(("color_type", "depth"), FLAVOURS)
    def test_every_flavour_at_widths_around_a_word(
        self, color_type: int, depth: int, filters: tuple[int, ...], interlaced: bool
    ) -> None:
        palette = tuple((i * 7 % 256, i * 11 % 256, i) for i in range(1 << min(depth, 8)))
        for width in (1, 2, 3, 7, 8, 9, 16, 17):
            size = (5, width, pngwriter.CHANNELS[color_type])
            samples = np.random.default_rng(width).integers(1 << depth, size=size)
            data = pngwriter.write(
                samples,
                color_type=color_type,
                depth=depth,
                filters=filters,
                interlaced=interlaced,
                palette=palette if color_type == pngwriter.PALETTE else (),
            )
            expected = dense.opencv(samples, color_type, depth, palette)
            assert np.array_equal(decoded(data).runs.to_dense(), expected), width


class TestWideSamples:
    """16-bit samples are taken modulo 256; `wrapped` keeps the full values where a high byte was lost."""

    @given(pictures().filter(lambda picture: picture.depth == 16))
    def test_wrapped_holds_high_and_low_bytes(self, picture: Picture) -> None:
        wrapped = decoded(picture.data).wrapped
        colors = picture.samples[:, :, : 3 if picture.samples.shape[2] >= 3 else 1].astype(np.int64)
        high, low = colors // 256, colors % 256
        if ((high == 0).all(axis=2) | (high == low).all(axis=2)).all():
            assert wrapped is None
        else:
            assert wrapped is not None
            pack = 256 ** np.arange(colors.shape[2])[::-1]
            assert np.array_equal(wrapped.to_dense(), (high @ pack) * 2**24 + low @ pack)

    @given(masks(values=256))
    def test_8_bit_samples_scaled_by_257_lose_nothing(self, indices: IntArray) -> None:
        data = pngwriter.write(indices * 257, color_type=pngwriter.GREY, depth=16)
        mask = decoded(data)
        assert mask.wrapped is None
        assert np.array_equal(mask.runs.to_dense(), indices)


class TestTransparency:
    """Alpha is ignored; `transparent` tells where it is 0."""

    @given(pictures().filter(lambda picture: picture.color_type in {pngwriter.GREY_ALPHA, pngwriter.RGBA}))
    def test_alpha_channel(self, picture: Picture) -> None:
        transparent = decoded(picture.data).transparent
        assert transparent is not None
        high_bytes = picture.samples[:, :, -1] >> (8 if picture.depth == 16 else 0)
        assert np.array_equal(transparent.to_dense(), high_bytes == 0)

    @given(masks(values=4), st.binary(min_size=1, max_size=4))
    def test_transparent_palette_entries(self, indices: IntArray, alpha: bytes) -> None:
        palette = [(i, i, i) for i in range(4)]
        data = pngwriter.write(indices, color_type=pngwriter.PALETTE, palette=palette, alpha=alpha)
        opacity = np.array([*alpha, 255, 255, 255, 255])
        transparent = decoded(data).transparent
        assert transparent is not None
        assert np.array_equal(transparent.to_dense(), opacity[indices] == 0)


class TestLanes:
    """Any bytes of a pixel, one or three, in any order; the runs are maximal."""

    @given(pictures(), st.data())
    def test_runs_are_those_of_the_samples_bytes(self, picture: Picture, data: st.DataObject) -> None:
        pixels = np.ascontiguousarray(picture.samples.astype(">u2" if picture.depth == 16 else np.uint8)).view(np.uint8)
        lane = st.integers(0, pixels.shape[2] - 1)
        lanes = data.draw(
            st.tuples(lane) | st.tuples(lane, lane, lane) if picture.depth >= 8 else st.just((0,)), label="lanes"
        )
        runs = Samples(chunks.parse(picture.data), 1 << 24).runs(lanes)
        starts, values = dense.runs_of(pixels[:, :, lanes].astype(np.int64) @ 256 ** np.arange(len(lanes))[::-1])
        assert runs.starts.tolist() == starts
        assert runs.values.tolist() == values
        assert_well_formed(runs)


class TestBands:
    """However few rows are looked at together, and however the compressed data is handed over, the runs are the same."""

    @given(picture=pictures(), band=st.integers(1, 60), bite=st.integers(1, 40), together=st.integers(1, 4))
    def test_equal_to_the_whole(self, picture: Picture, band: int, bite: int, together: int) -> None:
        whole = decoded(picture.data)
        with (
            mock.patch.object(inflate, "_BAND", band),
            mock.patch.object(inflate, "_BITE", bite),
            mock.patch.object(predicted, "_TOGETHER", together),
        ):
            parted = decoded(picture.data)
        for name in ("runs", "wrapped", "transparent"):
            one, other = getattr(whole, name), getattr(parted, name)
            assert (one is None) == (other is None)
            if one is not None:
                assert np.array_equal(one.starts, other.starts)
                assert np.array_equal(one.values, other.values)
        assert (whole.oddities, whole.overrun) == (parted.oddities, parted.overrun)


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


class TestEncoders:
    """PNGs as Pillow writes them, whatever its settings."""

    @given(masks(values=20), st.sampled_from([0, 1, 6, 9]), st.booleans())
    def test_grey_and_rgb(self, indices: IntArray, level: int, optimize: bool) -> None:
        grey = saved(Image.fromarray(indices.astype(np.uint8)), compress_level=level, optimize=optimize)
        assert np.array_equal(decoded(grey).runs.to_dense(), indices)
        pixels = np.stack((indices, indices * 3, 255 - indices), axis=2).astype(np.uint8)
        rgb = saved(Image.fromarray(pixels), compress_level=level, optimize=optimize)
        assert np.array_equal(decoded(rgb).runs.to_dense(), dense.packed(pixels))

    @pytest.mark.parametrize("bits", [1, 2, 4, 8])
    @given(indices=masks(values=256), optimize=st.booleans(), transparency=st.booleans())
    def test_palettes(self, bits: int, indices: IntArray, optimize: bool, transparency: bool) -> None:
        indices %= 1 << bits
        palette = np.random.default_rng(bits).integers(256, size=(1 << bits, 3))
        image = Image.fromarray(indices.astype(np.uint8))
        image.putpalette(palette.astype(np.uint8).tobytes())
        extra = {"transparency": 0} if transparency else {}
        data = saved(image, bits=bits, optimize=optimize, **extra)
        assert np.array_equal(decoded(data).runs.to_dense(), dense.packed(palette[indices]))

    @given(masks(values=2))
    def test_bilevel(self, indices: IntArray) -> None:
        data = saved(Image.fromarray(indices.astype(bool)))
        assert np.array_equal(decoded(data).runs.to_dense(), indices * 255)

    @given(masks(values=65536))
    def test_16_bits(self, indices: IntArray) -> None:
        data = saved(Image.fromarray(indices.astype(np.uint16)))
        assert np.array_equal(decoded(data).runs.to_dense(), indices % 256)


def saved(image: Image.Image, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", **options)
    return stream.getvalue()
