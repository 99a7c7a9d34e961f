"""What export, import and show do alike: their outputs, and what they refuse."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image as Pictures

from segmask import AnnotatedImage, Box
from segmask.formats import coco
from support import commands
from support.built import Build

EMPTY = "a path is empty: it would mean the working directory"


@pytest.fixture
def unpacked(build: Build, here: None) -> Path:
    """A sound data set as a folder, with a file that is none of its own."""
    folder = Path("folder")
    with zipfile.ZipFile(build()) as archive:
        archive.extractall(folder)
    (folder / "notes").mkdir()
    (folder / "notes" / "old.txt").write_text("mine")
    return folder


@pytest.mark.process
class TestPipe:
    """An output that is no file gets the document and nothing else: it may be the standard output."""

    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize(
        ("command", "file"),
        [("export a.json", "b.zip"), ("import a.zip --format coco", "b.json"), ("show a.zip", "b.png")],
    )
    def test_it_gets_what_a_file_gets(
        self,
        build: Build,
        capsys: pytest.CaptureFixture[str],
        command: str,
        file: str,
    ) -> None:
        build()
        coco.write("a.json", ["car"], [AnnotatedImage(name="one", width=9, height=9, shapes=[Box(1, 1, 5, 5, "car")])])
        Path("stdout").symlink_to("/dev/fd/1")  # as /dev/stdout, which a mistake would replace
        code, out, err = commands.segmask(capsys, *command.split(), "-o", file)
        assert (code, err) == (0, "")
        program = [sys.executable, "-m", "segmask_cli", *command.split(), "-o", "stdout"]
        done = subprocess.run(program, capture_output=True, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (0, Path(file).read_bytes())
        assert done.stderr.decode() == out.replace(file, "stdout")


class TestRefusals:
    @pytest.mark.process
    @pytest.mark.parametrize(
        "arguments", [("export",), ("export", "missing.json", "-o", "a.zip"), ("import", ".", "-o", "a.txt"), ("nope",)]
    )
    def test_bad_usage_is_2(self, arguments: tuple[str, ...]) -> None:
        command = [sys.executable, "-m", "segmask_cli", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)

    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("export", "", "-o", "a.zip"), EMPTY),
            (("export", "a.json", "-o", ""), "Invalid value for '-o' / '--output': the path is empty."),
            (("import", "", "-o", "a.json"), EMPTY),
            (("import", "a.zip", "-o", ""), "Invalid value for '-o' / '--output': the path is empty."),
            (("show", ""), EMPTY),
            (("show", "a.zip", "-o", ""), "Invalid value for '-o' / '--output': the path is empty."),
            (("show", "a.zip", "--images", ""), "Invalid value for '--images': Directory '' does not exist."),
        ],
    )
    def test_an_empty_path_is_not_the_working_directory(
        self,
        build: Build,
        capsys: pytest.CaptureFixture[str],
        arguments: tuple[str, ...],
        message: str,
    ) -> None:
        build()
        Path("a.json").write_text("{}")
        assert commands.segmask(capsys, *arguments) == (2, "", f"segmask: {message}\n")

    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize(
        ("arguments", "output"),
        [
            (("import", "a.zip", "--format", "coco"), "a.zip"),
            (("import", "link.zip", "--format", "cvat"), "a.zip"),
            (("export", "a.json"), "a.json"),
            (("show", "a.zip"), "a.zip"),
            (("show", "a.zip"), "link.zip"),
            (("show", "a.zip", "--images", "photos"), "photos/one.png"),
        ],
    )
    def test_an_output_does_not_replace_what_is_read(
        self,
        build: Build,
        capsys: pytest.CaptureFixture[str],
        arguments: tuple[str, ...],
        output: str,
    ) -> None:
        path = build()
        coco.write("a.json", ["car"], [AnnotatedImage(name="one", width=9, height=9, shapes=[Box(1, 1, 5, 5, "car")])])
        Path("link.zip").symlink_to(path)
        Path("photos").mkdir()
        Pictures.new("RGB", (16, 12)).save("photos/one.png")
        before = Path(output).read_bytes()
        assert commands.segmask(capsys, *arguments, "-o", output) == (
            2,
            "",
            f"segmask: {output}: the output would replace what is read\n",
        )
        assert Path(output).read_bytes() == before

    @pytest.mark.parametrize("command", [("validate",), ("roundtrip",), ("show",), ("import", "--format", "coco")])
    @pytest.mark.parametrize(
        "output",
        [
            "folder/labelmap.txt",
            "link/labelmap.txt",
            "folder/ImageSets/Segmentation/default.txt",
            "folder/notes/old.txt",
        ],
    )
    def test_an_output_does_not_replace_a_file_of_a_folder(
        self, unpacked: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], output: str
    ) -> None:
        Path("link").symlink_to(unpacked)
        before = Path(output).read_bytes()
        assert commands.segmask(capsys, *command, unpacked, "-o", output) == (
            2,
            "",
            f"segmask: {output}: the output would replace what is read\n",
        )
        assert Path(output).read_bytes() == before

    @pytest.mark.parametrize("output", ["SegmentationClass/new.png", "deep/LabelMap.txt", "dataset_meta.json"])
    def test_an_output_does_not_become_part_of_a_folder(
        self, unpacked: Path, capsys: pytest.CaptureFixture[str], output: str
    ) -> None:
        (unpacked / "deep").mkdir()
        target = unpacked / output
        assert commands.segmask(capsys, "show", unpacked, "-o", target) == (
            2,
            "",
            f"segmask: {target}: the output would be read as part of {unpacked}; write it elsewhere\n",
        )
        assert not target.exists()

    def test_a_new_report_may_stand_beside_a_data_set(self, unpacked: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert commands.segmask(capsys, "validate", unpacked, "-o", unpacked / "report.txt") == (0, "", "")
        assert "clean" in (unpacked / "report.txt").read_text()
