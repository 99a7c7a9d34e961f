"""Seeded data sets for the benchmarks: scenes of instances, written as CVAT and as other encoders write them.

Blobs are outlines as annotators draw them; stars are spiky all around and have three times the runs: the hard case.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from PIL import Image, ImageDraw

from segmask import VOC_COLORS
from segmask._support.arrays import ByteArray, FloatArray

Indices = ByteArray
Shape = Literal["blobs", "stars"]
Encoder = Literal["cvat", "pillow", "interlaced"]
Mode = Literal["rgb", "grey", "palette"]

LABELS: Final = 5
_CORNERS: Final = 40
_ADAM7: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_COLOR_TYPES: Final = {"grey": 0, "rgb": 2, "palette": 3}
_PALETTE: Final = np.array(VOC_COLORS, dtype=np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """What to generate.

    Attributes:
        width: columns in pixels.
        height: rows.
        instances: instances of an image.
        shape: how they are outlined.
        mode: what class masks and object masks hold.
        encoder: ``cvat`` filters every row Sub and packs it as OpenCV does, to the same bytes; ``pillow`` is Pillow, by which
            imageio writes too: it filters the rows of colours in four ways, and those of palette indices not at all;
            ``interlaced`` is ``cvat`` in seven passes.
        seed: equal seeds give equal bytes, up to Pillow's version.
    """

    width: int = 1920
    height: int = 1080
    instances: int = 30
    shape: Shape = "blobs"
    mode: Mode = "rgb"
    encoder: Encoder = "cvat"
    seed: int = 0

    def scenes(self) -> Iterator[tuple[Indices, Indices]]:
        """(label indices, object indices), (H, W) each, without end."""
        rng = np.random.default_rng(self.seed)
        while True:
            yield self._scene(rng)

    def _scene(self, rng: np.random.Generator) -> tuple[Indices, Indices]:
        size = self.width, self.height
        classes, objects = Image.new("L", size), Image.new("L", size)
        scale = (self.width * self.height / (1920 * 1080)) ** 0.5
        for number in range(1, self.instances + 1):
            points = rng.uniform((0, 0), size) + _outline(rng, self.shape) * scale
            corners = [(float(x), float(y)) for x, y in points]
            ImageDraw.Draw(objects).polygon(corners, fill=number)
            ImageDraw.Draw(classes).polygon(corners, fill=1 + number % LABELS)
        return np.asarray(classes), np.asarray(objects)

    def write(self, path: Path, images: int) -> None:
        """Writes a zip with that many images."""
        labels = "".join(f"label{n}:{','.join(map(str, VOC_COLORS[n]))}::\n" for n in range(1, LABELS + 1))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("labelmap.txt", f"# label:color_rgb:parts:actions\nbackground:0,0,0::\n{labels}")
            archive.writestr("ImageSets/Segmentation/default.txt", "".join(f"image{n}\n" for n in range(images)))
            for number, (classes, objects) in zip(range(images), self.scenes(), strict=False):
                archive.writestr(f"SegmentationClass/image{number}.png", encode(classes, self.mode, self.encoder))
                archive.writestr(f"SegmentationObject/image{number}.png", encode(objects, self.mode, self.encoder))


def _outline(rng: np.random.Generator, shape: Shape) -> FloatArray:
    """(N, 2) corners around the origin, for 1080p."""
    if shape == "stars":
        angles = np.sort(rng.uniform(0, 2 * np.pi, _CORNERS))
        radii = rng.uniform(40, 200, _CORNERS)
    else:
        angles = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
        bumps = 0.2 * np.cos(2 * angles + rng.uniform(0, 6)) + 0.1 * np.cos(3 * angles + rng.uniform(0, 6))
        radii = rng.uniform(40, 200) * (1 + bumps + 0.05 * rng.uniform(-1, 1, _CORNERS))
    return np.stack((np.cos(angles), np.sin(angles)), axis=1) * radii[:, np.newaxis]


def encode(indices: Indices, mode: Mode, encoder: Encoder) -> bytes:
    """A PNG of (H, W) indices."""
    pixels = _PALETTE[indices] if mode == "rgb" else indices
    if encoder == "pillow":
        image = Image.fromarray(pixels)
        if mode == "palette":
            image.putpalette(_PALETTE.tobytes())
        stream = io.BytesIO()
        image.save(stream, "PNG")
        return stream.getvalue()
    height, width = indices.shape
    interlaced = encoder == "interlaced"
    parts = [pixels[y::dy, x::dx] for x, y, dx, dy in _ADAM7] if interlaced else [pixels]
    rows = b"".join(_scanlines(part) for part in parts if part.size)
    engine = zlib.compressobj(1, zlib.DEFLATED, 15, 8, zlib.Z_RLE)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPES[mode], 0, 0, interlaced)),
        (b"IDAT", engine.compress(rows) + engine.flush()),
        (b"IEND", b""),
    ]
    if mode == "palette":
        chunks.insert(1, (b"PLTE", _PALETTE.tobytes()))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def _scanlines(pixels: Indices) -> bytes:
    rows = pixels.reshape(*pixels.shape[:2], -1).copy()
    rows[:, 1:] -= rows[:, :-1].copy()
    flat = rows.reshape(len(rows), -1)
    return np.concatenate((np.full((len(flat), 1), 1, dtype=np.uint8), flat), axis=1).tobytes()
