"""A mask file's bytes: which formats decode, how, and what is said about the rest."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from segmask import Limits, Location, Rule, rules
from segmask.mask.decode import DecodedMask, decode
from segmask.testing.writers import pngwriter
from support import dense
from support.archives import blocks, grey, paint, rgb
from support.problems import Problems

WHERE = Location(member="SegmentationClass/one.png", image="one")
INDICES = blocks((1, slice(1, 5), slice(1, 5)), (2, slice(3, 7), slice(5, 9)))
COLORS = paint(INDICES).astype(np.uint8)
STRIPES = np.tile(np.arange(10) % 2, (8, 1))  # every pixel is a run


def decoded(data: bytes, limits: Limits | None = None) -> tuple[DecodedMask | None, Problems]:
    problems = Problems()
    return decode(data, limits or Limits(), WHERE, problems), problems


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


def saved(pixels: np.ndarray[Any, Any], kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, **options)
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
        assert (mask.kind, mask.scale, mask.is_png, mask.is_lossy) == (kind, scale, True, False)
        assert mask.is_color == ("RGB" in kind)

    def test_grey_with_alpha_is_a_colour(self) -> None:
        pixels = np.stack((INDICES, np.full_like(INDICES, 9)), axis=2)
        mask = sound(pngwriter.write(pixels, color_type=pngwriter.GREY_ALPHA))
        assert (mask.kind, mask.is_color, mask.grey_alpha) == ("8-bit grey+alpha", True, True)
        assert np.array_equal(mask.runs.to_dense(), INDICES * 0x010101)

    def test_oddities_are_handed_on(self) -> None:
        assert sound(rgb(INDICES) + b"more").oddities == ("4 bytes follow the end of the image",)


class TestOtherFormats:
    """OpenCV goes by the bytes: JPEG, BMP, TIFF and WebP decode under any name."""

    @pytest.mark.parametrize(
        ("kind", "options"),
        [("BMP", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}), ("WEBP", {"lossless": True})],
    )
    def test_exact_ones(self, kind: str, options: dict[str, Any]) -> None:
        mask = sound(saved(COLORS, kind, **options))
        assert (mask.kind, mask.is_png, mask.is_color, mask.is_lossy) == (kind, False, True, False)
        assert np.array_equal(mask.runs.to_dense(), dense.packed(COLORS))

    def test_jpeg(self) -> None:
        mask = sound(saved(COLORS, "JPEG", quality=95))
        assert (mask.kind, mask.is_png, mask.is_color, mask.is_lossy) == ("JPEG", False, True, True)
        assert mask.runs.to_dense().shape == INDICES.shape

    @pytest.mark.parametrize("kind", ["BMP", "TIFF"])
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

    @pytest.mark.parametrize("data", [b"hello", b"\x89P", b"GIF89a", b"version https://git-lfs.github.com/spec/v1\n"])
    def test_no_image(self, data: bytes) -> None:
        assert ("Git LFS" in refused(data, rules.NOT_AN_IMAGE)) == data.startswith(b"version")

    @pytest.mark.parametrize("kind", ["JPEG", "BMP", "TIFF", "WEBP"])
    def test_another_format_cut_off(self, kind: str) -> None:
        message = refused(saved(COLORS, kind)[:40], rules.NOT_AN_IMAGE)
        assert message.startswith(f"the file starts like a {kind} and does not decode")
        assert "\n" not in message

    @pytest.mark.parametrize("data", [b"\xff\xd8\xff", b"II*\0", b"RIFF", b"BM"])
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
        message = refused(data, rules.ARCHIVE_BOMB, Limits(pixels=INDICES.size - 1))
        assert message.startswith("10x8 pixels, more than the 79 allowed")
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
        message = refused(data, rules.ARCHIVE_BOMB, Limits(runs=STRIPES.size - 1))
        assert message == (
            "more than 79 changes of colour along its rows, as no mask has; it was not read: if it is a photo, write the mask "
            "in its place"
        )
        assert decoded(data, Limits(runs=STRIPES.size))[0] is not None
