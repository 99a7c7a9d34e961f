"""What docs/conformance.md shows is so."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import jsonschema
import numpy as np
import pytest

from segmask_validate import conformance
from segmask_validate.conformance import answer
from support import commands

SCHEMA: Final = json.loads(conformance.schema())

Script = Callable[[str], list[str]]


def report(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    """The JSON report, as its schema describes it, in agreement with the exit code."""
    code, out, err = commands.segmask(capsys, "conformance", "--format", "json", *arguments)
    assert err == ""
    document: dict[str, Any] = json.loads(out)
    described("report").validate(document)
    assert code == bool(document["failed"])
    return document


def reasons(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, str]:
    """Failed cases, and why they failed."""
    return {case["case"]: case["reason"] for case in report(capsys, *arguments)["cases"] if not case["passed"]}


def described(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]})


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Saves a Python program and returns the command that runs it."""

    def save(text: str) -> list[str]:
        file = tmp_path / "program.py"
        file.write_text(text, encoding="utf-8")
        return [sys.executable, str(file)]

    return save


class TestDocumentation:
    """What docs/conformance.md shows is so."""

    PAGE: Final = (Path(__file__).parents[2] / "docs" / "conformance.md").read_text(encoding="utf-8")

    def blocks(self, language: str) -> list[str]:
        found = re.findall(rf"^```{language}\n(.*?)^```$", self.PAGE, re.DOTALL | re.MULTILINE)
        assert found
        return found

    def test_vectors(self) -> None:
        vectors = re.findall(
            r"printf '([01n\\]+)' \| sha256sum +# (\d) x (\d) +([0-9a-f]{64})$", self.PAGE, re.MULTILINE
        )
        assert len(vectors) == 3
        hashing: dict[str, Any] = {}
        exec(next(block for block in self.blocks("python") if "def sha256" in block), hashing)
        for text, width, height, digest in vectors:
            rows = [[pixel == "1" for pixel in row] for row in text.split(r"\n")[:-1]]
            mask = np.array(rows)
            assert mask.shape == (int(height), int(width))
            assert answer.digest(mask) == hashing["sha256"](rows) == digest
            assert hashlib.sha256(text.replace(r"\n", "\n").encode()).hexdigest() == digest

    def test_messages(self) -> None:
        request, *answers = map(json.loads, self.blocks("json"))
        described("request").validate(request)
        assert [document["accepted"] for document in answers] == [False, True]
        for document in answers:
            jsonschema.Draft202012Validator(SCHEMA).validate(document)

    @pytest.mark.process
    def test_programs(self, capsys: pytest.CaptureFixture[str], script: Script) -> None:
        python = next(block for block in self.blocks("python") if "sys.stdin" in block)
        shell = next(block for block in self.blocks("sh") if "read -r" in block)
        for command in (script(python), ["sh", "-c", shell]):
            failed = reasons(capsys, "--case", "samples,clean/palette", "--", *command)
            assert failed.keys() == {"clean/palette"}
            assert failed["clean/palette"].startswith("refused, and CVAT imports it: 'cannot read ")

    def test_options(self, capsys: pytest.CaptureFixture[str]) -> None:
        _, out, _ = commands.segmask(capsys, "conformance", "--help")
        shown = set(re.findall(r"--[a-z]+", out)) - {"--help"}
        assert shown == set(re.findall(r"--[a-z]+", "".join(re.findall(r"^\| `.*?` \|", self.PAGE, re.MULTILINE))))
