"""``segmask roundtrip``: what survives, what differs, what is refused; exit codes and lines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import segmask
from segmask import AnnotatedImage, Box
from segmask.compare import roundtrip
from support import commands
from support.archives import CLASSES, LABEL_COLORS, LIST, changed, rgb, write_folder, write_zip


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> commands.Result:
    return commands.segmask(capsys, "roundtrip", *arguments)


class TestSurvives:
    """Archives that CVAT imports survive, whatever CVAT loses of them."""

    def test_zips_and_folders(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        one, two = write_zip(tmp_path / "a.zip", changed({})), write_folder(tmp_path / "folder", changed({}))
        line = "1 image, 2 instances, 80 pixels compared: survives"
        assert run(capsys, one, two) == (0, f"{one}: {line}\n{two}: {line}\n", "")

    @pytest.mark.parametrize(
        ("changes", "counts"),
        [
            ({"SegmentationObject/one.png": None}, "1 image, 3 instances, 80 pixels"),  # the background is one
            (
                {"labelmap.txt": "background:0,0,0:x:\ncar:128,0,0::run\nroad:0,128,0::\n"},
                "1 image, 2 instances, 80 pixels",
            ),
            (
                {"SegmentationClass/two.png": rgb(CLASSES, LABEL_COLORS)},
                "1 image, 2 instances, 80 pixels",
            ),  # not listed
            ({LIST: "one\ntwo\n"}, "2 images, 2 instances, 80 pixels"),  # listed, without masks
            (
                {"SegmentationClass/one.png": rgb(CLASSES[:1], LABEL_COLORS)},
                "1 image, 2 instances, 80 pixels",
            ),  # broadcast
        ],
    )
    def test_in_cvats_view(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, str | bytes | None], counts: str
    ) -> None:
        if "SegmentationClass/one.png" in changes:
            changes["labelmap.txt"] = "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\n"
        path = write_zip(tmp_path / "a.zip", changed(changes))
        assert run(capsys, path) == (0, f"{path}: {counts} compared: survives\n", "")

    @pytest.mark.parametrize("objects", [True, False])
    def test_a_label_map_without_background(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], objects: bool
    ) -> None:
        changes: dict[str, str | bytes | None] = {
            "labelmap.txt": "sky:0,0,64::\ncar:128,0,0::\nroad:0,128,0::\n",
            "SegmentationClass/one.png": rgb(CLASSES, [(0, 0, 64), *LABEL_COLORS[1:]]),
        }
        if not objects:
            changes["SegmentationObject/one.png"] = None
        path = write_zip(tmp_path / "a.zip", changed(changes))
        line = f"1 image, {2 if objects else 3} instances, 80 pixels compared: survives"
        assert run(capsys, path) == (0, f"{path}: {line}\n", "")


class TestDiffers:
    """What is not as it was is drawn; the exit code is 1, and the next archive is looked at all the same."""

    def test_a_writer_that_moves_an_instance(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write_zip(tmp_path / "a.zip", changed({}))

        def elsewhere(target: Path, *_: object, **__: object) -> None:
            image = AnnotatedImage(
                name="one", width=10, height=8, shapes=[Box(1, 1, 4, 4, "car"), Box(5, 4, 4, 4, "road")]
            )
            original(target, [image])

        original = segmask.write
        monkeypatch.setattr(segmask, "write", elsewhere)
        code, out, err = run(capsys, path, path)
        assert (code, err) == (1, "")
        assert out.startswith(f"{path}: 1 image, 2 instances, 80 pixels compared: differs\n  image 'one': ")
        assert "    shifted: 'road' of 16 pixels at x 5, y 3 by x +0, y +1\n" in out
        assert out.count(": differs\n") == 2

    def test_long_differences_are_cut_short(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = roundtrip.RoundTrip(images=1, instances=0, pixels=0, differences=["a\x1b"] * 70)
        monkeypatch.setattr(roundtrip, "round_trip", lambda *_, **__: found)
        path = write_zip(tmp_path / "a.zip", changed({}))
        code, out, _ = run(capsys, path)
        lines = out.splitlines()
        assert (code, len(lines), lines[1], lines[-1]) == (1, 62, "  a\\x1b", "  and 10 more lines")


class TestRefused:
    """What CVAT rejects, what a limit forbids, what cannot be written: one line each, exit code 1."""

    def test_what_cvat_rejects(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = write_zip(
            tmp_path / "a.zip", changed({"SegmentationClass/one.png": rgb(CLASSES, [(0, 0, 0), (1, 2, 3), (4, 5, 6)])})
        )
        code, out, err = run(capsys, path)
        assert (code, err, out.count("\n")) == (1, "", 1)
        assert out.startswith(f"{path}: refused: SegmentationClass/one.png: PNG004 undeclared-color: Undeclared color")

    def test_what_is_no_archive(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "a\x1b.zip"
        path.write_bytes(b"nothing")
        code, out, _ = run(capsys, path)
        assert (code, out.count("\n")) == (1, 1)
        assert "\\x1b.zip: refused: ZIP" in out

    def test_a_limit(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = write_zip(tmp_path / "a.zip", changed({}))
        code, out, _ = run(capsys, "--max-pixels", "79", path)
        assert (code, out.count("\n")) == (1, 1)
        assert "PNG019 mask-over-limit: 10x8 pixels, more than the 79 that are read" in out

    def test_an_id_in_two_lists(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = write_zip(tmp_path / "a.zip", changed({"ImageSets/Segmentation/val.txt": "one\n"}))
        assert run(capsys, path) == (1, f"{path}: cannot be written: the image 'one' comes twice: rename one\n", "")


class TestUsage:
    """A path that is not there is bad usage; ``--help`` waits for nothing."""

    def test_no_such_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "none.zip"
        assert run(capsys, path) == (2, "", f"segmask: {path}: no such file or folder\n")

    def test_an_empty_path_is_not_the_working_directory(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(write_folder(tmp_path / "folder", changed({})))
        message = "segmask: a path is empty: it would mean the working directory\n"
        assert run(capsys, "") == (2, "", message)

    def test_no_archive(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(capsys)[0] == 2

    @pytest.mark.process
    def test_help_imports_no_numpy(self) -> None:
        code = (
            "import sys\nfrom segmask_cli import main\n"
            "try:\n    main.segmask(['roundtrip', '--help'])\n"
            "except SystemExit as end:\n    print(end.code, {'numpy', 'hypothesis'} & set(sys.modules))\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.endswith("0 set()\n")

    @pytest.mark.process
    def test_needs_no_hypothesis(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", changed({}))
        code = (
            "import sys; sys.modules['hypothesis'] = None\nfrom segmask_cli import main\n"
            f"main.segmask(['roundtrip', {str(path)!r}])\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.endswith(": survives\n")
