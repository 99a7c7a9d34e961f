"""The first picture of a GIF: its canvas, its frame, and what OpenCV refuses."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image

from segmask.mask import gif
from segmask.mask.gif import BadGif

TABLE = bytes(range(0, 60, 5))  # 4 colours: 0,5,10 15,20,25 30,35,40 45,50,55
COLORS = [0x00050A, 0x0F1419, 0x1E2328, 0x2D3237]


def written(
    frame: tuple[int, int, int, int] = (0, 0, 3, 1), background: int = 3, control: bytes = b"", end: bytes = b";"
) -> bytes:
    """A GIF of 4x2 pixels with a frame of three, of indices 0, 1 and 2."""
    head = b"GIF89a" + struct.pack("<HHBBB", 4, 2, 0x81, background, 0) + TABLE
    codes = sum(code << 3 * place for place, code in enumerate((4, 0, 1, 2, 5)))  # clear, the pixels, the end
    data = codes.to_bytes(2, "little")
    return head + control + b"," + struct.pack("<HHHHB", *frame, 0) + b"\2" + bytes([len(data)]) + data + b"\0" + end


def control(transparent: int) -> bytes:
    """What says that an index is transparent."""
    return b"\x21\xf9\x04\1\0\0" + bytes([transparent]) + b"\0"


def read(data: bytes) -> list[list[int]]:
    found = gif.layout(data)
    with Image.open(io.BytesIO(data)) as picture:
        rows: list[list[int]] = gif.runs(picture, found).to_dense(np.int64).tolist()
    return rows


class TestPicture:
    def test_the_frame_on_its_background(self) -> None:
        assert read(written()) == [[*COLORS[:3], COLORS[3]], [COLORS[3]] * 4]

    def test_a_frame_elsewhere(self) -> None:
        assert read(written((1, 1, 3, 1), background=0)) == [[COLORS[0]] * 4, [COLORS[0], *COLORS[:3]]]

    @pytest.mark.parametrize("index", [0, 1, 2])
    def test_transparent_pixels_show_the_background(self, index: int) -> None:
        shown = [COLORS[3] if pixel == index else COLORS[pixel] for pixel in range(3)]
        assert read(written(control=control(index)))[0] == [*shown, COLORS[3]]

    def test_an_index_that_no_pixel_has(self) -> None:
        assert read(written(control=control(200))) == read(written())


class TestRefused:
    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(written(end=b""), id="no end"),
            pytest.param(written(end=b"x"), id="another end"),
            pytest.param(written((2, 0, 3, 1)), id="frame beyond the canvas"),
            pytest.param(written(background=4), id="background beyond its table"),
            pytest.param(written()[:20], id="cut"),
            pytest.param(written()[:8], id="cut in the header"),
            pytest.param(b"GIF89a" + struct.pack("<HHBBB", 4, 2, 0, 0, 0) + b";", id="no frame"),
        ],
    )
    def test_one_reason(self, data: bytes) -> None:
        with pytest.raises(BadGif):
            gif.layout(data)
