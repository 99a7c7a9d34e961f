"""``segmask export``, ``import`` and ``show``: documents to archives and back, without losing a pixel."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pictures

import segmask
from segmask import AnnotatedImage, Box, Ellipse, Label, Mask, Polygon
from segmask._support.arrays import BoolArray
from segmask.formats import coco, cvatxml
from segmask.testing.writers import pngwriter
from segmask_cli import convert
from segmask_validate import validate
from support import terminals
from support.built import CAR, COLORS, Build, rgb

STAR = [(20, 2), (25, 15), (38, 15), (28, 24), (32, 38), (20, 29), (8, 38), (12, 24), (2, 15), (15, 15)]
Masks = dict[str, list[tuple[str, bytes]]]


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        convert.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    assert isinstance(end.value.code, int)
    return end.value.code, out, err


def masks_of(path: Path) -> Masks:
    """Label and pixels of every object, by image."""
    with segmask.open(path, on_problem=lambda _: None) as archive:
        return {
            image.name: sorted(
                (inst.label, inst.mask().tobytes()) for inst in image.instances if not inst.is_background
            )
            for image in archive
        }


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """A CVAT document with every kind of shape, and things that masks cannot hold."""
    hole: BoolArray = np.ones((9, 9), dtype=np.bool_)
    hole[3:6, 3:6] = False
    images = [
        AnnotatedImage(
            name="street/one",
            width=60,
            height=50,
            shapes=[
                Polygon(STAR, "car"),
                Box(30, 30, 20.5, 9.25, "road", rotation=30.0, z_order=1),
                Ellipse(48, 12, 9, 6, "tree", rotation=20.0),
                Mask(hole, "car", 2, 40, group=5),
                Polygon([(50, 40), (58, 41), (55, 49)], "car", group=5),
            ],
        ),
        AnnotatedImage(name="two", width=30, height=20, shapes=[Box(0, 0, 30, 20, "road"), Box(0, 0, 30, 20, "car")]),
        AnnotatedImage(name="three", width=30, height=20),
    ]
    path = tmp_path / "drawn.xml"
    labels = [Label("car", (200, 0, 0)), Label("road", (0, 200, 0)), Label("tree", (0, 0, 200))]
    cvatxml.write(path, labels, images)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("</image>", '<tag label="car" source="manual"></tag></image>', 1), encoding="utf-8")
    return path


class TestExport:
    def test_every_shape_and_what_is_left_out(
        self, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        archive = tmp_path / "a.zip"
        code, out, err = run(capsys, "export", drawn, "-o", archive)
        assert (code, err) == (0, "")
        assert out.splitlines() == [
            f"{archive}: 3 images, 5 instances",
            "not representable in masks, and so left out: 1 tags",
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
        assert run(capsys, "export", drawn, "-o", first, "--mode", mode)[0] == 0
        for options in ([], ["--masks"], ["--simplify", "none"]):
            assert run(capsys, "import", first, "-o", document, *options)[0] == 0
            assert run(capsys, "export", document, "-o", second, "--mode", mode)[0] == 0
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
        code, out, err = run(capsys, "export", tmp_path / "a.xml", "-o", tmp_path / "a.zip")
        assert (code, err, out.splitlines()[1:]) == (0, "", [told])

    def test_a_hole_is_no_instance(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        labels = [Label("car", (255, 0, 0)), Label("background", (0, 0, 0))]
        shapes = [Box(2, 2, 6, 4, "car"), Box(3, 3, 3, 2, "background", z_order=1)]
        cvatxml.write(tmp_path / "a.xml", labels, [AnnotatedImage(name="a", width=20, height=10, shapes=shapes)])
        assert run(capsys, "export", tmp_path / "a.xml", "-o", tmp_path / "a.zip")[0] == 0
        assert validate(tmp_path / "a.zip").verdict == "clean"
        assert [label for label, _ in masks_of(tmp_path / "a.zip")["a"]] == ["car"]

    def test_a_subset_for_all(self, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        run(capsys, "export", drawn, "-o", tmp_path / "a.zip", "--subset", "train")
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
        assert run(capsys, "export", tmp_path / "a.json", "-o", tmp_path / "a.zip", "--mode", "grey")[0] == 0
        with segmask.open(tmp_path / "a.zip", on_problem=lambda _: None) as archive:
            (image,) = archive
            assert image.label_indices == (0, 5)
            assert archive.labelmap.names == ("background", "_dummy1", "car", "_dummy3", "_dummy4", "road")
        run(capsys, "import", tmp_path / "a.zip", "-o", tmp_path / "b.json")
        assert {c["name"]: c["id"] for c in json.loads((tmp_path / "b.json").read_text())["categories"]}["road"] == 5


class TestPipe:
    """An output that is no file gets the document and nothing else: it may be the standard output."""

    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize(
        ("command", "file"),
        [("export a.json", "b.zip"), ("import a.zip --format coco", "b.json"), ("show a.zip", "b.png")],
    )
    def test_it_gets_what_a_file_gets(
        self,
        build: Build,
        capsys: pytest.CaptureFixture[str],
        command: str,
        file: str,
    ) -> None:
        build()
        coco.write("a.json", ["car"], [AnnotatedImage(name="one", width=9, height=9, shapes=[Box(1, 1, 5, 5, "car")])])
        Path("stdout").symlink_to("/dev/fd/1")  # as /dev/stdout, which a mistake would replace
        code, out, err = run(capsys, *command.split(), "-o", file)
        assert (code, err) == (0, "")
        program = [sys.executable, "-m", "segmask_cli.convert", *command.split(), "-o", "stdout"]
        done = subprocess.run(program, capture_output=True, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (0, Path(file).read_bytes())
        assert done.stderr.decode() == out.replace(file, "stdout")


class TestProgress:
    """A bar on a terminal, none in a pipe."""

    @pytest.mark.parametrize("is_terminal", [True, False])
    def test_bar(self, drawn: Path, tmp_path: Path, is_terminal: bool) -> None:
        command = [sys.executable, "-m", "segmask_cli.convert", "export", drawn, "-o", tmp_path / "a.zip"]
        done, shown = terminals.run(command, is_terminal=is_terminal)
        assert done.returncode == 0
        assert (b"painting" in shown) is is_terminal
        assert b"3 images" in done.stdout
        assert not done.stderr


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
        code, out, err = run(capsys, "export", tmp_path / name, "-o", tmp_path / "a.zip")
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert message in err
        assert not (tmp_path / "a.zip").exists()

    def test_an_archive_with_errors_is_refused_unless_lenient(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = build({"SegmentationClass/one.png": rgb(((1, 2, 3), *CAR))})
        code, _, err = run(capsys, "import", path, "-o", tmp_path / "a.json")
        assert (code, err.count("\n")) == (1, 1)
        assert "PNG004 undeclared-color" in err
        assert not (tmp_path / "a.json").exists()
        assert run(capsys, "import", path, "-o", tmp_path / "a.json", "--lenient")[:2] == (
            0,
            f"{tmp_path / 'a.json'}: 2 images, 1 instance\n",
        )

    def test_what_the_format_cannot_hold_is_refused(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        image = AnnotatedImage(name="one", width=9, height=9, shapes=[Box(1, 1, 5, 5, "a:b")])
        cvatxml.write(tmp_path / "a.xml", ["a:b"], [image])
        code, _, err = run(capsys, "export", tmp_path / "a.xml", "-o", tmp_path / "a.zip")
        assert code == 1
        assert "a label map cannot hold the label 'a:b'" in err

    @pytest.mark.parametrize(
        "arguments", [("export",), ("export", "missing.json", "-o", "a.zip"), ("import", ".", "-o", "a.txt"), ("nope",)]
    )
    def test_bad_usage_is_2(self, arguments: tuple[str, ...]) -> None:
        command = [sys.executable, "-m", "segmask_cli.convert", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)

    @pytest.mark.parametrize("value", ["nan", "inf"])
    def test_a_tolerance_is_a_number(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str], value: str
    ) -> None:
        options = ["--simplify", "tolerance", "--tolerance", value]
        assert run(capsys, "import", build(), "-o", tmp_path / "a.json", *options) == (
            2,
            "",
            f"segmask: Invalid value for '--tolerance': {value} is no finite number.\n",
        )
        assert not (tmp_path / "a.json").exists()

    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("export", "", "-o", "a.zip"), "Invalid value for 'ANNOTATIONS': File '' does not exist."),
            (("export", "a.json", "-o", ""), "Invalid value for '-o' / '--output': the path is empty."),
            (("import", "", "-o", "a.json"), "Invalid value for 'ARCHIVE': Path '' does not exist."),
            (("import", "a.zip", "-o", ""), "Invalid value for '-o' / '--output': the path is empty."),
            (("show", ""), "Invalid value for 'ARCHIVE': Path '' does not exist."),
            (("show", "a.zip", "-o", ""), "Invalid value for '-o' / '--output': the path is empty."),
            (("show", "a.zip", "--images", ""), "Invalid value for '--images': Directory '' does not exist."),
        ],
    )
    def test_an_empty_path_is_not_the_working_directory(
        self,
        build: Build,
        capsys: pytest.CaptureFixture[str],
        arguments: tuple[str, ...],
        message: str,
    ) -> None:
        build()
        Path("a.json").write_text("{}")
        assert run(capsys, *arguments) == (2, "", f"segmask: {message}\n")

    @pytest.mark.usefixtures("here")
    @pytest.mark.parametrize(
        ("arguments", "output"),
        [
            (("import", "a.zip", "--format", "coco"), "a.zip"),
            (("import", "link.zip", "--format", "cvat"), "a.zip"),
            (("export", "a.json"), "a.json"),
            (("show", "a.zip"), "a.zip"),
            (("show", "a.zip"), "link.zip"),
            (("show", "a.zip", "--images", "photos"), "photos/one.png"),
        ],
    )
    def test_an_output_does_not_replace_what_is_read(
        self,
        build: Build,
        capsys: pytest.CaptureFixture[str],
        arguments: tuple[str, ...],
        output: str,
    ) -> None:
        path = build()
        coco.write("a.json", ["car"], [AnnotatedImage(name="one", width=9, height=9, shapes=[Box(1, 1, 5, 5, "car")])])
        Path("link.zip").symlink_to(path)
        Path("photos").mkdir()
        Pictures.new("RGB", (16, 12)).save("photos/one.png")
        before = Path(output).read_bytes()
        assert run(capsys, *arguments, "-o", output) == (
            2,
            "",
            f"segmask: {output}: the output would replace what is read\n",
        )
        assert Path(output).read_bytes() == before


class TestImport:
    def test_class_only_can_be_split(self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        two = rgb((COLORS[1], slice(1, 5), slice(1, 5)), (COLORS[1], slice(6, 11), slice(8, 14)))
        path = build({"SegmentationClass/one.png": two, "SegmentationObject/one.png": None})
        for options, instances in (([], 2), (["--split"], 3)):
            _, out, _ = run(capsys, "import", path, "-o", tmp_path / "a.json", *options)
            assert out == f"{tmp_path / 'a.json'}: 2 images, {instances} instances\n"
            document = json.loads((tmp_path / "a.json").read_text())
            assert len(document["annotations"]) == instances

    def test_a_tolerance_tells_its_loss(self, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        run(capsys, "export", drawn, "-o", tmp_path / "a.zip")
        options = ["--simplify", "tolerance", "--tolerance", "2"]
        _, out, _ = run(capsys, "import", tmp_path / "a.zip", "-o", tmp_path / "b.json", *options)
        changed = int(out.splitlines()[-1].split()[4].replace(",", ""))
        assert out.splitlines()[-1].startswith("changed by the tolerance: ")
        assert changed > 0


def drawn_as(kind: str, size: tuple[int, int] = (16, 12)) -> bytes:
    stream = io.BytesIO()
    Pictures.new("L", size, 255).save(stream, kind)
    return stream.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG that says it has so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pngwriter.chunk(kind, body) for kind, body in [(b"IHDR", header), (b"IDAT", b""), (b"IEND", b"")]
    )


FOREIGN = "none of JPEG, PNG, BMP, TIFF, WEBP, GIF, or with a damaged header"
UNREADABLE = [
    (b"no photo", FOREIGN),
    (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 16 12\n%%EndComments\nshowpage\n", FOREIGN),
    (drawn_as("PPM"), FOREIGN),
    (drawn_as("PNG")[:45], "image file is truncated"),
    (
        claiming(30000, 30000),
        "Image size (900000000 pixels) exceeds limit of 178956970 pixels, could be decompression bomb DOS attack.",
    ),
    (claiming(13000, 13000), "13000x13000 pixels, more than the 134,217,728 allowed"),
]


class TestShow:
    def test_a_picture_over_the_photo(self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        Pictures.new("RGB", (16, 12), (10, 200, 90)).save(tmp_path / "one.png")
        path, target = build({"JPEGImages/one.png": (tmp_path / "one.png").read_bytes()}), tmp_path / "out.png"
        code, out, _ = run(capsys, "show", path, "one", "-o", target)
        assert (code, out) == (0, f"{target}: one, 2 instances\n")
        with Pictures.open(target) as picture:
            assert picture.size == (480, 360)
            assert picture.getpixel((479, 0)) == (10, 200, 90)
        assert run(capsys, "show", path, "two", "-o", target, "--images", tmp_path)[0] == 2

    @pytest.mark.parametrize(("photo", "reason"), UNREADABLE, ids=["text", "eps", "ppm", "damaged", "bomb", "large"])
    def test_an_archives_unreadable_photo_is_left_out(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str], photo: bytes, reason: str
    ) -> None:
        path, target = build({"JPEGImages/one.jpg": photo}), tmp_path / "out.png"
        assert run(capsys, "show", path, "one", "-o", target) == (
            0,
            f"{target}: one, 2 instances\n",
            f"segmask: the photo of 'one' is left out: {reason}\n",
        )
        with Pictures.open(target) as picture:
            assert (picture.size, picture.getpixel((479, 0))) == ((480, 360), (48, 48, 48))

    @pytest.mark.parametrize(("photo", "reason"), UNREADABLE, ids=["text", "eps", "ppm", "damaged", "bomb", "large"])
    @pytest.mark.parametrize("asked", [True, False])
    def test_an_unreadable_photo_that_is_needed(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str], photo: bytes, reason: str, asked: bool
    ) -> None:
        """Because it was asked for, or nothing else is there to be drawn."""
        target = tmp_path / "out.png"
        if asked:
            (tmp_path / "one.jpg").write_bytes(photo)
            arguments: tuple[str | Path, ...] = (build(), "one", "--images", tmp_path)
        else:
            masks = {"SegmentationClass/one.png": None, "SegmentationObject/one.png": None}
            arguments = (build({**masks, "JPEGImages/one.jpg": photo}), "one")
        assert run(capsys, "show", *arguments, "-o", target) == (
            2,
            "",
            f"segmask: the photo of 'one' cannot be read: {reason}\n",
        )
        assert not target.exists()

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "TIFF", "WEBP", "GIF"])
    def test_formats_of_photos(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
    ) -> None:
        path, target = build({"JPEGImages/one.jpg": drawn_as(kind)}), tmp_path / "out.png"
        assert run(capsys, "show", path, "one", "-o", target) == (0, f"{target}: one, 2 instances\n", "")
        with Pictures.open(target) as picture:
            assert picture.getpixel((479, 0)) == (255, 255, 255)

    @pytest.mark.parametrize(
        ("name", "file"),
        [
            ("a\x1b[31m", "a-[31m.png"),
            ("a\u202eb", "a-b.png"),
            ("../a\\b", "..-a-b.png"),
            ("C:a", "C-a.png"),
            ("ümlaut 1", "ümlaut 1.png"),
        ],
    )
    def test_the_id_gives_a_harmless_name(
        self,
        build: Build,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        file: str,
    ) -> None:
        with segmask.open(build()) as archive:
            image = replace(next(iter(archive)), name=name)
        monkeypatch.setattr(convert, "_choose", lambda *_: image)
        monkeypatch.chdir(tmp_path)
        assert run(capsys, "show", "a.zip") == (0, f"{file}: {segmask.printable(name)}, 2 instances\n", "")
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["a.zip", file])

    @pytest.mark.usefixtures("here")
    def test_the_id_does_not_choose_a_file_to_replace(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        Path("one.png").write_bytes(b"a photo")
        message = "one.png: there is such a file already; give its path with -o to replace it"
        assert run(capsys, "show", build()) == (2, "", f"segmask: {message}\n")
        assert Path("one.png").read_bytes() == b"a photo"
        assert run(capsys, "show", build(), "-o", "one.png") == (0, "one.png: one, 2 instances\n", "")

    @pytest.mark.usefixtures("here")
    def test_the_first_image_with_instances(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        path = build({"SegmentationClass/one.png": None, "SegmentationObject/one.png": None})
        code, out, _ = run(capsys, "show", path)
        assert (code, out) == (0, "two.png: two, 1 instance\n")

    def test_what_is_not_there(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        code, _, err = run(capsys, "show", build(), "nope")
        assert code == 2
        assert "no list names an image 'nope'" in err
