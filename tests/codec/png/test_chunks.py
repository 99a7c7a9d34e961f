"""PNG chunk by chunk: what libpng refuses is refused, what it forgives is noted."""

from __future__ import annotations

import pytest

from segmask.png import chunks, spec
from segmask.png.spec import DamagedPng, OversizedPng
from segmask.testing.writers.pngwriter import chunk
from support.pngs import DATA, END, PLTE, SIGNATURE, file, header, idat

SOUND = file(header(), idat(), END)


class TestParse:
    """Header, palette and image data."""

    def test_sound(self) -> None:
        image = chunks.parse(SOUND)
        assert (image.width, image.height, image.depth, image.color_type) == (3, 4, 8, spec.GREY)
        assert (image.interlaced, image.alpha, len(image.palette), image.oddities) == (False, b"", 0, [])
        assert image.data == DATA

    def test_data_in_several_chunks_some_empty(self) -> None:
        image = chunks.parse(file(header(), idat(DATA[:3]), idat(b""), idat(DATA[3:]), END))
        assert image.data == DATA

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


class TestForgiven:
    """What CVAT reads all the same is noted once."""

    @pytest.mark.parametrize(
        ("data", "oddity"),
        [
            (SOUND + b"x", "1 byte follows the end of the image"),
            (SOUND + b"x" * 1234, "1,234 bytes follow the end of the image"),
            (file(header(), chunk(b"tEXt", b"x", 0), idat(), END), "the tEXt chunk has a wrong checksum"),
        ],
    )
    def test_oddities(self, data: bytes, oddity: str) -> None:
        assert chunks.parse(data).oddities == [oddity]

    def test_data_after_another_chunk_does_not_count(self) -> None:
        image = chunks.parse(file(header(), idat(), chunk(b"tEXt", b"x"), idat(b"junk"), idat(b"junk"), END))
        assert image.data == DATA

    def test_an_empty_palette_that_is_only_a_hint_after_the_data(self) -> None:
        image = chunks.parse(file(header(color_type=2), idat(), chunk(b"PLTE", b""), END))
        assert (image.data, image.oddities) == (DATA, [])

    def test_transparency_after_the_data_does_not_count(self) -> None:
        assert chunks.parse(file(header(color_type=3), PLTE, idat(), chunk(b"tRNS", b"\0"), END)).alpha == b""


class TestDamaged:
    """What libpng gives up on."""

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            pytest.param(b"", "the PNG signature is damaged", id="empty"),
            pytest.param(b"\x89PNG\n" + SOUND[5:], "the PNG signature is damaged", id="line-ends"),
            pytest.param(SIGNATURE, "the file ends before its IEND chunk: it is cut off", id="signature-only"),
            pytest.param(SOUND[:20], "the file ends inside its IHDR chunk: it is cut off", id="cut-in-header"),
            pytest.param(SOUND[:-12], "the file ends before its IEND chunk: it is cut off", id="no-end"),
            pytest.param(SOUND[:-1], "the file ends before its IEND chunk: it is cut off", id="cut-in-end"),
            pytest.param(SOUND[:-20], "the file ends inside its IDAT chunk: it is cut off", id="cut-in-data"),
            pytest.param(
                file(header(), b"\0\0\0\1\0\0\0\0" + bytes(5), END), "no chunk begins at byte 33", id="no-kind"
            ),
            pytest.param(file(header(), b"\xff\0\0\0IDAT", bytes(9)), "no chunk begins at byte 33", id="length"),
            pytest.param(file(idat(), END), "the header (IHDR) is damaged", id="no-header"),
            pytest.param(
                file(chunk(b"IHDR", bytes(12)), idat(), END), "the header (IHDR) is damaged", id="short-header"
            ),
            pytest.param(SOUND[:16] + b"\1" + SOUND[17:], "the header (IHDR) is damaged", id="header-checksum"),
            pytest.param(file(header(depth=3), idat(), END), "no PNG has colour type 0 with 3 bits", id="depth"),
            pytest.param(
                file(header(color_type=5), idat(), END), "no PNG has colour type 5 with 8 bits", id="colour-type"
            ),
            pytest.param(
                file(header(depth=16, color_type=3), PLTE, idat(), END),
                "no PNG has colour type 3 with 16 bits",
                id="palette-16",
            ),
            pytest.param(file(header(), header(), idat(), END), "the file has a second header", id="second-header"),
            pytest.param(
                file(header(), chunk(b"ABCD", b""), idat(), END),
                "the file has an unknown critical chunk ABCD",
                id="critical",
            ),
            pytest.param(
                file(header(), chunk(b"Abcd", b""), idat(), END),
                "the file has an unknown critical chunk Abcd",
                id="critical-by-its-first-letter",
            ),
            pytest.param(
                file(header(), chunk(b"IDAT", DATA, 0), END), "the IDAT chunk has a wrong checksum", id="checksum"
            ),
            pytest.param(
                file(header(color_type=3), PLTE, PLTE, idat(), END), "the file has two palettes", id="two-palettes"
            ),
            pytest.param(file(header(color_type=3), idat(), END), "the palette (PLTE) is missing", id="no-palette"),
            pytest.param(
                file(header(color_type=3), idat(), PLTE, END), "the palette (PLTE) is missing", id="late-palette"
            ),
            pytest.param(
                file(header(color_type=3), chunk(b"PLTE", b"1234"), idat(), END),
                "the palette (PLTE) has 4 bytes",
                id="palette-size",
            ),
            pytest.param(
                file(header(color_type=3), chunk(b"PLTE", b""), idat(), END),
                "the palette (PLTE) has 0 bytes",
                id="empty-palette",
            ),
            pytest.param(
                file(header(width=1, color_type=2), chunk(b"PLTE", bytes(3), 0), idat(), END),
                "the PLTE chunk has a wrong checksum",
                id="hint-checksum",
            ),
            pytest.param(
                file(header(width=1, color_type=2), chunk(b"PLTE", b""), idat(), END),
                "the palette (PLTE) has 0 bytes",
                id="hint-empty",
            ),
            pytest.param(file(header(), END), "there is no image data", id="no-data"),
        ],
    )
    def test_chunks(self, data: bytes, reason: str) -> None:
        with pytest.raises(DamagedPng) as caught:
            chunks.parse(data)
        assert str(caught.value) == reason

    @pytest.mark.parametrize(
        "head",
        [
            *(header(width=0), header(height=0), header(width=1 << 31), header(height=1 << 31)),
            *(header(rest=b"\1\0\0"), header(rest=b"\0\1\0"), header(rest=b"\0\0\2"), header(rest=b"\0\0\xff")),
        ],
    )
    def test_header(self, head: bytes) -> None:
        with pytest.raises(DamagedPng, match=r"^the header \(IHDR\) holds values that PNG does not define$"):
            chunks.parse(file(head, idat(), END))


class TestOversized:
    """OpenCV takes at most 1,000,000 pixels a side and 2 ** 30 in all."""

    @pytest.mark.parametrize(("width", "height"), [(1_000_001, 1), (1, 1_000_001), (32768, 32769)])
    def test_refused(self, width: int, height: int) -> None:
        with pytest.raises(OversizedPng, match=f"{width}x{height}"):
            chunks.parse(file(header(width, height), idat(), END))

    @pytest.mark.parametrize(("width", "height"), [(1_000_000, 1), (1, 1_000_000), (32768, 32768)])
    def test_taken(self, width: int, height: int) -> None:
        assert chunks.parse(file(header(width, height), idat(), END)).width == width
