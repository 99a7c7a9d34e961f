"""What all commands do alike at the terminal: failures are one line, which holds no secret of what was typed."""

from __future__ import annotations

import pytest

from support import commands
from support.built import Build

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
