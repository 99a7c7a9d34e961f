"""Ellipses as OpenCV draws them."""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pytest

from segmask.pixels.spans import area
from segmask.shapes.ellipse import REACH, fill_ellipse
from segmask.shapes.model import Ellipse
from segmask.shapes.raster import rasterise
from support.rasters import dense

# centre, radii, rotation, image (width, height), and the first half of the SHA-256 of the mask's packed bits, as
# cv2 4.11.0 drew it: cv2.ellipse(zeros, centre, radii, rotation, 0, 360, 255, thickness=-1) > 0
# fmt: off
ELLIPSES: Final = [
    ((0, 0), (0, 0), 0, (1, 1), "76be8b528d0075f7"),
    ((3, 3), (0, 0), 45, (8, 8), "01234566814cd2a2"),
    ((5, 5), (0, 4), 30, (12, 12), "34d1979d90bd2a5c"),
    ((5, 5), (4, 0), -30.5, (12, 12), "691ea3d672c5bfc0"),
    ((5, 5), (2, 2), 0, (12, 12), "b23138dc2b44a6dd"),
    ((5, 5), (3, 2), 29.5, (12, 12), "ff0d2ee4e265fc84"),
    ((20, 20), (9, 9), 10, (41, 41), "d1e92b5016b10675"),
    ((20, 20), (10, 9), 10, (41, 41), "fd637dd53d092a27"),
    ((20, 20), (14, 3), 77.5, (41, 41), "848b13ea506454af"),
    ((20, 20), (15, 3), 78.5, (41, 41), "e0b0a8863b1bcd1b"),
    ((50, 40), (40, 20), 0, (100, 80), "f2dd9efa04565bbe"),
    ((50, 40), (40, 20), 90, (100, 80), "8ade6ff102b782b3"),
    ((50, 40), (40, 20), 360, (100, 80), "f2dd9efa04565bbe"),
    ((50, 40), (40, 20), -725.25, (100, 80), "ad0fd2b76e5c8383"),
    ((50, 40), (49, 39), 123.4, (100, 80), "135bd7c7a4d75bda"),
    ((-1, 12), (1, 2), 692, (3, 24), "f052d96f31244e7b"),
    ((-1, 0), (8, 6), 29.5, (1, 97), "7acaad6570a29ce6"),
    ((0, 0), (60, 30), 33, (64, 48), "823ec9cae86a8db1"),
    ((63, 47), (60, 30), 33, (64, 48), "bdc3678bd31b03b0"),
    ((64, 48), (60, 30), 147, (64, 48), "95fe422aa2f89999"),
    ((-200, 20), (230, 40), 5, (64, 48), "848dd06ec9a81fa8"),
    ((300, -250), (400, 200), 140, (64, 48), "7f2a4c023e0dc22c"),
    ((1000, 1000), (2000, 1500), 12, (64, 48), "a292bc4a1d8d3caa"),
    ((70000, -70000), (99000, 99000), 45, (64, 48), "fc8f5cf3f3e486d8"),
    ((-1000000, 0), (1000020, 1000000), 0, (64, 48), "83ab9daf4df28730"),
    ((1000000000, 24), (999999990, 40), 0, (64, 48), "336485f27f21e63f"),
    ((960, 540), (900, 500), 17, (1920, 1080), "2686aeb89bc27941"),
    ((960, 540), (1500, 300), -61.7, (1920, 1080), "e655e285f57f880c"),
    ((86, 15), (107, 23), -560.1, (247, 17), "201d26f086e459d1"),
    ((72, 12), (183, 13), 446.2, (134, 136), "23e9b85fe63658ab"),
    ((91, -1), (181, 121), -662.8, (121, 120), "832cc224e4f86c25"),
    ((305, -50), (27, 107), 95.3, (205, 206), "726bfe701351500b"),
    ((-54, 7), (145, 93), -707.4, (197, 242), "f437559d1435852f"),
    ((53, 212), (129, 184), -287.5, (275, 223), "5a55ef8b4cf80876"),
    ((18, -4), (184, 111), 479.7, (216, 30), "adc0bb10226f2cd8"),
    ((7, 167), (98, 37), 304.8, (87, 255), "0a188c76827a5bc0"),
    ((1, 246), (192, 11), -481.7, (12, 193), "90558d1e3a0ecb9f"),
    ((154, 6), (126, 27), 527.7, (140, 22), "ca5c7c03f99daab2"),
    ((72, 202), (24, 98), -207.0, (220, 152), "2067647833781a67"),
    ((276, 92), (195, 114), -196.2, (248, 135), "4e3740f1e1633c31"),
]


class TestEllipses:
    """CVAT draws ellipses with OpenCV. `tests/interop` compares with OpenCV itself."""

    @pytest.mark.parametrize(("centre", "radii", "rotation", "size", "digest"), ELLIPSES)
    def test_as_opencv(
        self, centre: tuple[int, int], radii: tuple[int, int], rotation: float, size: tuple[int, int], digest: str
    ) -> None:
        mask = dense(Ellipse(*centre, *radii, "a", rotation), *size)
        assert hashlib.sha256(np.packbits(mask).tobytes()).hexdigest()[: len(digest)] == digest

    def test_rounds_halves_to_even(self) -> None:
        halves = dense(Ellipse(20.5, 21.5, 8.5, 9.5, "a"), 50, 50)
        assert np.array_equal(halves, dense(Ellipse(20, 22, 8, 10, "a"), 50, 50))

    def test_a_patch_is_tight(self) -> None:
        patch = fill_ellipse((10, 12), (3, 0), 0, 40, 40)
        assert patch is not None
        assert (patch.x, patch.y, patch.mask.tolist()) == (7, 12, [[True] * 7])

    @pytest.mark.parametrize("turns", [1e10, -1e12, 1e300])
    def test_enormous_rotations(self, turns: float) -> None:
        # OpenCV makes each of them the lowest 32-bit integer, which is -128 degrees.
        drawn = dense(Ellipse(30, 30, 20, 9, "a", turns), 60, 60)
        assert np.array_equal(drawn, dense(Ellipse(30, 30, 20, 9, "a", -128), 60, 60))

    def test_huge_radii_cost_nothing(self) -> None:
        assert area(rasterise(Ellipse(0, 0, REACH, REACH, "a", 33), 64, 48)) == 64 * 48

    @pytest.mark.parametrize(
        ("centre", "radii", "match"), [((0, 0), (-1, 1), "negative"), ((0, REACH + 1), (1, 1), "within")]
    )
    def test_what_cannot_be_drawn(self, centre: tuple[int, int], radii: tuple[int, int], match: str) -> None:
        with pytest.raises(ValueError, match=match):
            fill_ellipse(centre, radii, 0, 10, 10)
