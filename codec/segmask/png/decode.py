"""Image data to runs: by the kernel where there is one, else by numpy."""

from __future__ import annotations

from collections.abc import Sequence

from segmask.native import library
from segmask.pixels.runs import RowRuns

from .spec import Png


def runs(png: Png, groups: Sequence[Sequence[int]], limit: int) -> list[RowRuns]:
    """Runs of some bytes of each pixel.

    Args:
        png: the image.
        groups: for each result the channels: one or three of the bytes of a pixel, most significant first, packed into one
            number; three give 0xRRGGBB. Samples of less than 8 bits have channel 0 only, and values up to 15.
        limit: runs that there may be of each.

    Raises:
        DamagedPng: the image data is damaged.
        TooManyRuns: there are more.
    """
    kernel = library.kernel()
    if kernel is None:
        from . import scanlines  # which the kernel has no use for

        return scanlines.runs(png, groups, limit)
    from . import native  # and the other way round

    return native.runs(kernel, png, groups, limit)
