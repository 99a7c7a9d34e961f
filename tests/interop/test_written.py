"""What we write, the peer reads: the same items, labels, objects and pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import segmask
from segmask import AnnotatedImage, Box, Ellipse, Mask, Polygon
from segmask.png.encode import Mode
from segmask.shapes.model import Shape

from .compare import difference
from .conftest import AskPeer

MODES: list[Mode] = ["rgb", "palette", "grey"]
LABELS = ["car", "road", "tree", "ä b"]


def shape(random: np.random.Generator) -> Shape:
    label, group, z_order = str(random.choice(LABELS)), int(random.integers(3)), int(random.integers(-1, 2))
    x, y = random.uniform(-5, 60, 2).round(1).tolist()
    width, height = random.uniform(1, 30, 2).round(1).tolist()
    match random.integers(4):
        case 0:
            return Polygon(random.uniform(-5, 70, (int(random.integers(3, 9)), 2)).round(2), label, group, z_order)
        case 1:
            return Box(x, y, width, height, label, float(random.choice([0, 30, 90])), group, z_order)
        case 2:
            return Ellipse(x, y, width, height, label, float(random.choice([0, 45])), group, z_order)
        case _:
            return Mask(random.random((9, 7)) < 0.7, label, int(x), int(y), group, z_order)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("seed", range(12))
def test_written_archives(tmp_path: Path, peer: AskPeer, mode: Mode, seed: int) -> None:
    random = np.random.default_rng(seed)
    images = [
        AnnotatedImage(
            name=f"folder/{number}" if number % 2 else str(number),
            width=int(random.integers(20, 70)),
            height=int(random.integers(20, 70)),
            shapes=[shape(random) for _ in range(int(random.integers(7)))],
            subset=("default", "train")[number % 2],
        )
        for number in range(4)
    ]
    segmask.write(tmp_path / "a.zip", images, labelmap=LABELS, mode=mode)
    assert not difference(tmp_path / "a.zip", peer(tmp_path / "a.zip"))
