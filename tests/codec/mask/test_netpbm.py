"""PBM, PGM and PPM: samples as OpenCV takes them, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from segmask._support.arrays import IntArray
from segmask.mask import netpbm
from segmask.mask.netpbm import BadNetpbm
from segmask.pixels.runs import TooManyRuns


def read(data: bytes) -> list[list[int]]:
    """Values of the pixels, row by row."""
    runs, _ = netpbm.runs(data, netpbm.header(data))
    found: list[list[int]] = runs.to_dense(np.int64).tolist()
    return found


class TestSamples:
    @pytest.mark.parametrize(
        ("data", "rows"),
        [
            pytest.param(b"P5\n3 2\n255\n" + bytes([0, 1, 2, 3, 4, 255]), [[0, 1, 2], [3, 4, 255]], id="bytes"),
            pytest.param(b"P5\n3 1\n3\n" + bytes([0, 3, 255]), [[0, 3, 255]], id="never scaled"),
            pytest.param(b"P5\n2 1\n300\n" + bytes([1, 44, 0, 7]), [[44, 7]], id="modulo 256"),
            pytest.param(b"P5 1 1 255#" + bytes([7, 8]), [[7]], id="one character before the samples"),
            pytest.param(b"P5\n# a\n1 # b\n1\n255\n\7", [[7]], id="comments"),
            pytest.param(b"P2\n4 1\n3\n0 1 2 9\n", [[0, 85, 170, 255]], id="text is cut and scaled"),
            pytest.param(b"P2\n3 1\n300\n1 258 999\n", [[1, 2, 44]], id="wide text is cut, modulo 256"),
            pytest.param(b"P2\n2 1\n255\n7 # 8\n9#", [[7, 9]], id="comments in text"),
            pytest.param(b"P1\n3 1\n01 2", [[255, 0, 0]], id="digits of a bitmap"),
            pytest.param(b"P4\n3 2\n" + bytes([0b01000000, 0b11100000]), [[255, 0, 255], [0, 0, 0]], id="bits"),
            pytest.param(b"P6\n2 1\n255\n" + bytes([1, 2, 3, 4, 5, 6]), [[0x010203, 0x040506]], id="colours"),
            pytest.param(b"P6\n1 1\n65535\n" + bytes([9, 1, 9, 2, 9, 3]), [[0x010203]], id="wide colours"),
            pytest.param(b"P3\n1 1\n1\n1 0 1 ", [[0xFF00FF]], id="colours in text"),
        ],
    )
    def test_as_opencv(self, data: bytes, rows: list[list[int]]) -> None:
        assert read(data) == rows

    @given(
        indices=arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=9)),
        largest=st.integers(1, 255),
    )
    def test_bytes_come_back(self, indices: IntArray, largest: int) -> None:
        height, width = indices.shape
        assert read(b"P5\n%d %d\n%d\n" % (width, height, largest) + indices.tobytes()) == indices.tolist()


class TestRefused:
    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(b"P5\n3 x\n255\n", id="no number"),
            pytest.param(b"P5\n0 2\n255\n", id="no columns"),
            pytest.param(b"P5\n1 1\n0\n\0", id="largest value 0"),
            pytest.param(b"P5\n1 1\n65536\n\0\0", id="largest value beyond two bytes"),
            pytest.param(b"P5\n3 2\n255\n12345", id="a byte less"),
            pytest.param(b"P5\n1 1\n65535\n1", id="half a sample"),
            pytest.param(b"P2\n2 1\n255\n1 ", id="a number less"),
            pytest.param(b"P2\n2 1\n255\n1 2", id="nothing behind the last number"),
            pytest.param(b"P2\n2 1\n255\n1 -2 ", id="a sign"),
            pytest.param(b"P1\n2 1\n1", id="a digit less"),
            pytest.param(b"P1\n2 1\n1x", id="a letter"),
            pytest.param(b"P4\n9 1\n1", id="half a row"),
        ],
    )
    def test_one_reason(self, data: bytes) -> None:
        with pytest.raises(BadNetpbm):
            read(data)

    def test_a_long_text(self) -> None:
        with pytest.raises(TooManyRuns):
            read(b"P2\n5000 5000\n255\n1 ")
