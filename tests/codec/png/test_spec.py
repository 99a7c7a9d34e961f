"""What a header says: the bits of a pixel, the bytes of a row, the passes of an interlaced image."""

from __future__ import annotations

import pytest

from segmask.png import spec


def png(width: int, height: int, *, depth: int = 8, color_type: int = spec.GREY, interlaced: bool = False) -> spec.Png:
    return spec.Png(width=width, height=height, depth=depth, color_type=color_type, interlaced=interlaced)


@pytest.mark.parametrize(
    ("color_type", "depth", "bits", "row_bytes"),
    [(0, 1, 1, 1), (0, 4, 4, 2), (2, 16, 48, 18), (3, 4, 4, 2), (4, 8, 16, 6), (6, 8, 32, 12)],
)
def test_bits_of_a_pixel_and_bytes_of_three(color_type: int, depth: int, bits: int, row_bytes: int) -> None:
    image = png(3, 1, depth=depth, color_type=color_type)
    assert image.pixel_bits == bits
    assert image.row_bytes(3) == row_bytes


@pytest.mark.parametrize(("width", "height", "count"), [(1, 1, 1), (2, 1, 2), (8, 8, 7), (5, 1, 4), (1, 5, 4)])
def test_passes_of_an_interlaced_image(width: int, height: int, count: int) -> None:
    passes = png(width, height, interlaced=True).passes()
    assert len(passes) == count
    pixels = [(x, y) for one in passes for y in range(one.y, height, one.dy) for x in range(one.x, width, one.dx)]
    assert sorted(pixels) == [(x, y) for x in range(width) for y in range(height)]
    assert [one.width * one.height for one in passes] == [
        len(range(one.x, width, one.dx)) * len(range(one.y, height, one.dy)) for one in passes
    ]
