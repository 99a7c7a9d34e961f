"""Runs to PNG to Pillow gives the mask back, in every mode; and a PNG holds what CVAT's would."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from segmask._support.arrays import ByteArray, IntArray
from segmask.labels.voc import VOC_COLORS
from segmask.pixels.color import Color
from segmask.pixels.runs import RowRuns
from segmask.png import chunks
from segmask.png.encode import Mode, encode, encode_dense
from segmask.png.inflate import inflated_rows
from segmask.testing import colors
from support.strategies import masks

VALUES = 7
palettes = st.lists(colors(), min_size=VALUES, max_size=256)
indices = masks(values=VALUES, heights=st.integers(1, 40))
BLACK = RowRuns.from_dense(np.zeros((2, 3), dtype=np.int64))


def runs_of(mask: IntArray, *, merged: bool) -> RowRuns:
    """Maximal runs, or runs of one pixel: neighbours may be equal."""
    if merged:
        return RowRuns.from_dense(mask)
    return RowRuns(mask.shape[1], mask.shape[0], np.arange(mask.size), mask.ravel())


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """Kind and body of each chunk, to the end of the file."""
    found, at = [], 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        found.append((kind, data[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


@pytest.mark.parametrize("merged", [True, False])
class TestPillowReadsWhatWasWritten:
    @given(mask=indices, table=palettes)
    def test_rgb(self, mask: IntArray, table: list[Color], *, merged: bool) -> None:
        with Image.open(io.BytesIO(encode(runs_of(mask, merged=merged), table, "rgb"))) as read:
            assert read.mode == "RGB"
            np.testing.assert_array_equal(np.asarray(read), np.array(table)[mask])

    @given(mask=indices, table=palettes)
    def test_palette(self, mask: IntArray, table: list[Color], *, merged: bool) -> None:
        with Image.open(io.BytesIO(encode(runs_of(mask, merged=merged), table, "palette"))) as read:
            assert read.mode == "P"
            np.testing.assert_array_equal(np.asarray(read), mask)
            assert read.getpalette() == np.array(table).ravel().tolist()

    @given(mask=masks(values=256, heights=st.integers(1, 40)))
    def test_grey(self, mask: IntArray, *, merged: bool) -> None:
        with Image.open(io.BytesIO(encode(runs_of(mask, merged=merged), [], "grey"))) as read:
            assert read.mode == "L"
            np.testing.assert_array_equal(np.asarray(read), mask)


@given(mask=indices, table=palettes)
def test_every_row_is_sub_filtered_and_equal_runs_give_equal_bytes(mask: IntArray, table: list[Color]) -> None:
    data = encode(runs_of(mask, merged=True), table, "rgb")
    assert all((rows[:, 0] == 1).all() for _, _, rows in inflated_rows(chunks.parse(data)))
    assert data == encode(runs_of(mask, merged=False), table, "rgb")


def plain_rows(pixels: ByteArray) -> bytes:
    """Sub-filtered rows of (H, W, L) samples, by the definition."""
    left = np.zeros_like(pixels)
    left[:, 1:] = pixels[:, :-1]
    steps = (pixels - left).reshape(len(pixels), -1)
    return b"".join(b"\x01" + row.tobytes() for row in steps)


def check_image_data(runs: RowRuns, table: list[Color], mode: Mode) -> None:
    mask = runs.to_dense(np.uint8)
    pixels = np.array(table, dtype=np.uint8)[mask] if mode == "rgb" else mask[:, :, np.newaxis]
    assert zlib.decompress(chunks.parse(encode(runs, table, mode)).data) == plain_rows(pixels)


@pytest.mark.parametrize("mode", ["rgb", "palette", "grey"])
class TestTheImageDataAreTheRows:
    """As the standard library's zlib inflates them, which checks their checksum."""

    @pytest.mark.parametrize("merged", [True, False])
    @given(mask=indices, table=palettes)
    def test_of_any_mask(self, mask: IntArray, table: list[Color], mode: Mode, *, merged: bool) -> None:
        check_image_data(runs_of(mask, merged=merged), table, mode)

    @pytest.mark.parametrize("value", [0, 255])
    @pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (1080, 1920)])
    def test_of_one_value(self, size: tuple[int, int], value: int, mode: Mode) -> None:
        check_image_data(RowRuns.from_dense(np.full(size, value)), list(VOC_COLORS), mode)

    def test_of_noise(self, mode: Mode) -> None:
        noise = np.random.default_rng(0).integers(0, 256, (200, 300))
        check_image_data(RowRuns.from_dense(noise), list(VOC_COLORS), mode)


@pytest.mark.parametrize(
    ("mode", "color_type", "palette"), [("rgb", 2, []), ("palette", 3, [b"\1\2\3\4\5\6"]), ("grey", 0, [])]
)
def test_the_chunks_and_nothing_else(mode: Mode, color_type: int, palette: list[bytes]) -> None:
    (head, header), *middle, (data, _), end = chunks_of(encode(BLACK, [Color(1, 2, 3), Color(4, 5, 6)], mode))
    assert (head, header) == (b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, color_type, 0, 0, 0))
    assert middle == [(b"PLTE", body) for body in palette]
    assert (data, end) == (b"IDAT", (b"IEND", b""))


class TestDense:
    """A small picture of few colours, in as few bits as they take."""

    @pytest.mark.parametrize(
        ("count", "depth"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8), (255, 8), (256, 8)]
    )
    @given(data=st.data())
    def test_pillow_reads_the_same(self, count: int, depth: int, data: st.DataObject) -> None:
        table = [Color(n, 255 - n, n // 2) for n in range(count)]
        mask = data.draw(masks(values=count))
        found = encode_dense(mask.astype(np.uint8), table)
        with Image.open(io.BytesIO(found)) as image:
            assert np.array_equal(np.asarray(image.convert("RGB")), np.array(table, dtype=np.uint8)[mask])
        height, width = mask.shape
        header, palette, (kind, packed), end = chunks_of(found)
        assert header == (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0))
        assert palette == (b"PLTE", np.array(table, dtype=np.uint8).tobytes())
        assert (kind, len(zlib.decompress(packed))) == (b"IDAT", height * (1 + -(-width * depth // 8)))
        assert end == (b"IEND", b"")
