"""``jsonl``."""

from __future__ import annotations

import json

from segmask_validate.report.model import to_json
from support import reported


def test_a_line_is_the_json_report_on_an_archive() -> None:
    reports = [reported.hostile(), reported.report(path="b.zip")]
    rows = reported.written("jsonl", *reports).splitlines()
    assert [json.loads(row) for row in rows] == [json.loads(json.dumps(to_json((report,)))) for report in reports]
