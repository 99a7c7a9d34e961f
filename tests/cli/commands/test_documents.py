"""What export, import and show do alike: their outputs, and what they refuse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image as Pictures

from segmask import AnnotatedImage, Box
from segmask.formats import coco
from support import commands
from support.built import Build

EMPTY = "a path is empty: it would mean the working directory"


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
