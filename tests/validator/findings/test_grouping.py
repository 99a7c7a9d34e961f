"""One problem of an archive is one finding, however often it occurs; what follows from it is silenced, aloud."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

import segmask
import segmask_validate
from segmask import Location, Problem, rules
from segmask.evidence import ColorRegion, ThinRegions, UndeclaredColors
from segmask.evidence.mask_kind import MaskKind
from segmask.pixels.color import unpack
from segmask.testing.writers import zipwriter
from segmask.testing.writers.zipwriter import Member
from segmask_validate import RULES, ArchiveReport, Verdict, validate
from segmask_validate.findings.grouping import _MAX_GROUPS, Findings
from support import archives
from support.archives import CLASSES, LIST, OBJECTS, SOUND, Content, blocks, changed
from support.built import CAR, Build, grey, rgb
from support.problems import Problems


class TestMerging:
    def test_equal_problems_are_counted_with_a_few_places(self, build: Build) -> None:
        names = [f"image{number}" for number in range(9)]
        masks: dict[str, bytes | str | None] = {f"SegmentationClass/{name}.png": rgb() for name in names}
        report = validate(build({**masks, **{f"SegmentationObject/{name}.png": rgb() for name in names}}))
        (finding,) = report.findings
        assert (finding.rule.code, finding.count, finding.location.image) == ("SET015", 9, "image0")
        assert [place.image for place in finding.places] == names

    def test_lines_of_the_label_map_are_problems_of_their_own(self, build: Build) -> None:
        labels = "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\nbus \t:1,1\nvan:2,2:\n"
        report = validate(build({"labelmap.txt": labels}))
        assert [(f.rule.code, f.location.line) for f in report.findings] == [("LBL001", 4), ("LBL001", 5)]

    def test_thousands_of_them_are_one(self, build: Build) -> None:
        labels = "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\n"
        labels += "".join(f"label{number}:1,1,{number}\n" for number in range(1000))
        report = validate(build({"labelmap.txt": labels}))
        assert [(f.rule.code, f.count) for f in report.findings if f.rule.code == "LBL001"] == [("LBL001", 1000)]

    def test_thousands_of_colours_are_one(self, build: Build) -> None:
        blocks = [
            ((9, 250 - number, 100), slice(number // 16, number // 16 + 1), slice(number % 16, number % 16 + 1))
            for number in range(190)
        ]
        report = validate(build({"SegmentationClass/one.png": rgb(*blocks)}))
        found = [f for f in report.findings if f.rule.code == "PNG004"]
        assert len(found) == 1
        assert len(found[0].evidence.to_json()["colors"]) == 16

    def test_their_number_is_bounded(self) -> None:
        findings = Findings()
        for number in range(3 * _MAX_GROUPS):
            colors = (ColorRegion(color=unpack(number * 77), pixels=5, box=(0, 0, 1, 5)),)
            evidence = UndeclaredColors(colors=colors, distinct=1, pixels=5, declared=(), kind=MaskKind.RGB_8)
            findings.add(Problem(kind=rules.UNDECLARED_OBJECT_COLOR, message="", evidence=evidence))
        assert len(findings._groups) <= _MAX_GROUPS + 1
        (finding,) = findings.list()
        assert (finding.count, finding.evidence.to_json()["pixels"]) == (3 * _MAX_GROUPS, 15 * _MAX_GROUPS)

    def test_worst_first(self, build: Build) -> None:
        changes = {
            ".DS_Store": "",
            "SegmentationClass/one.png": b"",
            "labelmap.txt": "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\nbus:128,0,0::\n",
            "SegmentationObject/two.png": None,
        }
        report = validate(build(changes))
        assert [f.rule.code for f in report.findings] == ["PNG001", "LBL004", "PAIR006", "ZIP019"]


class TestPlaces:
    """All of them up to a limit, the finding's own first; a rule's findings together keep no more than those shown."""

    def problem(self, number: int, message: str = "") -> Problem:
        location = Location(member=f"{number}.png", image=str(number))
        return Problem(kind=rules.BAD_COLOR, message=message or "same", location=location)

    def test_up_to_the_limit(self) -> None:
        findings = Findings(max_places=3)
        for number in range(7):
            findings.add(self.problem(number))
        (finding,) = findings.list()
        assert [place.image for place in finding.places] == ["0", "1", "2"]
        assert (finding.count, finding.places_left_out) == (7, 4)

    def test_merged_findings_keep_the_limit(self) -> None:
        findings = Findings(max_places=3)
        for number in range(100):
            findings.add(self.problem(number, f"message {number}"))
        (finding,) = findings.list()
        assert [place.image for place in finding.places] == ["0", "1", "2"]
        assert (finding.count, finding.places_left_out) == (100, 97)

    def test_the_memory_of_a_rule_is_bounded(self) -> None:
        findings = Findings(max_places=2)
        for number in range(400):
            findings.add(self.problem(number, f"message {number % 200}"))
        assert sum(len(group.places) for group in findings._groups.values()) == 40

    def test_of_colours_the_place_of_most_pixels_is_first(self, build: Build) -> None:
        speck, block = ((7, 99, 200), slice(0, 1), slice(0, 1)), ((7, 99, 200), *CAR)
        report = validate(build({"SegmentationClass/one.png": rgb(speck), "SegmentationClass/two.png": rgb(block)}))
        (finding,) = (finding for finding in report.findings if finding.code == "PNG004")
        assert finding.places[0] == finding.location
        assert sorted(place.image or "" for place in finding.places) == ["one", "two"]
        assert finding.places_left_out == 0


class TestRootCauses:
    """A rule that another one made unreliable says nothing, and the report says that."""

    def test_an_unknown_colour_silences_undeclared_colours(self, build: Build) -> None:
        labels = "background:0,0,0::\ncar:red::\nroad:0,128,0::\n"
        report = validate(build({"labelmap.txt": labels}))
        assert [f.rule.code for f in report.findings] == ["LBL003"]
        assert (report.verdict, report.complete) == (Verdict.REJECTED, False)
        skipped = {skip.rule: skip.reason for skip in report.skipped}
        assert skipped["PNG004"] == "LBL003 bad-color leaves it uncertain"

    def test_a_colour_that_can_be_made_out_does_not(self, build: Build) -> None:
        labels = "background:0,0,0::\ncar:#800000::\nroad:0,128,0::\n"
        mask = rgb(((1, 2, 250), *CAR))
        report = validate(build({"labelmap.txt": labels, "SegmentationClass/two.png": mask}))
        assert [f.rule.code for f in report.findings] == ["LBL003", "PNG004"]
        assert "write 128,0,0" in report.findings[0].message
        assert report.complete

    def test_an_unreadable_archive_checks_nothing_else(self, build: Build) -> None:
        path = build()
        path.write_bytes(path.read_bytes()[:-40])
        report = validate(path)
        assert [f.rule.code for f in report.findings] == ["ZIP002"]
        assert (report.verdict, report.complete) == (Verdict.REJECTED, False)
        assert (report.images, report.labels, dict(report.subsets)) == (0, (), {})
        assert {skip.rule for skip in report.skipped} == {r.code for r in RULES if not r.code.startswith("ZIP")}


class TestSixDefects:
    """All defects of an archive are found in one run, where CVAT stops at the first."""

    def test_six(self, build: Build) -> None:
        changes = {
            "labelmap.txt": "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\nbus:128,0,0::\nvan :1,2,200::\n",
            "ImageSets/Segmentation/default.txt": "one\ntwo\nthree.png\n",
            "ImageSets/Segmentation/my_list.txt": "four\n",
            "SegmentationClass/three.png": rgb(),
            "SegmentationObject/three.png": rgb(),
            "SegmentationClass/one.png": rgb(((7, 99, 200), *CAR)),
            "SegmentationObject/two.png": rgb()[:-20],
        }
        report = validate(build(changes))
        errors = [f.rule.code for f in report.findings if f.severity == "error"]
        assert errors == ["PNG003", "PNG004", "SET002", "SET006", "LBL004", "LBL013", "PAIR007"]


class TestUncertainIndices:
    def test_an_unreadable_dataset_meta_silences_indices(self, build: Build) -> None:
        mask = grey((7, *CAR))
        report = validate(build({"dataset_meta.json": "{", "SegmentationClass/one.png": mask}))
        assert [f.rule.code for f in report.findings if f.rule.code.startswith(("PNG", "LBL"))] == ["LBL022"]
        assert report.findings[0].location.line == 1


META = json.dumps(
    {
        "label_map": {"0": "background", "1": "car", "2": "road"},
        "segmentation_colors": [[0, 0, 0], [128, 0, 0], [0, 128, 0]],
    }
)


BROKEN = {
    "ZIP003": {"crc": 1},
    "ZIP004": {"encrypted": 1},
    "ZIP005": {"method": 99},
}


every_breakage = pytest.mark.parametrize("code", BROKEN)


def report_of(tmp_path: Path, members: Mapping[str, Content], broken: str = "", code: str = "ZIP003") -> ArchiveReport:
    """Of an archive, one member of which cannot be unpacked."""
    file = tmp_path / "a.zip"
    file.write_bytes(
        zipwriter.write(
            Member(
                name=name,
                data=content.encode() if isinstance(content, str) else content,
                claims=BROKEN[code] if name == broken else {},
            )
            for name, content in members.items()
        )
    )
    return segmask_validate.validate(file)


def codes(report: ArchiveReport) -> list[str]:
    return [finding.rule.code for finding in report.findings]


def skips(report: ArchiveReport) -> dict[str, str]:
    return {skip.rule: skip.reason for skip in report.skipped}


@every_breakage
def test_a_label_map_that_cannot_be_read_declares_nothing_and_denies_nothing(tmp_path: Path, code: str) -> None:
    report = report_of(tmp_path, SOUND, "labelmap.txt", code)
    assert codes(report) == [code]
    assert not report.complete
    assert skips(report)["PNG004"] == "labelmap.txt could not be read"


def test_the_background_is_not_known_where_no_label_is(tmp_path: Path) -> None:
    """Grey masks whose background has not the index 0."""
    members = changed(
        {
            "labelmap.txt": "car:128,0,0::\nbackground:0,0,0::\nroad:0,128,0::\n",
            "SegmentationClass/one.png": archives.grey(blocks((1, slice(0, 8), slice(0, 10))) - (CLASSES == 1)),
            "SegmentationObject/one.png": archives.rgb(OBJECTS * (OBJECTS == 1)),
        }
    )
    assert codes(report_of(tmp_path, members)) == []
    assert codes(report_of(tmp_path, members, "labelmap.txt")) == ["ZIP003"]
    report = report_of(tmp_path, {**members, "dataset_meta.json": "{"})
    assert codes(report) == ["LBL022"]
    assert skips(report)["PAIR005"] == "LBL022 bad-dataset-meta leaves it uncertain"


@every_breakage
def test_a_label_map_that_cannot_be_read_may_agree_with_the_meta_file(tmp_path: Path, code: str) -> None:
    members = changed({"dataset_meta.json": META})
    assert codes(report_of(tmp_path, members)) == []
    assert codes(report_of(tmp_path, members, "labelmap.txt", code)) == [code]


@every_breakage
@pytest.mark.parametrize("name", [LIST, "ImageSets/Segmentation/more_1.txt"])
def test_a_list_that_cannot_be_read_may_name_any_mask(tmp_path: Path, code: str, name: str) -> None:
    two = {f"Segmentation{kind}/two.png": SOUND[f"Segmentation{kind}/one.png"] for kind in ("Class", "Object")}
    members = changed({"ImageSets/Segmentation/good.txt": "one\n", LIST: None, name: "two\n", **two})
    passed_over = ["SET002"] if "_" in name else []
    assert codes(report_of(tmp_path, members)) == passed_over
    assert codes(report_of(tmp_path, members, name, code)) == [code, *passed_over]


@pytest.mark.parametrize(("mask", "code"), [(b"", "PNG001"), (b"text", "PNG002"), (b"\x89PNG", "PNG003")])
def test_a_mask_that_cannot_be_read_may_need_a_filler(tmp_path: Path, mask: bytes, code: str) -> None:
    filled = {"labelmap.txt": "background:0,0,0::\n_dummy1:9,9,9::\ncar:128,0,0::\n"}
    sound = changed(
        {**filled, "SegmentationClass/one.png": archives.grey(CLASSES * 2 * (CLASSES == 1) + 2 * (CLASSES == 2))}
    )
    assert codes(report_of(tmp_path, sound)) == []
    report = report_of(tmp_path, {**sound, "SegmentationClass/one.png": mask})
    assert codes(report) == [code]
    assert skips(report)["LBL019"].startswith(code)


@pytest.mark.parametrize(
    "name", ["SegmentationClass/._one.png", "SegmentationObject/._two.png", "SegmentationClass/dir/._one.png"]
)
def test_what_the_mac_leaves_beside_masks_is_no_mask(tmp_path: Path, name: str) -> None:
    assert codes(report_of(tmp_path, {**SOUND, name: b"\0\5\x16\7"})) == ["ZIP019"]


def test_what_the_mac_leaves_beside_a_label_map_is_no_label_map(tmp_path: Path) -> None:
    members = changed(
        {
            "labelmap.txt": None,
            "._labelmap.txt": b"\0\5\x16\7",
            "SegmentationObject/one.png": archives.rgb(OBJECTS * (OBJECTS == 1)),
        }
    )
    members["SegmentationClass/one.png"] = archives.rgb(CLASSES * (CLASSES == 1))
    assert codes(report_of(tmp_path, members)) == ["ZIP019"]


def test_what_the_mac_leaves_beside_a_list_is_no_list(tmp_path: Path) -> None:
    """Even where CVAT finds no list, and the reader takes what comes closest."""
    folder = "ImageSets/Segmentation"
    members = changed({LIST: None, f"{folder}/default.TXT": "one\n", f"{folder}/._default.TXT": b"\xff\xfe\0"})
    assert codes(report_of(tmp_path, members)) == ["SET001", "ZIP019"]


def test_a_marked_background_is_the_background(tmp_path: Path) -> None:
    """The byte order mark explains the odd name; the label is no other black one."""
    members = changed({"labelmap.txt": "\ufeff" + str(SOUND["labelmap.txt"])})
    assert codes(report_of(tmp_path, members)) == ["LBL009"]


class TestTotals:
    """What a finding says is summed over all its places, in whatever parts they were read."""

    SPECK = (slice(2, 4), slice(1, 3))

    def test_thin_regions(self, build: Build) -> None:
        speck = rgb(((128, 0, 0), *self.SPECK))
        masks = {f"Segmentation{kind}/{name}.png": speck for kind in ("Class", "Object") for name in ("one", "two")}
        (finding,) = validate(build(masks)).findings
        assert (finding.rule.code, finding.count, finding.location.image) == ("GEO001", 2, "one")
        assert finding.evidence == ThinRegions(regions=2, pixels=8)
        assert "(2, 8 pixels in 2 masks)" in finding.message
        assert [place.image for place in finding.places] == ["one", "two"]

    @pytest.mark.parametrize(
        ("thin_pixels", "thin_regions", "found"),
        [(1, 1, (3, 6)), (2, 1, (1, 4)), (4, 1, (1, 4)), (5, 1, None), (1, 3, (3, 6)), (1, 4, None), (2, 2, None)],
    )
    def test_specks_below_a_threshold_are_left_out(
        self, build: Build, thin_pixels: int, thin_regions: int, found: tuple[int, int] | None
    ) -> None:
        """Three regions of one, one and four pixels, in two masks."""
        one = rgb(((128, 0, 0), slice(8, 9), slice(8, 9)))
        two = rgb(((128, 0, 0), slice(0, 1), slice(9, 10)), ((128, 0, 0), *self.SPECK))
        masks = {
            f"Segmentation{kind}/{name}.png": mask
            for kind in ("Class", "Object")
            for name, mask in (("one", one), ("two", two))
        }
        report = validate(build(masks), thin_pixels=thin_pixels, thin_regions=thin_regions)
        evidence = [finding.evidence for finding in report.findings]
        assert evidence == ([] if found is None else [ThinRegions(*found)])
        assert report.verdict == "altered"
        for finding in report.findings:
            assert finding.location.box is not None
            assert finding.location.box[2] * finding.location.box[3] >= thin_pixels
        is_below = found is None or found[0] < 3
        assert [(left.rule, str(left.reason)) for left in report.left_out] == [
            ("GEO001", "below the threshold")
        ] * is_below

    def test_undeclared_indices(self, build: Build) -> None:
        first, second = grey((5, *CAR)), grey((7, *CAR))
        changes = {
            "SegmentationClass/one.png": first,
            "SegmentationObject/one.png": rgb(((128, 0, 0), *CAR)),
            "SegmentationClass/two.png": second,
        }
        (finding,) = validate(build(changes)).findings
        figures = finding.to_json()["evidence"]
        assert (figures["indices"], figures["pixels"]) == ([5, 7], {"5": 25, "7": 25})
        assert (figures["missing_lines"], figures["cause"]) == ([3, 7], "short-label-map")
        assert "indices 5, 7 are used in 2 masks; the label map ends at 2; add 5 lines" in finding.message

    def test_the_order_of_problems_changes_no_total(self) -> None:
        problems = [
            Problem(kind=rules.THIN_REGION, message="", evidence=ThinRegions(number, number**3))
            for number in range(1, 9)
        ]
        totals = set()
        for start in range(len(problems)):
            findings = Findings()
            for problem in problems[start:] + problems[:start]:
                findings.add(problem)
            (finding,) = findings.list()
            totals.add((finding.message, finding.evidence))
        assert {evidence for _, evidence in totals} == {ThinRegions(36, 1296)}
        assert len(totals) == 1

    def test_one_mask_is_said_as_the_reader_says_it(self, build: Build) -> None:
        classes, objects = rgb(((128, 0, 0), *CAR), ((0, 128, 0), *self.SPECK)), rgb(((128, 0, 0), *CAR))
        path = build({"SegmentationClass/one.png": classes, "SegmentationObject/one.png": objects})
        problems = Problems()
        with segmask.open(path, on_problem=problems) as archive:
            list(archive)
        report = validate(path)
        assert [finding.message for finding in report.findings] == [problem.message for problem in problems]
        assert [finding.rule for finding in report.findings] == [rules.INSTANCE_OVER_CLASSES]
