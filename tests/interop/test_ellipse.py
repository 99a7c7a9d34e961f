"""Ellipses against OpenCV itself, in the peer's environment."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from typing import Final

import numpy as np
import pytest

from segmask.shapes.ellipse import fill_ellipse
from support.profile import scaled

PEER: Final = os.environ.get("SEGMASK_PEER_PYTHON", "")
pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(not PEER, reason="SEGMASK_PEER_PYTHON names no Python with OpenCV"),
]

Case = tuple[tuple[int, int], tuple[int, int], float, int, int]

# A JSON list of cases on stdin; on stdout the SHA-256 of each mask's packed bits.
DRAW: Final = """
import hashlib, json, sys
import cv2, numpy
digests = []
for centre, radii, rotation, width, height in json.load(sys.stdin):
    image = numpy.zeros((height, width), dtype=numpy.uint8)
    cv2.ellipse(image, centre, radii, rotation, 0, 360, 255, thickness=-1)
    digests.append(hashlib.sha256(numpy.packbits(image > 0).tobytes()).hexdigest())
json.dump(digests, sys.stdout)
"""


def anywhere(random: np.random.Generator) -> Case:
    """Small and large ellipses around images of 1x1 to 400x400."""
    width, height = (int(random.integers(1, limit)) for limit in random.choice([5, 40, 400], 2))
    centre = [int(random.integers(-side, 2 * side)) for side in (width, height)]
    radii = [int(random.integers(limit)) for limit in random.choice([4, 20, 100, 2000], 2)]
    return (centre[0], centre[1]), (radii[0], radii[1]), rotation(random), width, height


def inside(random: np.random.Generator) -> Case:
    """Ellipses as people draw them, in images of 640x480."""
    centre, radii = random.integers((640, 480)).tolist(), random.integers(200, size=2).tolist()
    return (centre[0], centre[1]), (radii[0], radii[1]), rotation(random), 640, 480


def far_away(random: np.random.Generator) -> Case:
    """Huge ellipses whose outlines pass near the image."""
    far = 10 ** int(random.integers(3, 7))
    centre = random.integers(-far, far, 2).tolist()
    distance = int(np.hypot(*centre))
    radii = [max(distance + int(random.integers(-200, 200)), 0) for _ in range(2)]
    return (centre[0], centre[1]), (radii[0], radii[1]), rotation(random), 200, 150


def tiny(random: np.random.Generator) -> Case:
    """Ellipses of some pixels on images of some pixels: each shape of the outline's ends, cut at each border."""
    centre, radii = random.integers(-6, 9, 2).tolist(), random.integers(18, size=2).tolist()
    width, height = random.integers(1, 5, 2).tolist()
    return (centre[0], centre[1]), (radii[0], radii[1]), rotation(random), width, height


def rotation(random: np.random.Generator) -> float:
    """Degrees: right angles, halves, more than a turn."""
    anything, whole = float(random.uniform(-1000, 1000)), float(random.integers(-400, 400))
    return float(random.choice([0.0, 90.0, -180.0, 360.0, 29.5, 30.5, anything, whole]))


def digest(case: Case) -> str:
    """SHA-256 of the mask's packed bits."""
    centre, radii, degrees, width, height = case
    image = np.zeros((height, width), dtype=np.bool_)
    patch = fill_ellipse(centre, radii, degrees, width, height)
    if patch is not None:
        rows, columns = patch.mask.shape
        image[patch.y : patch.y + rows, patch.x : patch.x + columns] = patch.mask
    return hashlib.sha256(np.packbits(image).tobytes()).hexdigest()


@pytest.mark.parametrize("kind", [anywhere, inside, far_away, tiny])
def test_every_pixel_is_opencvs(kind) -> None:
    random = np.random.default_rng(2024)
    cases: list[Case] = [kind(random) for _ in range(scaled(250))]
    drawn = subprocess.run(
        [PEER, "-c", DRAW], input=json.dumps(cases), capture_output=True, text=True, check=True, timeout=600
    )
    expected = json.loads(drawn.stdout)
    assert len(expected) == len(cases)
    assert [case for case, theirs in zip(cases, expected, strict=True) if digest(case) != theirs] == []
