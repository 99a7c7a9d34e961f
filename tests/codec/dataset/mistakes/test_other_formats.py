"""Archives in another format are told for what they are, by the names of their files."""

from __future__ import annotations

from pathlib import Path

import pytest

import segmask
from segmask import rules
from segmask.dataset.mistakes.other_formats import explained
from support.archives import write_zip
from support.problems import Problems


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("task.json", "a backup of a CVAT task"),
        ("task_0/task.json", "a backup of a CVAT task"),
        ("project.json", "a backup of a CVAT project"),
        ("annotations.xml", "CVAT's own XML"),
        ("job/annotations.xml", "CVAT's own XML"),
        ("annotations/instances_default.json", "this is COCO;"),
        ("train/_annotations.coco.json", "this is COCO;"),
        ("annotations/default.json", "Datumaro's format"),
        ("train/_classes.csv", "Roboflow's semantic masks"),
        ("obj.names", "this is YOLO;"),
        ("data.yaml", "Ultralytics YOLO"),
        ("label_colors.txt", "CamVid"),
        ("gtFine/train/ulm/ulm_000000_gtFine_labelIds.png", "Cityscapes"),
        ("task_1.zip", "('task_1.zip'); upload that one"),
        ("a/b.tar.gz", "('a/b.tar.gz'); upload that one"),
    ],
)
def test_told(path: str, said: str) -> None:
    assert said in (explained(["README.md", path, "photos/a.jpg"]) or "")


@pytest.mark.parametrize(
    ("letters", "shown"),
    [
        ("ba", "'a.zip', 'b.zip'"),
        ("cba", "'a.zip', 'b.zip', 'c.zip'"),
        ("edcba", "'a.zip', 'b.zip', 'c.zip' and 2 more"),
    ],
)
def test_several_archives(letters: str, shown: str) -> None:
    told = explained([f"{letter}.zip" for letter in letters])
    assert told == f"CVAT does not open an archive inside another ({shown}); upload each by itself"


@pytest.mark.parametrize("path", ["a.png", "zip", ".DS_Store", "__MACOSX/._a.zip", "my_annotations.xml", "classes.csv"])
def test_unknown(path: str) -> None:
    assert explained([path]) is None


def test_the_archive_has_one_problem(tmp_path: Path) -> None:
    problems = Problems()
    with segmask.open(write_zip(tmp_path / "a.zip", {"task_1.zip": b"PK"}), on_problem=problems):
        assert "upload that one" in problems.only(rules.NO_IMAGE_SET).message
