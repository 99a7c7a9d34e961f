"""Archives are validated against a task that the command line, the ini file, a marker or a test names."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_segmask.fixtures import AssertValid, Validate
from segmask_validate import Task
from support.archives import changed, write_zip

pytest_plugins = ["pytester"]


@pytest.fixture
def labels(project: pytest.Pytester) -> Path:
    """Those of a task without roads."""
    file = project.path / "labels.txt"
    file.write_text("car\n")
    return file


class TestRun:
    def test_without_a_task_its_rules_are_not_checked(self, project: pytest.Pytester) -> None:
        project.runpytest("--segmask=data/sound.zip").assert_outcomes(passed=1)

    @pytest.mark.usefixtures("labels")
    def test_the_command_line(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask=data/sound.zip", "--segmask-labels=labels.txt")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*Label 'road' is not registered for this task*"])
        result.stdout.fnmatch_lines(["*the frames of the task are not given*"])

    @pytest.mark.usefixtures("labels")
    def test_the_ini_file(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\nsegmask_labels = labels.txt\nsegmask_import_into = project\n")
        result = project.runpytest("--segmask=data/sound.zip::TASK001")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*Target project does not have label with name *road*"])

    @pytest.mark.parametrize(
        ("option", "message"),
        [
            ("--segmask-task=none.zip", "segmask_task: *none.zip: No such file or directory"),
            ("--segmask-task=data/sound.zip", "segmask_task: *sound.zip: no backup of a task*"),
            ("--segmask-import-into=job", "segmask_import_into: 'job' is none of task, project"),
        ],
    )
    def test_what_is_no_task(self, project: pytest.Pytester, option: str, message: str) -> None:
        result = project.runpytest(option)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_the_marker_takes_a_task(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        from segmask_validate import Task

        @pytest.mark.segmask_archive("data/sound.zip", task=Task(labels=("car",)))
        def test_it():
            pass
        """
    )
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*TASK001 label-not-in-task*"])


def test_the_marker_takes_a_path_beside_the_test(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.segmask_archive("data/sound.zip", task="backup.zip")
        def test_it():
            pass
        """
    )
    write_zip(project.path / "backup.zip", {"task.json": '{"labels": ["car"]}'})
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*TASK001 label-not-in-task*"])


def test_fixtures_take_a_task(tmp_path: Path, segmask_validate: Validate, assert_valid_archive: AssertValid) -> None:
    path = write_zip(tmp_path / "a.zip", changed({}))
    task = Task(labels=("car",))
    assert [finding.rule.code for finding in segmask_validate(path, task=task).findings] == ["TASK001"]
    with pytest.raises(AssertionError, match="TASK001"):
        assert_valid_archive(path, task=task)
    with pytest.raises(TypeError, match="segmask_task: 5 is neither a task nor the path of a backup"):
        segmask_validate(path, task=5)  # type: ignore[arg-type]
