"""Pictures of the images that are shown: those with findings first, while there is room."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as Pictures

from segmask_cli.photos import Photos
from segmask_cli.reports import Html, Options
from segmask_validate import validate
from support import reported
from support.archives import CLASSES, LIST, OBJECTS, blocks, changed, rgb, write_folder, write_zip

STRANGE = ((0, 0, 0), (128, 0, 0), (0, 128, 0), (7, 9, 250), (1, 2, 3))
TWO = blocks((1, slice(1, 5), slice(1, 5)), (3, slice(5, 7), slice(6, 8)), (4, slice(0, 1), slice(0, 1)))


def many(folder: Path, images: int, *wrong: int) -> Path:
    """An archive of images, the first of which is number 0; those that are wrong have undeclared colours."""
    members: dict[str, bytes | str | None] = {
        LIST: "".join(f"{number:03}\n" for number in range(images)),
        "SegmentationClass/one.png": None,
        "SegmentationObject/one.png": None,
    }
    for number in range(images):
        classes = rgb(TWO, STRANGE) if number in wrong else rgb(CLASSES, STRANGE)
        members[f"SegmentationClass/{number:03}.png"] = classes
        members[f"SegmentationObject/{number:03}.png"] = rgb(OBJECTS)
    return write_zip(folder / "many.zip", changed(members))


def written(path: Path, **html: object) -> str:
    return reported.written("html", validate(path), options=Options(html=Html(**html)))  # type: ignore[arg-type] # fields


def cards(text: str) -> list[str]:
    return re.findall(r'<li class="card".*?<p class="path">(.*?)</p>', text, re.DOTALL)


def test_images_with_findings_come_first(tmp_path: Path) -> None:
    text = written(many(tmp_path, 6, 4))
    assert cards(text) == ["004", "000", "001", "002", "003", "005"]
    assert (
        text.count('class="view-class"') == text.count('class="view-object"') == text.count('class="view-overlay"') == 6
    )
    assert re.findall(r'data-found="(\d)"', text) == ["3", "0", "0", "0", "0", "0"]


def test_each_colour_is_marked_by_itself(tmp_path: Path) -> None:
    text = written(many(tmp_path, 1, 0))
    captions = re.findall(r"</span>: (\d+) of (\d+) pixels marked", text)
    assert ("4", "4") in captions
    assert ("1", "1") in captions


def test_a_finding_has_pictures_of_its_first_places(tmp_path: Path) -> None:
    text = written(many(tmp_path, 8, *range(8)))
    (first, *_) = re.findall(r'<li class="finding" id="f1".*?(?=<li class="finding"|</section>)', text, re.DOTALL)
    assert len(re.findall("<figcaption>", first)) == 3


def test_the_budget_holds_pictures_are_left_out_and_counted(tmp_path: Path) -> None:
    path = many(tmp_path, 40, 7)
    least = len(written(path, size=1).encode())
    seen = []
    for size in range(least + 10_000, least + 70_000, 15_000):
        text = written(path, size=size)
        assert len(text.encode()) <= size
        assert cards(text)[:1] in ([], ["007"])
        seen.append(len(cards(text)))
        if seen[-1] < 40:
            assert f"<li>{40 - seen[-1]} image" in text
    assert seen == sorted(seen)
    assert seen[0] < seen[-1]


def test_where_room_is_scarce_images_without_findings_have_one_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from segmask_cli.reports.html_ import album

    monkeypatch.setattr(album, "_CARD", 10_000_000)
    text = written(many(tmp_path, 6, 4))
    assert (text.count('class="view-overlay"'), text.count('class="view-class"')) == (6, 1)
    assert "<li>5 images without the pictures of the two masks</li>" in text


def test_photos_lie_under_the_masks(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    Pictures.new("RGB", (10, 8), (200, 200, 200)).save(tmp_path / "photos" / "000.jpg")
    text = written(many(tmp_path, 2), photos=Photos(str(tmp_path / "photos")))
    assert re.findall(r'class="view-overlay".*?src="data:image/(\w+);', text) == ["jpeg", "png"]


def test_photos_in_the_archive_need_no_folder(tmp_path: Path) -> None:
    Pictures.new("RGB", (10, 8), (200, 200, 200)).save(tmp_path / "photo.png")
    folder = write_folder(tmp_path / "data", changed({"JPEGImages/one.png": (tmp_path / "photo.png").read_bytes()}))
    assert re.findall(r'class="view-overlay".*?src="data:image/(\w+);', written(folder)) == ["jpeg"]


def test_an_archive_that_went_away_is_said(tmp_path: Path) -> None:
    path = many(tmp_path, 2, 1)
    report = validate(path)
    path.unlink()
    text = reported.written("html", report)
    assert "which could not be read again" in text
    assert cards(text) == []


def test_an_archive_is_read_where_it_is(tmp_path: Path) -> None:
    path = many(tmp_path, 2, 1)
    report = replace(validate(path), path="https://host/a.zip")
    text = reported.written("html", report, options=Options(html=Html(sources={"https://host/a.zip": str(path)})))
    assert cards(text) == ["001", "000"]
    assert str(tmp_path) not in text


def test_archives_of_one_label_map_share_a_table(tmp_path: Path) -> None:
    first = validate(many(tmp_path, 2))
    text = reported.written(
        "html", first, replace(first, path="b.zip"), options=Options(html=Html(sources={"b.zip": first.path}))
    )
    assert text.count('<div class="label-map">') == 1
    assert "many.zip and 1 archive more</h3>" in text
    assert '<td class="number">64</td>' in text, "16 pixels in each of two images of two archives"
