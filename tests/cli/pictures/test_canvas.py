"""Pixels of masks as colours, and colours as PNG."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pictures

from segmask import Label, LabelMap
from segmask._support.arrays import IntArray
from segmask.evidence.mask_kind import MaskKind
from segmask.mask.decode import DecodedMask
from segmask.pixels.chosen import ChosenPixels
from segmask.pixels.color import Color
from segmask.pixels.runs import RowRuns
from segmask_cli.pictures import canvas
from support.strategies import frames


@given(frames, st.data())
def test_values_and_choices_where_rows_and_columns_cross(mask: IntArray, data: st.DataObject) -> None:
    height, width = mask.shape
    rows = np.array(data.draw(st.lists(st.integers(0, height - 1), max_size=5)), dtype=np.int64)
    columns = np.array(data.draw(st.lists(st.integers(0, width - 1), max_size=5)), dtype=np.int64)
    runs = RowRuns.from_dense(mask)
    value = int(mask[0, 0])
    chosen = ChosenPixels.of(runs, runs.values == value)
    assert canvas.values_at(runs, rows, columns).tolist() == mask[np.ix_(rows, columns)].tolist()
    assert canvas.chosen_at(chosen, rows, columns).tolist() == (mask == value)[np.ix_(rows, columns)].tolist()


def test_colours_are_those_of_the_file_or_of_the_table() -> None:
    place = np.array([0])
    stored = RowRuns(2, 1, np.array([0, 1]), np.array([0x0A0B0C, 3]))
    colored = DecodedMask(runs=stored, is_color=True, kind=MaskKind("8-bit RGB"))
    assert canvas.colors_at(colored, [], place, place).tolist() == [[[10, 11, 12]]]
    grey = DecodedMask(
        runs=RowRuns(2, 1, np.array([0, 1]), np.array([1, 3])), is_color=False, kind=MaskKind("8-bit grey")
    )
    table = [Color(0, 0, 0), Color(9, 8, 7)]
    assert canvas.colors_at(grey, table, place, np.array([0, 1])).tolist() == [[[9, 8, 7], list(canvas.UNKNOWN)]]


def test_every_label_has_a_colour_that_can_be_drawn() -> None:
    labels = LabelMap([Label("a", Color(300, -1, 7)), Label("b", None)])
    assert canvas.label_colors(labels) == [(255, 0, 7), (128, 0, 0)]


@pytest.mark.parametrize("count", [1, 256, 300])
def test_a_png_of_any_number_of_colours(count: int) -> None:
    colors = np.zeros((10, 30, 3), dtype=np.uint8)
    colors.reshape(-1, 3)[:count, 0] = np.arange(count) % 256
    colors.reshape(-1, 3)[:count, 1] = np.arange(count) // 256
    with Pictures.open(io.BytesIO(canvas.png(colors))) as picture:
        assert picture.mode == ("P" if count <= 256 else "RGB")
        assert np.array_equal(np.asarray(picture.convert("RGB")), colors)
