"""``segmask validate``, and ``segmask-validate``: exit codes, one-line errors, reports."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import IO

import jsonschema
import pytest

from segmask.container import folder, source
from segmask_cli import main
from segmask_validate.report.formats import FORMATS
from segmask_validate.run import dispatcher, runner
from support import commands
from support.archives import write_folder
from support.built import CAR, VALID, Build, rgb

DUPLICATE = {"labelmap.txt": "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\nbus:128,0,0::\n"}
WARNING = {"SegmentationObject/one.png": None, "SegmentationObject/two.png": None}


CAR_COLOR = (128, 0, 0)


def run(*arguments: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "segmask_cli", "validate", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, **(env or {})}
    )


def in_process(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> commands.Result:
    return commands.segmask(capsys, "validate", *arguments)


class TestExitCode:
    """0 no finding at or above --fail-on; 1 findings; 2 bad usage or the tool itself failed."""

    @pytest.mark.process
    def test_a_sound_archive_gives_0(self, build: Build) -> None:
        done = run(build())
        assert (done.returncode, done.stderr) == (0, "")
        assert "clean - CVAT imports it as it is" in done.stdout
        assert "1 archive: nothing found" in done.stdout

    @pytest.mark.process
    def test_an_error_gives_1(self, build: Build) -> None:
        done = run(build(DUPLICATE))
        assert (done.returncode, done.stderr) == (1, "")
        assert "LBL004 duplicate-color" in done.stdout

    @pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("info", 1)])
    def test_fail_on_sets_the_level(
        self, build: Build, capsys: pytest.CaptureFixture[str], level: str, code: int
    ) -> None:
        assert in_process(capsys, build(WARNING), "--fail-on", level)[0] == code

    @pytest.mark.parametrize("form", FORMATS)
    def test_no_format_changes_it(self, build: Build, capsys: pytest.CaptureFixture[str], form: str) -> None:
        assert in_process(capsys, build(DUPLICATE), "--format", form)[0] == 1

    def test_what_is_no_archive_is_a_finding(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "a.zip").write_bytes(b"\x89PNG\r\n\x1a\n")
        code, out, err = in_process(capsys, tmp_path / "a.zip")
        assert (code, err) == (1, "")
        assert "ZIP001 not-an-archive" in out

    def test_the_worst_of_several_archives_counts(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, _ = in_process(capsys, build(), build(DUPLICATE, "b.zip"))
        assert code == 1
        assert "2 archives: 1 error" in out

    @pytest.mark.process
    @pytest.mark.parametrize(
        "arguments",
        [(), ("missing.zip",), ("--format", "xml", "x"), ("--jobs", "0", "x"), ("--select", "NOPE", "x"), ("--nope",)],
    )
    def test_bad_usage_is_2_and_one_line(self, arguments: tuple[str, ...]) -> None:
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("segmask: ")
        assert done.stderr.count("\n") == 1

    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("",), "a path is empty: it would mean the working directory"),
            (("a.zip", ""), "a path is empty: it would mean the working directory"),
            (("a.zip", "--output", ""), "Invalid value for '-o' / '--output': the path is empty."),
            (("a.zip", "--select", ""), "Invalid value for '--select': '' names no rule (see segmask rules)"),
            (("a.zip", "--select", ","), "Invalid value for '--select': ',' names no rule (see segmask rules)"),
            (("a.zip", "--select", "LBL", "--select", " "), "Invalid value for '--select': ' ' names no rule (see segmask rules)"),
            (("a.zip", "--ignore", ""), "Invalid value for '--ignore': '' names no rule (see segmask rules)"),
            (("a.zip", "--output", "a.zip"), "a.zip: the output would replace what is read"),
            (("folder", "a.zip", "--output", "link"), "link: the output would replace what is read"),
        ],
    )  # fmt: skip
    def test_what_an_unset_variable_or_a_slip_would_do(
        self,
        build: Build,
        capsys: pytest.CaptureFixture[str],
        arguments: tuple[str, ...],
        message: str,
    ) -> None:
        before = build().read_bytes()
        write_folder(Path("folder"), VALID)
        Path("link").symlink_to("a.zip")
        assert in_process(capsys, *arguments) == (2, "", f"segmask: {message}\n")
        assert Path("a.zip").read_bytes() == before

    @pytest.mark.process
    def test_a_target_that_cannot_be_written_is_2(self, build: Build, tmp_path: Path) -> None:
        target = tmp_path / "no" / "report.txt"
        done = run(build(), "--output", target)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"segmask: {target}: No such file or directory\n"

    @pytest.mark.process
    @pytest.mark.parametrize("path", ["fifo", "/dev/zero", "/dev/stdin", "<(cat a.zip)"])
    def test_what_is_no_regular_file_is_2(self, build: Build, tmp_path: Path, path: str) -> None:
        build()
        os.mkfifo(tmp_path / "fifo")
        done = subprocess.run(
            ["bash", "-c", f"{sys.executable} -m segmask_cli validate {path}"],
            cwd=tmp_path, stdin=subprocess.PIPE, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        shown = "/dev/fd/63" if path.startswith("<") else path
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"segmask: {shown}: not a regular file\n"

    @pytest.mark.process
    def test_a_file_that_cannot_be_read_is_named(self) -> None:
        done = run("/proc/self/mem")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "segmask: /proc/self/mem: Input/output error\n"

    def test_a_fault_of_the_tool_is_2_and_no_traceback(
        self, build: Build, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise KeyError("oops")

        monkeypatch.setattr(runner, "validate_all", fail)
        code, out, err = in_process(capsys, build())
        assert (code, out) == (2, "")
        assert err == "segmask: internal error, please report it: KeyError: 'oops'\n"

    def test_an_interrupt_is_one_line(
        self, build: Build, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(runner, "validate_all", interrupt)
        code, _, err = in_process(capsys, build())
        assert code == 130
        assert err.strip() == "segmask: interrupted"

    @pytest.mark.process
    def test_a_reader_that_leaves_is_no_traceback(self, build: Build) -> None:
        command = f'"{sys.executable}" -m segmask_cli validate --format json "{build(DUPLICATE)}" | head -c 1'
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120, check=False)
        assert done.stderr == ""


class TestJson:
    """The report is described by the schema that "segmask schema" prints."""

    def test_it_validates(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        _, out, _ = in_process(capsys, build(DUPLICATE), build(name="b.zip"), "--format", "json")
        _, schema, _ = commands.segmask(capsys, "schema")
        report = json.loads(out)
        jsonschema.Draft202012Validator(json.loads(schema)).validate(report)
        assert [archive["verdict"] for archive in report["archives"]] == ["altered", "clean"]
        assert report["tool"] == {"name": "segmask-validate", "version": version("segmask")}

    def test_the_schema_is_itself_valid(self) -> None:
        schema = json.loads((files("segmask_validate") / "report" / "report.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)

    def test_the_contracts_example(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        path = build({"labelmap.txt": "# h\nbackground:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\nbus:128,0,0::\n"})
        _, out, _ = in_process(capsys, path, "--format", "json")
        (archive,) = json.loads(out)["archives"]
        assert archive["path"] == str(path)
        assert archive["labels"] == ["background", "car", "road", "bus"]
        assert (archive["subsets"], archive["images"], archive["instances"]) == ({"default": 2}, 2, 3)
        (finding,) = archive["findings"]
        assert (finding["rule"], finding["name"]) == ("LBL004", "duplicate-color")
        assert (finding["effect"], finding["severity"], finding["count"]) == ("misread", "error", 1)
        assert finding["location"] == {"member": "labelmap.txt", "line": 5, "column": 5, "image": None, "box": None}

    @pytest.mark.process
    def test_the_number_of_jobs_changes_nothing(
        self, build: Build, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dispatcher, "_WORTH", 0)
        ids = "".join(f"{name}\n" for name in range(40))
        masks = {f"Segmentation{kind}/{name}.png": rgb() for name in range(40) for kind in ("Class", "Object")}
        bad = {"SegmentationClass/7.png": b"", "SegmentationClass/33.png": rgb(((9, 9, 9), slice(3, 8), slice(3, 8)))}
        path = build({"ImageSets/Segmentation/more.txt": ids, **masks, **bad})
        one, two = (in_process(capsys, path, "--format", "json", "--jobs", jobs) for jobs in "12")
        assert one == two
        rules = [finding["rule"] for finding in json.loads(one[1])["archives"][0]["findings"]]
        assert rules == ["PNG001", "PNG004"]


class TestOutput:
    """--output writes the whole report or nothing."""

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_to_a_file(self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
        path, target = build(DUPLICATE), tmp_path / "report"
        _, printed, _ = in_process(capsys, path, "--format", form)
        code, out, _ = in_process(capsys, path, "--format", form, "--output", target)
        assert (code, out) == (1, "")
        assert [line.rstrip() for line in target.read_text().splitlines()] == [
            line.rstrip() for line in printed.splitlines()
        ]
        assert sorted(file.name for file in tmp_path.iterdir()) == ["a.zip", "report"]

    def test_a_failure_leaves_what_was_there(
        self, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = tmp_path / "report"
        target.write_text("old")

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", fail)
        with pytest.raises(SystemExit) as end:
            main.segmask_validate([str(build()), "--output", str(target)])
        assert (end.value.code, target.read_text()) == (2, "old")
        assert sorted(file.name for file in tmp_path.iterdir()) == ["a.zip", "report"]

    def test_names_cannot_steer_the_terminal(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        name = "SegmentationClass/\x1b[31mred\u202e.png"
        code, out, _ = in_process(capsys, build({name: rgb()}))
        assert code == 1
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert r"\x1b[31mred\u202e" in out


class TestTask:
    """The verdict is that of an import into the task that the options describe."""

    def test_labels(self, build: Build, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        labels = tmp_path / "labels.txt"
        labels.write_text("car\n")
        code, out, _ = in_process(capsys, build(), "--labels", labels)
        assert code == 1
        assert "Label 'road' is not registered for this task" in out
        code, out, _ = in_process(capsys, build(), "--labels", labels, "--import-into", "project")
        assert 'Target project does not have label with name "road"' in out

    def test_frames(self, build: Build, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        frames = tmp_path / "frames.txt"
        frames.write_text("one.jpg\nTwo.jpg\n")
        code, out, _ = in_process(capsys, build(), "--frames", frames)
        assert code == 1
        assert "Could not match item id: 'two' with any task frame; the nearest frame is 'Two.jpg'" in out

    def test_a_backup_with_six_mismatches(
        self, build: Build, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        """A label with a blank, an id in capitals, one with its extension, a number, one of two extensions, a size."""
        car, big = rgb((CAR_COLOR, *CAR)), rgb((CAR_COLOR, *CAR), size=(24, 32))
        ids = ("Street1", "street2.jpg", "3", "street4", "street5")
        masks = {f"Segmentation{kind}/{name}.png": car for name in ids for kind in ("Class", "Object")}
        masks |= {f"Segmentation{kind}/street5.png": big for kind in ("Class", "Object")}
        old = dict.fromkeys(f"Segmentation{kind}/{name}.png" for name in ("one", "two") for kind in ("Class", "Object"))
        archive = build({
            **old, **masks, "labelmap.txt": "background:0,0,0::\ncar :128,0,0::\n",
            "ImageSets/Segmentation/default.txt": "\n".join(ids),
        })  # fmt: skip
        frames = ["street1.jpg", "street2.jpg", "street4.jpg", "street3.jpg", "street4.png", "street5.jpg"]
        manifest = [{"version": "1.1"}, {"type": "images"}]
        manifest += [{"name": n[:-4], "extension": n[-4:], "width": 16, "height": 12} for n in frames]  # type: ignore[dict-item]
        backup = tmp_path / "backup.zip"
        with zipfile.ZipFile(backup, "w") as packed:
            packed.writestr("task.json", json.dumps({"labels": [{"name": "car"}], "data": {}}))
            packed.writestr("data/manifest.jsonl", "\n".join(map(json.dumps, manifest)))
        code, out, _ = in_process(capsys, archive, "--task", backup, "--format", "json")
        (report,) = json.loads(out)["archives"]
        found = {finding["rule"]: finding["count"] for finding in report["findings"]}
        expected = {"TASK001": 1, "TASK002": 2, "TASK003": 1, "TASK004": 1, "TASK006": 1, "TASK007": 1}
        assert (code, report["verdict"]) == (1, "rejected")
        assert {rule: count for rule, count in found.items() if rule.startswith("TASK")} == expected

    def test_no_labels(self, build: Build, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        labels = tmp_path / "labels.json"
        labels.write_text("{}")
        code, out, error = in_process(capsys, build(), "--labels", labels)
        assert (code, out) == (2, "")
        assert "no list of labels" in error


class TestReports:
    """--report writes further reports of the same run, all of them or none."""

    @pytest.mark.usefixtures("here")
    def test_several_beside_the_output(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        path = build(DUPLICATE).name
        printed = {form: in_process(capsys, path, "--format", form)[1] for form in ("text", "json", "junit")}
        code, out, err = in_process(capsys, path, "--report", "a.json", "--report", "junit=tests")
        assert (code, out, err) == (1, printed["text"], "")
        assert Path("a.json").read_text() == printed["json"]
        assert Path("tests").read_text() == printed["junit"]

    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("--report", "a.json", "--report", "jsonl=./a.json"), "./a.json: two reports would be written to it"),
            (("--report", "a.json", "-o", "a.json"), "a.json: two reports would be written to it"),
            (("--report", "json=a.zip"), "a.zip: the output would replace what is read"),
            (("--report", "json="), "Invalid value for '--report': 'json=' names no file"),
            (("--statistics", "--format", "json"), "--statistics belongs to the text; the format is json"),
        ],
    )
    def test_bad_usage(
        self, build: Build, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
    ) -> None:
        assert in_process(capsys, build().name, *arguments) == (2, "", f"segmask: {message}\n")
        assert [path.name for path in Path().iterdir()] == ["a.zip"]

    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize(
        ("target", "said"), [("no/a.json", "No such file or directory"), ("json=folder", "Is a directory")]
    )
    def test_where_none_can_be_nothing_is_read(
        self, build: Build, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, target: str, said: str
    ) -> None:
        path = build().name
        Path("folder").mkdir()
        monkeypatch.setattr(runner, "validate_all", pytest.fail)
        assert in_process(capsys, path, "--report", target) == (
            2, "", f"segmask: {target.removeprefix('json=')}: {said}\n",
        )  # fmt: skip

    @pytest.mark.usefixtures("here")
    def test_one_that_cannot_be_written_leaves_all(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        Path("a.json").write_text("old")
        path = build().name
        long = f"{'x' * 300}.json"
        code, out, err = in_process(capsys, path, "--report", "a.json", "--report", long, "-o", "a.txt")
        assert (code, out, err) == (2, "", f"segmask: {long}: File name too long\n")
        assert Path("a.json").read_text() == "old"
        assert sorted(file.name for file in Path().iterdir()) == ["a.json", "a.zip"]

    def test_statistics(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        _, out, _ = in_process(capsys, build(DUPLICATE), "--statistics")
        assert out.endswith("\n1  error    LBL004 duplicate-color, in 1 archive\n\n1 archive: 1 error\n")


class TestSelection:
    """--select and --ignore take codes, names and areas; the verdict stays what CVAT does."""

    @pytest.mark.parametrize(
        ("arguments", "code", "found"),
        [
            ((), 1, ["LBL004", "PAIR006"]),
            (("--select", "LBL"), 1, ["LBL004"]),
            (("--select", "class-only"), 0, ["PAIR006"]),
            (("--ignore", "LBL004"), 0, ["PAIR006"]),
            (("--ignore", "lbl004, PAIR,"), 0, []),
            (("--select", "LBL", "--select", "PAIR", "--ignore", "duplicate-color"), 0, ["PAIR006"]),
        ],
    )
    def test_selection(
        self,
        build: Build,
        capsys: pytest.CaptureFixture[str],
        arguments: tuple[str, ...],
        code: int,
        found: list[str],
    ) -> None:
        path = build({**DUPLICATE, **WARNING})
        ended, out, _ = in_process(capsys, path, "--format", "json", *arguments)
        (archive,) = json.loads(out)["archives"]
        assert (ended, archive["verdict"]) == (code, "altered")
        assert [finding["rule"] for finding in archive["findings"]] == found
        assert {left["rule"] for left in archive["left_out"]} == {"LBL004", "PAIR006"} - set(found)
        assert {skip["rule"] for skip in archive["skipped"] if skip["reason"] != "needs --task"} == {"GEO002"}


@pytest.mark.usefixtures("here")
class TestQuiet:
    """What a log needs: the archives that fail, and their names in the last line."""

    def test_only_what_fails(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        build()
        build(DUPLICATE, "b.zip")
        code, out, err = in_process(capsys, "a.zip", "b.zip", "--quiet")
        assert (code, err) == (1, "")
        assert out.startswith("b.zip: ")
        assert "a.zip" not in out
        assert out.endswith("2 archives: 1 error; failed: b.zip\n")

    @pytest.mark.parametrize(("fail_on", "shown"), [("error", False), ("warning", True)])
    def test_at_or_above_the_threshold(
        self, build: Build, capsys: pytest.CaptureFixture[str], fail_on: str, shown: bool
    ) -> None:
        build(WARNING)
        code, out, err = in_process(capsys, "a.zip", "--quiet", "--fail-on", fail_on)
        assert (code, bool(out), err) == (int(shown), shown, "")

    def test_the_last_line_says_what_was_not_read(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        build()
        code, out, _ = in_process(capsys, "a.zip", "no.zip")
        assert (code, out.splitlines()[-1]) == (2, "1 archive: nothing found; 1 path could not be read")

    def test_only_of_the_text(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        build()
        message = "segmask: --quiet belongs to the text; the format is json\n"
        assert in_process(capsys, "a.zip", "--quiet", "--format", "json") == (2, "", message)

    def test_exit_zero(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        build(DUPLICATE)
        assert in_process(capsys, "a.zip", "--exit-zero")[0] == 0
        assert in_process(capsys, "a.zip", "no.zip", "--exit-zero")[0] == 2

    def test_thousands(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        ids = "".join(f"{number}\n" for number in range(2000))
        build({"ImageSets/Segmentation/default.txt": ids})
        assert "  2,000 images (default 2,000), 3 labels" in in_process(capsys, "a.zip", "--jobs", "1")[1]


@pytest.mark.usefixtures("here")
class TestPaths:
    """One path that cannot be read does not stop the others; the exit code is 2 in the end."""

    def test_missing(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        build()
        code, out, err = in_process(capsys, "no.zip", "a.zip", "*.tar")
        assert (code, err) == (
            2,
            "segmask: no.zip: no such file or folder\nsegmask: *.tar: nothing matches this pattern\n",
        )
        assert "1 archive: nothing found" in out

    def test_json_has_an_entry(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        build()
        code, out, _ = in_process(capsys, "no.zip", "a.zip", "--format", "json")
        report = json.loads(out)
        jsonschema.validate(report, json.loads((files("segmask_validate.report") / "report.schema.json").read_text()))
        assert (code, [archive["path"] for archive in report["archives"]]) == (2, ["a.zip"])
        assert report["errors"] == [{"path": "no.zip", "error": "no such file or folder"}]

    @pytest.mark.parametrize("form", [form for form in FORMATS if form != "text"])
    def test_in_every_format(self, build: Build, capsys: pytest.CaptureFixture[str], form: str) -> None:
        build()
        for paths in (["no.zip"], ["no.zip", "a.zip"]):
            code, out, _ = in_process(capsys, *paths, "--format", form, "--report", f"{form}=report")
            assert code == 2
            assert "no.zip" in out
            assert Path("report").read_text(encoding="utf-8") == out

    def test_unreadable(
        self, build: Build, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build()
        build(name="b.zip")
        opened = source.reading

        def reading(path: Path) -> io.FileIO:
            if path.name == "a.zip":
                raise PermissionError(13, "Permission denied", str(path))
            return opened(path)

        monkeypatch.setattr(source, "reading", reading)
        code, out, err = in_process(capsys, "a.zip", "b.zip")
        assert (code, err) == (2, "segmask: a.zip: Permission denied\n")
        assert "1 archive: nothing found" in out

    @pytest.mark.parametrize("jobs", ["1", "2"])
    def test_unreadable_member(
        self, build: Build, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, jobs: str
    ) -> None:
        write_folder(Path("set"), VALID)
        build()
        opened = folder.reading

        def denied(path: Path) -> IO[bytes]:
            if path.name == "one.png":
                raise PermissionError(13, "Permission denied", str(path))
            return opened(path)

        monkeypatch.setattr(folder, "reading", denied)
        code, out, err = in_process(capsys, "set", "a.zip", "--jobs", jobs)
        member = Path("set/SegmentationClass/one.png").absolute()
        assert (code, err) == (2, f"segmask: {member}: Permission denied\n")
        assert "1 archive: nothing found" in out

    def test_a_folder_is_not_unsafe_to_unpack(self, capsys: pytest.CaptureFixture[str]) -> None:
        write_folder(Path("set"), VALID)
        Path("set/notes").symlink_to("/etc")
        code, out, _ = in_process(capsys, "set")
        assert "set: unknown - part of it could not be checked" in out
        assert "do not unpack" not in out
        assert "ZIP011 symlink-member" in out
        assert code == 1
