"""``jsonl``."""

from __future__ import annotations

import json

from segmask_cli.reports import Options
from segmask_validate.paths import Unusable
from segmask_validate.report.model import to_json
from support import reported


def test_a_line_is_the_json_report_on_an_archive() -> None:
    reports = [reported.hostile(), reported.report(path="b.zip")]
    rows = reported.written("jsonl", *reports).splitlines()
    assert [json.loads(row) for row in rows] == [json.loads(json.dumps(to_json((report,)))) for report in reports]


def test_a_line_a_path_that_could_not_be_read_as_the_schema_describes_it() -> None:
    errors = [Unusable("no.zip", "no such file"), Unusable("b.zip", "permission denied")]
    rows = reported.written("jsonl", reported.report(), options=Options(errors=errors)).splitlines()
    assert [[error["path"] for error in json.loads(row)["errors"]] for row in rows] == [[], ["no.zip"], ["b.zip"]]
    assert [len(json.loads(row)["archives"]) for row in rows] == [1, 0, 0]
