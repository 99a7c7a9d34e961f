"""PNG chunk by chunk: what libpng refuses is refused, what it forgives is noted."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from segmask.png import chunks, spec
from segmask.png.inflate import bands
from segmask.png.spec import DamagedPng, OversizedPng
from segmask.testing.writers import pngwriter
from segmask.testing.writers.pngwriter import chunk

SIGNATURE = b"\x89PNG\r\n\x1a\n"
ROWS = b"".join(b"\1" + bytes([y, 0, 0]) for y in range(4))  # 3x4 grey, every row Sub-filtered
DATA = zlib.compress(ROWS)
END = chunk(b"IEND", b"")
PLTE = chunk(b"PLTE", bytes(range(12)))


def header(width: int = 3, height: int = 4, depth: int = 8, color_type: int = 0, rest: bytes = b"\0\0\0") -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBB", width, height, depth, color_type) + rest)


def idat(data: bytes = DATA) -> bytes:
    return chunk(b"IDAT", data)


def file(*chunks: bytes) -> bytes:
    return SIGNATURE + b"".join(chunks)


SOUND = file(header(), idat(), END)


def inflated(image: spec.Png) -> bytes:
    """All scanlines, pass by pass."""
    return b"".join(rows.tobytes() for _, _, rows in bands(image))


class TestParse:
    """Header, palette and image data."""

    def test_sound(self) -> None:
        image = chunks.parse(SOUND)
        assert (image.width, image.height, image.depth, image.color_type) == (3, 4, 8, spec.GREY)
        assert (image.interlaced, image.alpha, len(image.palette), image.oddities) == (False, b"", 0, [])
        assert inflated(image) == ROWS
        assert image.oddities == []

    def test_data_in_several_chunks_some_empty(self) -> None:
        image = chunks.parse(file(header(), idat(DATA[:3]), idat(b""), idat(DATA[3:]), END))
        assert inflated(image) == ROWS

    def test_palette_and_transparency(self) -> None:
        image = chunks.parse(file(header(color_type=3), PLTE, chunk(b"tRNS", b"\0\xff"), idat(), END))
        assert image.palette.tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]
        assert image.alpha == b"\0\xff"
        assert image.oddities == []

    def test_a_palette_that_is_only_a_hint_is_none(self) -> None:
        image = chunks.parse(file(header(color_type=2), PLTE, idat(), END))
        assert len(image.palette) == 0

    def test_a_palette_longer_than_the_depth_allows_is_cut(self) -> None:
        image = chunks.parse(file(header(depth=1, color_type=3), PLTE, idat(), END))
        assert len(image.palette) == 2

    @pytest.mark.parametrize(("width", "height", "count"), [(1, 1, 1), (2, 1, 2), (8, 8, 7), (5, 1, 4), (1, 5, 4)])
    def test_passes_of_an_interlaced_image(self, width: int, height: int, count: int) -> None:
        pixels = np.zeros((height, width))
        image = chunks.parse(pngwriter.write(pixels, color_type=pngwriter.GREY, interlaced=True))
        assert [part for part, _, _ in bands(image)] == list(image.passes())
        assert len(image.passes()) == count
        assert sum(part.width * part.height for part in image.passes()) == width * height

    @pytest.mark.parametrize(
        ("color_type", "depth", "bits"), [(0, 1, 1), (2, 16, 48), (3, 4, 4), (4, 8, 16), (6, 8, 32)]
    )
    def test_pixel_bits(self, color_type: int, depth: int, bits: int) -> None:
        image = spec.Png(width=3, height=1, depth=depth, color_type=color_type, interlaced=False)
        assert image.pixel_bits == bits
        assert image.row_bytes(3) == -(-3 * bits // 8)


class TestForgiven:
    """What CVAT reads all the same is noted once."""

    @pytest.mark.parametrize(
        ("data", "oddity"),
        [
            (SOUND + b"x" * 1234, "1,234 bytes follow the end of the image"),
            (file(header(), chunk(b"tEXt", b"x", 0), idat(), END), "the tEXt chunk has a wrong checksum"),
            (file(header(), idat(zlib.compress(ROWS + b"x")), END), "more image data than the size needs"),
            (file(header(), idat(DATA + b"x"), END), "more image data than the size needs"),
        ],
    )
    def test_oddities(self, data: bytes, oddity: str) -> None:
        image = chunks.parse(data)
        inflated(image)
        assert image.oddities == [oddity]

    def test_data_after_another_chunk_does_not_count(self) -> None:
        image = chunks.parse(file(header(), idat(), chunk(b"tEXt", b"x"), idat(b"junk"), END))
        assert inflated(image) == ROWS

    def test_transparency_after_the_data_does_not_count(self) -> None:
        assert chunks.parse(file(header(color_type=3), PLTE, idat(), chunk(b"tRNS", b"\0"), END)).alpha == b""


class TestDamaged:
    """What libpng gives up on."""

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            pytest.param(b"", "signature", id="empty"),
            pytest.param(b"\x89PNG\n" + SOUND[5:], "signature", id="line-ends"),
            pytest.param(SIGNATURE, "ends before its IEND", id="signature-only"),
            pytest.param(SOUND[:20], "ends inside its IHDR", id="cut-in-header"),
            pytest.param(SOUND[:-12], "ends before its IEND", id="no-end"),
            pytest.param(SOUND[:-1], "ends before its IEND", id="cut-in-end"),
            pytest.param(SOUND[:-20], "ends inside its IDAT", id="cut-in-data"),
            pytest.param(
                file(header(), b"\0\0\0\1\0\0\0\0" + bytes(5), END), "no chunk begins at byte 33", id="no-kind"
            ),
            pytest.param(file(header(), b"\xff\0\0\0IDAT", bytes(9)), "no chunk begins", id="length"),
            pytest.param(file(idat(), END), "header (IHDR) is damaged", id="no-header"),
            pytest.param(file(chunk(b"IHDR", bytes(12)), idat(), END), "header (IHDR) is damaged", id="short-header"),
            pytest.param(SOUND[:16] + b"\1" + SOUND[17:], "header (IHDR) is damaged", id="header-checksum"),
            pytest.param(file(header(width=0), idat(), END), "does not define", id="no-width"),
            pytest.param(file(header(height=1 << 31), idat(), END), "does not define", id="negative-height"),
            pytest.param(file(header(rest=b"\1\0\0"), idat(), END), "does not define", id="compression"),
            pytest.param(file(header(rest=b"\0\1\0"), idat(), END), "does not define", id="filtering"),
            pytest.param(file(header(rest=b"\0\0\2"), idat(), END), "does not define", id="interlace"),
            pytest.param(file(header(depth=3), idat(), END), "colour type 0 with 3 bits", id="depth"),
            pytest.param(file(header(color_type=5), idat(), END), "colour type 5", id="colour-type"),
            pytest.param(
                file(header(depth=16, color_type=3), PLTE, idat(), END), "colour type 3 with 16", id="palette-16"
            ),
            pytest.param(file(header(), header(), idat(), END), "a second header", id="second-header"),
            pytest.param(
                file(header(), chunk(b"ABCD", b""), idat(), END), "unknown critical chunk ABCD", id="critical"
            ),
            pytest.param(
                file(header(), chunk(b"IDAT", DATA, 0), END), "IDAT chunk has a wrong checksum", id="checksum"
            ),
            pytest.param(file(header(color_type=3), PLTE, PLTE, idat(), END), "two palettes", id="two-palettes"),
            pytest.param(file(header(color_type=3), idat(), END), "palette (PLTE) is missing", id="no-palette"),
            pytest.param(file(header(color_type=3), idat(), PLTE, END), "palette (PLTE) is missing", id="late-palette"),
            pytest.param(
                file(header(color_type=3), chunk(b"PLTE", b"1234"), idat(), END), "4 bytes", id="palette-size"
            ),
            pytest.param(file(header(color_type=3), chunk(b"PLTE", b""), idat(), END), "0 bytes", id="empty-palette"),
            pytest.param(
                file(header(width=1, color_type=2), chunk(b"PLTE", bytes(3), 0), idat(), END),
                "PLTE chunk has a wrong checksum",
                id="hint-checksum",
            ),
            pytest.param(
                file(header(width=1, color_type=2), chunk(b"PLTE", b""), idat(), END), "0 bytes", id="hint-empty"
            ),
            pytest.param(file(header(), END), "no image data", id="no-data"),
        ],
    )
    def test_chunks(self, data: bytes, reason: str) -> None:
        with pytest.raises(DamagedPng) as caught:
            chunks.parse(data)
        assert reason in str(caught.value)

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            pytest.param(b"", "ends after 0 of 16 bytes", id="empty"),
            pytest.param(zlib.compress(ROWS[:-1]), "ends after 15 of 16 bytes", id="short"),
            pytest.param(DATA[:-5], "", id="cut"),
            pytest.param(DATA[:-2], "no checksum", id="no-checksum"),
            pytest.param(DATA[:-1] + b"\0", "does not inflate", id="checksum"),
            pytest.param(b"junk", "does not inflate", id="junk"),
            pytest.param(zlib.compress(b"\5" + ROWS[1:]), "row 0 has an unknown filter", id="filter"),
        ],
    )
    def test_image_data(self, data: bytes, reason: str) -> None:
        image = chunks.parse(file(header(), idat(data), END))
        with pytest.raises(DamagedPng) as caught:
            inflated(image)
        assert reason in str(caught.value)


class TestOversized:
    """OpenCV takes at most 1,000,000 pixels a side and 2 ** 30 in all."""

    @pytest.mark.parametrize(("width", "height"), [(1_000_001, 1), (1, 1_000_001), (32768, 32769)])
    def test_refused(self, width: int, height: int) -> None:
        with pytest.raises(OversizedPng, match=f"{width}x{height}"):
            chunks.parse(file(header(width, height), idat(), END))

    @pytest.mark.parametrize(("width", "height"), [(1_000_000, 1), (1, 1_000_000), (32768, 32768)])
    def test_taken(self, width: int, height: int) -> None:
        assert chunks.parse(file(header(width, height), idat(), END)).width == width
