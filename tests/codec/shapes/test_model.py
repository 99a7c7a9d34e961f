"""Shapes check themselves."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from segmask import (
    Box,
    Ellipse,
    Mask,
    Polygon,
)
from segmask.pixels.box import Box as PixelBox
from segmask.pixels.spans import ColumnSpans
from segmask.shapes.model import EncodedMask
from segmask.shapes.raster import rasterise


class TestShapes:
    """Shapes check themselves."""

    @pytest.mark.parametrize(
        ("make", "said"),
        [
            (lambda: Polygon([(0, 0), (1, 1)], "a"), "a polygon needs three points or more"),
            (lambda: Polygon([(0, 0), (1, 1), (float("nan"), 2)], "a"), "all of them finite"),
            (lambda: Box(0, 0, -1, 1, "a"), "a box has no negative size"),
            (lambda: Box(float("inf"), 0, 1, 1, "a"), "coordinates must be finite"),
            (lambda: Ellipse(0, 0, 1, -1, "a"), "an ellipse has no negative radius"),
            (lambda: Mask(np.ones(3, dtype=np.bool_), "a"), "a mask has two dimensions"),
        ],
    )
    def test_nonsense_is_refused(self, make: Any, said: str) -> None:
        with pytest.raises(ValueError, match=said):
            make()

    def test_points_cannot_be_changed(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            Polygon([(0, 0), (1, 1), (0, 1)], "a").points[0, 0] = 5


def encoded() -> EncodedMask:
    """Two pixels, one below the other, in an image of 4x3."""
    return EncodedMask.of("a", PixelBox(1, 1, 1, 2), np.array([0, 2]), ColumnSpans(np.array([4]), np.array([6])), 3)


class TestEncodedMask:
    """A mask known as runs is a mask like any other."""

    def test_the_array_is_made_when_it_is_asked_for(self) -> None:
        mask = encoded()
        assert isinstance(mask, Mask)
        assert mask.mask.tolist() == [[True], [True]]
        assert mask.mask is mask.mask
        assert (mask.label, mask.x, mask.y, mask.group, mask.z_order) == ("a", 1, 1, 0, 0)

    @pytest.mark.parametrize(("width", "height"), [(4, 4), (4, 2), (1, 3), (5, 3), (2, 3)])
    def test_rasterised_like_its_array_in_images_of_any_size(self, width: int, height: int) -> None:
        found = rasterise(encoded(), width, height)
        plain = rasterise(Mask(np.ones((2, 1), dtype=np.bool_), "a", 1, 1), width, height)
        assert np.array_equal(found.to_dense(width, height), plain.to_dense(width, height))

    @pytest.mark.parametrize(
        "copied", [copy.copy, copy.deepcopy, lambda mask: pickle.loads(pickle.dumps(mask)), replace]
    )
    def test_a_copy_has_the_array(self, copied: Callable[[EncodedMask], EncodedMask]) -> None:
        mask = copied(encoded())
        assert mask.mask.tolist() == [[True], [True]]
        assert (mask.label, mask.x, mask.y) == ("a", 1, 1)
        assert np.array_equal(rasterise(mask, 4, 3).to_dense(4, 3), rasterise(encoded(), 4, 3).to_dense(4, 3))

    def test_it_has_nothing_else(self) -> None:
        with pytest.raises(AttributeError, match="points"):
            encoded().points  # noqa: B018 - which raises
