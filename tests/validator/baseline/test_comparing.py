"""Reports against a baseline: it survives other names, bytes and orders, and nothing new hides behind it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask.evidence.labels import LabelName
from segmask.problem import Location
from segmask.testing.writers import pngwriter
from segmask_validate import ArchiveReport, validate
from segmask_validate.baseline.comparing import Baseline, known_of
from segmask_validate.baseline.file import read, write
from segmask_validate.baseline.keys import Key
from support import reported
from support.archives import CLASSES, LABEL_COLORS, LIST, OBJECTS, Array, Members, paint, write_zip

STRAY: Final = (1, 2, 3)
DEFECTS: Final = {
    "colour": "PNG004",
    "colours": "PNG004",
    "no object mask": "PAIR006",
    "not listed": "SET015",
    "no mask": "SET019",
    "no object": "PAIR005",
    "two classes": "PAIR004",
    "empty": "PNG001",
}
"""What can be wrong with an image, and the rule that says it."""


def masks_of(defect: str | None) -> tuple[Array | None, Array | None]:
    """(H, W, 3) class and object mask of an image with a defect."""
    colors, objects = paint(CLASSES, LABEL_COLORS), paint(OBJECTS)
    match defect:
        case "colour":
            colors[1, 1] = STRAY
        case "colours":
            colors[1, 1], colors[1, 2] = STRAY, (90, 200, 40)
        case "no object":
            objects[2, 2] = 0
        case "two classes":
            colors[1, 1] = LABEL_COLORS[2]
        case "no object mask":
            return colors, None
        case "no mask":
            return None, None
    return colors, objects


def members(defects: dict[str, str | None], *, labels: str, encoding: int, order: np.random.Generator) -> Members:
    """An archive of images, in an order and encoding of its own."""
    listed = [name for name, defect in defects.items() if defect != "not listed"]
    order.shuffle(listed)
    pairs: list[tuple[str, bytes | str]] = [("labelmap.txt", labels), (LIST, "".join(f"{name}\n" for name in listed))]
    for name, defect in defects.items():
        for kind, mask in zip(("Class", "Object"), masks_of(defect), strict=True):
            if mask is not None:
                data = pngwriter.write(
                    mask,
                    color_type=pngwriter.RGB,
                    filters=(encoding,),
                    interlaced=encoding == 3,
                    idat_size=40 * encoding + 9,
                )
                is_empty = defect == "empty" and kind == "Class"
                pairs.append((f"Segmentation{kind}/{name}.png", b"" if is_empty else data))
    order.shuffle(pairs)  # type: ignore[arg-type] # a list
    return pairs


LABELS: Final = "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\n"
SETS: Final = st.dictionaries(
    st.sampled_from(["a", "b b", "c", "d/e", "f", "g"]), st.sampled_from([None, *DEFECTS]), min_size=2
)


@given(
    defects=SETS,
    extra=st.sampled_from(["", "bus:0,128,0::\n", "Background:9,9,9::\nbus :5,5,5::\n"]),
    seeds=st.tuples(st.integers(0, 99), st.integers(0, 99)),
    encodings=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    planted=st.sampled_from([*DEFECTS]),
)
def test_another_name_encoding_and_order_are_known_and_one_defect_more_is_new(
    defects: dict[str, str | None], extra: str, seeds: tuple[int, int], encodings: tuple[int, int], planted: str
) -> None:
    def report_of(path: Path, images: dict[str, str | None], turn: int) -> ArchiveReport:
        order = np.random.default_rng(seeds[turn])
        write_zip(path, members(images, labels=LABELS + extra, encoding=encodings[turn], order=order))
        return validate(path)

    with TemporaryDirectory() as folder:
        base = Path(folder)
        before = report_of(base / "a.zip", {**defects, "sound": None}, 0)
        write(base / "known.json", [before])
        (base / "a.zip").unlink()
        known = read(base / "known.json")

        same = Baseline(known, base).compared(report_of(base / "renamed.zip", {**defects, "sound": None}, 1))
        assert (same.findings, same.gone) == ((), ())
        assert sum(same.known.values()) == sum(finding.count for finding in before.findings)
        assert (same.verdict, same.passed("info")) == (before.verdict, True)

        if same.known:
            more = Baseline(known, base).compared(report_of(base / "renamed.zip", {**defects, "sound": planted}, 1))
            assert {finding.code for finding in more.findings} == {DEFECTS[planted]}
            assert {place.image for finding in more.findings for place in finding.places} == {"sound"}
            assert more.gone == ()


def compared(known: ArchiveReport | Counter[Key], report: ArchiveReport) -> ArchiveReport:
    counts = known if isinstance(known, Counter) else known_of(known)
    return Baseline({"a.zip": counts}, Path()).compared(report)


class TestCounts:
    places = tuple(Location(member=name, image=name) for name in ("x", "y", "z"))
    three = replace(reported.finding(count=3), location=places[0], places=places)

    def test_higher_ones_are_new(self) -> None:
        two = replace(self.three, count=2, places=self.places[:2])
        (new,) = compared(reported.report(two), reported.report(self.three)).findings
        assert (new.count, new.location, new.places, new.known) == (1, self.places[2], self.places[2:], 2)

    def test_lower_ones_are_gone(self) -> None:
        two = replace(self.three, count=2, places=self.places[1:])
        report = compared(reported.report(self.three), reported.report(two))
        assert (report.findings, report.known, report.gone) == ((), {"PNG004": 2}, (("PNG004 x", 1),))

    def test_places_that_a_report_leaves_out(self) -> None:
        """The known ones are others when the order is another: they are counted all the same."""
        few = replace(self.three, count=3, places=self.places[:1])
        others = replace(self.three, count=3, places=self.places[1:2], location=self.places[1])
        for one, other in ((few, others), (self.three, few), (few, self.three)):
            report = compared(reported.report(one), reported.report(other))
            assert (report.findings, report.gone) == ((), ())
        (new,) = compared(reported.report(few), reported.report(replace(others, count=5))).findings
        assert (new.count, new.known) == (2, 3)

    def test_labels_that_a_report_leaves_out(self) -> None:
        """Many findings of a rule become one, which names no label."""
        named = [
            replace(reported.finding("LBL013", member="labelmap.txt", line=line), evidence=LabelName(f"{line} "))
            for line in range(1, 4)
        ]
        together = replace(named[0], count=3, places=tuple(each.location for each in named))
        for one, other in (((together,), named), (named, (together,))):
            report = compared(reported.report(*one), reported.report(*other))
            assert (report.findings, report.gone) == ((), ())
        (new,) = compared(reported.report(*named[:2]), reported.report(named[0], named[2])).findings
        assert new == named[2]


class TestArchives:
    report = reported.report(reported.finding())

    @pytest.mark.parametrize("path", ["b.zip", "https://localhost/a.zip"])
    def test_another_archive_is_all_new_while_the_known_one_is_there(self, tmp_path: Path, path: str) -> None:
        (tmp_path / "a.zip").touch()
        other = replace(self.report, path=str(tmp_path / path) if "/" not in path else path)
        assert Baseline({"a.zip": known_of(self.report)}, tmp_path).compared(other) == other

    def test_what_is_known_of_a_lost_file_is_so_of_one_archive(self, tmp_path: Path) -> None:
        baseline = Baseline({"a.zip": known_of(self.report)}, tmp_path)
        reports = [replace(self.report, path=str(tmp_path / name)) for name in ("b.zip", "c.zip")]
        assert [len(baseline.compared(report).findings) for report in reports] == [0, 1]

    def test_the_one_with_most_in_common(self, tmp_path: Path) -> None:
        """Each is told from the other by what it has, whatever their order."""
        one, two = reported.report(reported.finding(image="x")), reported.report(reported.finding(image="y"))
        baseline = Baseline({"a.zip": known_of(one), "b.zip": known_of(two)}, tmp_path)
        renamed = [replace(report, path=str(tmp_path / name)) for report, name in ((two, "c.zip"), (one, "d.zip"))]
        assert [(report.findings, report.gone) for report in map(baseline.compared, renamed)] == [((), ()), ((), ())]

    def test_a_sound_archive_is_nobody_else(self, tmp_path: Path) -> None:
        sound = reported.report(path="b.zip")
        assert Baseline({"a.zip": known_of(self.report)}, tmp_path).compared(sound) == sound
