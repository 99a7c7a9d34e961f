"""``segmask import``: archives to documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image as Pictures

from support import commands
from support.built import CAR, COLORS, Build, rgb

MADE_UP = (
    "made up, as no archive holds it: image ids, .jpg of the files' names, category ids (the places in the label map); "
    "--like takes it from the original document"
)

BACKGROUND = "left out: 1 instance of the background, which validate counts"


@pytest.fixture
def coco(here: None) -> Path:
    """A document with what no archive holds, and its archive."""
    document = {
        "info": {"year": 2020},
        "images": [
            {"id": 70, "file_name": "a/one.PNG", "width": 40, "height": 30, "license": 1},
            {"id": 3, "file_name": "empty.tif", "width": 9, "height": 9},
        ],
        "categories": [{"id": 3, "name": "car", "supercategory": "vehicle"}, {"id": 1, "name": "road"}],
        "annotations": [
            {"id": 9, "image_id": 70, "category_id": 3, "segmentation": [[1, 1, 20.25, 1, 20, 15, 1, 15]], "area": 1},
            {"id": 4, "image_id": 70, "category_id": 1, "segmentation": [[10, 10, 30, 10, 30, 25]], "score": 0.5},
        ],
    }
    Path("old.json").write_text(json.dumps(document))
    return Path("old.json")


class TestLike:
    def test_the_document_comes_back(self, coco: Path, capsys: pytest.CaptureFixture[str]) -> None:
        _, out, _ = commands.segmask(capsys, "export", coco, "-o", "a.zip")
        assert out.splitlines()[1] == (
            "category ids that are others in the masks (--mode grey keeps them): 2: 3 is 1 ('car'), 1 is 2 ('road')"
        )
        assert commands.segmask(capsys, "import", "a.zip", "-o", "new.json", "--like", coco) == (
            0,
            "new.json: 2 images, 2 annotations as in old.json, 0 changed or new\n",
            "",
        )
        assert json.loads(Path("new.json").read_text()) == json.loads(coco.read_text())

    def test_what_changed_is_told(self, coco: Path, capsys: pytest.CaptureFixture[str]) -> None:
        other = json.loads(coco.read_text())
        other["annotations"][1]["segmentation"] = [[20, 10, 30, 10, 30, 25]]
        other["images"][1].update(file_name="b.jpg", width=20)
        other["annotations"].append({"id": 11, "image_id": 3, "category_id": 1, "bbox": [1, 1, 4, 4]})
        Path("other.json").write_text(json.dumps(other))
        commands.segmask(capsys, "export", "other.json", "-o", "a.zip")
        code, out, err = commands.segmask(capsys, "import", "a.zip", "-o", "new.json", "--like", coco)
        assert (code, err) == (0, "")
        assert out.splitlines() == [
            "new.json: 3 images, 1 annotation as in old.json, 2 changed or new",
            "changed, or not in the archive any more: 1: annotation 4",
            "images that old.json does not have: 1: 'b'",
        ]

    @pytest.mark.parametrize("name", ["old.xml", "old.txt"])
    def test_a_document_of_another_format_is_refused(
        self, coco: Path, capsys: pytest.CaptureFixture[str], name: str
    ) -> None:
        Path(name).write_text("")
        commands.segmask(capsys, "export", coco, "-o", "a.zip")
        code, out, err = commands.segmask(capsys, "import", "a.zip", "-o", "new.json", "--like", name)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert name in err
        assert not Path("new.json").exists()

    def test_a_broken_document_is_named(self, coco: Path, capsys: pytest.CaptureFixture[str]) -> None:
        commands.segmask(capsys, "export", coco, "-o", "a.zip")
        Path("old.json").write_text("{")
        code, _, err = commands.segmask(capsys, "import", "a.zip", "-o", "new.json", "--like", coco)
        assert (code, err.split(": ")[:3]) == (1, ["segmask", "old.json", "not JSON"])


class TestImages:
    def test_names_and_sizes_are_those_of_the_photos(self, coco: Path, capsys: pytest.CaptureFixture[str]) -> None:
        commands.segmask(capsys, "export", coco, "-o", "a.zip")
        Path("photos/a").mkdir(parents=True)
        Pictures.new("RGB", (40, 31)).save("photos/a/one.JPEG")
        Pictures.new("RGB", (9, 8)).save("photos/empty.tif")
        _, out, _ = commands.segmask(capsys, "import", "a.zip", "-o", "new.json", "--images", "photos")
        assert out.splitlines() == [
            "new.json: 2 images, 2 instances",
            MADE_UP.replace(" .jpg of the files' names,", ""),
            "images whose photo has another size than their masks: 1: 'a/one'",
        ]
        found = json.loads(Path("new.json").read_text())["images"]
        assert [(image["file_name"], image["width"], image["height"]) for image in found] == [
            ("a/one.JPEG", 40, 30),
            ("empty.tif", 9, 8),
        ]

    def test_an_image_without_a_photo_is_told(self, coco: Path, capsys: pytest.CaptureFixture[str]) -> None:
        commands.segmask(capsys, "export", coco, "-o", "a.zip")
        Path("photos").mkdir()
        _, out, _ = commands.segmask(capsys, "import", "a.zip", "-o", "new.json", "--images", "photos")
        assert out.splitlines()[-2:] == [
            "images without masks and photo, and so left out: 1: 'empty'",
            "images without a photo in the folder: 2: 'a/one', 'empty'",
        ]


class TestFillers:
    def test_they_are_told(self, coco: Path, capsys: pytest.CaptureFixture[str]) -> None:
        commands.segmask(capsys, "export", coco, "-o", "a.zip", "--mode", "grey")
        _, out, _ = commands.segmask(capsys, "import", "a.zip", "-o", "new.json")
        assert "fillers of the label map that are labels now: 1: '_dummy2'" in out.splitlines()


class TestImport:
    def test_class_only_can_be_split(self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        two = rgb((COLORS[1], slice(1, 5), slice(1, 5)), (COLORS[1], slice(6, 11), slice(8, 14)))
        path = build({"SegmentationClass/one.png": two, "SegmentationObject/one.png": None})
        for options, instances in (([], 2), (["--split"], 3)):
            _, out, _ = commands.segmask(capsys, "import", path, "-o", tmp_path / "a.json", *options)
            assert out == f"{tmp_path / 'a.json'}: 2 images, {instances} instances\n{MADE_UP}\n{BACKGROUND}\n"
            document = json.loads((tmp_path / "a.json").read_text())
            assert len(document["annotations"]) == instances

    def test_a_tolerance_tells_its_loss(self, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        commands.segmask(capsys, "export", drawn, "-o", tmp_path / "a.zip")
        options = ["--simplify", "tolerance", "--tolerance", "2"]
        _, out, _ = commands.segmask(capsys, "import", tmp_path / "a.zip", "-o", tmp_path / "b.json", *options)
        changed = int(out.splitlines()[-1].split()[4].replace(",", ""))
        assert out.splitlines()[-1].startswith("changed by the tolerance: ")
        assert changed > 0

    def test_an_archive_with_errors_is_refused_unless_lenient(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = build({"SegmentationClass/one.png": rgb(((1, 2, 3), *CAR))})
        code, _, err = commands.segmask(capsys, "import", path, "-o", tmp_path / "a.json")
        assert (code, err.count("\n")) == (1, 1)
        assert err.startswith(f"segmask: {path}: SegmentationClass/one.png")
        assert "PNG004 undeclared-color" in err
        assert not (tmp_path / "a.json").exists()
        assert commands.segmask(capsys, "import", path, "-o", tmp_path / "a.json", "--lenient")[:2] == (
            0,
            f"{tmp_path / 'a.json'}: 2 images, 1 instance\n{MADE_UP}\n{BACKGROUND}\n",
        )

    @pytest.mark.parametrize("value", ["nan", "inf"])
    def test_a_tolerance_is_a_number(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str], value: str
    ) -> None:
        options = ["--simplify", "tolerance", "--tolerance", value]
        assert commands.segmask(capsys, "import", build(), "-o", tmp_path / "a.json", *options) == (
            2,
            "",
            f"segmask: Invalid value for '--tolerance': {value} is no finite number.\n",
        )
        assert not (tmp_path / "a.json").exists()
