"""One damage makes one finding: what cannot be known after it is not guessed at, and the report says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

import segmask_validate
from segmask.testing.writers import zipwriter
from segmask.testing.writers.zipwriter import Member
from segmask_validate import ArchiveReport
from support.archives import CLASSES, LIST, OBJECTS, SOUND, Content, blocks, changed, grey, rgb

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
            "SegmentationClass/one.png": grey(blocks((1, slice(0, 8), slice(0, 10))) - (CLASSES == 1)),
            "SegmentationObject/one.png": rgb(OBJECTS * (OBJECTS == 1)),
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
    sound = changed({**filled, "SegmentationClass/one.png": grey(CLASSES * 2 * (CLASSES == 1) + 2 * (CLASSES == 2))})
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
            "SegmentationObject/one.png": rgb(OBJECTS * (OBJECTS == 1)),
        }
    )
    members["SegmentationClass/one.png"] = rgb(CLASSES * (CLASSES == 1))
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
