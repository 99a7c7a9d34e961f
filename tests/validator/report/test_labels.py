"""What the masks of an archive hold of each label."""

from __future__ import annotations

from pathlib import Path

from segmask_validate import validate
from support.archives import blocks, changed, grey, rgb, write_zip


def test_images_instances_pixels_and_sizes(tmp_path: Path) -> None:
    more = blocks((1, slice(0, 1), slice(0, 3)), (2, slice(2, 4), slice(0, 4)), (3, slice(5, 6), slice(0, 1)))
    classes = blocks((1, slice(0, 1), slice(0, 3)), (1, slice(2, 4), slice(0, 4)), (2, slice(5, 6), slice(0, 1)))
    changes = {
        "ImageSets/Segmentation/default.txt": "one\ntwo\n",
        "SegmentationClass/two.png": grey(classes),
        "SegmentationObject/two.png": rgb(more),
    }
    report = validate(write_zip(tmp_path / "a.zip", changed(changes)))
    background, car, road = report.by_label
    assert (background.name, background.color, background.images, background.instances) == (
        "background",
        (0, 0, 0),
        0,
        0,
    )
    assert (car.images, car.instances, car.pixels) == (2, 3, 16 + 3 + 8)
    assert (road.images, road.instances, road.pixels) == (2, 2, 16 + 1)
    assert [(power, count) for power, count in enumerate(car.sizes) if count] == [(1, 1), (3, 1), (4, 1)]
    assert sum(label.instances for label in report.by_label) == report.instances


def test_parts_have_no_colour(tmp_path: Path) -> None:
    labels = "background:0,0,0::\ncar:128,0,0:wheel:\nroad:0,128,0::\n"
    report = validate(write_zip(tmp_path / "a.zip", changed({"labelmap.txt": labels})))
    assert [(label.name, label.color is None) for label in report.by_label][-1] == ("wheel", True)


def test_an_archive_that_cannot_be_read_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"no zip")
    assert validate(tmp_path / "a.zip").by_label == ()
