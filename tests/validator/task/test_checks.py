"""The rules that need a task, each proven here: no archive alone can break them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from segmask import rules
from segmask_validate import ArchiveReport, Frame, Task, Verdict, validate
from support.built import CAR, COLORS, Build, rgb

CLASS_ONLY = {"SegmentationObject/one.png": None, "SegmentationObject/two.png": None}
CAR_BLANK = {"labelmap.txt": "background:0,0,0::\ncar :128,0,0::\nroad:0,128,0::\n_dummy3:3,3,3::\n"}
FILLED = {
    "labelmap.txt": "background:0,0,0::\n_dummy1:128,0,0::\nroad:0,128,0::\n",
    "SegmentationClass/two.png": rgb((COLORS[2], *CAR)),
}


def found(report: ArchiveReport, area: str = "TASK") -> dict[str, list[dict[str, Any]]]:
    """Evidence of the findings of an area, by code."""
    evidence: dict[str, list[dict[str, Any]]] = {}
    for finding in report.findings:
        if finding.rule.area == area:
            evidence.setdefault(finding.rule.code, []).append(finding.evidence.to_json())
    return evidence


class TestWithoutATask:
    def test_nothing_changes_but_that_it_says_what_it_needs(self, build: Build) -> None:
        report = validate(build())
        assert (report.verdict, report.findings) == (Verdict.CLEAN, ())
        reasons = {skip.reason for skip in report.skipped if skip.rule.startswith("TASK")}
        assert reasons == {"needs --task"}
        assert {skip.rule for skip in report.skipped if skip.rule.startswith("TASK")} == {
            rule.code for rule in rules.RULES if rule.area == "TASK"
        }


class TestLabels:
    """TASK001 label-not-in-task."""

    def test_all_are_there(self, build: Build) -> None:
        report = validate(build(), task=Task(labels=("road", "car")))
        assert (report.verdict, found(report)) == (Verdict.CLEAN, {})
        assert "TASK001" not in {skip.rule for skip in report.skipped}

    def test_not_given(self, build: Build) -> None:
        report = validate(build(), task=Task())
        assert {"TASK001": "the labels of the task are not given"}.items() <= {
            skip.rule: skip.reason for skip in report.skipped
        }.items()

    def test_one_that_instances_have_is_not(self, build: Build) -> None:
        report = validate(build(), task=Task(labels=("car",)))
        assert report.verdict is Verdict.REJECTED
        assert found(report) == {"TASK001": [{"label": "road", "instances": 1}]}
        (finding,) = report.findings
        assert (finding.location.member, finding.location.line, finding.location.image) == ("labelmap.txt", 4, "one")

    def test_the_nearest_is_named(self, build: Build) -> None:
        report = validate(build(CAR_BLANK), task=Task(labels=("car", "road")))
        assert found(report) == {"TASK001": [{"label": "car ", "instances": 2, "nearest": "car"}]}
        message = next(finding.message for finding in report.findings if finding.rule.code == "TASK001")
        assert message.startswith("Label 'car ' is not registered for this task, and 2 instances have it; ")

    def test_a_filler(self, build: Build) -> None:
        report = validate(build(FILLED), task=Task(labels=("road",)))
        assert found(report) == {"TASK001": [{"label": "_dummy1", "instances": 1}]}

    def test_the_background_of_a_class_only_archive(self, build: Build) -> None:
        path = build(CLASS_ONLY)
        in_task = validate(path, task=Task(labels=("car", "road")))
        assert found(in_task) == {"TASK001": [{"label": "background", "instances": 2}]}
        assert in_task.verdict is Verdict.REJECTED
        in_project = validate(path, task=Task(labels=("car", "road"), into="project"))
        assert "TASK001" not in found(in_project)

    def test_a_project_wants_labels_that_nothing_has(self, build: Build) -> None:
        labels = ("car ", "road")
        assert "TASK001" not in found(validate(build(CAR_BLANK), task=Task(labels=labels)))
        in_project = validate(build(CAR_BLANK), task=Task(labels=labels, into="project"))
        assert found(in_project)["TASK001"] == [{"label": "_dummy3", "instances": 0}]

    def test_a_project_without_labels_takes_all(self, build: Build) -> None:
        assert "TASK001" not in found(validate(build(), task=Task(labels=(), into="project")))
        assert len(found(validate(build(), task=Task(labels=())))["TASK001"]) == 2

    def test_processes_find_the_same(self, build: Build) -> None:
        path, task = build(), Task(labels=())
        assert validate(path, task=task, jobs=2) == validate(path, task=task)


def test_a_target_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="'job' is not a valid Target"):
        Task(into="job")


def of_frames(*frames: Frame | str, is_video: bool = False) -> Task:
    """A task of frames that have the masks' size unless they say otherwise."""
    return Task(
        frames=tuple(Frame(frame, (16, 12)) if isinstance(frame, str) else frame for frame in frames), is_video=is_video
    )


def listing(*ids: str) -> dict[str, bytes | str | None]:
    """An archive that lists other ids, each with the masks of a car."""
    car = rgb((COLORS[1], *CAR))
    masks = {f"Segmentation{kind}/{image_id}.png": car for image_id in ids for kind in ("Class", "Object")}
    old = dict.fromkeys(f"Segmentation{kind}/{name}.png" for name in ("one", "two") for kind in ("Class", "Object"))
    return {**old, "ImageSets/Segmentation/default.txt": "".join(f"{image_id}\n" for image_id in ids), **masks}


class TestFrames:
    """TASK002 to TASK007: ids and masks against the frames of a task."""

    def test_all_fit(self, build: Build) -> None:
        report = validate(build(), task=of_frames("two.jpg", "one.png"))
        assert (report.verdict, found(report)) == (Verdict.CLEAN, {})

    def test_not_given(self, build: Build) -> None:
        skipped = {skip.rule: skip.reason for skip in validate(build(), task=Task(labels=())).skipped}
        frames = {f"TASK00{number}" for number in range(2, 8)}
        assert {skipped.get(code) for code in frames} == {"the frames of the task are not given"}

    @pytest.mark.parametrize(
        ("frame", "nearest"),
        [
            ("Two.jpg", "Two.jpg"),
            ("other/two.jpg", "other/two.jpg"),
            ("twoo.jpg", "twoo.jpg"),
            ("else.jpg", None),
        ],
    )
    def test_no_such_frame(self, build: Build, frame: str, nearest: str | None) -> None:
        report = validate(build(), task=of_frames("one.jpg", frame, "x/y/one.jpg"))
        assert report.verdict is Verdict.REJECTED
        (evidence,) = found(report)["TASK002"]
        assert evidence == {"id": "two", **({"nearest": nearest} if nearest else {})}

    def test_extension_kept(self, build: Build) -> None:
        report = validate(build(listing("a.jpg", "b.jpg")), task=of_frames("a.jpg", "b.jpg"))
        (finding,) = [finding for finding in report.findings if finding.rule.code == "TASK002"]
        assert finding.count == 2
        assert finding.message == (
            "Could not match item id: 'a.jpg' with any task frame; the nearest frame is 'a.jpg', whose id is 'a'"
        )

    def test_frame_0_beside_a_root(self, build: Build) -> None:
        report = validate(build(listing("a", "b/c")), task=of_frames("a.jpg", "r/b/c.jpg"))
        assert found(report)["TASK002"] == [{"id": "a", "nearest": "a.jpg", "root": "r"}]
        assert "is frame 0, which CVAT passes over" in report.findings[0].message

    def test_id_as_frame_number(self, build: Build) -> None:
        report = validate(build(listing("1")), task=of_frames("x.jpg", "y.jpg"))
        assert found(report) == {
            "TASK003": [{"id": "1", "number": 1, "frame": "y.jpg"}],
            "TASK007": [{"frames": 1, "total": 2, "first": "x.jpg"}],
        }
        assert report.verdict is Verdict.ALTERED

    def test_a_video(self, build: Build) -> None:
        video = of_frames("frame_000000", "frame_000001", is_video=True)
        assert found(validate(build(listing("frame_000000", "frame_000001")), task=video)) == {}
        assert found(validate(build(listing("frame_000000", "frame_1")), task=video)) == {
            "TASK003": [{"id": "frame_1", "number": 1, "frame": "frame_000001"}]
        }

    def test_frames_differ_in_extension(self, build: Build) -> None:
        report = validate(build(listing("a")), task=of_frames("a.jpg", "a.png"))
        assert found(report) == {
            "TASK004": [{"id": "a", "frames": ["a.jpg", "a.png"]}],
            "TASK007": [{"frames": 1, "total": 2, "first": "a.jpg"}],
        }

    def test_ids_of_one_frame(self, build: Build) -> None:
        report = validate(build(listing("a", "d/a", "d/b")), task=of_frames("d/a.jpg", "d/b.jpg"))
        assert "TASK002" in found(report)
        report = validate(build(listing("a", "r/a")), task=of_frames("x.jpg", "s/r/a.jpg", "s/a.jpg"))
        assert found(report).keys() == {"TASK007"}
        report = validate(build(listing("x", "0")), task=of_frames("x.jpg"))
        assert found(report)["TASK005"] == [{"ids": ["x", "0"], "frame": "x.jpg"}]

    @pytest.mark.parametrize(("size", "remedy"), [((12, 16), "turn the mask"), ((32, 24), "in the frame's size")])
    def test_frame_size(self, build: Build, size: tuple[int, int], remedy: str) -> None:
        report = validate(build(), task=of_frames("one.jpg", Frame("two.jpg", size)))
        assert found(report) == {"TASK006": [{"mask": [16, 12], "frame": list(size)}]}
        (finding,) = report.findings
        assert remedy in finding.message
        assert finding.location.member == "SegmentationClass/two.png"

    def test_sizes_that_are_not_known(self, build: Build) -> None:
        report = validate(build(), task=of_frames(Frame("one.jpg"), Frame("two.jpg")))
        assert found(report) == {}
        assert ("TASK006", "the sizes of the task's frames are not known") in {
            (skip.rule, skip.reason) for skip in report.skipped
        }

    def test_frames_without_masks(self, build: Build) -> None:
        listed = {"ImageSets/Segmentation/default.txt": "one\ntwo\nthree\n"}
        report = validate(build(listed), task=of_frames("one.jpg", "two.jpg", "three.jpg", "four.jpg"))
        assert found(report) == {"TASK007": [{"frames": 2, "total": 4, "first": "three.jpg"}]}

    def test_a_project_has_the_photos_as_frames(self, build: Build) -> None:
        photos = {f"JPEGImages/{name}.png": rgb() for name in ("one", "two")}
        project = Task(labels=("car", "road"), frames=(Frame("else.jpg"),), into="project")
        assert found(validate(build(photos), task=project)) == {}
        report = validate(build({"JPEGImages/one.png": rgb()}), task=project)
        assert found(report) == {"TASK002": [{"id": "two"}]}
        assert report.verdict is Verdict.REJECTED

    def test_an_archive_that_cannot_be_read(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_bytes(b"no zip")
        assert found(validate(path, task=of_frames("a.jpg"))) == {}
