"""A mask file's bytes: which formats decode, how, and what is said about the rest."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image

from segmask import Limits, Location, Rule, rules
from segmask._support.arrays import IntArray
from segmask.mask.decode import DecodedMask, decode
from segmask.reporter import Reporter
from segmask.testing.writers import pngwriter
from support import dense
from support.archives import blocks, grey, paint, rgb
from support.problems import Problems
from support.strategies import FLAVOURS, Picture, masks, pictures

pytestmark = pytest.mark.usefixtures("each_path")

WHERE = Location(member="SegmentationClass/one.png", image="one")
INDICES = blocks((1, slice(1, 5), slice(1, 5)), (2, slice(3, 7), slice(5, 9)))
COLORS = paint(INDICES).astype(np.uint8)
WIDE = {pngwriter.GREY: 1, pngwriter.GREY_ALPHA: 2, pngwriter.RGB: 3, pngwriter.RGBA: 4}  # channels, of 16 bits
FLAVOURS_OF_PILLOW = [flavour for flavour in FLAVOURS if flavour[1] <= 8]  # it has no 16-bit colours
STRIPES = np.tile(np.arange(10) % 2, (8, 1))  # every pixel is a run


def decoded(data: bytes, limits: Limits | None = None) -> tuple[DecodedMask | None, Problems]:
    problems = Problems()
    return decode(data, limits or Limits(), Reporter(problems, WHERE)), problems


def sound(data: bytes) -> DecodedMask:
    mask, problems = decoded(data)
    problems.none()
    assert mask is not None
    return mask


def refused(data: bytes, rule: Rule, limits: Limits | None = None) -> str:
    mask, problems = decoded(data, limits)
    problem = problems.only(rule)
    assert mask is None
    assert problem.location == WHERE
    assert not problem.complete
    return problem.message


def pillow_values(data: bytes) -> IntArray:
    """(H, W) values by Pillow, which is exact for samples of up to 8 bits."""
    with Image.open(io.BytesIO(data)) as image:
        if image.mode in {"1", "L"}:
            return np.asarray(image.convert("L")).astype(np.int64)
        return dense.packed(np.asarray(image.convert("RGBA"))[:, :, :3])


def saved(pixels: np.ndarray[Any, Any], kind: str, **options: Any) -> bytes:
    return saved_image(Image.fromarray(pixels), kind, **options)


def saved_image(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


class TestKinds:
    """The kind is named for people; grey below 8 bits is scaled."""

    @pytest.mark.parametrize(
        ("data", "kind", "scale"),
        [
            (grey(INDICES), "8-bit grey", 1),
            (grey(INDICES, 16), "16-bit grey", 1),
            (grey(INDICES % 2, 1), "1-bit grey", 255),
            (grey(INDICES, 2), "2-bit grey", 85),
            (grey(INDICES, 4), "4-bit grey", 17),
            (rgb(INDICES), "8-bit RGB", 1),
        ],
    )
    def test_png(self, data: bytes, kind: str, scale: int) -> None:
        mask = sound(data)
        assert (mask.kind, mask.scale, mask.kind.is_png, mask.kind.is_lossy) == (kind, scale, True, False)
        assert mask.is_color == ("RGB" in kind)

    def test_grey_with_alpha_is_a_colour(self) -> None:
        pixels = np.stack((INDICES, np.full_like(INDICES, 9)), axis=2)
        mask = sound(pngwriter.write(pixels, color_type=pngwriter.GREY_ALPHA))
        assert (mask.kind, mask.is_color, mask.kind.is_grey_alpha) == ("8-bit grey+alpha", True, True)
        assert np.array_equal(mask.runs.to_dense(), INDICES * 0x010101)

    def test_oddities_are_handed_on(self) -> None:
        assert sound(rgb(INDICES) + b"more").oddities == ("4 bytes follow the end of the image",)


class TestOtherFormats:
    """OpenCV goes by the bytes: JPEG, BMP, TIFF, WebP and more decode under any name."""

    @pytest.mark.parametrize(
        ("kind", "options"),
        [("BMP", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}), ("WEBP", {"lossless": True})],
    )
    def test_exact_ones(self, kind: str, options: dict[str, Any]) -> None:
        mask = sound(saved(COLORS, kind, **options))
        assert (mask.kind, mask.kind.is_png, mask.is_color, mask.kind.is_lossy) == (kind, False, True, False)
        assert np.array_equal(mask.runs.to_dense(), dense.packed(COLORS))

    @pytest.mark.parametrize(("kind", "name"), [("JPEG2000", "JPEG2000"), ("PPM", "Netpbm"), ("GIF", "GIF")])
    def test_those_that_pillow_and_opencv_read_each_in_its_way(self, kind: str, name: str) -> None:
        mask = sound(saved(COLORS, kind))
        assert (mask.kind, mask.kind.is_png, mask.is_color, mask.kind.is_lossy) == (name, False, True, False)
        assert np.array_equal(mask.runs.to_dense(), dense.packed(COLORS))

    def test_jpeg(self) -> None:
        mask = sound(saved(COLORS, "JPEG", quality=95))
        assert (mask.kind, mask.kind.is_png, mask.is_color, mask.kind.is_lossy) == ("JPEG", False, True, True)
        assert mask.runs.to_dense().shape == INDICES.shape

    @pytest.mark.parametrize("kind", ["BMP", "TIFF", "JPEG2000", "PPM"])
    def test_one_channel_is_an_index(self, kind: str) -> None:
        mask = sound(saved(INDICES.astype(np.uint8), kind))
        assert not mask.is_color
        assert np.array_equal(mask.runs.to_dense(), INDICES)

    def test_16_bits_are_taken_modulo_256(self) -> None:
        mask = sound(saved((INDICES + 254).astype(np.uint16), "TIFF"))
        assert np.array_equal(mask.runs.to_dense(), (INDICES + 254) % 256)

    def test_floats_are_cut_to_whole_numbers(self) -> None:
        mask = sound(saved(INDICES.astype(np.float32) + 0.5, "TIFF"))
        assert not mask.is_color
        assert np.array_equal(mask.runs.to_dense(), INDICES)

    def test_no_number_is_no_crash(self) -> None:
        assert not sound(saved(np.full((2, 2), np.nan, dtype=np.float32), "TIFF")).is_color

    def test_bilevel(self) -> None:
        mask = sound(saved(INDICES.astype(bool), "TIFF"))
        assert np.array_equal(mask.runs.to_dense(), (INDICES > 0) * 255)

    def test_big_endian_tiff(self) -> None:
        stream = io.BytesIO()
        image = Image.frombytes("I;16B", (2, 1), b"\0\5\1\7")
        image.save(stream, "TIFF")
        assert stream.getvalue().startswith(b"MM")
        assert sound(stream.getvalue()).runs.to_dense().tolist() == [[5, 7]]


class TestRefused:
    """What does not decode, or is too large, is one problem."""

    def test_empty(self) -> None:
        refused(b"", rules.EMPTY_MASK_FILE)

    @pytest.mark.parametrize("data", [b"hello", b"\x89P", b"P7\n", b"version https://git-lfs.github.com/spec/v1\n"])
    def test_no_image(self, data: bytes) -> None:
        assert ("Git LFS" in refused(data, rules.NOT_AN_IMAGE)) == data.startswith(b"version")

    @pytest.mark.parametrize("kind", ["JPEG", "BMP", "TIFF", "WEBP", "JPEG2000", "GIF", "PPM"])
    def test_another_format_cut_off(self, kind: str) -> None:
        message = refused(saved(COLORS, kind)[:40], rules.NOT_AN_IMAGE)
        assert message.startswith(f"the file starts like a {kind.replace('PPM', 'Netpbm')} and does not decode")
        assert "\n" not in message

    def test_grey_with_alpha_in_jpeg_2000(self) -> None:
        pixels = np.dstack((INDICES, INDICES)).astype(np.uint8)
        assert "grey with alpha" in refused(saved(pixels, "JPEG2000"), rules.NOT_AN_IMAGE)

    @pytest.mark.parametrize("data", [b"\xff\xd8\xff", b"II*\0", b"RIFF", b"BM", b"GIF89a", b"P5\n", b"\xffO\xffQ"])
    def test_the_start_of_another_format_reads_alike_each_time(self, data: bytes) -> None:
        assert refused(data, rules.NOT_AN_IMAGE) == refused(bytes([*data]), rules.NOT_AN_IMAGE)
        assert "0x" not in refused(data, rules.NOT_AN_IMAGE)

    def test_damaged_png(self) -> None:
        assert "'NoneType' object has no attribute 'astype'" in refused(rgb(INDICES)[:-20], rules.DAMAGED_PNG)

    def test_oversized_png(self) -> None:
        data = grey(np.zeros((1, 1_000_001), dtype=np.uint8))
        assert "1000001x1" in refused(data, rules.OVERSIZED_MASK)

    @pytest.mark.parametrize("data", [rgb(INDICES), saved(COLORS, "BMP")])
    def test_more_pixels_than_the_limit(self, data: bytes) -> None:
        message = refused(data, rules.MASK_OVER_LIMIT, Limits(pixels=INDICES.size - 1))
        assert message.startswith("10x8 pixels, more than the 79 that are read")
        assert message.endswith("--max-pixels 80 if the size is right")
        assert decoded(data, Limits(pixels=INDICES.size))[0] is not None

    @pytest.mark.parametrize(
        "data",
        [
            rgb(STRIPES),
            pngwriter.write(paint(STRIPES), color_type=pngwriter.RGB, filters=(2,)),
            pngwriter.write(STRIPES, color_type=pngwriter.GREY, depth=1, filters=(0,)),
            saved(STRIPES.astype(bool), "BMP"),
        ],
        ids=["Sub", "Up", "1 bit", "BMP"],
    )
    def test_more_runs_than_the_limit(self, data: bytes) -> None:
        message = refused(data, rules.COSTLY_MASK, Limits(runs=STRIPES.size - 1))
        assert message == (
            "more than 79 changes of colour along its rows, as no mask has; it was not read: if it is a photo, write the mask "
            "in its place"
        )
        assert decoded(data, Limits(runs=STRIPES.size))[0] is not None

    @pytest.mark.parametrize("kind", ["BMP", "WEBP", "TIFF", "PPM", "GIF"])
    def test_more_pixels_than_are_decoded_whole(self, kind: str) -> None:
        data = saved(COLORS, kind)
        message = refused(data, rules.COSTLY_MASK, Limits(decoded_pixels=INDICES.size - 1))
        assert message.startswith("10x8 pixels of ")
        assert decoded(data, Limits(decoded_pixels=INDICES.size))[0] is not None

    @pytest.mark.parametrize("lossless", [True, False])
    def test_a_webp_is_not_opened_to_learn_its_size(self, lossless: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        data = saved(COLORS, "WEBP", lossless=lossless)
        monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("opened"))
        refused(data, rules.COSTLY_MASK, Limits(decoded_pixels=1))


class TestFlavours:
    """A PNG may have any colour type, depth, filter a row, interlacing, width, and number of IDAT chunks."""

    @given(pictures())
    def test_values_are_those_of_opencv(self, picture: Picture) -> None:
        mask = sound(picture.data)
        assert mask.is_color == (picture.color_type != pngwriter.GREY)
        assert np.array_equal(mask.runs.to_dense(), picture.expected)

    @given(pictures(FLAVOURS_OF_PILLOW, overrun=False))
    def test_values_are_those_of_pillow_where_it_is_exact(self, picture: Picture) -> None:
        assert np.array_equal(sound(picture.data).runs.to_dense(), pillow_values(picture.data))

    @given(pictures())
    def test_runs_are_well_formed(self, picture: Picture) -> None:
        mask = sound(picture.data)
        for runs in (mask.runs, mask.wrapped, mask.transparent):
            if runs is not None:
                assert (runs.height, runs.width) == picture.samples.shape[:2]
                dense.assert_well_formed(runs)

    @given(pictures())
    def test_palette_overrun_is_counted(self, picture: Picture) -> None:
        beyond = picture.samples >= len(picture.palette) if picture.palette else np.zeros(1)
        assert sound(picture.data).overrun == int(beyond.sum())

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
            assert np.array_equal(sound(data).runs.to_dense(), expected), width


class TestWideSamples:
    """16-bit samples are taken modulo 256; `wrapped` keeps the full values where a high byte was lost."""

    @given(masks(values=4), st.sampled_from(sorted(WIDE)), st.integers(1, 254))
    def test_wrapped_holds_high_and_low_bytes(self, indices: IntArray, color_type: int, low: int) -> None:
        channels, shades = WIDE[color_type], np.array([0, low, low * 257, 256 * (low + 1) + low])
        indices[0, 0] = 3  # a value that is neither small nor a byte twice: its high byte is lost
        data = pngwriter.write(
            shades[indices][:, :, np.newaxis].repeat(channels, axis=2), color_type=color_type, depth=16
        )
        wrapped = sound(data).wrapped
        assert wrapped is not None
        ones = 0x010101 if channels >= 3 else 1  # a grey value is one byte, a colour three
        expected = [0, low * ones, low * ones * 2**24 + low * ones, (low + 1) * ones * 2**24 + low * ones]
        assert np.array_equal(wrapped.to_dense(), np.array(expected)[indices])

    @pytest.mark.parametrize(("color_type", "channels"), sorted(WIDE.items()))
    @pytest.mark.parametrize(
        ("samples", "kept"),
        [
            pytest.param((0, 7, 255), False, id="below 256"),
            pytest.param((0, 7 * 257, 65535), False, id="a byte twice"),
            pytest.param((0, 7, 7 * 257), True, id="one value both ways"),
            pytest.param((0, 256), True, id="a high byte alone"),
        ],
    )
    def test_full_values_are_kept_where_two_may_become_one(
        self, color_type: int, channels: int, samples: tuple[int, ...], kept: bool
    ) -> None:
        row = np.array([samples])[:, :, np.newaxis].repeat(channels, axis=2)
        assert (sound(pngwriter.write(row, color_type=color_type, depth=16)).wrapped is not None) == kept

    @given(pictures([flavour for flavour in FLAVOURS if flavour[1] == 16]))
    def test_wrapped_are_the_two_bytes_of_any_sample(self, picture: Picture) -> None:
        colors = picture.samples[:, :, : 3 if picture.samples.shape[2] >= 3 else 1].astype(np.int64)
        lost = (colors // 256 != 0).any(axis=2) & (colors // 256 != colors % 256).any(axis=2)
        assume(lost.any())
        wrapped = sound(picture.data).wrapped
        assert wrapped is not None
        pack = 256 ** np.arange(colors.shape[2])[::-1]
        assert np.array_equal(wrapped.to_dense(), (colors // 256 @ pack) * 2**24 + colors % 256 @ pack)

    @given(masks(values=256))
    def test_8_bit_samples_scaled_by_257_lose_nothing(self, indices: IntArray) -> None:
        data = pngwriter.write(indices * 257, color_type=pngwriter.GREY, depth=16)
        mask = sound(data)
        assert mask.wrapped is None
        assert np.array_equal(mask.runs.to_dense(), indices)


class TestTransparency:
    """Alpha is ignored; `transparent` tells where it is 0."""

    @given(pictures().filter(lambda picture: picture.color_type in {pngwriter.GREY_ALPHA, pngwriter.RGBA}))
    def test_alpha_channel(self, picture: Picture) -> None:
        transparent = sound(picture.data).transparent
        assert transparent is not None
        high_bytes = picture.samples[:, :, -1] >> (8 if picture.depth == 16 else 0)
        assert np.array_equal(transparent.to_dense(), high_bytes == 0)

    @given(masks(values=4), st.binary(min_size=1, max_size=4))
    def test_transparent_palette_entries(self, indices: IntArray, alpha: bytes) -> None:
        palette = [(i, i, i) for i in range(4)]
        data = pngwriter.write(indices, color_type=pngwriter.PALETTE, palette=palette, alpha=alpha)
        opacity = np.array([*alpha, 255, 255, 255, 255])
        transparent = sound(data).transparent
        assert transparent is not None
        assert np.array_equal(transparent.to_dense(), opacity[indices] == 0)


class TestEncoders:
    """PNGs as Pillow writes them, whatever its settings."""

    @given(masks(values=20), st.sampled_from([0, 1, 6, 9]), st.booleans())
    def test_grey_and_rgb(self, indices: IntArray, level: int, optimize: bool) -> None:
        grey = saved_image(Image.fromarray(indices.astype(np.uint8)), compress_level=level, optimize=optimize)
        assert np.array_equal(sound(grey).runs.to_dense(), indices)
        pixels = np.stack((indices, indices * 3, 255 - indices), axis=2).astype(np.uint8)
        rgb = saved_image(Image.fromarray(pixels), compress_level=level, optimize=optimize)
        assert np.array_equal(sound(rgb).runs.to_dense(), dense.packed(pixels))

    @pytest.mark.parametrize("bits", [1, 2, 4, 8])
    @given(indices=masks(values=256), optimize=st.booleans(), transparency=st.booleans())
    def test_palettes(self, bits: int, indices: IntArray, optimize: bool, transparency: bool) -> None:
        indices %= 1 << bits
        palette = np.random.default_rng(bits).integers(256, size=(1 << bits, 3))
        image = Image.fromarray(indices.astype(np.uint8))
        image.putpalette(palette.astype(np.uint8).tobytes())
        extra = {"transparency": 0} if transparency else {}
        data = saved_image(image, bits=bits, optimize=optimize, **extra)
        assert np.array_equal(sound(data).runs.to_dense(), dense.packed(palette[indices]))

    @given(masks(values=2))
    def test_bilevel(self, indices: IntArray) -> None:
        data = saved_image(Image.fromarray(indices.astype(bool)))
        assert np.array_equal(sound(data).runs.to_dense(), indices * 255)

    @given(masks(values=65536))
    def test_16_bits(self, indices: IntArray) -> None:
        data = saved_image(Image.fromarray(indices.astype(np.uint16)))
        assert np.array_equal(sound(data).runs.to_dense(), indices % 256)
