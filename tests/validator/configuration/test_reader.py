"""A configuration: found from a folder upwards, read whole, or told in one line with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmask.rules.rule import Severity
from segmask_validate.configuration.model import Configuration
from segmask_validate.configuration.reader import ConfigurationError, find, read

TABLE = '[tool.segmask]\nignore = "GEO"\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a configuration above it, which is the working directory."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


class TestFound:
    def test_none(self, here: Path) -> None:
        assert find(here) == Configuration()

    @pytest.mark.parametrize(("name", "text"), [("segmask.toml", 'ignore = "GEO"\n'), ("pyproject.toml", TABLE)])
    def test_here_and_above(self, here: Path, name: str, text: str) -> None:
        (here / name).write_text(text)
        found = find(Path())
        assert (found.values, found.file) == ({"ignore": ("GEO",)}, Path(name))
        (here / name).rename(here.parent.parent / name)
        assert (find(here).values, find(here).file) == ({"ignore": ("GEO",)}, here.parent.parent / name)

    def test_the_nearest_one_alone(self, here: Path) -> None:
        (here / "segmask.toml").write_text("max-places = 3\n")
        (here.parent / "segmask.toml").write_text('ignore = "GEO"\n')
        assert find(here).values == {"max-places": 3}

    def test_a_project_without_the_table_is_none(self, here: Path) -> None:
        (here / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = ["segmask"]\n')
        (here.parent / "pyproject.toml").write_text("[tool.other]\nx = 'not segmask'\n")
        assert find(here).file is None

    def test_not_outside_the_repository(self, here: Path) -> None:
        (here.parent / ".git").mkdir()
        (here.parent.parent / "segmask.toml").write_text("max-places = 3\n")
        assert find(here).file is None

    def test_two_in_a_folder(self, here: Path) -> None:
        (here / "segmask.toml").write_text("max-places = 3\n")
        (here / "pyproject.toml").write_text(f"\n{TABLE}")
        with pytest.raises(ConfigurationError, match=r"^pyproject\.toml:2: segmask\.toml is a configuration too"):
            find(Path())

    def test_a_folder_of_the_name(self, here: Path) -> None:
        (here / "segmask.toml").mkdir()
        assert find(here).file is None

    def test_a_link_that_leads_nowhere_is_not_passed_over(self, here: Path) -> None:
        (here / "segmask.toml").symlink_to("gone.toml")
        with pytest.raises(FileNotFoundError):
            find(here)


def test_everything(tmp_path: Path) -> None:
    file = tmp_path / "any.toml"
    file.write_text(
        """
        select = ["PNG,LBL004", "class-only"]
        ignore = "PNG001"
        severity = { LBL = "warning", LBL004 = "error" }
        fail-on = "warning"
        reports = ["x.sarif", "junit=a/x"]
        max-places = 3
        limits = { pixels = 100, ratio = 2.5, slow-bytes = 1 }
        [[paths]]
        match = ["old/", "*.bak.zip"]
        ignore = "ALL"
        """
    )
    found = read(file)
    (entry,) = found.values["paths"]
    assert entry.keys() == {"match", "ignore"}
    assert {key: value for key, value in found.values.items() if key != "paths"} == {
        "select": ("PNG,LBL004", "class-only"),
        "ignore": ("PNG001",),
        "severity": {"LBL": Severity.WARNING, "LBL004": Severity.ERROR},
        "fail-on": ("warning",),
        "reports": (("sarif", "x.sarif"), ("junit", "a/x")),
        "max-places": 3,
        "limits": {"pixels": 100, "ratio": 2.5, "slow-bytes": 1},
    }


WRONG = {
    "fail_on = 'error'": "1: fail_on: there is no such key; the nearest is 'fail-on'",
    "\nzzz = 1": "2: zzz: there is no such key; there are select, ignore, ",
    "limits.pixel = 1": "1: limits.pixel: there is no such key; the nearest is 'pixels'",
    "[limits]\n\nruns = true": "3: limits.runs: true is no whole number above 0",
    "[limits]\nruns = 0": "2: limits.runs: 0 is no whole number above 0",
    "limits = { ratio = inf }": "1: limits.ratio: inf is no number above 0",
    "limits = 3": "1: limits: 3 is no table",
    "select = 3": "1: select: 3 is neither a string nor an array of strings",
    "select = [3]": "1: select: [3] is neither a string nor an array of strings",
    "select = []": "1: select: it names no rule",
    "ignore = [\n'PNG',\n'PGN004',\n]": "1: ignore: no rule matches 'PGN004'; the nearest is 'PNG004'",
    "select = 'PNG004'\nignore = ['undeclared-color']": "2: ignore: it leaves no rule to report",
    "fail-on = 'errors'": "1: fail-on: no severity (error, warning, info) or rule matches 'errors'; the nearest is 'error'",
    "[severity]\nPNG = 'info'\nPNG04 = 'info'": "3: severity.PNG04: no rule matches 'PNG04'",
    "[severity]\nPNG = 'low'": "2: severity.PNG: 'low' is none of error, warning, info",
    "[severity]\nPNG = []": "2: severity.PNG: [] is none of error, warning, info",
    "[severity]\nPNG004 = 'info'\nundeclared-color = 'error'": (
        "3: severity.undeclared-color: it is info by the name of PNG004 already"
    ),
    "severity = 'info'": "1: severity: 'info' is no table, such as { GEO001 = \"info\" }",
    "reports = 'x.sarif'": "1: reports: 'x.sarif' is no array of strings",
    "reports = ['x.doc']": "1: reports: the name 'x.doc' does not say the format",
    "reports = ['x.md', 'json=a/../x.md']": "1: reports[2]: two reports would be written to a/../x.md",
    "max-places = 1.5": "1: max-places: 1.5 is no whole number above 0",
    "paths = {}": "1: paths: {} is no array of tables; write [[paths]]",
    "[[paths]]\nignore = 'GEO'": "1: paths[1]: the key 'match' is missing",
    "[[paths]]\nmatch = 'a'\n[[paths]]\nmatch = 'b'\nreports = []": "5: paths[2].reports: there is no such key",
    "[[paths]]\nmatch = 'a'\nfail_on = 'info'": "3: paths[1].fail_on: there is no such key; the nearest is 'fail-on'",
    "[[paths]]\nmatch = 'a'\n[paths.limits]\npixel = 1": "4: paths[1].limits.pixel: there is no such key; the nearest is 'pixels'",
    "fail-on = []": "1: fail-on: it names no severity and no rule, so nothing would fail",
    "html-size = 0.5": "1: html-size: 0.5 is no number from 1 on",
    "image = 'x'": "1: image: there is no such key; the nearest is 'images'",
    "[[paths]]\nmatch = []": "2: paths[1].match: an empty pattern matches nothing",
    "[[paths]]\nmatch = '!'": "2: paths[1].match: ",
    "\n\na = 'x": "3: it is no TOML: ",
    "a = 1\na = 2": "2: it is no TOML: ",
    "a = [\n1,": "2: it is no TOML: ",
    f"a = {'[' * 5000}": ": it is nested too deep",
    "\nselect = '\udcff'": "2: it is not UTF-8",
    '"\\u001b[31m" = 1': "1: \\x1b[31m: there is no such key",
    "#" * (1 << 20) + "\n": ": it is larger than 1 MiB",
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_one_line_with_file_line_and_key(tmp_path: Path, text: str) -> None:
    file = tmp_path / "segmask.toml"
    file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ConfigurationError) as caught:
        read(file)
    message = str(caught.value)
    assert message.startswith(f"{file}:{WRONG[text].removeprefix(':')}")
    assert message.isprintable()
    assert len(message) < 1000


def test_a_key_of_a_project(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text("[project]\nselect = 1\n[tool.segmask]\n\nselect = 1\n")
    with pytest.raises(ConfigurationError, match=r":5: select: 1 is neither"):
        read(file)
    file.write_text("[tool]\nsegmask = 1\n")
    with pytest.raises(ConfigurationError, match=r":2: \[tool\.segmask\]: 1 is no table"):
        read(file)
    file.write_text("[tool.other]\n")
    with pytest.raises(ConfigurationError, match=r"it has no table \[tool\.segmask\]"):
        read(file)
