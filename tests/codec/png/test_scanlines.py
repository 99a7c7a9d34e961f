"""Where the bytes of scanlines are not zero: the same places, however many bytes are looked at together."""

from __future__ import annotations

import numpy as np
import pytest

from segmask.png.scanlines import nonzero


@pytest.mark.parametrize("value", [1, 128, 255])
@pytest.mark.parametrize("size", [1000, (1 << 17) - 1, 1 << 17, (1 << 17) + 11, (1 << 20) + 7])
@pytest.mark.parametrize("step", [1, 9, 1001])
def test_nonzero(size: int, step: int, value: int) -> None:
    for first in (0, 7, size % 8):
        flat = np.zeros(size, dtype=np.uint8)
        flat[first::step] = value
        assert np.array_equal(nonzero(flat), np.arange(first, size, step))
