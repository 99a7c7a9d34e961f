"""Which rules hold for an archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmask.rules.rule import Severity
from segmask_validate.configuration.model import Configuration
from segmask_validate.configuration.reader import read
from segmask_validate.configuration.selecting import Selecting
from segmask_validate.selection import Given, Selection

TEXT = """
select = ["PNG", "LBL"]
ignore = "PNG001"
severity = { PNG004 = "warning", LBL = "info" }
fail-on = "warning"
[[paths]]
match = "old/"
ignore = "PNG002"
severity = { PNG004 = "error", PNG = "info" }
[[paths]]
match = "*.zip"
select = "PNG"
fail-on = ["error", "GEO"]
thin-pixels = 3
"""


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    file = tmp_path / "segmask.toml"
    file.write_text(TEXT)
    return read(file)


def test_what_the_configuration_says(configuration: Configuration, tmp_path: Path) -> None:
    selecting = Selecting(configuration, {})
    assert selecting.whole == Selection.of(
        select="PNG,LBL", ignore="PNG001", severity={"LBL": "info", "PNG004": "warning"}, fail_on="warning"
    )
    assert selecting("elsewhere/a") is selecting.whole
    assert selecting(str(tmp_path / "old" / "a.zip")) == Selection.of(
        select="PNG",
        ignore="PNG001,PNG002",
        severity={"LBL": "info", "PNG": "info"},
        fail_on="error,GEO",
        thin_pixels=3,
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Given(select="PNG004"), {"select": "PNG004", "ignore": "PNG001,PNG002"}),
        (Given(ignore=frozenset({"PNG004"})), {"select": "PNG", "ignore": "PNG004"}),
        (Given(select=None, fail_on="info"), {"select": "PNG", "ignore": "PNG001,PNG002", "fail_on": "info"}),
    ],
)
def test_what_the_user_says_wins(configuration: Configuration, tmp_path: Path, said: Given, expected: Given) -> None:
    whole: Given = {
        "severity": {"LBL": "info", "PNG": "info"},
        "fail_on": "error,GEO",
        "thin_pixels": 3,
        **expected,
    }
    assert Selecting(configuration, said)(str(tmp_path / "old" / "a.zip")) == Selection.of(**whole)


def test_severities_are_said_rule_by_rule(configuration: Configuration, tmp_path: Path) -> None:
    found = Selecting(configuration, {"severity": {"PNG002": Severity.ERROR}})(str(tmp_path / "old" / "a.zip"))
    assert (dict(found.severities)["PNG002"], dict(found.severities)["PNG003"]) == (Severity.ERROR, Severity.INFO)


def test_what_means_nothing_names_the_argument(configuration: Configuration) -> None:
    for said in (Given(severity="PNG"), Given(select="PGN"), Given(fail_on="low")):
        with pytest.raises(ValueError, match=f"^{next(iter(said))}: "):
            Selecting(configuration, said)


def test_without_a_configuration() -> None:
    assert Selecting(Configuration(), {})("a.zip") == Selection()
