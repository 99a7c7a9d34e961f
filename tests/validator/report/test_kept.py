"""Reports of many archives are a sequence like any other, and all but the first few are in a file."""

from __future__ import annotations

import pickle
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from segmask_validate.report.kept import Kept
from segmask_validate.report.model import ArchiveReport
from segmask_validate.run.runner import validate
from support.archives import changed, write_zip


@pytest.fixture
def reports(tmp_path: Path) -> list[ArchiveReport]:
    one = validate(write_zip(tmp_path / "a.zip", changed({"SegmentationObject/one.png": None})))
    return [replace(one, path=f"{number}.zip") for number in range(200)]


class TestKept:
    def test_a_sequence(self, reports: list[ArchiveReport]) -> None:
        with closing(Kept()) as kept:
            for report in reports:
                kept.add(report)
            assert list(kept) == list(kept) == reports
            assert (len(kept), kept[-1], kept[3], kept[150:152]) == (200, reports[-1], reports[3], reports[150:152])
            with pytest.raises(IndexError):
                kept[200]

    def test_added_to_while_it_is_read(self, reports: list[ArchiveReport]) -> None:
        with closing(Kept()) as kept:
            for number, report in enumerate(reports):
                kept.add(report)
                assert kept[number // 2] == reports[number // 2]

    def test_rules_stay_the_same(self, reports: list[ArchiveReport]) -> None:
        """Formats look rules up."""
        (finding, *_) = pickle.loads(pickle.dumps(reports[0])).findings
        assert finding.rule is reports[0].findings[0].rule
