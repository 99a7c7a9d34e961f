"""What an input may cost: 300 MB for one of 50 KB, whatever it is. The search in fuzz/cost.py found these kinds.

Each is made here, and read in a process of its own. Time is not asserted: a limit of processor time, far above what they
take, ends what hangs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from segmask.png.spec import SIGNATURE
from segmask.testing.writers import pngwriter
from support.archives import LABEL_MAP, LIST, SOUND, changed, zip_bytes

MASK: Final = "SegmentationClass/one.png"
MAIN: Final = "ImageSets/Main/default.txt"
XML: Final = "Annotations/one.xml"
MEGABYTES: Final = 300
_SECONDS: Final = 60


def alternating(size: int, row: bytes | None = None) -> bytes:
    """A mask of as many runs as pixels; or of other rows."""
    row = row or b"\0" + b"\0\1" * (size // 2)
    return SIGNATURE + b"".join(
        (
            pngwriter.chunk(b"IHDR", size.to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])),
            pngwriter.chunk(b"IDAT", zlib.compress(row * size, 9)),
            pngwriter.chunk(b"IEND", b""),
        )
    )


def masks_of(count: int, size: int, *, lists: int = 1, row: bytes | None = None) -> dict[str, bytes | str]:
    """Pairs of such masks, all of which each list names."""
    mask = alternating(size, row)
    folders = ("SegmentationClass", "SegmentationObject")
    ids = "".join(f"{number}\n" for number in range(count))
    return {
        **{f"{folder}/{number}.png": mask for folder in folders for number in range(count)},
        **{LIST.replace("default", f"list{number}"): ids for number in range(lists)},
    }


def with_bad_chunks(count: int) -> bytes:
    """A mask with empty chunks of a wrong checksum."""
    sound = SOUND[MASK]
    assert isinstance(sound, bytes)
    return sound[:33] + pngwriter.chunk(b"tEXt", b"", 1) * count + sound[33:]


ARCHIVES: Final[dict[str, Callable[[], dict[str, bytes | str]]]] = {
    "a mask of 16 million runs": lambda: {MASK: alternating(4_096)},
    "masks of a million runs": lambda: masks_of(6, 1_200),
    "one mask of a million runs in many lists": lambda: masks_of(1, 1_200, lists=200),
    "one mask of nothing in many lists": lambda: masks_of(1, 11_000, lists=200, row=bytes(11_001)),
    "many labels and many lists": lambda: {
        "labelmap.txt": "".join(f"l{number}:1,1,1::\n" for number in range(6_000)),
        **{LIST.replace("default", f"list{number}"): "one\n" for number in range(150)},
    },
    "chunks with a bad checksum": lambda: {MASK: with_bad_chunks(300_000)},
    "a label map of a million colons": lambda: {"labelmap.txt": ":\n" * 1_000_000},
    "a label map of colons in long lines": lambda: {"labelmap.txt": (":" * 60_000 + "\n") * 64},
    "a label map in an old code page": lambda: {"labelmap.txt": b"\xe9:0,0,0::\n" * 400_000},
    "a label of a million digits": lambda: {"labelmap.txt": f"a:{'9' * 1_000_000},0,0::\n"},
    "a list of one line": lambda: {LIST: "a" * 20_000_000},
    "a list that repeats itself": lambda: {LIST: "a\n" * 2_000_000},
    "ids of slashes": lambda: {LIST: "\n".join("x" + "/" * (60_000 - i) for i in range(60))},
    "XML a million deep": lambda: {MAIN: "one\n", XML: "<annotation>" + "<a>" * 1_300_000},
    "JSON a million deep": lambda: {"dataset_meta.json": "[" * 4_000_000},
    "a photo of nothing": lambda: {"JPEGImages/one.png": bytes(40_000_000)},
    "data sets by the hundred": lambda: {
        f"{i}/{name}": body for i in range(150) for name, body in (("labelmap.txt", LABEL_MAP), (LIST, "one\n"))
    },
}


def peak(*arguments: str | Path, native: str = "1") -> float:
    """Peak memory in MB of a command, which must not fail by itself; with the native kernel or ("0") without.

    Linux's ru_maxrss counts what the process was before it became another: the tests, with all that they hold.
    """
    code = "import pathlib, re, resource, sys\n"
    code += "resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]), int(sys.argv[1])))\n"
    code += "from segmask_cli.main import segmask\n"
    code += "try: segmask(sys.argv[2:])\n"
    code += "except SystemExit as end: assert end.code in (0, 1), end.code\n"
    if sys.platform == "darwin":
        code += "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10\n"
    else:
        code += "peak = re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1]\n"
    code += "sys.stderr.write(str(peak))"
    command = [sys.executable, "-c", code, str(_SECONDS), *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, env={**os.environ, "SEGMASK_NATIVE": native}
    )
    assert done.returncode == 0, done.stderr
    return int(done.stderr.rsplit("\n", 1)[-1]) / (1 << 10)


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
class TestFiftyKilobytes:
    @pytest.mark.parametrize("what", ARCHIVES)
    def test_archive(self, what: str, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(zip_bytes(changed(ARCHIVES[what]())))
        assert path.stat().st_size <= 50_000
        assert peak("validate", path, "--format", "json", "--jobs", "1", "-o", tmp_path / "a.json") < MEGABYTES

    @pytest.mark.parametrize("native", ["0", "1"])
    def test_a_mask_of_bits(self, native: str, tmp_path: Path) -> None:
        """16 million runs in pixels of a bit, eight of which are a byte."""
        row = b"\0" + b"\x55" * 512
        header = (4_096).to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
        parts = ((b"IHDR", header), (b"IDAT", zlib.compress(row * 4_096, 9)), (b"IEND", b""))
        mask = SIGNATURE + b"".join(pngwriter.chunk(*part) for part in parts)
        path = tmp_path / "a.zip"
        path.write_bytes(zip_bytes(changed({MASK: mask})))
        arguments = ("validate", path, "--format", "json", "--jobs", "1", "-o", tmp_path / "a.json")
        assert peak(*arguments, native=native) < MEGABYTES

    @pytest.mark.parametrize("side", [4_000, 11_000])
    def test_a_zigzag(self, side: int, tmp_path: Path) -> None:
        """Every edge crosses the whole image: refused where that is more than a mask that anybody reads."""
        points = [number for step in range(4_000) for number in ((step * 7) % side, side if step % 2 else 0)]
        points = [number for pair in zip(points[1::2], points[::2], strict=True) for number in pair]
        document = {
            "images": [{"id": 1, "file_name": "a.jpg", "width": side, "height": side}],
            "categories": [{"id": 1, "name": "car"}],
            "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "segmentation": [points]}],
        }
        path = tmp_path / "a.json"
        path.write_text(json.dumps(document, separators=(",", ":")))
        assert path.stat().st_size <= 50_000
        assert peak("export", path, "-o", tmp_path / "a.zip", "--jobs", "1") < MEGABYTES
        assert not (tmp_path / "a.zip").exists()
