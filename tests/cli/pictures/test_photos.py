"""Photos of images, found by their ids, and made small."""

from __future__ import annotations

import io

import pytest
from PIL import Image as Pictures

from segmask_cli.pictures import photos


def encoded(size: tuple[int, int], form: str = "JPEG", orientation: int | None = None) -> bytes:
    picture = Pictures.new("RGB", size, (200, 30, 30))
    picture.paste((30, 30, 200), (0, 0, size[0] // 2, size[1]))
    exif = Pictures.Exif()
    if orientation is not None:
        exif[274] = orientation
    stream = io.BytesIO()
    picture.save(stream, form, exif=exif)
    return stream.getvalue()


class TestSmall:
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
    def test_has_the_size_asked_for(self, form: str) -> None:
        shown = photos.small(encoded((640, 480), form), (64, 48))
        assert shown is not None
        assert (shown.size, shown.mode) == ((64, 48), "RGB")
        left, right = shown.getpixel((5, 20)), shown.getpixel((60, 20))
        assert isinstance(left, tuple)
        assert isinstance(right, tuple)
        assert left[2] > 150 > left[0]
        assert right[0] > 150 > right[2]

    def test_is_turned_as_cvat_shows_it(self) -> None:
        shown = photos.small(encoded((64, 48), orientation=6), (48, 64))
        assert shown is not None
        top = shown.getpixel((20, 5))
        assert isinstance(top, tuple)
        assert top[2] > 150 > top[0]

    @pytest.mark.parametrize("data", [b"", b"GIF89a", encoded((64, 48))[:300], b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
    def test_what_cannot_be_read(self, data: bytes) -> None:
        assert photos.small(data, (8, 8)) is None

    def test_what_would_take_too_much_memory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(photos, "_MOST", 100)
        assert photos.small(encoded((64, 48), "PNG"), (8, 8)) is None
