"""Frames of a task from whatever people have at hand, with the sizes that CVAT shows."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from segmask_validate import Frame, TaskError
from segmask_validate.task.frames import read


def photo(width: int, height: int, turn: int | None = None) -> bytes:
    buffer, exif = io.BytesIO(), Image.Exif()
    if turn is not None:
        exif[274] = turn
    Image.new("RGB", (width, height)).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


FILES = {
    "b/x.JPG": photo(8, 6),
    "a.png": b"no image",
    "c.jpeg": photo(8, 6, turn=6),
    "notes.txt": b"",
    "__MACOSX/._a.png": b"",
    "._a.png": b"",
}
FRAMES = (Frame("a.png"), Frame("b/x.JPG", (8, 6)), Frame("c.jpeg", (6, 8)))


def test_a_folder(tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert read(str(tmp_path)).frames == FRAMES


def test_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "frames", "w") as packed:
        for name, data in FILES.items():
            packed.writestr(name, data)
    assert read(str(tmp_path / "frames")).frames == FRAMES


def test_a_manifest(tmp_path: Path) -> None:
    file = tmp_path / "manifest.jsonl"
    file.write_text('{"version":"1.1"}\n{"type":"images"}\n{"name":"a","extension":".jpg","width":3,"height":2}\n')
    assert read(str(file)).frames == (Frame("a.jpg", (3, 2)),)


def test_a_list(tmp_path: Path) -> None:
    file = tmp_path / "frames.txt"
    file.write_bytes(b"\xef\xbb\xbfb.jpg\r\n\r\n [a]/a.jpg \r\n")
    assert read(str(file)).frames == (Frame("b.jpg"), Frame("[a]/a.jpg"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"PK\x03\x04 cut off", "cannot be read|no zip|cut off|not a zip"), (b"\xff\xfe\x00", "no text in UTF-8"), (b"{}", "no manifest")],
)  # fmt: skip
def test_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    file = tmp_path / "frames"
    file.write_bytes(data)
    with pytest.raises(TaskError, match=reason):
        read(str(file))
