"""``segmask show``: a picture of what an image holds."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as Pictures

import segmask
from segmask.testing.writers import pngwriter
from segmask_cli.commands import show
from support import commands
from support.built import CAR, COLORS, VALID, Build, rgb


def drawn_as(kind: str, size: tuple[int, int] = (16, 12)) -> bytes:
    stream = io.BytesIO()
    Pictures.new("L", size, 255).save(stream, kind)
    return stream.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG that claims a size."""
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
        code, out, _ = commands.segmask(capsys, "show", path, "one", "-o", target)
        assert (code, out) == (0, f"{target}: one, 2 instances\n")
        with Pictures.open(target) as picture:
            assert picture.size == (480, 360)
            assert picture.getpixel((479, 0)) == (10, 200, 90)
        assert commands.segmask(capsys, "show", path, "two", "-o", target, "--images", tmp_path)[0] == 2

    @pytest.mark.parametrize(("photo", "reason"), UNREADABLE, ids=["text", "eps", "ppm", "damaged", "bomb", "large"])
    def test_an_archives_unreadable_photo_is_left_out(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str], photo: bytes, reason: str
    ) -> None:
        path, target = build({"JPEGImages/one.jpg": photo}), tmp_path / "out.png"
        code, out, err = commands.segmask(capsys, "show", path, "one", "-o", target)
        assert (code, out.splitlines()[0]) == (0, f"{target}: one, 2 instances")
        assert err == f"segmask: the photo of 'one' is left out: {reason}\n"
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
        assert commands.segmask(capsys, "show", *arguments, "-o", target) == (
            2,
            "",
            f"segmask: the photo of 'one' cannot be read: {reason}\n",
        )
        assert not target.exists()

    def test_a_photo_is_turned_as_cvat_shows_it(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stored, stream = Pictures.new("RGB", (12, 16)), io.BytesIO()
        stored.paste((255, 255, 255), (0, 0, 12, 8))  # orientation 6: what is on top belongs to the right
        exif = Pictures.Exif()
        exif[274] = 6
        stored.save(stream, "PNG", exif=exif)
        path, target = build({"JPEGImages/one.png": stream.getvalue()}), tmp_path / "out.png"
        assert commands.segmask(capsys, "show", path, "one", "-o", target)[0] == 0
        with Pictures.open(target) as picture:
            assert picture.size == (480, 360)
            assert [picture.getpixel((x, 0)) for x in (0, 479)] == [(0, 0, 0), (255, 255, 255)]

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "TIFF", "WEBP", "GIF"])
    def test_formats_of_photos(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
    ) -> None:
        path, target = build({"JPEGImages/one.jpg": drawn_as(kind)}), tmp_path / "out.png"
        assert commands.segmask(capsys, "show", path, "one", "-o", target) == (0, f"{target}: one, 2 instances\n", "")
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
        monkeypatch.setattr(show, "_choose", lambda *_: show._Found(image, []))
        monkeypatch.chdir(tmp_path)
        assert commands.segmask(capsys, "show", "a.zip") == (0, f"{file}: {segmask.printable(name)}, 2 instances\n", "")
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["a.zip", file])

    @pytest.mark.usefixtures("here")
    def test_the_id_does_not_choose_a_file_to_replace(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        Path("one.png").write_bytes(b"a photo")
        message = "one.png: there is such a file already; give its path with -o to replace it"
        assert commands.segmask(capsys, "show", build()) == (2, "", f"segmask: {message}\n")
        assert Path("one.png").read_bytes() == b"a photo"
        assert commands.segmask(capsys, "show", build(), "-o", "one.png") == (0, "one.png: one, 2 instances\n", "")

    @pytest.mark.parametrize("image", ["-rf", "--output=a"])
    @pytest.mark.usefixtures("here")
    def test_a_name_that_would_be_an_option(self, build: Build, capsys: pytest.CaptureFixture[str], image: str) -> None:
        masks = {
            f"Segmentation{kind}/{image}.png": VALID[f"Segmentation{kind}/one.png"] for kind in ("Class", "Object")
        }
        path = build({"ImageSets/Segmentation/default.txt": f"{image}\n", **masks})
        code, out, _ = commands.segmask(capsys, "show", path)
        made = f"_{image[1:]}.png"
        assert (code, out.partition(":")[0]) == (0, made)
        assert sorted(found.name for found in path.parent.iterdir()) == sorted([made, "a.zip"])

    @pytest.mark.usefixtures("here")
    def test_the_first_image_with_instances(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        path = build({"SegmentationClass/one.png": None, "SegmentationObject/one.png": None})
        code, out, _ = commands.segmask(capsys, "show", path)
        assert (code, out) == (0, "two.png: two, 1 instance\n")

    def test_labels_have_the_label_maps_colours_and_what_is_wrong_is_marked(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        odd = rgb((COLORS[1], *CAR), ((9, 9, 9), slice(3, 10), slice(8, 14)))
        target = tmp_path / "out.png"
        code, out, err = commands.segmask(
            capsys, "show", build({"SegmentationClass/one.png": odd}), "one", "-o", target
        )
        assert (code, err) == (0, "")
        first, *told = out.splitlines()
        assert first == f"{target}: one, 1 instance"
        assert [line.split(": ", 1)[1].split(":")[0] for line in told] == [
            "PNG004 undeclared-color",
        ]
        with Pictures.open(target) as picture:
            pixels = picture.convert("RGB")
        assert pixels.getpixel((90, 90)) == (88, 24, 24)  # half of the label map's, half of the paper's
        dashed = [pixels.getpixel((x, 90)) for x in range(8 * 30, 14 * 30)]
        assert {(0, 0, 0), (255, 255, 255)} & set(dashed)

    def test_what_is_not_there(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        code, _, err = commands.segmask(capsys, "show", build(), "nope")
        assert code == 2
        assert "no list names an image 'nope'" in err

    def test_an_id_that_nearly_matches_is_suggested(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        assert commands.segmask(capsys, "show", build(), "One") == (
            2,
            "",
            "segmask: no list names an image 'One'; the nearest is 'one'\n",
        )

    def test_what_cannot_be_read_is_said_as_validate_says_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "a.zip").write_bytes(b"no zip")
        code, _, err = commands.segmask(capsys, "show", tmp_path / "a.zip", "-o", tmp_path / "a.png")
        assert code == 2
        assert err.startswith(f"segmask: {tmp_path / 'a.zip'}: no list names an image: ZIP001 not-an-archive: ")


class TestSheet:
    def test_all_images_and_what_is_wrong(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = build({"SegmentationClass/one.png": None, "SegmentationObject/one.png": None})
        target = tmp_path / "sheet.png"
        assert commands.segmask(capsys, "show", path, "--all", "-o", target) == (0, f"{target}: 2 images\n", "")
        with Pictures.open(target) as picture:
            assert picture.size == (488, 264)

    def test_many_images_are_counted(
        self,
        build: Build,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(show, "_SHEET", 1)
        target = tmp_path / "sheet.png"
        _, out, _ = commands.segmask(capsys, "show", build(), "--all", "-o", target)
        assert out == f"{target}: 1 image, 1 more left out\n"


class TestFindings:
    def test_a_picture_for_each_finding_about_pixels(
        self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        odd = rgb((COLORS[1], *CAR), ((9, 9, 9), slice(3, 10), slice(8, 14)))
        path = build({"SegmentationClass/one.png": odd, "SegmentationClass/three.png": odd})
        folder = tmp_path / "pictures"
        code, out, err = commands.segmask(capsys, "show", path, "--findings", "-o", folder)
        assert (code, err) == (0, "")
        assert sorted(file.name for file in folder.iterdir()) == ["01 PNG004 one.png"]
        assert out.splitlines() == [
            f"{folder / '01 PNG004 one.png'}: undeclared-color, 42 of 42 pixels",
            "not about pixels, and so without a picture: 1 finding",
        ]

    def test_a_sound_archive_has_none(self, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        result = commands.segmask(capsys, "show", build(), "--findings", "-o", tmp_path / "pictures")
        assert result == (0, "nothing found\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["one", "--all", "-o", "x.png"], "--all shows all images: leave out 'one'"),
        (["--all"], "--all writes a PNG: give its path with -o"),
        (["--findings"], "--findings writes a folder: give its path with -o"),
        (["--all", "--findings", "-o", "x"], "--all and --findings are two kinds of pictures: choose one"),
    ],
)
def test_options_that_contradict(
    build: Build, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert commands.segmask(capsys, "show", build(), *arguments) == (2, "", f"segmask: {message}\n")
