"""``pytest --segmask``: an archive is a node, its rules are items that pass, fail or are skipped with the reason."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from segmask.rules import ARCHIVE_RULES
from support.archives import changed, write_folder, write_zip

from .conftest import CLASS_ONLY, DUPLICATE, data

pytest_plugins = ["pytester"]

ALL = len(ARCHIVE_RULES)
BEFORE = [rule.code for rule in ARCHIVE_RULES].index("LBL004")
NO_PHOTOS = "the archive holds no photos (JPEGImages) to compare with"


def text(result: pytest.RunResult) -> str:
    return result.stdout.str()


class TestResults:
    """Each rule has an outcome."""

    def test_a_sound_archive_passes(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask", "data/sound.zip")
        result.assert_outcomes(passed=ALL - 1, skipped=1)
        assert result.ret == pytest.ExitCode.OK

    def test_what_was_not_checked_is_skipped_with_the_reason(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask", "data/sound.zip", "-rs")
        result.stdout.fnmatch_lines([f"SKIPPED [[]1[]] data/sound.zip:0: {NO_PHOTOS}"])

    def test_a_finding_fails_as_the_text_report_has_it_and_nothing_else(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask", "data/broken.zip")
        result.assert_outcomes(failed=1, passed=ALL - 2, skipped=1)
        assert result.ret == pytest.ExitCode.TESTS_FAILED
        result.stdout.fnmatch_lines(
            [
                "*_ LBL004 duplicate-color in data/broken.zip _*",
                "error LBL004 duplicate-color, misread",
                "  at labelmap.txt:4:5",
                "  'bus' has the colour 128,0,0 of 'car' on line 2: *",
                "FAILED data/broken.zip::LBL004-duplicate-color*",
            ],
            consecutive=False,
        )
        assert "Traceback" not in text(result)
        assert ".py:" not in text(result)

    def test_every_finding_of_a_rule_is_shown(self, project: pytest.Pytester) -> None:
        labels = "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\nbus:1,1\nvan:2,2:\n"
        write_zip(data(project) / "broken.zip", changed({"labelmap.txt": labels}))
        result = project.runpytest("--segmask", "data/broken.zip", "-k", "LBL001")
        result.assert_outcomes(failed=1, deselected=ALL - 1)
        assert text(result).count("  at labelmap.txt:") == 2

    def test_a_folder_is_an_archive(self, project: pytest.Pytester) -> None:
        write_folder(data(project) / "unpacked", changed(DUPLICATE))
        result = project.runpytest("--segmask", "data/unpacked")
        result.assert_outcomes(failed=1, passed=ALL - 2, skipped=1)
        result.stdout.fnmatch_lines(["FAILED data/unpacked::LBL004-duplicate-color*"])

    def test_a_folder_without_archive_fails_with_one_line(self, project: pytest.Pytester) -> None:
        project.mkdir("empty")
        result = project.runpytest("--segmask", "empty")
        result.assert_outcomes(failed=1, passed=ALL - 2, skipped=1)
        result.stdout.fnmatch_lines(["  no list ImageSets/Segmentation/<subset>.txt, so CVAT finds no data set*"])

    def test_what_is_no_archive_fails_and_the_rest_is_skipped(self, project: pytest.Pytester) -> None:
        (data(project) / "broken.zip").write_bytes(b"\x89PNG\r\n\x1a\n")
        result = project.runpytest("--segmask", "data/broken.zip", "-rs")
        skipped = sum(not rule.code.startswith("ZIP") for rule in ARCHIVE_RULES)
        result.assert_outcomes(failed=1, passed=ALL - skipped - 1, skipped=skipped)
        result.stdout.fnmatch_lines([f"SKIPPED [[]{skipped}[]] data/broken.zip:0: the archive could not be read"])

    def test_an_archive_that_vanishes_is_one_line(self, project: pytest.Pytester) -> None:
        project.makeconftest(
            """
            def pytest_collection_finish(session):
                (session.config.rootpath / "data/sound.zip").unlink()
            """
        )
        result = project.runpytest("--segmask", "data/sound.zip", "-rs")
        result.assert_outcomes(failed=1, skipped=ALL - 1)
        result.stdout.fnmatch_lines(
            [
                "data/sound.zip F *",
                "data/sound.zip: No such file or directory",
                f"SKIPPED [[]{ALL - 1}[]] data/sound.zip:0: the archive could not be opened",
            ]
        )
        assert "Traceback" not in text(result)

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
        ("options", "failed"),
        [
            ((), ["LBL004"]),
            (("--segmask-fail-on", "warning"), ["LBL004", "PAIR006"]),
            (("--segmask-fail-on=info", "--segmask-select=PAIR"), ["PAIR006"]),
            (("--segmask-select", "LBL,class-only", "--segmask-ignore", "lbl004"), []),
            (("--segmask-select", "LBL", "--segmask-select", "PAIR"), ["LBL004"]),
            (("--segmask-ignore", "all"), []),
        ],
    )
    def test_on_the_command_line_and_in_the_ini_file(
        self, project: pytest.Pytester, options: tuple[str, ...], failed: list[str]
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
            found = [line.partition("::")[2][:7].rstrip("-") for line in result.outlines if line.startswith("FAILED")]
            assert found == failed
        assert by_option.parseoutcomes() == by_setting.parseoutcomes()

    def test_only_selected_rules_are_items(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask", "data/broken.zip", "--segmask-select=GEO", "--collect-only", "-q")
        geometry = [
            f"data/broken.zip::{rule.code}-{rule.name}" for rule in ARCHIVE_RULES if rule.code.startswith("GEO")
        ]
        assert [line for line in result.outlines if "::" in line] == geometry

    def test_the_command_line_comes_first(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\nsegmask_select = GEO\nsegmask_fail_on = info\n")
        result = project.runpytest(
            "--segmask=data/broken.zip", "--segmask-select=PAIR006,LBL004", "--segmask-fail-on=error"
        )
        result.assert_outcomes(failed=1, passed=1)

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
        result.stdout.fnmatch_lines(["FAILED data/broken.zip::PAIR006-class-only*", "*= 1 failed, *"])

    def test_what_does_not_fail_is_said(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask", "data/broken.zip", "--segmask-ignore=LBL")
        result.assert_outcomes(passed=sum(not rule.code.startswith("LBL") for rule in ARCHIVE_RULES) - 1, skipped=1)
        result.stdout.fnmatch_lines(
            ["*= segmask: findings below error =*", "data/broken.zip", "  warning PAIR006 class-only, misread"]
        )

    def test_where_all_is_well_nothing_is_said(self, project: pytest.Pytester) -> None:
        assert "findings below" not in text(project.runpytest("--segmask", "data/sound.zip"))

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
    """An archive is a line, in which nothing is noise."""

    def test_one_letter_an_archive_and_one_for_each_failure(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask", "data/*.zip")
        result.stdout.re_match_lines([r"data/broken\.zip \.F +\[ 50%\]", r"data/sound\.zip \. +\[100%\]"])

    def test_verbose_names_every_rule(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask", "data/sound.zip", "-v")
        names = [line.split()[0] for line in result.outlines if line.startswith("data/sound.zip::")]
        assert names == [f"data/sound.zip::{rule.code}-{rule.name}" for rule in ARCHIVE_RULES]
        result.stdout.fnmatch_lines(["data/sound.zip::GEO002-image-size-differs SKIPPED (*"])

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
            assert f"LBL004 duplicate-color in data/{name}" in text(result)

    def test_an_archive_outside_of_the_rootdir(self, project: pytest.Pytester, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "far.zip", changed(DUPLICATE))
        result = project.runpytest(f"--segmask={path}")
        result.stdout.fnmatch_lines([f"FAILED {path}::LBL004-duplicate-color*"])

    def test_junit(self, project: pytest.Pytester) -> None:
        write_zip(data(project) / "broken.zip", changed({**DUPLICATE, **CLASS_ONLY}))
        project.runpytest("--segmask", "data/broken.zip", "--junitxml=report.xml")
        cases = {case.attrib["name"]: case for case in ET.parse(project.path / "report.xml").getroot().iter("testcase")}
        properties = {
            name: {prop.attrib["name"]: prop.attrib["value"] for prop in case.iter("property")}
            for name, case in cases.items()
        }
        assert len(cases) == ALL
        assert {case.attrib["classname"] for case in cases.values()} == {"data.broken.zip"}
        assert properties.pop("ZIP001-not-an-archive") == {
            "segmask_archive": "data/broken.zip",
            "segmask_verdict": "altered",
            "segmask_images": "1",
            "segmask_instances": "3",
            "segmask_findings": "0",
        }
        found = {"LBL004-duplicate-color": "1", "PAIR006-class-only": "1"}
        assert properties == {name: {"segmask_findings": found.get(name, "0")} for name in properties}
        failures = [name for name, case in cases.items() if case.find("failure") is not None]
        assert failures == ["LBL004-duplicate-color"]


class TestPytestsOwnOptions:
    """Rules are items like any other."""

    @pytest.mark.parametrize(
        ("expression", "count"),
        [
            ("LBL004", 1),
            ("duplicate-color", 1),
            ("LBL", sum("LBL" in rule.code for rule in ARCHIVE_RULES)),
            ("not LBL", sum("LBL" not in rule.code for rule in ARCHIVE_RULES)),
            ("sound and LBL004", 0),
            ("broken and LBL004", 1),
        ],
    )
    def test_k_takes_names_of_rules_and_archives(self, project: pytest.Pytester, expression: str, count: int) -> None:
        result = project.runpytest("--segmask", "data/broken.zip", "-k", expression, "--collect-only", "-q")
        assert sum("::" in line for line in result.outlines) == count

    def test_x_stops_at_the_first(self, project: pytest.Pytester) -> None:
        result = project.runpytest("--segmask", "data/*.zip", "-x")
        result.assert_outcomes(failed=1, passed=BEFORE)

    @pytest.mark.parametrize("again", ["--lf", "--ff", "--sw"])
    def test_what_failed_is_run_again(self, project: pytest.Pytester, again: str) -> None:
        project.runpytest("--segmask", "data/*.zip", again).assert_outcomes(
            **(
                {"failed": 1, "passed": BEFORE}
                if again == "--sw"
                else {"failed": 1, "passed": 2 * ALL - 3, "skipped": 2}
            )
        )
        result = project.runpytest("--segmask", "data/*.zip", again, "-x")
        assert result.parseoutcomes()["failed"] == 1
        assert result.parseoutcomes().get("passed", 0) == 0
        write_zip(data(project) / "broken.zip", changed({}))
        assert "failed" not in project.runpytest("--segmask", "data/*.zip", again).parseoutcomes()

    def test_a_node_id_is_an_argument(self, project: pytest.Pytester) -> None:
        project.makeini("[pytest]\nsegmask_archives = data/*.zip\n")
        result = project.runpytest(
            "data/broken.zip::LBL004-duplicate-color", "data/broken.zip::PNG001", "data/sound.zip::duplicate-color"
        )
        result.assert_outcomes(failed=1, passed=2)
        project.runpytest("data/sound.zip::LBL004", "data/sound.zip").assert_outcomes(passed=ALL - 1, skipped=1)

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
            "tests": ALL, "failures": 1, "skipped": 1, "errors": 0,
        }  # fmt: skip


@pytest.mark.process
class TestXdist:
    """Workers share the archives."""

    def test_the_same_results(self, project: pytest.Pytester) -> None:
        result = project.runpytest_subprocess("--segmask", "data/*.zip", "-n", "2", "--junitxml=report.xml")
        result.assert_outcomes(failed=1, passed=2 * ALL - 3, skipped=2)
        result.stdout.fnmatch_lines(["FAILED data/broken.zip::LBL004-duplicate-color*"])
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
        result.assert_outcomes(passed=2 * ALL - 2 + 1, skipped=2)
        result.stdout.fnmatch_lines(["*= segmask: findings below error =*"])

    def test_a_usage_error_is_one_line(self, project: pytest.Pytester) -> None:
        result = project.runpytest_subprocess("--segmask", "data/*.zap", "-n", "2")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        (line,) = (line for line in result.errlines if line)
        assert line.startswith("ERROR: --segmask: data/*.zap: nothing matches in ")
