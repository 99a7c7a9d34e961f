"""``segmask validate https://...``: the report is the file's; what the network does is a line and exit code 2."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from segmask import Limits, rules
from segmask_validate.report.model import Verdict
from segmask_validate.run.runner import validate
from support.archives import SOUND, write_zip
from support.built import Build, members
from support.server import serving


def run(*arguments: str | Path, form: str = "json", warnings: str = "error") -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-W",
        warnings,
        "-m",
        "segmask_cli",
        "validate",
        "--format",
        form,
        *map(str, arguments),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env={**os.environ})


@pytest.mark.process
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_report_is_that_of_the_file(build: Build, jobs: str) -> None:
    path = build(members(1200))
    with serving(path.read_bytes()) as server:
        done, local = run(server.url(), "--jobs", jobs), run(path, "--jobs", "1")
        assert server.sent < 2 * len(server.data)
    assert (done.returncode, done.stderr) == (1, "")
    (found,), (expected,) = (json.loads(text)["archives"] for text in (done.stdout, local.stdout))
    assert found == {**expected, "path": server.url()}


@pytest.mark.process
@pytest.mark.parametrize("form", ["json", "text"])
def test_no_secret_is_in_a_report(build: Build, form: str) -> None:
    with serving(build(members()).read_bytes()) as server:
        done = run(server.url("a.zip?signature=SECRET", user="me:SECRET@"), form=form)
    assert (done.returncode, done.stderr) == (1, "")
    assert server.url() in done.stdout
    assert "SECRET" not in done.stdout


@pytest.mark.process
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_server_that_fails_in_the_middle(build: Build, jobs: str) -> None:
    with serving(build(members(1200)).read_bytes()) as server:
        server.failing, server.failing_after = 403, 10
        done = run(server.url(user="me:SECRET@"), "--jobs", jobs)
    report = json.loads(done.stdout)
    assert (done.returncode, report["archives"]) == (2, [])
    assert report["errors"] == [{"path": server.url(), "error": "the server answers with HTTP 403"}]
    assert done.stderr == f"segmask: {server.url()}: the server answers with HTTP 403\n"


@pytest.mark.process
@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("memory://none.zip", "memory://none.zip: not found"),
        ("nope://me:SECRET@host/a.zip?t=SECRET", "nope://host/a.zip: Protocol not known: nope"),
    ],
)
def test_what_is_not_there(url: str, message: str) -> None:
    done = run(url)
    assert (done.returncode, done.stderr) == (2, f"segmask: {message}\n")
    assert json.loads(done.stdout)["archives"] == []
    assert "SECRET" not in done.stdout


@pytest.mark.process
def test_a_damaged_archive_is_a_finding(build: Build) -> None:
    with serving(build().read_bytes()[:-40]) as server:
        done = run(server.url())
    assert done.returncode == 1
    assert [finding["rule"] for finding in json.loads(done.stdout)["archives"][0]["findings"]] == ["ZIP002"]


class TestOverLimit:
    """What is over a limit makes a verdict unknown: nothing that follows from not reading it counts."""

    @pytest.mark.parametrize("limits", [Limits(label_lines=2), Limits(lines=3), Limits(text_bytes=40)])
    def test_of_texts(self, limits: Limits, tmp_path: Path) -> None:
        report = validate(write_zip(tmp_path / "a.zip", SOUND), limits=limits)
        assert [finding.rule for finding in report.findings] == [rules.OVER_LIMIT]
        assert (report.verdict, report.complete) == (Verdict.UNKNOWN, False)
