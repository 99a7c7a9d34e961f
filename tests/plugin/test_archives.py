"""``pytest --segmask``: an archive is a test, which fails with its report; its rules are properties."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from support.archives import changed, write_folder, write_zip

from .conftest import CLASS_ONLY, DUPLICATE, data

pytest_plugins = ["pytester"]


def text(result: pytest.RunResult) -> str:
    return result.stdout.str()


class TestResults:
    """An archive has one outcome."""

    def test_fifty_archives_are_fifty_tests(self, project: pytest.Pytester) -> None:
        for number in range(48):
            write_zip(data(project) / f"more{number}.zip", changed({}))
        project.runpytest("--segmask", "data/*.zip").assert_outcomes(passed=49, failed=1)

    def test_a_sound_archive_passes(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask", "data/sound.zip")
        result.assert_outcomes(passed=1)
        assert result.ret == pytest.ExitCode.OK

    def test_a_failure_is_the_text_report_and_nothing_else(self, project: pytest.Pytester) -> None:
        write_zip(data(project) / "broken.zip", changed({**DUPLICATE, **CLASS_ONLY}))
        result = project.runpytest("--segmask", "data/broken.zip")
        result.assert_outcomes(failed=1)
        assert result.ret == pytest.ExitCode.TESTS_FAILED
        result.stdout.fnmatch_lines(
            [
                "*_ data/broken.zip _*",
                "data/broken.zip: altered - CVAT imports it, and something is lost or misread",
                "  error LBL004 duplicate-color, misread",
                "    at labelmap.txt:4:5",
                "    'bus' has the colour 128,0,0 of 'car' on line 2: *",
                "  warning PAIR006 class-only, misread",
                "FAILED data/broken.zip::segmask*",
            ],
            consecutive=False,
        )
        assert "Traceback" not in text(result)
        assert ".py:" not in text(result)

    def test_a_folder_is_an_archive(self, project: pytest.Pytester) -> None:
        write_folder(data(project) / "unpacked", changed(DUPLICATE))
        result = project.runpytest("--segmask", "data/unpacked")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["FAILED data/unpacked::segmask*"])

    def test_a_folder_without_archive_fails(self, project: pytest.Pytester) -> None:
        (project.mkdir("other") / "notes.txt").write_text("none")
        result = project.runpytest("--segmask", "other")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["    no list ImageSets/Segmentation/<subset>.txt, so CVAT finds no data set*"])

    def test_what_is_no_archive_fails(self, project: pytest.Pytester) -> None:
        (data(project) / "broken.zip").write_bytes(b"\x89PNG\r\n\x1a\n")
        result = project.runpytest("--segmask", "data/broken.zip")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["  error ZIP001 not-an-archive, rejected"])

    def test_an_archive_that_vanishes_is_one_line(self, project: pytest.Pytester) -> None:
        project.makeconftest(
            """
            def pytest_collection_finish(session):
                (session.config.rootpath / "data/sound.zip").unlink()
            """
        )
        result = project.runpytest("--segmask", "data/sound.zip")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["data/sound.zip F *", "data/sound.zip: No such file or directory"])
        assert "Traceback" not in text(result)

    def test_a_url_that_does_not_answer_is_one_line(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask", "http://me:SECRET@127.0.0.1:1/a.zip?sig=SECRET")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["http://127.0.0.1:1/a.zip: *", "FAILED http://127.0.0.1:1/a.zip::segmask*"])
        assert "Traceback" not in text(result)
        assert "SECRET" not in text(result)

    @pytest.mark.process
    def test_a_fault_of_the_plugin_keeps_its_traceback(self, project: pytest.Pytester) -> None:
        project.makeconftest(
            """
            import segmask_validate

            def broken(*args, **kwargs):
                raise KeyError("oops")

            segmask_validate.validate_all = broken
            """
        )
        result = project.runpytest_subprocess("--segmask", "data/sound.zip", "-x")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["E*KeyError: 'oops'"])


class TestCriteria:
    """--segmask-select, -ignore and -fail-on, or the ini file, mean what they mean for segmask-validate."""

    @pytest.fixture(autouse=True)
    def two_findings(self, project: pytest.Pytester) -> None:
        write_zip(data(project) / "broken.zip", changed({**DUPLICATE, **CLASS_ONLY}))

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ((), ["LBL004", "PAIR006"]),
            (("--segmask-fail-on", "warning"), ["LBL004", "PAIR006"]),
            (("--segmask-fail-on=info", "--segmask-select=PAIR"), ["PAIR006"]),
            (("--segmask-select", "LBL,class-only", "--segmask-ignore", "lbl004"), []),
            (("--segmask-select", "LBL", "--segmask-select", "PAIR"), ["LBL004", "PAIR006"]),
            (("--segmask-ignore", "all"), []),
        ],
    )
    def test_on_the_command_line_and_in_the_ini_file(
        self, project: pytest.Pytester, options: tuple[str, ...], told: list[str]
    ) -> None:
        settings: dict[str, list[str]] = {}
        words = [word for option in options for word in option.split("=")]
        for name, value in zip(words[::2], words[1::2], strict=True):
            settings.setdefault(name.strip("-").replace("-", "_"), []).append(value)
        by_option = project.runpytest("--segmask", "data/broken.zip", "-rf", *options)
        lines = [f"{name} =\n" + "".join(f"    {value}\n" for value in values) for name, values in settings.items()]
        project.makeini("[pytest]\n" + "".join(lines))
        by_setting = project.runpytest("--segmask", "data/broken.zip", "-rf")
        for result in (by_option, by_setting):
            result.assert_outcomes(**({"failed": 1} if told else {"passed": 1}))
            assert [code for code in ("LBL004", "PAIR006") if f"{code} " in text(result) and told] == told
        assert by_option.parseoutcomes() == by_setting.parseoutcomes()

    def test_the_command_line_comes_first(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\nsegmask_select = GEO\nsegmask_fail_on = info\n")
        result = project.runpytest(
            "--segmask=data/broken.zip", "--segmask-select=PAIR006,LBL004", "--segmask-fail-on=error"
        )
        result.assert_outcomes(failed=1)

    def test_settings_of_a_toml_file(self, project: pytest.Pytester) -> None:
        (project.path / "tox.ini").unlink()
        project.makepyprojecttoml(
            """
            [tool.pytest.ini_options]
            segmask_archives = ["data/*.zip"]
            segmask_ignore = ["LBL", "GEO"]
            segmask_fail_on = "warning"
            """
        )
        result = project.runpytest("-rf")
        result.stdout.fnmatch_lines(["FAILED data/broken.zip::segmask*", "*= 1 failed, 1 passed in *"])

    def test_what_does_not_fail_is_said(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask", "data/broken.zip", "--segmask-ignore=LBL")
        result.assert_outcomes(passed=1)
        result.stdout.fnmatch_lines(
            ["*= segmask: findings that fail no test =*", "data/broken.zip", "  warning PAIR006 class-only, misread"]
        )

    def test_where_all_is_well_nothing_is_said(self, project: pytest.Pytester) -> None:
        assert "findings that fail no test" not in text(project.runpytest("--segmask", "data/sound.zip"))

    @pytest.mark.parametrize(
        ("option", "message"),
        [
            ("--segmask-select=NOPE", "segmask_select: no rule matches 'NOPE' (see segmask rules)"),
            ("--segmask-ignore=LBL,x", "segmask_ignore: no rule matches 'x' (see segmask rules)"),
            (
                "--segmask-fail-on=never",
                "segmask_fail_on: no severity (error, warning, info) or rule matches 'never' (see segmask rules)",
            ),
        ],
    )
    @pytest.mark.parametrize("archive", [["--segmask=data/sound.zip"], []])
    def test_bad_values_are_a_usage_error_of_one_line(
        self, project: pytest.Pytester, option: str, message: str, archive: list[str]
    ) -> None:
        result = project.runpytest(*archive, option)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert [line for line in result.errlines if line] == [f"ERROR: {message}"]

    @pytest.mark.parametrize(
        ("setting", "message"),
        [
            ("segmask_select = NOPE", "segmask_select: no rule matches 'NOPE' (see segmask rules)"),
            (
                "segmask_fail_on = never",
                "segmask_fail_on: no severity (error, warning, info) or rule matches 'never' (see segmask rules)",
            ),
        ],
    )
    @pytest.mark.parametrize("archive", [["--segmask=data/sound.zip"], []])
    def test_bad_settings_are_a_usage_error_of_one_line(
        self, project: pytest.Pytester, setting: str, message: str, archive: list[str]
    ) -> None:
        project.makeini(f"[pytest]\n{setting}\n")
        result = project.runpytest(*archive)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert [line for line in result.errlines if line] == [f"ERROR: {message}"]


class TestOutput:
    """An archive is a line."""

    def test_one_letter_an_archive(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask", "data/*.zip")
        result.stdout.re_match_lines([r"data/broken\.zip F +\[ 50%\]", r"data/sound\.zip \. +\[100%\]"])

    def test_names_cannot_steer_the_terminal(self, project: pytest.Pytester) -> None:
        name = "\x1b[31mred\u202e.zip"
        write_zip(data(project) / name, changed(DUPLICATE))
        for options in ((), ("-v",), ("-vv",), ("--collect-only",), ("--tb=line", "-rA")):
            result = project.runpytest("--color=no", "--segmask", f"data/{name}", *options)
            assert "\x1b" not in text(result)
            assert "\u202e" not in text(result)
            assert "%1B[31mred%E2%80%AE.zip" in text(result)
        result = project.runpytest("--segmask", f"data/{name}.zip")
        assert "\x1b" not in result.stderr.str()

    @pytest.mark.parametrize("name", ["a[1].zip", "a::b.zip", "a b.zip", "ä.ZIP"])
    def test_any_name_will_do(self, project: pytest.Pytester, name: str) -> None:
        write_zip(data(project) / name, changed(DUPLICATE))
        for arguments in ([f"--segmask=data/{name}"], ["--segmask=data/sound.zip", f"data/{name}"]):
            result = project.runpytest(*arguments)
            assert result.parseoutcomes()["failed"] == 1
            assert f"data/{name}: altered - " in text(result)

    def test_an_archive_outside_of_the_rootdir(self, project: pytest.Pytester, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "far.zip", changed(DUPLICATE))
        result = project.runpytest(f"--segmask={path}")
        result.stdout.fnmatch_lines([f"FAILED {path}::segmask*"])

    def test_junit(self, project: pytest.Pytester) -> None:
        write_zip(data(project) / "broken.zip", changed({**DUPLICATE, **CLASS_ONLY}))
        project.runpytest("--segmask", "data/broken.zip", "--junitxml=report.xml")
        (case,) = ET.parse(project.path / "report.xml").getroot().iter("testcase")
        assert (case.attrib["classname"], case.attrib["name"]) == ("data.broken.zip", "segmask")
        assert {prop.attrib["name"]: prop.attrib["value"] for prop in case.iter("property")} == {
            "segmask_archive": "data/broken.zip",
            "segmask_verdict": "altered",
            "segmask_images": "1",
            "segmask_instances": "3",
            "segmask_LBL004": "1",
            "segmask_PAIR006": "1",
        }
        assert case.find("failure") is not None


class TestPytestsOwnOptions:
    """Archives are tests like any other."""

    @pytest.mark.parametrize(("expression", "count"), [("sound", 1), ("zip", 2), ("segmask", 2), ("LBL004", 0)])
    def test_k_takes_names_of_archives(self, project: pytest.Pytester, expression: str, count: int) -> None:
        result = project.runpytest("--segmask", "data/*.zip", "-k", expression, "--collect-only", "-q")
        assert sum("::" in line for line in result.outlines) == count

    def test_x_stops_at_the_first(self, project: pytest.Pytester) -> None:
        project.runpytest("--segmask", "data/*.zip", "-x").assert_outcomes(failed=1)

    @pytest.mark.parametrize("again", ["--lf", "--ff", "--sw"])
    def test_what_failed_is_run_again(self, project: pytest.Pytester, again: str) -> None:
        outcomes = {"failed": 1} if again == "--sw" else {"failed": 1, "passed": 1}
        project.runpytest("--segmask", "data/*.zip", again).assert_outcomes(**outcomes)
        result = project.runpytest("--segmask", "data/*.zip", again, "-x")
        assert result.parseoutcomes()["failed"] == 1
        assert result.parseoutcomes().get("passed", 0) == 0
        write_zip(data(project) / "broken.zip", changed({}))
        assert "failed" not in project.runpytest("--segmask", "data/*.zip", again).parseoutcomes()

    def test_a_node_id_is_an_argument(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\nsegmask_archives = data/*.zip\n")
        project.runpytest("data/broken.zip::segmask", "data/sound.zip").assert_outcomes(failed=1, passed=1)

    def test_a_rule_behind_an_archive_selects_it(self, project: pytest.Pytester) -> None:
        for rules, outcome in (
            (["LBL004"], "failed"),
            (["PNG001"], "passed"),
            (["PNG001", "duplicate-color"], "failed"),
        ):
            result = project.runpytest(*(f"--segmask=data/broken.zip::{rule}" for rule in rules))
            result.assert_outcomes(**{outcome: 1})

    @pytest.mark.parametrize(
        "options",
        [
            ("--import-mode=importlib",),
            ("-p", "no:cacheprovider"),
            ("-W", "error"),
            ("--strict-markers", "--strict-config"),
            ("-p", "no:terminal"),
            ("--pyargs",),
            ("--keep-duplicates",),
            ("--doctest-modules",),
        ],
    )
    def test_options_that_change_nothing(self, project: pytest.Pytester, options: tuple[str, ...]) -> None:
        result = project.runpytest("--segmask", "data/broken.zip", "--junitxml=report.xml", *options)
        assert result.ret == pytest.ExitCode.TESTS_FAILED
        (suite,) = ET.parse(project.path / "report.xml").getroot().iter("testsuite")
        assert {key: int(suite.attrib[key]) for key in ("tests", "failures", "skipped", "errors")} == {
            "tests": 1, "failures": 1, "skipped": 0, "errors": 0,
        }  # fmt: skip


@pytest.mark.process
class TestXdist:
    """Workers share the archives."""

    def test_the_same_results(self, project: pytest.Pytester) -> None:
        result = project.runpytest_subprocess("--segmask", "data/*.zip", "-n", "2", "--junitxml=report.xml")
        result.assert_outcomes(failed=1, passed=1)
        result.stdout.fnmatch_lines(["FAILED data/broken.zip::segmask*"])
        cases = ET.parse(project.path / "report.xml").getroot().iter("testcase")
        verdicts = [
            (case.attrib["classname"], prop.attrib["value"])
            for case in cases
            for prop in case.iter("property")
            if prop.attrib["name"] == "segmask_verdict"
        ]
        assert sorted(verdicts) == [("data.broken.zip", "altered"), ("data.sound.zip", "clean")]  # each read once

    def test_with_tests_and_the_ini_file(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\nsegmask_archives = data/*.zip\ntestpaths = checks\n")
        write_zip(data(project) / "broken.zip", changed(CLASS_ONLY))
        project.mkdir("checks").joinpath("test_it.py").write_text("def test_it(): pass\n")
        result = project.runpytest_subprocess("-n", "2", "--dist", "loadfile")
        result.assert_outcomes(passed=3)
        result.stdout.fnmatch_lines(["*= segmask: findings that fail no test =*"])

    def test_a_usage_error_is_one_line(self, project: pytest.Pytester) -> None:
        result = project.runpytest_subprocess("--segmask", "data/*.zap", "-n", "2")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        (line,) = (line for line in result.errlines if line)
        assert line.startswith("ERROR: --segmask: data/*.zap: nothing matches this pattern (in ")
