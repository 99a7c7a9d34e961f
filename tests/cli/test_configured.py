"""Settings from a file: the command line wins over it, and ``--show-config`` says what holds and where from."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import PIL.Image
import pytest

from segmask_validate.configuration.schema import schema
from support import commands
from support.archives import write_folder
from support.built import VALID

DUPLICATE = {"labelmap.txt": f"{VALID['labelmap.txt']}bus:128,0,0::\n"}
"""LBL004, an error."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: a repository with a sound archive and two that have LBL004."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "sound", VALID)
    write_folder(tmp_path / "old" / "broken", {**VALID, **DUPLICATE})
    write_folder(tmp_path / "broken", {**VALID, **DUPLICATE})
    return tmp_path


def codes(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[list[str]]]:
    """The exit code, and the rules that each archive breaks."""
    code, out, err = commands.segmask(capsys, "validate", *arguments, "--format", "json")
    assert err == ""
    return code, [[finding["rule"] for finding in archive["findings"]] for archive in json.loads(out)["archives"]]


class TestRules:
    @pytest.mark.parametrize(
        ("text", "code"),
        [("", 1), ('ignore = "duplicate-color"', 0), ('severity.LBL = "warning"', 0), ('select = "PNG"', 0)],
    )
    def test_the_file_says(self, here: Path, capsys: pytest.CaptureFixture[str], text: str, code: int) -> None:
        Path("segmask.toml").write_text(text)
        assert codes(capsys, "broken")[0] == code

    def test_the_command_line_wins(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        Path("segmask.toml").write_text('ignore = "LBL"\nfail-on = "info"\nseverity = { LBL = "info" }\n')
        assert codes(capsys, "broken") == (0, [[]])
        assert codes(capsys, "broken", "--ignore", "PNG") == (1, [["LBL004"]])
        assert codes(capsys, "broken", "--ignore", "PNG", "--fail-on", "warning") == (0, [["LBL004"]])
        assert codes(capsys, "broken", "--ignore", "PNG", "--fail-on", "warning", "--severity", "LBL004=error")[0] == 1
        assert codes(capsys, "broken", "--no-config") == (1, [["LBL004"]])

    @pytest.mark.parametrize("jobs", ["1", "2"])
    def test_for_paths(self, here: Path, capsys: pytest.CaptureFixture[str], jobs: str) -> None:
        Path("segmask.toml").write_text('[[paths]]\nmatch = "old/"\nignore = "LBL"\n')
        assert codes(capsys, "old", "broken", "sound", "--jobs", jobs) == (1, [[], ["LBL004"], []])

    @pytest.mark.parametrize("jobs", ["1", "2"])
    def test_what_fails_is_said_of_each_archive(
        self, here: Path, capsys: pytest.CaptureFixture[str], jobs: str
    ) -> None:
        """The exit code is 1 where one archive fails by what holds for it."""
        Path("segmask.toml").write_text(
            'fail-on = "warning"\nseverity.LBL = "warning"\n[[paths]]\nmatch = "old/"\nfail-on = "error"\n'
        )
        assert codes(capsys, "old", "sound", "--jobs", jobs) == (0, [["LBL004"], []])
        assert codes(capsys, "old", "broken", "--jobs", jobs) == (1, [["LBL004"], ["LBL004"]])
        code, out, _ = commands.segmask(capsys, "validate", "old", "broken", "--quiet", "--jobs", jobs)
        assert code == 1
        assert "old/broken" not in out
        assert out.endswith("2 archives: 2 warnings; failed: broken\n")
        assert codes(capsys, "old", "--fail-on", "warning", "--jobs", jobs)[0] == 1

    def test_from_a_folder_below(
        self, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Path("pyproject.toml").write_text('[[tool.segmask.paths]]\nmatch = "old/"\nignore = "LBL"\n')
        monkeypatch.chdir("old")
        assert codes(capsys, "broken", "../broken") == (1, [[], ["LBL004"]])


def test_limits_and_places(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("segmask.toml").write_text("limits = { pixels = 1, members = 100 }\nmax-places = 1\n")
    code, out, _ = commands.segmask(capsys, "validate", "sound", "--format", "json")
    (archive,) = json.loads(out)["archives"]
    assert (code, archive["verdict"], [len(finding["places"]) for finding in archive["findings"]]) == (
        1,
        "unknown",
        [1],
    )
    assert codes(capsys, "sound", "--max-pixels", "1000000") == (0, [[]])
    Path("segmask.toml").write_text("limits.member-bytes = 1\n")
    assert codes(capsys, "sound")[0] == 1


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_limits_for_paths(here: Path, capsys: pytest.CaptureFixture[str], jobs: str) -> None:
    Path("segmask.toml").write_text('[[paths]]\nmatch = "old/"\nlimits.pixels = 1\nselect = "PNG"\n')
    assert codes(capsys, "old", "sound", "--jobs", jobs) == (1, [["PNG019"], []])
    assert codes(capsys, "old", "sound", "--jobs", jobs, "--max-pixels", "1000000") == (0, [[], []])


class TestReports:
    def test_the_size_and_the_photos_of_a_page(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        PIL.Image.effect_noise((64, 48), 90).save(here / "one.jpg")
        plain, over, small = (here / name for name in ("plain.html", "over.html", "small.html"))
        codes(capsys, "sound", "--report", str(plain))
        Path("segmask.toml").write_text('images = "."\nhtml-size = 2\n')
        codes(capsys, "sound", "--report", str(over))
        assert over.stat().st_size > plain.stat().st_size
        assert codes(capsys, "sound") == (0, [[]])
        codes(capsys, "sound", "--report", str(small), "--html-size", "1")
        assert small.read_bytes() == over.read_bytes()

    def test_photos_that_are_not_there(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        Path("segmask.toml").write_text('images = "photos"\n')
        assert codes(capsys, "sound") == (0, [[]])
        assert commands.segmask(capsys, "validate", "sound", "--report", "a.html") == (
            2, "", "segmask: segmask.toml:1: photos: no such folder\n",
        )  # fmt: skip
        assert codes(capsys, "sound", "--report", "a.html", "--images", ".")[0] == 0

    def test_from_the_folder_of_the_file(
        self, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Path("segmask.toml").write_text('reports = ["out.md", "json=out"]\n')
        monkeypatch.chdir("old")
        assert codes(capsys, "broken") == (1, [["LBL004"]])
        assert "LBL004" in (here / "out.md").read_text()
        assert json.loads((here / "out").read_text())["archives"]

    def test_the_command_line_wins(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        Path("segmask.toml").write_text('reports = ["out.md"]\n')
        codes(capsys, "sound", "--report", "other.md")
        assert (Path("out.md").exists(), Path("other.md").exists()) == (False, True)

    def test_nothing_that_is_read_is_replaced(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        Path("segmask.toml").write_text('reports = ["json=sound/labelmap.txt"]\n')
        code, out, err = commands.segmask(capsys, "validate", "sound")
        assert (code, out, err) == (2, "", "segmask: sound/labelmap.txt: the output would replace what is read\n")


class TestFile:
    def test_a_named_one(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        Path("segmask.toml").write_text('ignore = "LBL"\n')
        Path("other.toml").write_text('ignore = "PNG"\n')
        assert codes(capsys, "broken", "--config", "other.toml") == (1, [["LBL004"]])

    @pytest.mark.parametrize("order", [1, -1])
    def test_contradictions(self, here: Path, capsys: pytest.CaptureFixture[str], order: int) -> None:
        Path("segmask.toml").touch()
        options = ["--no-config", "--config=segmask.toml"][::order]
        assert commands.segmask(capsys, "validate", *options, "sound") == (
            2, "", "segmask: --config and --no-config contradict each other\n",
        )  # fmt: skip

    def test_what_is_wrong_is_one_line(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        Path("segmask.toml").write_text('\nignored = "LBL"\n')
        for program in (commands.segmask, commands.segmask_validate):
            words = ["validate", "sound"] if program is commands.segmask else ["sound"]
            code, out, err = program(capsys, *words)
            assert (code, out, err.partition(": ")[2]) == (
                2, "", "segmask.toml:2: ignored: there is no such key; the nearest is 'ignore'\n",
            )  # fmt: skip

    def test_help_needs_none(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        Path("segmask.toml").write_text("= wrong\n")
        assert commands.segmask(capsys, "validate", "--help")[0] == 0


class TestShown:
    def test_what_holds_and_where_from(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        text = (
            'select = "ALL"\nlimits.runs = 5\nseverity = { PNG = "info" }\n[[paths]]\nmatch = "old/"\nignore = "LBL"\n'
            'fail-on = "info"\nlimits.pixels = 4\n'
        )
        Path("segmask.toml").write_text(text)
        options = [
            "--ignore",
            "LBL004",
            "--max-pixels",
            "9",
            "--read-timeout",
            "8",
            "--report",
            "x.md",
            "--fail-on",
            "info,PNG004",
        ]
        code, out, err = commands.segmask(capsys, "validate", "--show-config", *options)
        assert (code, err) == (0, "")
        assert [row for row in out.splitlines() if "# default" not in row] == [
            "# segmask.toml",
            'select = ["ALL"]  # segmask.toml:1',
            'ignore = ["LBL004"]  # --ignore',
            'severity = { PNG = "info" }  # segmask.toml:3',
            'fail-on = ["info", "PNG004"]  # --fail-on',
            'reports = ["markdown=x.md"]  # --report',
            "# images is not set",
            "# baseline is not set",
            "limits.pixels = 9  # --max-pixels",
            "limits.runs = 5  # segmask.toml:2",
            "limits.silent-seconds = 8.0  # --read-timeout",
            "",
            "[[paths]]  # segmask.toml:4",
            'match = ["old/"]  # segmask.toml:5',
            'ignore = ["LBL"]  # segmask.toml:6',
            'fail-on = ["info"]  # segmask.toml:7',
            "limits = { pixels = 4 }  # segmask.toml:8",
        ]

    def test_it_is_a_configuration(self, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
        _, out, _ = commands.segmask(capsys, "validate", "--show-config")
        assert out.startswith("# no configuration\n")
        jsonschema.Draft7Validator(schema()).validate(tomllib.loads(out))
        Path("segmask.toml").write_text(out)
        _, again, _ = commands.segmask(capsys, "validate", "--show-config")
        assert tomllib.loads(again) == tomllib.loads(out)
        assert "# default" not in again
