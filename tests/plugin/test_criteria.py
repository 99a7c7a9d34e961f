"""The configuration of ``segmask validate`` holds where pytest's own options and settings say nothing."""

from __future__ import annotations

import pytest

from support import commands
from support.archives import changed, write_zip

from .conftest import CLASS_ONLY, DUPLICATE, data

pytest_plugins = ["pytester"]


def configure(project: pytest.Pytester, text: str) -> None:
    """A configuration in the project's folder."""
    (project.path / "segmask.toml").write_text(text)


class TestConfiguration:
    @pytest.mark.parametrize("text", ['ignore = "LBL004"', 'severity.LBL = "warning"', 'select = "PNG"'])
    def test_rules(self, project: pytest.Pytester, text: str) -> None:
        assert project.runpytest("--segmask", "data/broken.zip").ret == 1
        configure(project, text)
        assert project.runpytest("--segmask", "data/broken.zip").ret == 0

    def test_what_fails(self, project: pytest.Pytester) -> None:
        write_zip(data(project) / "broken.zip", changed(CLASS_ONLY))
        assert project.runpytest("--segmask", "data/broken.zip").ret == 0
        configure(project, 'fail-on = "warning"\n')
        assert project.runpytest("--segmask", "data/broken.zip").ret == 1

    @pytest.mark.parametrize("jobs", [(), pytest.param(("-n2",), marks=pytest.mark.process)])
    def test_some_paths(self, project: pytest.Pytester, jobs: tuple[str, ...]) -> None:
        write_zip(data(project) / "known.zip", changed(DUPLICATE))
        configure(project, '[[paths]]\nmatch = "known.zip"\nignore = "LBL004"\n')
        result = project.runpytest("--segmask", "data/*.zip", *jobs)
        result.stdout.fnmatch_lines(["FAILED data/broken.zip*"])
        assert "FAILED data/known.zip" not in result.stdout.str()

    def test_what_fails_and_limits_of_some_paths(self, project: pytest.Pytester) -> None:
        configure(
            project,
            '[[paths]]\nmatch = "broken.zip"\nfail-on = "GEO"\n[[paths]]\nmatch = "sound.zip"\nlimits.pixels = 1\n',
        )
        result = project.runpytest("--segmask", "data/*.zip")
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(["*error PNG019 mask-over-limit*", "*= segmask: findings that fail no test =*"])

    def test_limits(self, project: pytest.Pytester) -> None:
        configure(project, "limits.pixels = 1\n")
        result = project.runpytest("--segmask", "data/sound.zip")
        result.stdout.fnmatch_lines(["*error PNG019 mask-over-limit*"])

    def test_a_marker_and_a_fixture(self, project: pytest.Pytester) -> None:
        configure(project, '[[paths]]\nmatch = "data/"\nignore = "LBL004"\n')
        project.makepyfile(
            """
            import pytest

            @pytest.mark.segmask_archive("data/broken.zip")
            def test_marked():
                pass

            def test_asserted(assert_valid_archive):
                assert_valid_archive("data/broken.zip")

            def test_its_own_words_win(segmask_validate):
                assert segmask_validate("data/broken.zip", ignore="PNG").findings
            """
        )
        project.runpytest().assert_outcomes(passed=3)

    @pytest.mark.parametrize("setting", ["--segmask-ignore=PNG", "ini"])
    def test_options_and_the_ini_file_win(self, project: pytest.Pytester, setting: str) -> None:
        configure(project, 'ignore = "LBL004"\n')
        if setting == "ini":
            project.makeini("[pytest]\nsegmask_ignore = PNG\n")
        options = [setting] if setting != "ini" else []
        assert project.runpytest("--segmask", "data/broken.zip", *options).ret == 1

    def test_what_is_wrong_is_one_line(self, project: pytest.Pytester) -> None:
        configure(project, "fail_on = 'error'\n")
        result = project.runpytest("--segmask", "data/sound.zip")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["ERROR: *segmask.toml:1: fail_on: there is no such key; the nearest is 'fail-on'"])


class TestBaseline:
    """What is known fails no more, whoever names the file."""

    @pytest.fixture
    def known(self, project: pytest.Pytester, capsys: pytest.CaptureFixture[str]) -> pytest.Pytester:
        """The project, with what is known of its broken archive."""
        words = ("validate", data(project) / "broken.zip", "--write-baseline", project.path / "known.json")
        assert commands.segmask(capsys, *words)[0] == 0
        return project

    def test_an_option(self, known: pytest.Pytester) -> None:
        assert known.runpytest("--segmask", "data/*.zip").ret == 1
        assert known.runpytest("--segmask", "data/*.zip", "--segmask-baseline", "known.json").ret == 0

    def test_the_ini_file(self, known: pytest.Pytester) -> None:
        known.makeini("[pytest]\nsegmask_baseline = known.json\n")
        assert known.runpytest("--segmask", "data/*.zip").ret == 0

    def test_the_configuration(self, known: pytest.Pytester) -> None:
        configure(known, 'baseline = "known.json"\n')
        assert known.runpytest("--segmask", "data/*.zip").ret == 0
        write_zip(data(known) / "sound.zip", changed(DUPLICATE))
        assert known.runpytest("--segmask", "data/*.zip").ret == 1

    @pytest.mark.parametrize("text", [None, "{}"])
    def test_what_is_none_is_one_line(self, project: pytest.Pytester, text: str | None) -> None:
        if text is not None:
            (project.path / "known.json").write_text(text)
        result = project.runpytest("--segmask", "data/*.zip", "--segmask-baseline", "known.json")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["ERROR: *known.json: *"])
