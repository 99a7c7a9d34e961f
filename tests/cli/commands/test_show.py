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
from support.built import Build


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
        assert commands.segmask(capsys, "show", path, "one", "-o", target) == (
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
        monkeypatch.setattr(show, "_choose", lambda *_: image)
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

    @pytest.mark.usefixtures("here")
    def test_the_first_image_with_instances(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        path = build({"SegmentationClass/one.png": None, "SegmentationObject/one.png": None})
        code, out, _ = commands.segmask(capsys, "show", path)
        assert (code, out) == (0, "two.png: two, 1 instance\n")

    def test_what_is_not_there(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        code, _, err = commands.segmask(capsys, "show", build(), "nope")
        assert code == 2
        assert "no list names an image 'nope'" in err
