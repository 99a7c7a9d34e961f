"""``sarif``."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from segmask.problem import Location
from segmask_cli.reports import Options
from segmask_cli.reports.sarif import uri
from segmask_validate.paths import Unusable
from segmask_validate.report.model import ArchiveReport
from support import reported

UNREAD = Options(errors=[Unusable("no.zip", "no such file"), Unusable(reported.HOSTILE, reported.HOSTILE)])


def run_of(*reports: ArchiveReport) -> Any:
    (run,) = json.loads(reported.written("sarif", *reports))["runs"]
    return run


def test_the_published_schema_describes_it() -> None:
    path = os.environ.get("SEGMASK_SARIF_SCHEMA")
    if not path:
        pytest.skip("SEGMASK_SARIF_SCHEMA names no file; .ci/run fetches it")
    schema = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    many = replace(reported.finding(), places=tuple(Location(member=f"{number}.png") for number in range(3)), count=9)
    document = reported.written("sarif", reported.hostile(), reported.report(many), reported.report(), options=UNREAD)
    jsonschema.Draft7Validator(schema).validate(json.loads(document))


def test_a_result_a_finding() -> None:
    found = replace(reported.finding(member="a [1].png", count=3), places=(Location(image="b"),))
    run = run_of(reported.report(found))
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "PNG004"
    assert (result["level"], result["occurrenceCount"]) == ("error", 3)
    assert result["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": "a.zip"}, "region": {"startLine": 1}},
            "logicalLocations": [{"name": "a [1].png", "fullyQualifiedName": "a.zip!a [1].png", "kind": "member"}],
            "message": {"text": "a \\[1\\].png"},
        }
    ]
    assert [place["logicalLocations"][0]["name"] for place in result["relatedLocations"]] == ["b"]
    assert [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]] == [
        "1 place of findings left out: a result names at most 1,000"
    ]


def test_a_run_has_25000_results_the_worst() -> None:
    mild, bad = reported.finding("PAIR006"), reported.finding()
    run = run_of(reported.report(*[mild] * 25_001, bad))
    assert len(run["results"]) == 25_000
    assert run["results"][0]["ruleId"] == "PNG004"
    assert [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]] == [
        "2 findings left out: a run has at most 25,000"
    ]


def test_a_result_has_1000_locations() -> None:
    found = replace(reported.finding(count=1200), places=tuple(Location(image=str(n)) for n in range(1199)))
    run = run_of(reported.report(found))
    (result,) = run["results"]
    assert len(result["locations"]) + len(result["relatedLocations"]) == 1000
    assert "200 places" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a b/c:d.zip", "a%20b/c%3Ad.zip"),
        ("/x/\u00e9.zip", "file:///x/%C3%A9.zip"),
        ("https://h/a b.zip?x=%20", "https://h/a%20b.zip?x=%20"),
        ("\udce9<.zip", "%ED%B3%A9%3C.zip"),
    ],
)
def test_uris(path: str, expected: str) -> None:
    assert uri(path) == expected


def test_a_path_that_could_not_be_read_is_a_notification_of_a_run_that_failed() -> None:
    options = Options(errors=[Unusable("no a.zip", "no such file")])
    (run,) = json.loads(reported.written("sarif", options=options))["runs"]
    (invocation,) = run["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert (invocation["executionSuccessful"], run["results"]) == (False, [])
    assert (note["level"], note["message"]["text"]) == ("error", "no a.zip: no such file")
    assert note["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "no%20a.zip"}
