"""One problem of an archive is one finding, however often it occurs; what follows from it is silenced, aloud."""

from __future__ import annotations

import pytest

from segmask import Problem, rules
from segmask.pixels.color import unpack
from segmask.rules import BY_CODE, find
from segmask_validate import RULES, Rule, Verdict, validate
from segmask_validate.findings.grouping import _MAX_GROUPS, Findings
from segmask_validate.selection import matching
from support.built import CAR, Build, grey, rgb


class TestMerging:
    def test_equal_problems_are_counted_with_a_few_places(self, build: Build) -> None:
        names = [f"image{number}" for number in range(9)]
        masks: dict[str, bytes | str | None] = {f"SegmentationClass/{name}.png": rgb() for name in names}
        report = validate(build({**masks, **{f"SegmentationObject/{name}.png": rgb() for name in names}}))
        (finding,) = report.findings
        assert (finding.rule.code, finding.count, finding.location.image) == ("SET015", 9, "image0")
        assert [place["image"] for place in finding.evidence["places"]] == names[1:5]

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
        assert len(found[0].evidence["colors"]) == 16

    def test_their_number_is_bounded(self) -> None:
        findings = Findings()
        for number in range(3 * _MAX_GROUPS):
            colors = [{"color": unpack(number * 77), "pixels": 5, "box": [0, 0, 1, 5]}]
            evidence = {"colors": colors, "distinct": 1, "pixels": 5, "declared": [], "kind": "RGB"}
            findings.add(Problem(kind=rules.UNDECLARED_OBJECT_COLOR, message="", evidence=evidence))
        assert len(findings._groups) <= _MAX_GROUPS + 1
        (finding,) = findings.list()
        assert (finding.count, finding.evidence["pixels"]) == (3 * _MAX_GROUPS, 15 * _MAX_GROUPS)

    def test_worst_first(self, build: Build) -> None:
        changes = {
            ".DS_Store": "",
            "SegmentationClass/one.png": b"",
            "labelmap.txt": "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\nbus:128,0,0::\n",
            "SegmentationObject/two.png": None,
        }
        report = validate(build(changes))
        assert [f.rule.code for f in report.findings] == ["PNG001", "LBL004", "PAIR006", "ZIP019"]


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


class TestRegistry:
    """One rule a defect, in the order of the codes, found by code, name and area."""

    def test_no_code_or_name_is_used_twice(self) -> None:
        assert len(BY_CODE) == len(RULES) == len({rule.name for rule in RULES})

    def test_codes_count_up(self) -> None:
        for area in ("ZIP", "LBL", "SET", "PNG", "PAIR", "GEO"):
            numbers = [int(rule.code.removeprefix(area)) for rule in RULES if rule.code.startswith(area)]
            assert numbers == list(range(1, len(numbers) + 1))

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
    def test_every_text_is_there(self, rule: Rule) -> None:
        for text in (rule.summary, rule.cvat, rule.remedy):
            assert text.endswith((".", "::", '"'))
        assert all(code in BY_CODE for code in rule.requires)

    def test_selectors(self) -> None:
        assert matching("lbl004") == matching("duplicate-color") == {"LBL004"}
        assert matching("GEO") == {"GEO001", "GEO002"}
        assert matching("all") == set(BY_CODE)
        assert find("nothing") is None
        for wrong in ("", "L", "XYZ001", "Duplicate"):
            with pytest.raises(ValueError, match="no rule matches"):
                matching(wrong)


class TestUncertainIndices:
    def test_an_unreadable_dataset_meta_silences_indices(self, build: Build) -> None:
        mask = grey((7, *CAR))
        report = validate(build({"dataset_meta.json": "{", "SegmentationClass/one.png": mask}))
        assert [f.rule.code for f in report.findings if f.rule.code.startswith(("PNG", "LBL"))] == ["LBL022"]
        assert report.findings[0].location.line == 1
