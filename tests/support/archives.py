"""Archives for the tests: a small sound one, changes to it, as a zip or as a folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

import segmask
from segmask import VOC_COLORS, Limits
from segmask._support.arrays import IntArray
from segmask.limits import DEFAULT_LIMITS
from segmask.testing.writers import pngwriter
from support.problems import Problems

Content = bytes | str
Members = Mapping[str, Content] | Sequence[tuple[str, Content]]
Array = npt.NDArray[np.generic]

LABEL_MAP: Final = "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\n"
LABEL_COLORS: Final = ((0, 0, 0), (128, 0, 0), (0, 128, 0))
LIST: Final = "ImageSets/Segmentation/default.txt"


def paint(indices: Array, colors: Iterable[tuple[int, int, int]] = VOC_COLORS) -> Array:
    """(H, W, 3) colours of an (H, W) array of indices."""
    return np.array(list(colors), dtype=np.uint8)[indices.astype(np.int64)]


def rgb(indices: Array, colors: Iterable[tuple[int, int, int]] = VOC_COLORS) -> bytes:
    """RGB PNG of indices, painted."""
    return pngwriter.write(paint(indices, colors), color_type=pngwriter.RGB)


def grey(indices: Array, depth: int = 8) -> bytes:
    """Grey PNG of indices."""
    return pngwriter.write(indices, color_type=pngwriter.GREY, depth=depth)


def blocks(*placed: tuple[int, slice, slice], size: tuple[int, int] = (8, 10)) -> IntArray:
    """An array of zeros with (value, rows, columns) blocks."""
    mask = np.zeros(size, dtype=np.int64)
    for value, rows, columns in placed:
        mask[rows, columns] = value
    return mask


CLASSES: Final = blocks((1, slice(1, 5), slice(1, 5)), (2, slice(3, 7), slice(5, 9)))
OBJECTS: Final = blocks((1, slice(1, 5), slice(1, 5)), (2, slice(3, 7), slice(5, 9)))
SOUND: Final[dict[str, Content]] = {
    "labelmap.txt": LABEL_MAP,
    LIST: "one\n",
    "SegmentationClass/one.png": rgb(CLASSES, LABEL_COLORS),
    "SegmentationObject/one.png": rgb(OBJECTS),
}
"""A member a path; nothing is wrong with it."""


def changed(changes: Mapping[str, Content | None], root: str = "") -> dict[str, Content]:
    """The sound archive with members replaced, added, or (None) left out, below a root."""
    members = {**SOUND, **changes}
    return {f"{root}{name}": content for name, content in members.items() if content is not None}


def zip_bytes(members: Members, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of members; of pairs, so that a name may come twice."""
    pairs = members.items() if isinstance(members, Mapping) else members
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in pairs:
            info = zipfile.ZipInfo(name)
            info.compress_type = compression
            archive.writestr(info, content)
    return stream.getvalue()


def write_zip(path: Path, members: Members, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Writes a zip; returns its path."""
    path.write_bytes(zip_bytes(members, compression))
    return path


def write_folder(folder: Path, members: Mapping[str, Content]) -> Path:
    """Writes members as files; returns the folder."""
    for name, content in members.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def problems_of(path: Path, limits: Limits = DEFAULT_LIMITS) -> Problems:
    """What reading an archive to its end within limits hands over."""
    problems = Problems()
    with segmask.open(path, on_problem=problems, limits=limits) as archive:
        list(archive)
    return problems


def instances_of(path: Path) -> dict[str, list[tuple[str, bytes]]]:
    """Label and pixels of every instance but the background's, by image, whatever is wrong with the archive."""
    with segmask.open(path, on_problem=lambda _: None) as archive:
        return {
            image.name: sorted(
                (each.label, each.mask().tobytes()) for each in image.instances if not each.is_background
            )
            for image in archive
        }
