"""Pixel for pixel as CVAT paints: our export of a document against CVAT's, put together from the peer's own steps."""

from __future__ import annotations

import base64
import io
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from PIL import Image

from segmask_validate.conformance.program import Program
from support import commands
from support.profile import scaled

from . import drawings

SEEDS: Final = range(scaled(150))
SCRIPT: Final = Path(__file__).parent / "peer" / "paint_documents.py"
FOLDERS: Final = ("SegmentationClass", "SegmentationObject")

Masks = dict[str, list[str | None]]
"""Of each image the class and the object mask, as zlib's Base64 of RGB."""


@pytest.fixture(scope="module")
def cvat() -> Iterator[Callable[[Path], Masks]]:
    """What CVAT's exporter writes for a document."""
    with Program([os.environ["SEGMASK_PEER_PYTHON"], str(SCRIPT)], 300) as program:
        yield lambda path: json.loads(program.ask(json.dumps({"path": str(path)}).encode()))


def differing(path: Path, theirs: Masks) -> dict[str, int]:
    """How many pixels of each mask of an archive are not theirs; only of those where there are any."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        expected = {
            f"{folder}/{name}.png": mask for name, masks in theirs.items() for folder, mask in zip(FOLDERS, masks, strict=True)
        }  # fmt: skip
        written = {name for name in archive.namelist() if name.startswith(FOLDERS)}
        assert written == {name for name, mask in expected.items() if mask is not None}
        for name in written:
            mask = expected[name]
            assert mask is not None
            ours = np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB"))
            pixels = np.frombuffer(zlib.decompress(base64.b64decode(mask)), dtype=np.uint8).reshape(ours.shape)
            if count := int((pixels != ours).any(axis=2).sum()):
                found[name] = count
    return found


@pytest.mark.parametrize("document", [drawings.xml, drawings.coco], ids=["xml", "coco"])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_pixel_differs(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    cvat: Callable[[Path], Masks],
    document: Callable[[int], str],
    seed: int,
) -> None:
    path = tmp_path / ("a.json" if document is drawings.coco else "a.xml")
    path.write_text(document(seed), encoding="utf-8")
    code, _, err = commands.segmask(capsys, "export", path, "-o", tmp_path / "a.zip")
    assert (code, err) == (0, "")
    assert differing(tmp_path / "a.zip", cvat(path)) == {}
