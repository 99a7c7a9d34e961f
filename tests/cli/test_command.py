"""Options that contradict each other, or would do nothing, are refused in one line; ``-`` is standard output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support import commands
from support.built import Build

pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("validate a.zip -o one -o two", "--output is given 2 times, and takes one value"),
        ("validate a.zip --format json --format text", "--format is given 2 times, and takes one value"),
        ("validate a.zip --report json=-", "text and json would both go to standard output; write one to a file"),
        ("import a.zip -o a.json --tolerance 2", "--tolerance belongs to --simplify tolerance"),
        ("import a.zip -o a.json --tolerance 2 --simplify exact", "--tolerance belongs to --simplify tolerance"),
        (
            "import a.zip -o a.json --masks --simplify exact",
            "--masks writes no polygons, which --simplify is about: leave out one of them",
        ),
        (
            "import a.zip -o - --format coco",
            "Invalid value for '-o' / '--output': '-' is standard output, and this is written to a file: name one.",
        ),
    ],
)
def test_refused(build: Build, capsys: pytest.CaptureFixture[str], words: str, told: str) -> None:
    build()
    assert commands.segmask(capsys, *words.split()) == (2, "", f"segmask: {told}\n")
    assert [path.name for path in Path().iterdir()] == ["a.zip"]


def test_what_may_be_given_often(build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    build()
    assert commands.segmask(capsys, *["validate", "a.zip", "-q", "-q", "--select", "GEO", "--select", "PNG"]) == (
        0,
        "",
        "",
    )


def test_standard_output(build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    build()
    plain = commands.segmask(capsys, "explain", "GEO001")
    assert commands.segmask(capsys, "explain", "GEO001", "-o", "-") == plain
    code, out, err = commands.segmask(capsys, *["validate", "a.zip", "-o", "a.txt", "--report", "json=-"])
    assert (code, err, json.loads(out)["archives"][0]["verdict"]) == (0, "", "clean")
    assert Path("a.txt").read_text(encoding="utf-8").startswith("a.zip: clean")


class TestListRules:
    @pytest.mark.parametrize("words", ["--list-rules --select GEO", "--select GEO --list-rules"])
    def test_some(self, capsys: pytest.CaptureFixture[str], words: str) -> None:
        code, out, err = commands.segmask_validate(capsys, *words.split())
        assert (code, [line[:6] for line in out.splitlines()], err) == (0, ["GEO001", "GEO002"], "")

    def test_with_an_archive(self, capsys: pytest.CaptureFixture[str]) -> None:
        told = "segmask-validate: --list-rules lists rules, and reads no archive: leave out one of them\n"
        assert commands.segmask_validate(capsys, "a.zip", "--list-rules") == (2, "", told)
