"""What the README and the pages of the documentation tell to type can be typed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from segmask import AnnotatedImage, Box
from segmask.formats import coco
from segmask_cli.commands.validate import standalone
from segmask_cli.main import command_of
from support.archives import changed, write_zip

ROOT: Final = Path(__file__).parents[1]
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES: Final = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LINES: Final = 190
"""Of the README, at most."""


def console(page: str) -> list[str]:
    """Commands of a page's console blocks, without their comments."""
    blocks = re.findall(r"^```console\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    return [line[2:].partition(" #")[0].strip() for block in blocks for line in block.splitlines() if line[:2] == "$ "]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the README's commands find."""
    for name in ("a.zip", "data/one.zip", "data/two.zip"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_zip(tmp_path / name, changed({}))
    image = AnnotatedImage(name="one", width=20, height=20, shapes=[Box(2, 2, 9, 9, "car")])
    coco.write(tmp_path / "annotations.json", ["car"], [image])
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    programs = tmp_path / "bin"
    programs.mkdir()
    mains = {"segmask": "segmask_cli.main:segmask", "segmask-validate": "segmask_cli.main:segmask_validate", "pytest": "pytest:main"}  # fmt: skip
    for program, place in mains.items():
        module, function = place.split(":")
        text = f"#!{sys.executable}\nimport sys\nfrom {module} import {function}\nif __name__ == '__main__':\n    sys.exit({function}())\n"
        (programs / program).write_text(text)
        (programs / program).chmod(0o755)
    return tmp_path


@pytest.mark.process
def test_the_readmes_commands_run_as_typed(folder: Path) -> None:
    variables = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    commands = console(README)
    assert len(commands) >= 7
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=variables, text=True, check=False, capture_output=True, timeout=100
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        assert done.stderr == "", command


def test_the_readmes_python_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    programs = re.findall(r"^```python\n(import .*?)^```$", README, re.DOTALL | re.MULTILINE)
    assert len(programs) == 1
    exec(compile(programs[0], "README.md", "exec"), {})


def commands_of(page: Path) -> Iterator[list[str]]:
    """Words of each command of ours that a page tells to type."""
    blocks = re.findall(r"^ *```[a-z]+\n(.*?)^ *```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    for line in "\n".join(blocks).splitlines():
        match = re.match(r"^\s*(?:\$ |- run: |run: )?(?:\.venv/bin/)?((?:segmask|segmask-validate) .*)$", line)
        if match:
            yield shlex.split(match[1], comments=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_is_one(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is typed about: names of files are made up."""
    monkeypatch.chdir(tmp_path)
    for program, *words in commands_of(page):
        for word in words:
            if re.fullmatch(r"[\w.-]+\.(zip|json|jsonl|txt|xml)", word):
                Path(word).touch()
        if program == "segmask":
            command_of(words[0]).make_context(words[0], words[1:])
        else:
            standalone().make_context(program, words)


def test_the_readme_is_short() -> None:
    assert README.count("\n") <= LINES
    assert [line for line in README.splitlines() if line.startswith("## ")] == [
        "## Set up",
        "## What it finds",
        "## Three ways to use it",
        "## How fast",
        "## How it compares",
        "## What it does not do",
    ]
