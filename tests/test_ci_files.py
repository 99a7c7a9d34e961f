"""What other projects' CI runs: the hooks, the action's script and the GitLab job, as they would run them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from segmask_validate import corpus

ROOT = Path(__file__).parent.parent
CASES = {case.name: case for case in corpus.cases()}


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def run(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A step's script, as a runner of GitHub's and GitLab's runs it."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with the commands, of the segmask that is tested."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, function in (("segmask", "segmask"), ("segmask-validate", "segmask_validate")):
        script = folder / name
        script.write_text(f"#!{sys.executable}\nfrom segmask_cli.main import {function}\n{function}()\n")
        script.chmod(0o755)
    return folder


@pytest.mark.process
class TestAction:
    """The script of the step that validates: its inputs are variables, and nothing in them is run."""

    @pytest.fixture
    def validate(self, programs: Path, tmp_path: Path) -> Any:
        (step,) = (step for step in read("action.yml")["runs"]["steps"] if step.get("id") == "validate")
        assert step["env"].keys() == {"BIN", "PATHS", "SELECT", "IGNORE", "FAIL_ON"}
        data = tmp_path / "data"
        CASES["clean/palette"].build(data, "zip").rename(data / "sound.zip")
        (data / "broken").mkdir()
        CASES["samples/six-defects"].build(data, "zip").rename(data / "broken" / "six.zip")

        def of(paths: str, **inputs: str) -> tuple[int, str, str, Mapping[str, str]]:
            files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
            variables = {"SELECT": "", "IGNORE": "", "FAIL_ON": "", "RUNNER_TEMP": str(tmp_path)} | inputs
            for name, file in files.items():
                file.write_text("")
                variables[name] = str(file)
            done = run(step["run"], data, BIN=str(programs), PATHS=paths, **variables)
            outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
            return done.returncode, done.stdout, files["GITHUB_STEP_SUMMARY"].read_text(), outputs

        return of

    def test_findings(self, validate: Any) -> None:
        code, out, summary, outputs = validate("sound.zip\n\nbroken/*.zip\n")
        assert code == 1
        assert [line.partition(" ")[0] for line in out.splitlines()].count("::error") == 6
        assert "LBL004" in summary
        report = json.loads(Path(outputs["report"]).read_text())
        assert [archive["verdict"] for archive in report["archives"]] == ["clean", "rejected"]
        assert json.loads(Path(outputs["sarif"]).read_text())["version"] == "2.1.0"

    def test_rules_are_chosen(self, validate: Any) -> None:
        code, out, _, _ = validate("broken", SELECT="LBL,SET", IGNORE="LBL004", FAIL_ON="error")
        assert (code, re.findall(r"title=(?:error )?(\w+)", out)) == (1, ["SET006", "SET015"])

    def test_the_configuration_holds_unless_an_input_says_otherwise(self, validate: Any, tmp_path: Path) -> None:
        (tmp_path / "data" / "segmask.toml").write_text('select = "LBL004"\n')
        code, out, _, _ = validate("broken")
        assert (code, re.findall(r"title=(\w+)", out)) == (1, ["LBL004"])
        code, *_ = validate("broken", SELECT="PNG001")
        assert code == 0

    def test_what_is_not_there_fails_the_step(self, validate: Any) -> None:
        code, *_ = validate("nothing.zip")
        assert code == 2

    def test_paths_are_no_script(self, validate: Any, tmp_path: Path) -> None:
        code, *_ = validate(f"$(touch {tmp_path}/run)\n`touch {tmp_path}/run`\n--output={tmp_path}/run\n")
        assert code == 2
        assert not (tmp_path / "run").exists()


@pytest.mark.process
def test_the_job_for_gitlab(programs: Path, tmp_path: Path) -> None:
    (job,) = read("templates/segmask.gitlab-ci.yml").values()
    install, validate = job["script"]
    assert install == 'pip install --quiet "$SEGMASK_INSTALL"'
    (tmp_path / "data").mkdir()
    CASES["samples/six-defects"].build(tmp_path, "zip").rename(tmp_path / "data" / "six.zip")
    variables = job["variables"] | {"PATH": f"{programs}:{os.environ['PATH']}"}
    assert run(validate, tmp_path, **variables).returncode == 1
    reports = job["artifacts"]["reports"]
    assert len(json.loads((tmp_path / reports["codequality"]).read_text())) == 6
    assert "LBL004" in (tmp_path / reports["junit"]).read_text()


@pytest.mark.parametrize(
    ("hook", "file", "is_taken"),
    [
        ("segmask-validate", "data/a.zip", True),
        ("segmask-validate", "data/a.zip.txt", False),
        ("segmask-validate-folders", "labelmap.txt", True),
        ("segmask-validate-folders", "data/set/SegmentationClass/01/a.png", True),
        ("segmask-validate-folders", "data/set/ImageSets/Segmentation/train.txt", True),
        ("segmask-validate-folders", "docs/labelmap.txt.md", False),
        ("segmask-validate-folders", "src/SegmentationClass.py", False),
    ],
)
def test_files_of_a_hook(hook: str, file: str, *, is_taken: bool) -> None:
    patterns = {each["id"]: each["files"] for each in read(".pre-commit-hooks.yaml")}
    assert (re.search(patterns[hook], file) is not None) is is_taken


@pytest.mark.process
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="pre-commit takes hooks from a repository")
def test_hooks_as_pre_commit_runs_them(tmp_path: Path) -> None:
    """With a Git LFS pointer, which is what a checkout without LFS holds in place of an archive."""
    CASES["samples/six-defects"].build(tmp_path, "folder").rename(tmp_path / "unpacked")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"
    (tmp_path / "pointer.zip").write_text(pointer)
    for command in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), "--all-files"],
        cwd=tmp_path, env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    shutil.rmtree(tmp_path / "home", ignore_errors=True)
    assert done.returncode == 1, done.stderr
    assert "the file is a Git LFS pointer, not the archive itself: run 'git lfs pull'" in done.stdout
    assert done.stdout.count("unpacked: rejected - CVAT refuses it") == 1
    assert re.findall(r"^1 archive: (\d+ errors?)$", done.stdout, re.MULTILINE) == ["1 error", "6 errors"]
