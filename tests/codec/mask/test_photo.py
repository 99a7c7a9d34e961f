"""Photos are measured as CVAT shows them: turned by their EXIF orientation, without a pixel decoded."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any, Final

import PIL.Image
import PIL.ImageOps
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask import rules
from segmask.mask.photo import measured
from segmask.testing.writers.pngwriter import chunk
from support.archives import changed, problems_of, write_zip

SIZE: Final = (7, 4)
FORMATS: Final = ("JPEG", "PNG", "WEBP", "TIFF")
XMP: Final = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r tiff:Orientation="%d"/></x:xmpmeta>'


def photo(kind: str, orientation: int | None = None, size: tuple[int, int] = SIZE) -> bytes:
    """A photo with an orientation in its EXIF data."""
    exif = PIL.Image.Exif()
    if orientation is not None:
        exif[274] = orientation
    stream = io.BytesIO()
    PIL.Image.new("RGB", size).save(stream, kind, **({} if orientation is None else {"exif": exif}))
    return stream.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("orientation", [None, *range(10)])
def test_as_pillow_shows_it(kind: str, orientation: int | None) -> None:
    data = photo(kind, orientation)
    with PIL.Image.open(io.BytesIO(data)) as image:
        image.load()
        shown = PIL.ImageOps.exif_transpose(image).size
    turned = orientation in {5, 6, 7, 8}
    assert shown == (SIZE[::-1] if turned else SIZE)
    assert measured(data) == (shown, orientation if turned else None)


@pytest.mark.parametrize("kind", ["BMP", "GIF"])
def test_formats_without_orientation(kind: str) -> None:
    assert measured(photo(kind)) == (SIZE, None)


def test_exif_behind_the_pixels_of_a_png() -> None:
    data = photo("PNG")
    exif = PIL.Image.Exif()
    exif[274] = 6
    at = data.index(b"IEND") - 4
    data = data[:at] + chunk(b"eXIf", exif.tobytes()[6:]) + data[at:]
    assert measured(data) == (SIZE[::-1], 6)


def test_xmp_where_there_is_no_exif() -> None:
    data = photo("PNG")
    at = data.index(b"IDAT") - 4
    body = b"XML:com.adobe.xmp\0\0\0\0\0" + XMP % 8
    assert measured(data[:at] + chunk(b"iTXt", body) + data[at:]) == (SIZE[::-1], 8)
    data = photo("JPEG")
    body = b"http://ns.adobe.com/xap/1.0/\0" + XMP % 5
    segment = b"\xff\xe1" + struct.pack(">H", 2 + len(body)) + body
    assert measured(data[:2] + segment + data[2:]) == (SIZE[::-1], 5)


def test_no_pixel_of_a_png_is_decoded() -> None:
    """Not even of a hundred million: the header and the chunks beside it say all."""
    header = struct.pack(">IIBBBBB", 10_000, 9_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"no scanline")) + chunk(b"IEND", b"")
    assert measured(b"\x89PNG\r\n\x1a\n" + body) == ((10_000, 9_000), None)


def test_no_pixel_of_a_webp_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow would make room for all of them."""
    data = bytearray(photo("WEBP", 6))
    data[24:30] = (9_999).to_bytes(3, "little") + (7_999).to_bytes(3, "little")
    seen: list[tuple[int, int]] = []
    opening = PIL.Image.open

    def watched(*words: Any, **named: Any) -> PIL.Image.Image:
        image = opening(*words, **named)
        seen.append(image.size)
        return image

    monkeypatch.setattr(PIL.Image, "open", watched)
    assert measured(bytes(data)) == ((8_000, 10_000), 6)
    assert seen == [(1, 1)]


@pytest.mark.parametrize("data", [b"", b"no photo", b"\xff\xd8\xff", photo("JPEG")[:20]])
def test_what_is_no_photo(data: bytes) -> None:
    assert measured(data) is None


@given(kind=st.sampled_from(FORMATS), places=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1))
def test_damage_is_no_error(kind: str, places: list[tuple[int, int]]) -> None:
    data = bytearray(photo(kind, 6))
    for place, value in places:
        data[place % len(data)] = value
    measured(bytes(data))


class TestMasksBesideTurnedPhotos:
    """The masks of the sound archive are 10 pixels wide and 8 high."""

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_masks_of_the_size_that_is_shown(self, orientation: int, tmp_path: Path) -> None:
        size = (8, 10) if orientation > 4 else (10, 8)
        data = photo("JPEG", orientation, size)
        problems_of(write_zip(tmp_path / "a.zip", changed({"JPEGImages/one.jpg": data}))).none()

    @pytest.mark.parametrize("orientation", [5, 6, 7, 8])
    def test_masks_of_the_size_that_is_stored(self, orientation: int, tmp_path: Path) -> None:
        data = photo("JPEG", orientation, (10, 8))
        problems = problems_of(write_zip(tmp_path / "a.zip", changed({"JPEGImages/one.jpg": data})))
        problem = problems.only(rules.IMAGE_SIZE_DIFFERS)
        assert problem.evidence.to_json() == {"mask": [10, 8], "photo": [8, 10], "turn": orientation}
        assert problem.message.endswith("turn the mask as the photo is turned")

    def test_masks_of_another_size(self, tmp_path: Path) -> None:
        data = photo("JPEG", 6, (20, 30))
        problems = problems_of(write_zip(tmp_path / "a.zip", changed({"JPEGImages/one.jpg": data})))
        assert "after the turn" in problems.only(rules.IMAGE_SIZE_DIFFERS).message
