"""``--baseline`` and ``--write-baseline``."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from segmask_validate.report.formats import FORMATS
from support import commands
from support.archives import write_folder
from support.built import VALID

DUPLICATE = {**VALID, "labelmap.txt": f"{VALID['labelmap.txt']}bus:128,0,0::\n"}
"""LBL004, an error."""
LIST = "ImageSets/Segmentation/default.txt"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a broken archive and what is known of it."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "set", DUPLICATE)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> commands.Result:
    return commands.segmask(capsys, "validate", *arguments)


@pytest.mark.usefixtures("here")
class TestBaseline:
    def test_known_findings_fail_no_more(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, err = run(capsys, "set", "--write-baseline", "known.json")
        assert (code, err) == (0, "")
        assert "LBL004" in out
        code, out, err = run(capsys, "set", "--baseline", "known.json")
        assert (code, err) == (0, "")
        assert "  known, as the baseline has them: 1 LBL004\n" in out
        assert out.endswith("\n1 archive: nothing new\n")

    def test_new_ones_do_and_gone_ones_are_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        run(capsys, "set", "--write-baseline", "known.json")
        write_folder(Path("set"), {"labelmap.txt": VALID["labelmap.txt"], LIST: "one\n"})
        code, out, _ = run(capsys, "set", "--baseline", "known.json")
        assert code == 1
        assert "  gone since the baseline: LBL004 labelmap.txt 'bus, car'\n" in out
        assert "SET015" in out

    @pytest.mark.parametrize("form", [form for form in FORMATS if form not in {"text", "json"}])
    def test_in_every_format_known_ones_are_none(self, capsys: pytest.CaptureFixture[str], form: str) -> None:
        run(capsys, "set", "--write-baseline", "known.json")
        code, out, _ = run(capsys, "set", "--baseline", "known.json", "--format", form)
        assert code == 0
        assert "128,0,0 of 'car'" not in out

    def test_json(self, capsys: pytest.CaptureFixture[str]) -> None:
        run(capsys, "set", "--write-baseline", "known.json")
        write_folder(Path("set"), {"labelmap.txt": VALID["labelmap.txt"]})
        document = json.loads(run(capsys, "set", "--baseline", "known.json", "--format", "json")[1])
        jsonschema.validate(document, json.loads(commands.segmask(capsys, "schema")[1]))
        (archive,) = document["archives"]
        assert archive["gone"] == [{"what": "LBL004 labelmap.txt 'bus, car'", "count": 1}]

    def test_from_the_configuration(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        Path("segmask.toml").write_text('baseline = "known.json"\n')
        assert run(capsys, "set") == (2, "", "segmask: segmask.toml:1: known.json: No such file or directory\n")
        Path("known.json").mkdir()
        assert run(capsys, "set") == (2, "", "segmask: segmask.toml:1: known.json: not a regular file\n")
        Path("known.json").rmdir()
        assert run(capsys, "set", "--write-baseline", "known.json")[0] == 0
        assert run(capsys, "set")[0] == 0
        monkeypatch.chdir("set")
        assert run(capsys, ".")[0] == 0
        assert run(capsys, ".", "--no-config")[0] == 1

    @pytest.mark.parametrize("jobs", ["1", "2"])
    def test_any_number_of_jobs(self, capsys: pytest.CaptureFixture[str], jobs: str) -> None:
        write_folder(Path("two"), DUPLICATE)
        run(capsys, "set", "two", "--write-baseline", "known.json", "--jobs", jobs)
        assert run(capsys, "two", "set", "--baseline", "known.json", "--jobs", jobs)[0] == 0


@pytest.mark.usefixtures("here")
class TestRefused:
    def test_not_written_where_a_path_cannot_be_read(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, _, err = run(capsys, "set", "no.zip", "--write-baseline", "known.json")
        assert (code, err.splitlines()[-1]) == (
            2, "segmask: known.json: not written, since not all paths could be read",
        )  # fmt: skip
        assert not Path("known.json").exists()

    def test_both(self, capsys: pytest.CaptureFixture[str]) -> None:
        run(capsys, "set", "--write-baseline", "known.json")
        code, out, err = run(capsys, "set", "--baseline", "known.json", "--write-baseline", "known.json")
        assert (code, out, err) == (2, "", "segmask: --baseline and --write-baseline contradict each other\n")

    def test_not_over_what_is_read(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, err = run(capsys, "set", "--write-baseline", "set/labelmap.txt")
        assert (code, out, err) == (2, "", "segmask: set/labelmap.txt: the output would replace what is read\n")

    def test_no_baseline(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("known.json").write_text("{}")
        code, out, err = run(capsys, "set", "--baseline", "known.json")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith("segmask: known.json: no baseline: ")
