"""Standard error and output that are closed, full or gone: the work is done, and the reports are written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.built import Build

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not Path("/dev/full").exists(), reason="the shell's words, and Linux's devices"),
]

COMMAND = f"{sys.executable} -W error -m segmask_cli validate"
BROKEN = {"labelmap.txt": "background:0,0,0::\ncar:128,0,0::\nbus:128,0,0::\n"}


def shell(words: str, folder: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        ["bash", "-c", words], cwd=folder, capture_output=True, text=True, timeout=60, check=False, env={**os.environ}
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("streams", ["2>&-", "1>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-", "2>/dev/full"])
@pytest.mark.parametrize(("jobs", "changes", "code"), [("1", {}, 0), ("2", BROKEN, 1)])
def test_the_report_is_written(
    build: Build, tmp_path: Path, streams: str, jobs: str, changes: dict[str, bytes | str | None], code: int
) -> None:
    build(changes)
    found = shell(f"{COMMAND} a.zip none.zip --jobs {jobs} --format json -o o.json {streams}", tmp_path)
    assert found[:2] == (2, "")
    assert shell(f"{COMMAND} a.zip --jobs {jobs} --format json -o o.json {streams}", tmp_path) == (code, "", "")
    (report,) = json.loads((tmp_path / "o.json").read_text())["archives"]
    assert report["path"] == "a.zip"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "o.json"]


def test_standard_error_that_is_closed_leaves_standard_output(build: Build, tmp_path: Path) -> None:
    build()
    code, out, err = shell(f"{COMMAND} a.zip none.zip 2>&-", tmp_path)
    assert (code, err) == (2, "")
    assert "a.zip: clean" in out


def test_a_full_standard_output_is_a_line(build: Build, tmp_path: Path) -> None:
    build()
    assert shell(f"{COMMAND} a.zip >/dev/full", tmp_path) == (2, "", "segmask: No space left on device\n")


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_who_reads_standard_output_leaves(build: Build, tmp_path: Path, form: str) -> None:
    build()
    words = f"{COMMAND} a.zip a.zip --format {form} --report o.json | true; exit ${{PIPESTATUS[0]}}"
    assert shell(words, tmp_path) == (1, "", "")
    assert len(json.loads((tmp_path / "o.json").read_text())["archives"]) == 2
