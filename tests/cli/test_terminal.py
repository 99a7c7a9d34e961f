"""What all commands do alike at the terminal: failures are one line, which holds no secret of what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import commands
from support.archives import write_folder
from support.built import VALID, Build

URL = "https://me:SECRET@host/a.zip?X-Amz-Signature=SECRET"


@pytest.mark.parametrize(
    "words",
    [
        ["validate", f" {URL}"],
        ["validate", "https:/me:SECRET@host/a.zip"],
        ["validate", f"nope{URL}"],
        ["validate", f"nope{URL}", "--format", "json"],
        ["validate", "a.zip", "--task", URL],
        ["validate", "a.zip", "--output", f"{URL}/"],
        ["validate", "a.zip", "--report", URL],
        ["validate", "a.zip", "--cluster", URL],
        ["validate", "a.zip", f"--{URL}"],
        ["validate", "a.zip", "--jobs", URL],
        ["validate", "a.zip", "--select", URL],
        ["show", URL],
        ["show", "a.zip", URL],
        ["roundtrip", URL],
        ["export", URL, "-o", "b.zip"],
        ["import", "a.zip", "-o", URL],
        ["explain", URL],
        [URL],
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("here")
def test_no_secret_is_in_a_failure(build: Build, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    build()
    code, out, err = commands.segmask(capsys, *words)
    assert (code, err.count("\n")) == (2, 1)
    assert "SECRET" not in out + err


@pytest.mark.parametrize("output", ["set/labelmap.txt", "set/SegmentationClass/new.txt"])
@pytest.mark.parametrize("paths", [["set"], ["set/*.none"], ["a.zip"], ["none"]])
@pytest.mark.usefixtures("here")
def test_no_output_becomes_part_of_a_data_set(
    build: Build, capsys: pytest.CaptureFixture[str], paths: list[str], output: str
) -> None:
    """Whatever is read: a pattern that matches nothing there names it all the same."""
    build()
    write_folder(Path("set"), VALID)
    code, out, err = commands.segmask(capsys, "validate", *paths, "--output", output)
    assert (code, out) == (2, "")
    assert f"{output}: the output would " in err
    assert (Path("set") / "labelmap.txt").read_text() == VALID["labelmap.txt"]
    assert not Path("set/SegmentationClass/new.txt").exists()
