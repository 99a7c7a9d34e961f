"""``segmask export``: documents to archives, without losing a pixel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import segmask
from segmask import AnnotatedImage, Box, Label
from segmask.formats import cvatxml
from segmask_validate import validate
from support import commands
from support.archives import instances_of


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
            before, after = instances_of(first), instances_of(second)
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
        assert [label for label, _ in instances_of(tmp_path / "a.zip")["a"]] == ["car"]

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
            (
                "a.json",
                '{"images": [{"id": "x", "file_name": "a", "width": 1, "height": 1}], "annotations": []}',
                "images[0]",
            ),
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
            f"segmask: {path}: {where}: no category has the id 9: give the id of one, or add it\n",
        )

    def test_what_the_format_cannot_hold_is_refused(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        image = AnnotatedImage(name="one", width=9, height=9, shapes=[Box(1, 1, 5, 5, "a:b")])
        cvatxml.write(tmp_path / "a.xml", ["a:b"], [image])
        assert commands.segmask(capsys, "export", tmp_path / "a.xml", "-o", tmp_path / "a.zip") == (
            1,
            "",
            (
                f"segmask: {tmp_path / 'a.xml'}: meta/task/labels/label[1]/name: a label map cannot hold the label 'a:b', "
                "which has ':', the sign between two fields: rename it\n"
            ),
        )


RING: list[float] = [2, 2, 8, 2, 8, 6, 2, 6]


def coco(*annotations: dict[str, Any], categories: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A document of a 20x10 image and the 12x12 one."""
    images = [
        {"id": 7, "file_name": "a.jpg", "width": 20, "height": 10},
        {"id": 8, "file_name": "b.jpg", "width": 12, "height": 12},
    ]
    numbered = [
        {"id": 40 + n, "image_id": 7, "category_id": 1, "bbox": [2, 2, 6, 4]} | one for n, one in enumerate(annotations)
    ]
    return {"images": images, "categories": categories or [{"id": 1, "name": "car"}], "annotations": numbered}  # fmt: skip


class TestEveryProblem:
    """All that is wrong with a document is told at once, each thing with file, place, number and remedy."""

    @staticmethod
    def told(
        folder: Path, capsys: pytest.CaptureFixture[str], document: dict[str, Any] | str, *options: str
    ) -> list[str]:
        """What is said of a document that is refused, behind the name of the file."""
        path = folder / ("a.xml" if isinstance(document, str) else "a.json")
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        before = {entry.name for entry in folder.iterdir()}
        code, out, err = commands.segmask(capsys, "export", path, "-o", folder / "o.zip", *options)
        assert (code, out) == (1, "")
        assert {entry.name for entry in folder.iterdir()} == before
        return [line.removeprefix("segmask: ").removeprefix(f"{path}: ") for line in err.splitlines()]

    def test_of_reading_and_writing(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        document = coco(
            {"segmentation": [[0, 0, 9]]},
            {"image_id": 99, "category_id": 98},
            {"segmentation": {"size": [10, 20], "counts": "b'f046'"}},
            *({"image_id": 8, "segmentation": [RING]} for _ in range(256)),
            categories=[{"id": 1, "name": "car"}, {"id": 2, "name": "x:y"}, {"id": 3, "name": " z"}],
        )
        assert self.told(tmp_path, capsys, document, "--subset", "my_list") == [
            "annotations[0].segmentation[0] (annotation 40): a polygon has fewer than 3 corners, here [0, 0, 9]: leave it out",
            "annotations[1].image_id (annotation 41): no image has the id 99: give the id of one, or add it",
            "annotations[1].category_id (annotation 41): no category has the id 98: give the id of one, or add it",
            "annotations[2].segmentation.counts (annotation 42): the text of Python bytes, b'...': write counts.decode('ascii')",
            "categories[1].name (category 2): a label map cannot hold the label 'x:y', which has ':', the sign between two fields: rename it",
            "categories[2].name (category 3): a label map cannot hold the label ' z', which begins or ends with a blank: rename it",
            "'my_list' cannot name a subset: CVAT passes over a list with '_', '..', '.' in front or a folder; rename it",
            "images[1] (image 8): the image 'b' has 256 instances, and an object mask holds 255: leave some out, or split the image",
        ]

    def test_a_hundred_and_how_many_more(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        lines = self.told(tmp_path, capsys, coco(*({"segmentation": RING} for _ in range(1234))))
        where = "annotations[99].segmentation (annotation 139)"
        assert lines[99:] == [
            f"{where}: x and y stand in one list, not in a list of polygons: put it into another list, [[x, y, ...]]",
            "and 1,134 more",
        ]

    def test_of_cvats_xml(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        labels = "".join(
            f"<label><name>{name}</name><color>#010203</color></label>" for name in ("car", "truck", "bus")
        )
        document = (
            f"<annotations><version>1.1</version><meta><task><labels>{labels}</labels></task></meta>"
            '<image id="3" name="a.png" width="20" height="10">'
            '<mask label="car" rle="0,40" left="0" top="7" width="10" height="4"/>'
            '<polygon label="car" points="1,1;2;3" z_order="x"/>'
            '<box label="car" xtl="5" xbr="1" ytl="a" ybr="2"/><ellipse label="dog" cx="1" cy="1" rx="-1" ry="2"/></image>'
            '<image id="4" name="a.jpg" width="0" height="10" task_id="2"/>'
            '<image id="5" name="b.jpg" width="20" height="10" subset="x_y">'
            '<box label="car" xtl="1" xbr="3" ytl="1" ybr="2"/><box label="truck" xtl="11" xbr="13" ytl="1" ybr="2"/></image>'
            "</annotations>"
        )
        first = "(image 3, 'a.png')"
        assert self.told(tmp_path, capsys, document) == [
            (
                f"image[2]/@name (image 4, 'a.jpg'): 'a' without extension is the name of image[1] {first} too: "
                "this one is of the task '2'; export each task on its own, or rename the frames"
            ),
            f"image[1]/ellipse[1]/@label {first}: label 'dog' is not declared in meta, and used 1 time: declare it, or rename it",
            (
                f"image[1]/mask[1]/@height {first}: the mask ends at 11, 1 outside the image, which ends at 10: "
                "cut the mask at the image's edge, or correct the image's size"
            ),
            f"image[1]/polygon[1]/@z_order {first}: 'x' is not a whole number from -2147483647 to 2147483647: correct it",
            (
                f"image[1]/polygon[1]/@points {first}: point 2, '2', is not two numbers from -1000000000 to 1000000000 with a "
                "comma between and 1 more: correct it"
            ),
            f"image[1]/box[1]/@xbr {first}: '1' is less than xtl, '5': swap them",
            f"image[1]/box[1]/@ytl {first}: 'a' is not a number from -1000000000 to 1000000000: correct it",
            f"image[1]/ellipse[1]/@rx {first}: '-1' is negative: correct it",
            (
                "image[3] (image 5, 'b.jpg'): 'x_y' cannot name a subset: CVAT passes over a list with '_', '..', '.' in front "
                "or a folder; rename it"
            ),
            (
                "meta/task/labels/label[2]/name: 'car' and 'truck' have one colour, 1,2,3: masks cannot tell them apart; "
                "give one another colour in CVAT (label constructor) or in meta"
            ),
        ]

    def test_broken_off_xml(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        document = (
            '<annotations><version>1.1</version><image name="a.png" width="0" height="10"/>'
            '<image name="b.png" width="9" height="0"/><image'
        )
        malformed, *rest = self.told(tmp_path, capsys, document)
        assert malformed.startswith("is not well-formed XML: ")
        assert [line.partition(" ")[0] for line in rest] == ["image[1]/@width", "image[2]/@height"]

    def test_indices_of_grey_masks(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        document = coco(categories=[{"id": 1, "name": "car"}, {"id": 300, "name": "a:b"}])
        assert self.told(tmp_path, capsys, document, "--mode", "grey") == [
            "an index of a grey mask is from 0 to 255, not 'a:b' 300: give other ids, or another mode",
            "categories[1].name (category 300): a label map cannot hold the label 'a:b', which has ':', the sign between two fields: rename it",
        ]


class TestPlain:
    """What is not as the format has it and yet plain is read, and told."""

    @pytest.mark.parametrize(
        ("annotations", "note"),
        [
            (
                [{"segmentation": [RING], "iscrowd": False}],
                "iscrowd that is true or false, read as 1 or 0: 1, the first annotations[0] (annotation 40)",
            ),
            (
                [{"id": 0, "segmentation": [RING]}, {"id": 0, "segmentation": [[10, 2, 15, 2, 15, 6]]}],
                (
                    "annotations that have the id of an earlier one, each read as an instance of its own: 1, the first "
                    "annotations[1] (annotation 0); number them anew"
                ),
            ),
            (
                [{"segmentation": [[]]}],
                "annotations with empty polygons, which are left out: 1, the first annotations[0] (annotation 40)",
            ),
            (
                [{"segmentation": [RING, [3, 3, 5, 3, 5, 5]]}],
                (
                    "polygons inside another one of their annotation: 1, the first annotations[0] (annotation 40); CVAT fills both, so "
                    "where a hole is meant give run lengths (RLE), or one polygon with a cut to the hole"
                ),
            ),
        ],
    )
    def test_read_and_told(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], annotations: list[dict[str, Any]], note: str
    ) -> None:
        (tmp_path / "a.json").write_text(json.dumps(coco(*annotations)))
        code, out, err = commands.segmask(capsys, "export", tmp_path / "a.json", "-o", tmp_path / "a.zip")
        assert (code, err, out.splitlines()[1:]) == (0, "", [note])
        with segmask.open(tmp_path / "a.zip", on_problem=lambda _: None) as archive:
            assert [instance.area for instance in next(iter(archive)).instances][:1] == [24]

    def test_a_byte_order_mark(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "a.json").write_text(json.dumps(coco({"segmentation": [RING]})), encoding="utf-8-sig")
        code, out, err = commands.segmask(capsys, "export", tmp_path / "a.json", "-o", tmp_path / "a.zip")
        note = "the document begins with a byte order mark, which JSON forbids"
        assert (code, err, out.splitlines()) == (0, "", [f"{tmp_path / 'a.zip'}: 2 images, 1 instance", note])
