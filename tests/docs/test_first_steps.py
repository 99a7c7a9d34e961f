"""The page for newcomers: its commands are run in order, and print what stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "first-steps.md").read_text(encoding="utf-8")


def steps(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block, and what it prints."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        if "<<'END'" in command:
            document, _, shown = shown.partition("END\n")
            command = f"{command}\n{document}END"
        yield command, shown


def pattern(shown: str) -> str:
    """What is printed, where ``...`` is anything."""
    return re.escape(shown).replace(re.escape("...\n"), "(?s:.*)").replace(re.escape("..."), ".*")


@pytest.mark.process
def test_commands_in_order(tmp_path: Path) -> None:
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "segmask").write_text(
        f"#!{sys.executable}\nfrom segmask_cli.main import segmask\nif __name__ == '__main__':\n    segmask()\n"
    )
    (programs / "segmask").chmod(0o755)
    variables = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    blocks = re.findall(r"```(console|python|text)\n(.*?)```", PAGE, re.DOTALL)
    printed = ""
    for kind, block in blocks:
        if kind == "console":
            for command, shown in steps(block):
                done = subprocess.run(
                    ["bash", "-c", command], cwd=tmp_path, env=variables, text=True, check=False, capture_output=True
                )
                assert re.fullmatch(pattern(shown), done.stdout), (command, done.stdout, done.stderr)
        elif kind == "python":
            printed = subprocess.run(
                [sys.executable, "-c", block], cwd=tmp_path, env=variables, text=True, check=True, capture_output=True
            ).stdout
        else:
            assert printed == block
