"""Annotated images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hypothesis import strategies as st

from segmask.shapes.model import AnnotatedImage, Shape

from .shapes import polygons, shapes

_STEMS: Final = ("image", "dir/image", "a b.c ", "Ünïcode-画", "cafe\u0301-")
_SUBSETS: Final = ("default", "train", "val 2")
_FEW: Final = 2


def image_names() -> st.SearchStrategy[str]:
    """An image id, at times in a folder. Shrinks to ``image1``."""
    return st.builds("{}{}".format, st.sampled_from(_STEMS), st.integers(1, 999))


@st.composite
def annotated_images(
    draw: st.DrawFn, *, labels: Sequence[str] = ("a", "b", "c"), max_side: int = 10, max_shapes: int = 4
) -> AnnotatedImage:
    """An image with shapes of every kind over each other: groups, z-orders, some covered, some outside.

    Shrinks to ``image1`` in the subset ``default``, one pixel, no shape.

    Args:
        draw: given by hypothesis.
        labels: of the shapes.
        max_side: most columns and rows.
        max_shapes: how many shapes at most, where a group counts as one.
    """
    width, height = draw(st.integers(1, max_side)), draw(st.integers(1, max_side))
    drawn: list[Shape] = []
    grouped = st.sampled_from([False, False, False, True])  # drawn with its shape, so that both go away together
    kinds = st.tuples(grouped, shapes(tuple(labels), max_side))
    for number, (is_grouped, shape) in enumerate(draw(st.lists(kinds, max_size=max_shapes)), 1):
        group = number if is_grouped else 0
        drawn.append(replace(shape, group=group))
        if group:
            more = draw(st.lists(polygons(labels=labels, limit=max_side), max_size=_FEW))
            drawn.extend(replace(polygon, group=group) for polygon in more)
    return AnnotatedImage(
        name=draw(image_names()), width=width, height=height, shapes=drawn, subset=draw(st.sampled_from(_SUBSETS))
    )
