"""Shapes as people draw them and as programs export them: in the image, over its edge, with fractions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from hypothesis import strategies as st

from segmask.shapes.model import Box, Ellipse, Mask, Polygon, Shape

from .textures import masks

_SMALL: Final = st.integers(1, 6)
_ROTATIONS: Final = st.sampled_from([0.0, 90.0, 45.0, 180.0, 30.0]) | st.floats(0, 360)
_Z_ORDERS: Final = st.sampled_from([0, 0, 0, 1, -1, 2])


@cache
def coordinates(limit: int) -> st.SearchStrategy[float]:
    """A coordinate in pixels, mostly from 0 to `limit`: whole, in tenths, beyond the edge, any. Shrinks to 0."""
    return st.one_of(
        st.integers(0, limit).map(float),
        st.integers(0, 10 * limit).map(lambda tenths: tenths / 10),
        st.integers(-limit, 2 * limit).map(float),
        st.floats(-limit, 2 * limit),
    )


@cache
def lengths(limit: int) -> st.SearchStrategy[float]:
    """A length in pixels, not negative. Shrinks to 1."""
    return st.integers(1, limit).map(float) | st.integers(0, 10 * limit).map(lambda tenths: tenths / 10)


@st.composite
def polygons(draw: st.DrawFn, *, labels: Sequence[str] = ("a",), limit: int = 8, max_points: int = 7) -> Polygon:
    """A polygon, which may cross itself, cover nothing or reach out of the image. Shrinks to a small triangle of whole numbers.

    Args:
        draw: given by hypothesis.
        labels: one of them is the label.
        limit: the far edge of the image that it is meant for, in pixels.
        max_points: how many points at most.
    """
    point = st.tuples(coordinates(limit), coordinates(limit))
    points = draw(st.lists(point, min_size=3, max_size=max_points))
    return Polygon(points, draw(st.sampled_from(labels)), z_order=draw(_Z_ORDERS))


@st.composite
def boxes(draw: st.DrawFn, *, labels: Sequence[str] = ("a",), limit: int = 8) -> Box:
    """A box, straight or rotated. Shrinks to a small one at the origin, not rotated.

    Args:
        draw: given by hypothesis.
        labels: one of them is the label.
        limit: the far edge of the image that it is meant for, in pixels.
    """
    x, y = draw(coordinates(limit)), draw(coordinates(limit))
    width, height = draw(lengths(limit)), draw(lengths(limit))
    label = draw(st.sampled_from(labels))
    return Box(x, y, width, height, label, rotation=draw(_ROTATIONS), z_order=draw(_Z_ORDERS))


@st.composite
def ellipses(draw: st.DrawFn, *, labels: Sequence[str] = ("a",), limit: int = 8) -> Ellipse:
    """An ellipse, straight or rotated. Shrinks to a small one at the origin, not rotated.

    Args:
        draw: given by hypothesis.
        labels: one of them is the label.
        limit: the far edge of the image that it is meant for, in pixels.
    """
    x, y = draw(coordinates(limit)), draw(coordinates(limit))
    rx, ry = draw(lengths(limit)), draw(lengths(limit))
    label = draw(st.sampled_from(labels))
    return Ellipse(x, y, rx, ry, label, rotation=draw(_ROTATIONS), z_order=draw(_Z_ORDERS))


@st.composite
def placed_masks(draw: st.DrawFn, *, labels: Sequence[str] = ("a",), limit: int = 8) -> Mask:
    """A mask of a few pixels somewhere. Shrinks to one pixel at the origin.

    Args:
        draw: given by hypothesis.
        labels: one of them is the label.
        limit: the far edge of the image that it is meant for, in pixels.
    """
    mask = draw(masks(heights=_SMALL, widths=_SMALL))
    places = st.integers(0, limit) | st.integers(-limit, limit)
    x, y, label = draw(places), draw(places), draw(st.sampled_from(labels))
    return Mask(mask if mask.any() else ~mask, label, x, y, z_order=draw(_Z_ORDERS))


@cache
def shapes(labels: tuple[str, ...], limit: int) -> st.SearchStrategy[Shape]:
    """A shape of any kind. Shrinks to a box."""
    return st.one_of(
        boxes(labels=labels, limit=limit),
        placed_masks(labels=labels, limit=limit),
        polygons(labels=labels, limit=limit),
        ellipses(labels=labels, limit=limit),
    )
