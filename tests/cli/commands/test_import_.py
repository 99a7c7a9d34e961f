"""``segmask import``: archives to documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support import commands
from support.built import CAR, COLORS, Build, rgb


class TestImport:
    def test_class_only_can_be_split(self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        two = rgb((COLORS[1], slice(1, 5), slice(1, 5)), (COLORS[1], slice(6, 11), slice(8, 14)))
        path = build({"SegmentationClass/one.png": two, "SegmentationObject/one.png": None})
        for options, instances in (([], 2), (["--split"], 3)):
            _, out, _ = commands.segmask(capsys, "import", path, "-o", tmp_path / "a.json", *options)
            assert out == f"{tmp_path / 'a.json'}: 2 images, {instances} instances\n"
            document = json.loads((tmp_path / "a.json").read_text())
            assert len(document["annotations"]) == instances

    def test_a_tolerance_tells_its_loss(self, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        commands.segmask(capsys, "export", drawn, "-o", tmp_path / "a.zip")
        options = ["--simplify", "tolerance", "--tolerance", "2"]
        _, out, _ = commands.segmask(capsys, "import", tmp_path / "a.zip", "-o", tmp_path / "b.json", *options)
        changed = int(out.splitlines()[-1].split()[4].replace(",", ""))
        assert out.splitlines()[-1].startswith("changed by the tolerance: ")
        assert changed > 0

    def test_an_archive_with_errors_is_refused_unless_lenient(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = build({"SegmentationClass/one.png": rgb(((1, 2, 3), *CAR))})
        code, _, err = commands.segmask(capsys, "import", path, "-o", tmp_path / "a.json")
        assert (code, err.count("\n")) == (1, 1)
        assert err.startswith(f"segmask: {path}: SegmentationClass/one.png")
        assert "PNG004 undeclared-color" in err
        assert not (tmp_path / "a.json").exists()
        assert commands.segmask(capsys, "import", path, "-o", tmp_path / "a.json", "--lenient")[:2] == (
            0,
            f"{tmp_path / 'a.json'}: 2 images, 1 instance\n",
        )

    @pytest.mark.parametrize("value", ["nan", "inf"])
    def test_a_tolerance_is_a_number(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str], value: str
    ) -> None:
        options = ["--simplify", "tolerance", "--tolerance", value]
        assert commands.segmask(capsys, "import", build(), "-o", tmp_path / "a.json", *options) == (
            2,
            "",
            f"segmask: Invalid value for '--tolerance': {value} is no finite number.\n",
        )
        assert not (tmp_path / "a.json").exists()
