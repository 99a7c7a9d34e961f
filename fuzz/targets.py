"""What is fuzzed: functions of bytes that raise AssertionError where two implementations disagree."""

# pyright: reportMissingImports=false, reportCallIssue=false, reportArgumentType=false
from __future__ import annotations

import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import pycocotools.mask

from segmask import Limits, rules
from segmask.container.source import FileSource
from segmask.container.zip import ZipContainer
from segmask.mask.decode import decode
from segmask.native import library
from segmask.reporter import Reporter
from segmask.shapes.model import Polygon
from segmask.shapes.raster import rasterise
from support.archives import SOUND, zip_bytes
from support.mutations import masks

LIMITS: Final = Limits(pixels=1 << 18, member_bytes=1 << 20, ratio_bytes=1 << 20)
_REFUSED: Final = frozenset(
    [rules.ARCHIVE_BOMB, rules.OVER_LIMIT, rules.PATH_TOO_LONG, rules.DAMAGED_ARCHIVE, rules.NOT_AN_ARCHIVE]
)
_FOLDER: Final = Path(tempfile.mkdtemp())


def container(data: bytes) -> None:
    """Members that are read without a problem have the bytes that zipfile reads."""
    path = _FOLDER / f"{os.getpid()}.zip"
    path.write_bytes(data)
    found: list[Any] = []
    report = Reporter(found.append)
    with ZipContainer.open(FileSource(path), LIMITS, report) as opened:
        try:
            other = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, OverflowError):
            assert opened.is_unreadable, found
            return
        if any(problem.kind in _REFUSED for problem in found):
            return
        infos = {}
        for info in other.infolist():
            infos[info.header_offset, info.file_size, info.CRC, info.compress_size] = info
        for member in opened.members.values():
            problems: list[Any] = []
            ours = opened.read(member.path, Reporter(problems.append))
            info = infos[member.offset, member.size, member.crc, member.packed]
            with suppress(Exception):
                theirs = other.read(info)
                assert ours is None or ours == theirs, (member.name, "differs")
                continue
            assert ours is None or problems, (member.name, "is read here, and refused by zipfile")


def mask(data: bytes) -> None:
    """The colours of a mask are those that OpenCV decodes, which is what CVAT calls."""
    import cv2

    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return
    problems: list[Any] = []
    ours = decode(data, LIMITS, Reporter(problems.append))
    if ours is None or any(not problem.complete for problem in problems):
        return
    theirs = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if theirs is None:
        return
    theirs = theirs.astype(np.uint8).astype(np.int64)  # what is wider is taken modulo 256
    assert ours.is_color == (theirs.ndim == 3), "a colour for the one, grey for the other"
    if theirs.ndim == 3:
        theirs = theirs[:, :, 2] << 16 | theirs[:, :, 1] << 8 | theirs[:, :, 0]
    assert (ours.runs.to_dense() == theirs).all(), "the values differ"


def painting(data: bytes) -> None:
    """The pixels of a polygon are those of pycocotools."""
    if len(data) < 14:
        return
    width, height = 1 + data[0] % 64, 1 + data[1] % 64
    numbers = np.frombuffer(data[2 : 2 + (len(data) - 2) // 4 * 4], dtype="<i2").astype(np.float64) / 256
    points = numbers.reshape(-1, 2)
    if len(points) < 3:
        return
    rle = pycocotools.mask.frPyObjects([points.ravel().tolist()], height, width)
    theirs = pycocotools.mask.decode(rle)[:, :, 0].astype(bool)
    ours = rasterise(Polygon(points, "a"), width, height).to_dense(width, height)
    assert (ours == theirs).all(), (points.tolist(), width, height)


def kernel(data: bytes) -> None:
    """The kernel in C decodes a mask as numpy does, or both refuse it alike."""
    answers = []
    for is_native in (True, False):
        os.environ[library.VARIABLE] = "1" if is_native else "0"
        library.kernel.cache_clear()
        problems: list[Any] = []
        ours = decode(data, LIMITS, Reporter(problems.append))
        runs = None if ours is None else (ours.runs.values.tobytes(), ours.runs.starts.tobytes())
        answers.append((runs, [str(problem) for problem in problems]))
    assert answers[0] == answers[1], answers


def _zips() -> Iterator[bytes]:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield zip_bytes(SOUND, method)


def _polygons() -> Iterator[bytes]:
    for points in ([1, 1, 9, 1, 9, 9], [1.5, 1.5, 20, 3.25, 7, 30, 0, 4], [-5, -5, 70, 3, 10, 90]):
        yield bytes([31, 17]) + (np.array(points) * 256).astype("<i2").tobytes()
    yield bytes([63, 63]) + zlib.compress(bytes(range(200)))


TARGETS: Final[dict[str, tuple[Callable[[bytes], None], Callable[[], Iterator[bytes]]]]] = {
    "container": (container, _zips),
    "mask": (mask, lambda: iter(masks())),
    "painting": (painting, _polygons),
    "kernel": (kernel, lambda: iter(masks())),
}
"""Each target, and the inputs that it begins with."""
