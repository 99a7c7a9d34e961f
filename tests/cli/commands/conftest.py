"""A document with every kind of shape."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from segmask import AnnotatedImage, Box, Ellipse, Label, Mask, Polygon
from segmask._support.arrays import BoolArray
from segmask.formats import cvatxml

STAR = [(20, 2), (25, 15), (38, 15), (28, 24), (32, 38), (20, 29), (8, 38), (12, 24), (2, 15), (15, 15)]


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """A CVAT document with every kind of shape, and things that masks cannot hold."""
    hole: BoolArray = np.ones((9, 9), dtype=np.bool_)
    hole[3:6, 3:6] = False
    images = [
        AnnotatedImage(
            name="street/one",
            width=60,
            height=50,
            shapes=[
                Polygon(STAR, "car"),
                Box(30, 30, 20.5, 9.25, "road", rotation=30.0, z_order=1),
                Ellipse(48, 12, 9, 6, "tree", rotation=20.0),
                Mask(hole, "car", 2, 40, group=5),
                Polygon([(50, 40), (58, 41), (55, 49)], "car", group=5),
            ],
        ),
        AnnotatedImage(name="two", width=30, height=20, shapes=[Box(0, 0, 30, 20, "road"), Box(0, 0, 30, 20, "car")]),
        AnnotatedImage(name="three", width=30, height=20),
    ]
    path = tmp_path / "drawn.xml"
    labels = [Label("car", (200, 0, 0)), Label("road", (0, 200, 0)), Label("tree", (0, 0, 200))]
    cvatxml.write(path, labels, images)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("</image>", '<tag label="car" source="manual"></tag></image>', 1), encoding="utf-8")
    return path
