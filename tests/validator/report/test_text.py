"""The text tells apart what was found, what is not wanted, and what was not checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmask_validate import ArchiveReport, validate
from segmask_validate.report import text
from segmask_validate.report.lines import plain
from support.built import CAR, ROAD, VALID, Build, grey, rgb

DUPLICATE = {"labelmap.txt": "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\nbus:128,0,0::\nvan:0,128,0::\n"}


class TestLeftOut:
    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({"ignore": "LBL004"}, "  ignored: 2 findings of LBL004"),
            ({"select": "PNG"}, "  not selected: 2 findings of LBL004"),
        ],
    )
    def test_what_is_not_wanted_is_no_rule_that_was_not_checked(
        self, build: Build, given: dict[str, str], told: str
    ) -> None:
        report = validate(build(DUPLICATE), **given)  # type: ignore[arg-type] # select or ignore
        shown = list(map(plain, text.lines(report)))
        assert (report.findings, shown[2:]) == ((), ["", told])
        assert "LBL004" not in {skip.rule for skip in report.skipped}
        assert report.verdict == "altered"
        assert text.summary((report,)) == "1 archive: nothing found; 2 findings left out"

    def test_in_json(self, build: Build) -> None:
        document = validate(build(DUPLICATE), ignore="LBL004").to_json()
        assert document["left_out"] == [{"rule": "LBL004", "reason": "ignored", "findings": 2, "count": 2}]


class TestNotChecked:
    def test_rules_that_had_nothing_to_check_are_told_where_asked_for(self, build: Build) -> None:
        report = validate(build())
        assert len(list(text.lines(report))) == 2
        shown = "\n".join(map(plain, text.lines(report, verbose=True)))
        assert "not checked: GEO002: the archive holds no photos" in shown
        assert "needs --task" in shown
        assert {"GEO002", "TASK001"} <= {skip["rule"] for skip in report.to_json()["skipped"]}

    def test_rules_that_a_fault_kept_from_being_checked_always_are(self, build: Build) -> None:
        report = validate(build({"labelmap.txt": "what is this\n"}))
        assert any(plain(line).startswith("  not checked: ") for line in text.lines(report))


MANY = {f"SegmentationClass/f{number:03}.png": VALID["SegmentationClass/two.png"] for number in range(1, 1001)}
ALONE = {"ImageSets/Segmentation/default.txt": "one\n"}


class TestArrival:
    """The second line says how much arrives, where anything does not; JSON has the same figures."""

    def second(self, report: ArchiveReport) -> str:
        return list(map(plain, text.lines(report)))[1]

    @pytest.mark.parametrize(
        ("changes", "told", "figures"),
        [
            ({}, "  2 images (default 2), 3 labels, 3 instances", (2, 2, 3, 3)),
            (MANY, "  2 images (default 2), 3 labels; 2 of 1,002 masks arrive, with 3 instances", (1002, 2, 3, 3)),
            (ALONE, "  1 image (default 1), 3 labels; 1 of 2 masks arrives, with 2 instances", (2, 1, 2, 2)),
            (
                {"ImageSets/Segmentation/default.txt": "three\n"},
                "  1 image (default 1), 3 labels; 0 of 2 masks arrive",
                (2, 0, 0, 0),
            ),
            (
                {"SegmentationClass/one.png": rgb(((9, 9, 9), *CAR), ((0, 128, 0), *ROAD))},
                "  2 images (default 2), 3 labels; nothing arrives of 2 masks, 3 instances",
                (2, 0, 3, 0),
            ),
            (
                {"SegmentationClass/one.png": grey((7, *CAR), (1, *ROAD))},
                "  2 images (default 2), 3 labels; nothing arrives of 2 masks, 3 instances",
                (2, 0, 3, 0),
            ),
            (
                {"ImageSets/Segmentation/default.txt": None},
                "  2 images (default 2), 3 labels; nothing arrives of 2 masks, 3 instances",
                (2, 0, 3, 0),
            ),
        ],
    )
    def test_it(
        self, build: Build, changes: dict[str, bytes | str | None], told: str, figures: tuple[int, int, int, int]
    ) -> None:
        report = validate(build(changes))
        assert self.second(report) == told
        assert tuple(report.to_json()["arrival"].values()) == figures

    def test_no_archive_at_all(self, build: Build, tmp_path: Path) -> None:
        (tmp_path / "b.zip").write_bytes(b"no zip")
        assert self.second(validate(tmp_path / "b.zip")) == "  0 images, 0 labels, 0 instances"


class TestPlaces:
    """Names from the archive neither steer a terminal nor fill it."""

    @pytest.mark.parametrize(
        ("listed", "shown"),
        [
            ("a\u2028b", "(image 'a\\u2028b')"),
            ("x" * 60_000, f"(image '{'x' * 200}...')"),
        ],
    )
    def test_an_image(self, build: Build, listed: str, shown: str) -> None:
        report = validate(build({"ImageSets/Segmentation/default.txt": f"one\ntwo\n{listed}\n"}))
        (place,) = (row for row in map(plain, text.lines(report)) if row.startswith("    at "))
        assert place == f"    at ImageSets/Segmentation/default.txt:3 {shown}"

    def test_a_member(self, build: Build) -> None:
        report = validate(build({f"{'d' * 5000}/a.txt": b""}))
        (place,) = (row for row in map(plain, text.lines(report)) if row.startswith("    at "))
        assert place == f"    at {'d' * 200}..."
