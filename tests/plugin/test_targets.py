"""Which archives a run validates, and what else it runs."""

from __future__ import annotations

import pytest

from support.archives import changed, write_folder, write_zip

from .conftest import data

pytest_plugins = ["pytester"]

RULE = "--segmask-select=LBL004"


@pytest.fixture(autouse=True)
def tests(project: pytest.Pytester) -> None:
    """Two test modules beside the archives."""
    for folder in ("checks", "more"):
        project.mkdir(folder).joinpath(f"test_{folder}.py").write_text("def test_it(): pass\n")


def collected(result: pytest.RunResult) -> list[str]:
    """Files of the items, in order."""
    assert result.ret == pytest.ExitCode.OK
    return list(dict.fromkeys(line.partition("::")[0] for line in result.outlines if "::" in line))


class TestCommandLine:
    """Archives on the command line are all that is run, unless tests are named too."""

    @pytest.mark.parametrize(
        ("arguments", "files"),
        [
            (["--segmask=data/sound.zip"], ["data/sound.zip"]),
            (["--segmask", "data/broken.zip", "data/sound.zip"], ["data/broken.zip", "data/sound.zip"]),
            (["--segmask", "data/*.zip"], ["data/broken.zip", "data/sound.zip"]),
            (["--segmask", "data"], ["data/broken.zip", "data/sound.zip"]),
            (["--segmask", "data/sound.zip", "data/b*.zip"], ["data/sound.zip", "data/broken.zip"]),
            (["--segmask", "http://h/a.zip", "http://h/b.zip"], ["http://h/a.zip", "http://h/b.zip"]),
            (["--segmask", "**/*.zip"], ["data/broken.zip", "data/sound.zip"]),
            (["--segmask", "data/sound.zip", "--segmask", "data/broken.zip"], ["data/sound.zip", "data/broken.zip"]),
            (["--segmask", "data/sound.zip", "--segmask", "data/../data/s*.zip"], ["data/sound.zip"]),
            (["checks", "--segmask", "data/sound.zip"], ["checks/test_checks.py", "data/sound.zip"]),
            (["--segmask", "data/sound.zip", "checks"], ["checks/test_checks.py", "data/sound.zip"]),
            (
                ["--segmask", "data/sound.zip", "data/broken.zip", "more", "checks/test_checks.py::test_it"],
                ["more/test_more.py", "checks/test_checks.py", "data/sound.zip", "data/broken.zip"],
            ),
            ([".", "--segmask", "data/sound.zip"], ["checks/test_checks.py", "more/test_more.py", "data/sound.zip"]),
        ],
    )
    def test_what_is_run(self, project: pytest.Pytester, arguments: list[str], files: list[str]) -> None:
        assert collected(project.runpytest("--collect-only", "-q", RULE, *arguments)) == files

    def test_a_pattern_that_the_shell_expanded_to_folders(self, project: pytest.Pytester) -> None:
        for name in ("one", "two"):
            write_folder(data(project) / name, changed({}))
        result = project.runpytest("--collect-only", "-q", RULE, "--segmask", "data/one", "data/two")
        assert collected(result) == ["data/one", "data/two"]

    def test_the_ini_files_archives_are_left_out(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\nsegmask_archives = data/broken.zip\n")
        result = project.runpytest("--collect-only", "-q", RULE, "--segmask", "data/sound.zip")
        assert collected(result) == ["data/sound.zip"]

    @pytest.mark.process
    def test_without_the_option_an_archive_is_what_it_was(self, project: pytest.Pytester) -> None:
        with_plugin = project.runpytest("data/sound.zip")
        without = project.runpytest_subprocess("-p", "no:segmask", "data/sound.zip")
        assert with_plugin.ret == without.ret == pytest.ExitCode.USAGE_ERROR
        assert with_plugin.errlines == without.errlines

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ("no.zip", "no.zip: no such file or folder (in "),
            ("", "an empty name is no archive"),
            ("::LBL004", "an empty name is no archive"),
            ("no.zip::LBL004", "no.zip: no such file or folder (in "),
            ("data/*.zap", "data/*.zap: nothing matches this pattern (in "),
            ("x" * 5000, f"{'x' * 5000}: no such file or folder (in "),
            ("data/sound.zip::LBL999", "no rule 'LBL999' (see segmask rules)"),
        ],
    )
    def test_what_is_not_there_is_a_usage_error_of_one_line(
        self, project: pytest.Pytester, value: str, message: str
    ) -> None:
        result = project.runpytest("--segmask", value)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        (line,) = (line for line in result.errlines if line)
        assert line.startswith(f"ERROR: --segmask: {message}")

    def test_the_option_needs_a_value(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["*error: argument --segmask: expected one argument*"])


class TestIniFile:
    """``segmask_archives`` is for runs that name nothing, like ``testpaths``."""

    @pytest.fixture(autouse=True)
    def setting(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\ntestpaths = checks\nsegmask_archives =\n    data/s*.zip\n    data/broken.zip\n")

    @pytest.mark.parametrize(
        ("arguments", "files"),
        [
            ([], ["checks/test_checks.py", "data/sound.zip", "data/broken.zip"]),
            (["more"], ["more/test_more.py"]),
            (["data/broken.zip"], ["data/broken.zip"]),
            (["more", "data/broken.zip"], ["more/test_more.py", "data/broken.zip"]),
        ],
    )
    def test_what_is_run(self, project: pytest.Pytester, arguments: list[str], files: list[str]) -> None:
        assert collected(project.runpytest("--collect-only", "-q", RULE, *arguments)) == files

    def test_patterns_start_at_the_rootdir(self, project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(data(project))
        result = project.runpytest("--collect-only", "-q", RULE)
        assert collected(result) == ["data/sound.zip", "data/broken.zip"]

    def test_a_project_without_tests(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\nsegmask_archives = data/sound.zip\n")
        for folder in ("checks", "more"):
            (project.path / folder / f"test_{folder}.py").unlink()
        result = project.runpytest()
        result.assert_outcomes(passed=1)
        assert result.ret == pytest.ExitCode.OK

    def test_a_pattern_that_matches_nothing_is_a_usage_error(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\nsegmask_archives =\n    data/*.zip\n    exports/*.zip\n")
        result = project.runpytest()
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert [line for line in result.errlines if line] == [
            f"ERROR: segmask_archives: exports/*.zip: nothing matches this pattern (in {project.path})"
        ]

    def test_help_does_not_ask_for_archives(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\nsegmask_archives = exports/*.zip\n")
        result = project.runpytest("--help")
        assert result.ret == pytest.ExitCode.OK
        result.stdout.fnmatch_lines(["*--segmask=ARCHIVE*", "*segmask_archives (linelist):*"])

    def test_a_folder_of_tests_with_archives_in_it_runs_its_tests(self, project: pytest.Pytester) -> None:
        write_zip(project.path / "checks" / "a.zip", changed({}))
        assert collected(project.runpytest("--collect-only", "-q", "checks")) == ["checks/test_checks.py"]
