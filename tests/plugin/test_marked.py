"""``@pytest.mark.segmask_archive(path)``: a test is run with an archive that is valid, or not at all."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from support.archives import changed, write_folder, write_zip
from support.server import serving

from .conftest import CLASS_ONLY, data

pytest_plugins = ["pytester"]


def write(project: pytest.Pytester, marker: str, body: str = "pass", arguments: str = "") -> None:
    """A marked test in a folder beside the archives'."""
    folder = project.path / "checks"
    folder.mkdir(exist_ok=True)
    (folder / "test_it.py").write_text(
        f"import pytest\n@pytest.mark.segmask_archive({marker})\ndef test_it({arguments}):\n    {body}\n"
    )


class TestValidated:
    """The archive, relative to the test's file, is validated before the test."""

    @pytest.mark.parametrize("options", [(), ("--strict-markers", "-W", "error"), ("--import-mode=importlib",)])
    def test_a_valid_one(self, project: pytest.Pytester, options: tuple[str, ...]) -> None:
        write(project, "'../data/sound.zip'")
        project.runpytest(*options).assert_outcomes(passed=1)

    def test_a_path_and_a_folder_will_do(self, project: pytest.Pytester) -> None:
        write_folder(data(project) / "unpacked", changed({}))
        write(project, "path=__import__('pathlib').Path('../data/unpacked')")
        project.runpytest().assert_outcomes(passed=1)

    def test_findings_are_an_error_of_the_test_without_traceback(self, project: pytest.Pytester) -> None:
        write(project, "'../data/broken.zip'", "raise SystemExit")
        result = project.runpytest()
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(
            [
                "*_ ERROR at setup of test_it _*",
                "data/broken.zip: altered - CVAT imports it, and something is lost or misread",
                "  error LBL004 duplicate-color, misread",
            ]
        )
        assert not re.search(r"\.py:\d", result.stdout.str())

    @pytest.mark.parametrize(
        ("criteria", "passes"),
        [
            ("ignore='LBL'", True),
            ("select=['PNG', 'SET']", True),
            ("fail_on='info', select='LBL'", False),
            ("select='LBL004'", False),
        ],
    )
    def test_criteria_of_its_own(self, project: pytest.Pytester, criteria: str, passes: bool) -> None:
        write(project, f"'../data/broken.zip', {criteria}")
        project.runpytest().assert_outcomes(**({"passed": 1} if passes else {"errors": 1}))

    def test_criteria_of_the_run(self, project: pytest.Pytester) -> None:
        write_zip(data(project) / "sound.zip", changed(CLASS_ONLY))
        write(project, "'../data/sound.zip'")
        project.runpytest().assert_outcomes(passed=1)
        project.runpytest("--segmask-fail-on=warning").assert_outcomes(errors=1)

    @pytest.mark.parametrize(
        ("marker", "message"),
        [
            ("'../data/no.zip'", "data/no.zip: No such file or directory"),
            ("'../data/sound.zip', ignore='NOPE'", "marker segmask_archive: segmask_ignore: no rule matches 'NOPE' *"),
            (
                "'../data/sound.zip', picked='PNG'",
                "marker segmask_archive: there is no argument 'picked'",
            ),
            ("5", "marker segmask_archive takes one path, not 5"),
            ("None", "marker segmask_archive takes one path, not None"),
            ("path=b'x'", "marker segmask_archive takes one path, not b'x'"),
            (
                "'../data/sound.zip', select=5",
                "marker segmask_archive: segmask_select: 5 is no rule, and no list of them *",
            ),
            (
                "'../data/sound.zip', ignore=[5]",
                "marker segmask_archive: segmask_ignore: [[]5[]] is no rule, and no list of them *",
            ),
            (
                "'../data/sound.zip', fail_on=['never']",
                "marker segmask_archive: segmask_fail_on: no severity (error, warning, info) or rule matches 'never' *",
            ),
            ("", "marker segmask_archive takes one path"),
            ("'../data/sound.zip', '../data/broken.zip'", "marker segmask_archive takes one path"),
        ],
    )
    def test_what_is_wrong_with_the_marker_is_one_line(
        self, project: pytest.Pytester, marker: str, message: str
    ) -> None:
        write(project, marker, "raise SystemExit")
        result = project.runpytest()
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*_ ERROR at setup of test_it _*", message, "*= short test summary info =*"])
        assert not re.search(r"\.py:\d", result.stdout.str())

    def test_every_marker_counts(self, project: pytest.Pytester) -> None:
        write(project, "'../data/sound.zip')\n@pytest.mark.segmask_archive('../data/broken.zip'")
        project.runpytest().assert_outcomes(errors=1)

    def test_a_skipped_test_needs_no_archive(self, project: pytest.Pytester) -> None:
        write(project, "'../data/no.zip')\n@pytest.mark.skip(")
        project.runpytest().assert_outcomes(skipped=1)

    def test_junit_properties(self, project: pytest.Pytester) -> None:
        write(project, "'../data/broken.zip', fail_on='error', ignore='PNG'", "raise SystemExit")
        project.runpytest("--junitxml=report.xml")
        root = ET.parse(project.path / "report.xml").getroot()
        assert [(prop.attrib["name"], prop.attrib["value"]) for prop in root.iter("property")] == [
            ("segmask_archive", "data/broken.zip"),
            ("segmask_verdict", "altered"),
            ("segmask_images", "1"),
            ("segmask_instances", "2"),
            ("segmask_LBL004", "1"),
        ]

    def test_many_tests_read_it_once(self, project: pytest.Pytester) -> None:
        folder = project.mkdir("checks")
        (folder / "test_it.py").write_text(
            """
import pytest
pytestmark = pytest.mark.segmask_archive("../data/sound.zip")
def test_one(segmask_path): segmask_path.unlink()
def test_two(segmask_path): assert not segmask_path.exists()
"""
        )
        project.runpytest().assert_outcomes(passed=2)

    @pytest.mark.process
    def test_with_xdist(self, project: pytest.Pytester) -> None:
        write(project, "'../data/broken.zip'", "raise SystemExit")
        result = project.runpytest_subprocess("-n", "2")
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["  error LBL004 duplicate-color, misread"])


class TestFixtures:
    """The archive of the marker next to the test, as a path and open."""

    def test_its_path(self, project: pytest.Pytester) -> None:
        body = "assert (segmask_path.is_absolute(), segmask_path.name) == (True, 'sound.zip')"
        write(project, "'../data/sound.zip'", body, "segmask_path")
        project.runpytest().assert_outcomes(passed=1)

    def test_it_is_open_as_cvat_reads_it(self, project: pytest.Pytester) -> None:
        write_zip(data(project) / "sound.zip", changed(CLASS_ONLY))
        body = "assert [(image.name, len(image.instances)) for image in segmask_opened] == [('one', 3)]"
        write(project, "'../data/sound.zip'", body, "segmask_opened")
        project.runpytest("-W", "error").assert_outcomes(passed=1)

    def test_the_closest_marker_counts(self, project: pytest.Pytester) -> None:
        write_zip(data(project) / "other.zip", changed({}))
        folder = project.mkdir("checks")
        (folder / "test_it.py").write_text(
            """
import pytest
pytestmark = pytest.mark.segmask_archive("../data/other.zip")
@pytest.mark.segmask_archive("../data/sound.zip")
def test_it(segmask_path): assert segmask_path.name == "sound.zip"
"""
        )
        project.runpytest().assert_outcomes(passed=1)

    @pytest.mark.parametrize("fixture", ["segmask_path", "segmask_opened"])
    def test_without_marker_it_is_an_error(self, project: pytest.Pytester, fixture: str) -> None:
        project.makepyfile(f"def test_it({fixture}): pass")
        result = project.runpytest()
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines([f"{fixture} needs @pytest.mark.segmask_archive(path)"])

    def test_a_url_has_no_path(self, project: pytest.Pytester) -> None:
        with serving((data(project) / "sound.zip").read_bytes()) as server:
            write(project, repr(server.url()), "assert len(segmask_opened) == 1", "segmask_opened")
            project.runpytest().assert_outcomes(passed=1)
            write(project, repr(server.url()), "pass", "segmask_path")
            result = project.runpytest()
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["segmask_path: the marker names a URL, http://*/a.zip"])
