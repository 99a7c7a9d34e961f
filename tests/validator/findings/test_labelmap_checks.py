"""The label map in the light of what the masks use: claimed indices, fillers, near-equal colours."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmask_validate import Finding, validate
from support.built import Build, grey, rgb

SAMPLE = """\
q:0,128,0:: # color index 0
aeroplane:10,10,128:: # color index 1
_dummy2:2,2,2:: # filler for color index 2
_dummy3:3,3,3:: # filler for color index 3
boat:108,0,100:: # color index 3
_dummy198:198,198,198:: # filler for color index 198
_dummy199:199,199,199:: # filler for color index 199
the last label:12,28,0:: # color index 200
"""
ONE = {
    "ImageSets/Segmentation/default.txt": "one\n",
    "SegmentationClass/two.png": None,
    "SegmentationObject/two.png": None,
}


def found(path: Path, *rules: str) -> list[Finding]:
    return [finding for finding in validate(path).findings if not rules or finding.rule.code in rules]


class TestTheDocumentationsSample:
    """The sample of a grey label map in CVAT's documentation says wrong indices itself."""

    def test_boat_is_at_4_and_193_lines_are_missing(self, build: Build) -> None:
        mask = grey((4, slice(2, 7), slice(2, 7)))
        path = build(
            {**ONE, "labelmap.txt": SAMPLE, "SegmentationClass/one.png": mask, "SegmentationObject/one.png": mask}
        )
        gap, mismatch = sorted(found(path, "LBL017", "LBL018"), key=lambda finding: -(finding.location.line or 0))
        assert (mismatch.rule.code, mismatch.location.line) == ("LBL017", 5)
        assert "'boat' says it has index 3 and is at index 4" in mismatch.message
        assert "3 is read as '_dummy3'" in mismatch.message
        assert (gap.rule.code, gap.location.line) == ("LBL018", 6)
        assert gap.evidence.to_json()["missing"] == [5, 197]
        assert "193 lines are missing, indices 5 to 197" in gap.message

    def test_its_comments_become_actions(self, build: Build) -> None:
        (comments,) = found(build({**ONE, "labelmap.txt": SAMPLE}), "LBL012")
        assert (comments.count, comments.location.line, comments.location.column) == (8, 1, 13)


class TestIndexClaims:
    """A used index is a line's position from 0, whatever its comment or name says."""

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (["background:0,0,0:: # index 0", "car:1,1,1:: # index 1"], []),
            (["background:0,0,0::", "_dummy1:1,1,1::", "car:9,9,9:: # color index: 2"], []),
            (["background:0,0,0:: # index 1", "car:9,9,9:: # index 2"], [("LBL018", 1)]),
            (["background:0,0,0::", "_dummy2:2,2,2::", "_dummy3:3,3,3::"], [("LBL018", 2)]),
            (["background:0,0,0::", "_dummy1:1,1,1::", "_dummy1a:9,9,9::", "car:7,7,7:: # index 2"], [("LBL017", 4)]),
            (
                ["background:0,0,0::", "_dummy3:3,3,3::", "_dummy2:2,2,2::", "_dummy5:5,5,5::"],
                [("LBL018", 2), ("LBL017", 3)],
            ),
        ],
    )
    def test_claims(self, build: Build, lines: list[str], expected: list[tuple[str, int]]) -> None:
        path = build({**ONE, "labelmap.txt": "\n".join(lines)})
        assert [(f.rule.code, f.location.line) for f in found(path, "LBL017", "LBL018")] == sorted(expected)

    def test_one_missing_line_is_named(self, build: Build) -> None:
        path = build({**ONE, "labelmap.txt": "background:0,0,0::\n_dummy2:9,9,9::\n"})
        (gap,) = found(path, "LBL018")
        assert "1 line is missing, index 1" in gap.message


class TestFillers:
    """A filler fills a gap below a used index, and no mask uses it."""

    LABELS = "background:0,0,0::\n_dummy1:1,1,1::\ncar:9,9,9::\n_dummy3:3,3,3::\n"

    def masks(self, value: int) -> dict[str, bytes | None]:
        mask = grey((value, slice(2, 7), slice(2, 7)))
        return {**ONE, "SegmentationClass/one.png": mask, "SegmentationObject/one.png": mask}

    def test_below_a_used_index_is_fine_and_above_is_unused(self, build: Build) -> None:
        (unused,) = found(build({"labelmap.txt": self.LABELS, **self.masks(2)}), "LBL019", "LBL020")
        assert (unused.rule.code, unused.location.line, unused.count) == ("LBL019", 4, 1)
        assert "the highest index that a grey mask uses is 2" in unused.message

    def test_a_used_filler_hides_a_label(self, build: Build) -> None:
        used, unused = found(build({"labelmap.txt": self.LABELS, **self.masks(1)}), "LBL019", "LBL020")
        assert (used.rule.code, used.location.line) == ("LBL020", 2)
        assert (unused.rule.code, unused.location.line) == ("LBL019", 4)

    def test_coloured_masks_need_none(self, build: Build) -> None:
        mask = rgb(((9, 9, 9), slice(2, 7), slice(2, 7)))
        objects = grey((1, slice(2, 7), slice(2, 7)))
        changes = {
            **ONE,
            "labelmap.txt": self.LABELS,
            "SegmentationClass/one.png": mask,
            "SegmentationObject/one.png": objects,
        }
        (unused,) = found(build(changes), "LBL019", "LBL020")
        assert (unused.rule.code, unused.count) == ("LBL019", 2)
        assert "there is no grey mask" in unused.message


class TestNearEqualColors:
    """Colours that differ by a few are worth a note; fillers are not."""

    @pytest.mark.parametrize(
        ("color", "distance"), [("129,0,0", 1), ("124,4,0", 4), ("123,0,0", None), ("128,0,0", None)]
    )
    def test_distance(self, build: Build, color: str, distance: int | None) -> None:
        labels = f"background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\nbus:{color}::\n"
        notes = found(build({"labelmap.txt": labels}), "LBL026")
        assert [note.evidence.to_json()["distance"] for note in notes] == ([] if distance is None else [distance])

    def test_fillers_do_not_count(self, build: Build) -> None:
        labels = "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\n_dummy3:128,1,0::\n"
        assert found(build({"labelmap.txt": labels}), "LBL026") == []
