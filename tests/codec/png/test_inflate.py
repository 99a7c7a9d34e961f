"""Image data, inflated some rows at a time: scanlines, and what is wrong with them."""

from __future__ import annotations

import zlib
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask import Limits, Location, rules
from segmask.mask.decode import DecodedMask, decode
from segmask.png import chunks, inflate, native, predicted, spec
from segmask.png.inflate import inflated_rows
from segmask.png.spec import DamagedPng
from segmask.reporter import Reporter
from segmask.testing.writers import pngwriter
from support.pngs import DATA, END, ROWS, claiming, file, header, idat
from support.problems import Problems, unexpected
from support.strategies import Picture, pictures


def decoded(data: bytes) -> DecodedMask:
    mask = decode(data, Limits(), Reporter(unexpected, Location()))
    assert mask is not None
    return mask


def inflated(image: spec.Png) -> bytes:
    """All scanlines, pass by pass."""
    return b"".join(rows.tobytes() for _, _, rows in inflated_rows(image))


class TestScanlines:
    """A filter byte and the row's bytes, row by row and pass by pass."""

    def test_all_are_there(self) -> None:
        image = chunks.parse(file(header(), idat(), END))
        assert inflated(image) == ROWS
        assert image.oddities == []

    @pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 1), (8, 8), (5, 1), (1, 5)])
    def test_of_an_interlaced_image(self, width: int, height: int) -> None:
        pixels = np.zeros((height, width))
        image = chunks.parse(pngwriter.write(pixels, color_type=pngwriter.GREY, interlaced=True))
        assert [found for found, _, _ in inflated_rows(image)] == list(image.passes())

    @pytest.mark.parametrize("data", [zlib.compress(ROWS + b"x"), DATA + b"x"], ids=["inside", "behind"])
    def test_more_than_the_size_needs_is_noted_once(self, data: bytes) -> None:
        image = chunks.parse(file(header(), idat(data), END))
        assert inflated(image) == ROWS
        assert image.oddities == ["more image data than the size needs"]


class TestDamaged:
    """What libpng gives up on."""

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            pytest.param(b"", "ends after 0 of 16 bytes", id="empty"),
            pytest.param(zlib.compress(ROWS[:-1]), "ends after 15 of 16 bytes", id="short"),
            pytest.param(DATA[:8], r"ends after \d+ of 16 bytes", id="cut"),
            pytest.param(DATA[:-2], "^the image data has no checksum at its end$", id="no-checksum"),
            pytest.param(DATA[:-1] + b"\0", "does not inflate", id="checksum"),
            pytest.param(b"junk", "does not inflate", id="junk"),
            pytest.param(zlib.compress(b"\5" + ROWS[1:]), "row 0 has an unknown filter", id="filter"),
        ],
    )
    def test_image_data(self, data: bytes, reason: str) -> None:
        image = chunks.parse(file(header(), idat(data), END))
        with pytest.raises(DamagedPng, match=reason):
            inflated(image)


@pytest.mark.usefixtures("each_path")
class TestWindow:
    """libpng believes a header that claims a smaller window than zlib has."""

    def grey(self, rows: list[bytes], window: int) -> bytes:
        """A grey PNG of some rows, which claims a window of 2 ** window bytes."""
        packed = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
        return file(
            header(width=len(rows[0]), height=len(rows), depth=8, color_type=0), idat(claiming(packed, window)), END
        )

    NOISE = np.random.default_rng(1).integers(0, 256, 600, dtype=np.uint8).tobytes()

    @pytest.mark.parametrize(("window", "is_sound"), [(8, False), (9, False), (10, True), (15, True)])
    def test_a_row_that_copies_the_one_before(self, window: int, is_sound: bool) -> None:
        problems = Problems()
        found = decode(self.grey([self.NOISE, self.NOISE], window), Limits(), Reporter(problems))
        assert (found is not None) == is_sound
        assert problems.rules == ([] if is_sound else [rules.DAMAGED_PNG])

    @pytest.mark.parametrize(("window", "is_sound"), [(8, False), (9, True)])
    def test_a_row_that_copies_the_fourth_before(self, window: int, is_sound: bool) -> None:
        rows = [self.NOISE[at : at + 99] for at in (0, 99, 198, 0)]
        problems = Problems()
        found = decode(self.grey(rows, window), Limits(), Reporter(problems))
        assert (found is not None) == is_sound
        assert problems.rules == ([] if is_sound else [rules.DAMAGED_PNG])

    def test_within_a_row(self) -> None:
        decoded(self.grey([self.NOISE + self.NOISE], 8))

    @given(picture=pictures())
    def test_row_by_row_is_as_good_as_together(self, picture: Picture) -> None:
        whole = decoded(picture.data)
        with mock.patch.object(inflate, "_window", return_value=0):
            found = decoded(picture.data)
        assert np.array_equal(found.runs.starts, whole.runs.starts)
        assert np.array_equal(found.runs.values, whole.runs.values)
        assert found.oddities == whole.oddities


@pytest.mark.usefixtures("each_path")
class TestBands:
    """However few rows are looked at together, and however the compressed data is handed over, the runs are the same."""

    @given(picture=pictures(), band=st.integers(1, 60), block=st.integers(1, 40), together=st.integers(1, 4))
    def test_equal_to_the_whole(self, picture: Picture, band: int, block: int, together: int) -> None:
        whole = decoded(picture.data)
        with (
            mock.patch.object(inflate, "_ROWS_BYTES", band),
            mock.patch.object(native, "_PIECE", band),
            mock.patch.object(inflate, "_BLOCK", block),
            mock.patch.object(predicted, "_TOGETHER", together),
        ):
            parted = decoded(picture.data)
        for name in ("runs", "wrapped", "transparent"):
            one, other = getattr(whole, name), getattr(parted, name)
            assert (one is None) == (other is None)
            if one is not None:
                assert np.array_equal(one.starts, other.starts)
                assert np.array_equal(one.values, other.values)
        assert (whole.oddities, whole.overrun) == (parted.oddities, parted.overrun)
