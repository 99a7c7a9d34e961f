"""Shapes check themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from segmask import (
    Box,
    Ellipse,
    Mask,
    Polygon,
)


class TestShapes:
    """Shapes check themselves."""

    @pytest.mark.parametrize(
        "make",
        [
            lambda: Polygon([(0, 0), (1, 1)], "a"),
            lambda: Polygon([(0, 0), (1, 1), (float("nan"), 2)], "a"),
            lambda: Box(0, 0, -1, 1, "a"),
            lambda: Box(float("inf"), 0, 1, 1, "a"),
            lambda: Ellipse(0, 0, 1, -1, "a"),
            lambda: Mask(np.ones(3, dtype=np.bool_), "a"),
        ],
    )
    def test_nonsense_is_refused(self, make: Any) -> None:
        with pytest.raises(ValueError):
            make()

    def test_points_cannot_be_changed(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            Polygon([(0, 0), (1, 1), (0, 1)], "a").points[0, 0] = 5
