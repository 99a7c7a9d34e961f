"""Pillow's warnings are ignored, in threads too, and afterwards the filters are those of before."""

from __future__ import annotations

import io
import threading
import warnings

import pytest
from PIL import Image

from segmask.mask.other_formats import opened
from segmask.mask.pillow_warnings import ignored


def photo(width: int = 4) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (width, 1)).save(stream, "PNG")
    return stream.getvalue()


def warn_as(module: str) -> None:
    warnings.warn_explicit("of a file", UserWarning, "file.py", 1, module)


def test_only_pillow_is_silent() -> None:
    with ignored():
        warn_as("PIL.TiffImagePlugin")
        with pytest.raises(UserWarning, match="of a file"):
            warn_as("PILLOW.other")
    with pytest.raises(UserWarning, match="of a file"):
        warn_as("PIL.TiffImagePlugin")


def test_a_photo_that_pillow_warns_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 3)
    with opened(photo()) as image:
        assert image.size == (4, 1)


class TestFilters:
    """Whoever leaves first, and whatever others do meanwhile."""

    @pytest.mark.parametrize("first", [0, 1])
    def test_of_blocks_that_overlap(self, first: int) -> None:
        before, blocks = list(warnings.filters), [ignored(), ignored()]
        for block in blocks:
            block.__enter__()
        blocks[first].__exit__(None, None, None)
        warn_as("PIL.Image")
        blocks[1 - first].__exit__(None, None, None)
        assert list(warnings.filters) == before

    def test_where_another_thread_catches_warnings_meanwhile(self) -> None:
        before, block = list(warnings.filters), ignored()
        block.__enter__()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            block.__exit__(None, None, None)
        assert list(warnings.filters) == before

    def test_of_many_threads(self) -> None:
        before, data = list(warnings.filters), photo()

        def read() -> None:
            for _ in range(100):
                with opened(data):
                    pass

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert list(warnings.filters) == before
