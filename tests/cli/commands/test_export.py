"""``segmask export``: documents to archives, without losing a pixel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import segmask
from segmask import AnnotatedImage, Box, Label
from segmask.formats import cvatxml
from segmask_validate import validate
from support import commands

Masks = dict[str, list[tuple[str, bytes]]]


def masks_of(path: Path) -> Masks:
    """Label and pixels of every object, by image."""
    with segmask.open(path, on_problem=lambda _: None) as archive:
        return {
            image.name: sorted(
                (inst.label, inst.mask().tobytes()) for inst in image.instances if not inst.is_background
            )
            for image in archive
        }


class TestExport:
    def test_every_shape_and_what_is_left_out(
        self, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        archive = tmp_path / "a.zip"
        code, out, err = commands.segmask(capsys, "export", drawn, "-o", archive)
        assert (code, err) == (0, "")
        assert out.splitlines() == [
            f"{archive}: 3 images, 5 instances",
            "not representable in masks, and so left out: 1 tag",
            "covered completely, and so not in the masks: 'road' in 'two'",
        ]
        assert validate(archive).verdict == "clean"
        with segmask.open(archive, on_problem=lambda _: None) as opened:
            assert [(label.name, label.color) for label in opened.labelmap] == [
                ("background", (0, 0, 0)),
                ("car", (200, 0, 0)),
                ("road", (0, 200, 0)),
                ("tree", (0, 0, 200)),
            ]

    @pytest.mark.parametrize("mode", ["rgb", "palette", "grey"])
    @pytest.mark.parametrize("suffix", ["json", "xml"])
    def test_there_and_back(
        self, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str, mode: str
    ) -> None:
        first, document, second = tmp_path / "a.zip", tmp_path / f"b.{suffix}", tmp_path / "c.zip"
        assert commands.segmask(capsys, "export", drawn, "-o", first, "--mode", mode)[0] == 0
        for options in ([], ["--masks"], ["--simplify", "none"]):
            assert commands.segmask(capsys, "import", first, "-o", document, *options)[0] == 0
            assert commands.segmask(capsys, "export", document, "-o", second, "--mode", mode)[0] == 0
            before, after = masks_of(first), masks_of(second)
            assert {name: masks for name, masks in before.items() if masks} == {n: m for n, m in after.items() if m}

    @pytest.mark.parametrize(
        ("label", "shapes", "told"),
        [
            ("car", [Box(30, 0, 2, 2, "car")], "outside the image, and so not in the masks: 'car' in 'a'"),
            ("car", [Box(3, 0, 0, 2, "car")], "empty, and so not in the masks: 'car' in 'a'"),
            ("day", [Box(0, 0, 2, 2, "car")], "labels that had another's colour, and now have their own, as no pixel shows them: 'day'"),
        ],
    )  # fmt: skip
    def test_what_is_not_in_the_masks(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], label: str, shapes: list[Box], told: str
    ) -> None:
        labels = [Label("car", (9, 9, 9)), *([Label(label, (9, 9, 9))] if label != "car" else [])]
        cvatxml.write(tmp_path / "a.xml", labels, [AnnotatedImage(name="a", width=20, height=10, shapes=shapes)])
        code, out, err = commands.segmask(capsys, "export", tmp_path / "a.xml", "-o", tmp_path / "a.zip")
        assert (code, err, out.splitlines()[1:]) == (0, "", [told])

    def test_a_hole_is_no_instance(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        labels = [Label("car", (255, 0, 0)), Label("background", (0, 0, 0))]
        shapes = [Box(2, 2, 6, 4, "car"), Box(3, 3, 3, 2, "background", z_order=1)]
        cvatxml.write(tmp_path / "a.xml", labels, [AnnotatedImage(name="a", width=20, height=10, shapes=shapes)])
        assert commands.segmask(capsys, "export", tmp_path / "a.xml", "-o", tmp_path / "a.zip")[0] == 0
        assert validate(tmp_path / "a.zip").verdict == "clean"
        assert [label for label, _ in masks_of(tmp_path / "a.zip")["a"]] == ["car"]

    def test_a_subset_for_all(self, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        commands.segmask(capsys, "export", drawn, "-o", tmp_path / "a.zip", "--subset", "train")
        with segmask.open(tmp_path / "a.zip", on_problem=lambda _: None) as archive:
            assert list(archive.subsets) == ["train"]

    def test_category_ids_survive_in_grey(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        polygon = [1, 1, 9, 1, 9, 9, 1, 9]
        document = {
            "images": [{"id": 7, "file_name": "one.jpg", "width": 12, "height": 12}],
            "categories": [{"id": 2, "name": "car"}, {"id": 5, "name": "road"}],
            "annotations": [
                {"id": 1, "image_id": 7, "category_id": 5, "segmentation": [polygon], "area": 64, "bbox": [1, 1, 8, 8], "iscrowd": 0}
            ],
        }  # fmt: skip
        (tmp_path / "a.json").write_text(json.dumps(document))
        assert (
            commands.segmask(capsys, "export", tmp_path / "a.json", "-o", tmp_path / "a.zip", "--mode", "grey")[0] == 0
        )
        with segmask.open(tmp_path / "a.zip", on_problem=lambda _: None) as archive:
            (image,) = archive
            assert image.label_indices == (0, 5)
            assert archive.labelmap.names == ("background", "_dummy1", "car", "_dummy3", "_dummy4", "road")
        commands.segmask(capsys, "import", tmp_path / "a.zip", "-o", tmp_path / "b.json")
        assert {c["name"]: c["id"] for c in json.loads((tmp_path / "b.json").read_text())["categories"]}["road"] == 5


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("a.json", "{", "not JSON"),
            ("a.json", '{"images": [{"id": "x"}], "annotations": [], "categories": []}', "images[0]"),
            ("a.xml", "<annotations>", "line 1"),
            ("a.xml", '<!DOCTYPE x [<!ENTITY a "b">]><annotations/>', ""),
        ],
    )
    def test_a_broken_document_is_one_line_and_exit_1(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, message: str
    ) -> None:
        (tmp_path / name).write_text(content)
        code, out, err = commands.segmask(capsys, "export", tmp_path / name, "-o", tmp_path / "a.zip")
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert message in err
        assert not (tmp_path / "a.zip").exists()

    def test_the_line_names_the_file_and_the_annotation(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        images = [{"id": 7, "file_name": "one.jpg", "width": 12, "height": 12}]
        annotations = [{"id": 41, "image_id": 7, "category_id": 9, "bbox": [1, 1, 8, 8]}]
        path = tmp_path / "a.json"
        path.write_text(json.dumps({"images": images, "categories": [], "annotations": annotations}))
        where = "annotations[0].category_id (annotation 41)"
        assert commands.segmask(capsys, "export", path, "-o", tmp_path / "a.zip") == (
            1,
            "",
            f"segmask: {path}: {where}: no category has the id 9\n",
        )

    def test_what_the_format_cannot_hold_is_refused(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        image = AnnotatedImage(name="one", width=9, height=9, shapes=[Box(1, 1, 5, 5, "a:b")])
        cvatxml.write(tmp_path / "a.xml", ["a:b"], [image])
        code, _, err = commands.segmask(capsys, "export", tmp_path / "a.xml", "-o", tmp_path / "a.zip")
        assert code == 1
        assert err.startswith(f"segmask: {tmp_path / 'a.xml'}: a label map cannot hold the label 'a:b'")
