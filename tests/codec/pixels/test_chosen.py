"""Some pixels of a mask, as runs."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmask._support.arrays import IntArray
from segmask.pixels.box import Box
from segmask.pixels.chosen import ChosenPixels
from segmask.pixels.runs import RowRuns
from support import dense
from support.strategies import frames


@given(frames, st.integers(0, 3), st.data())
def test_box_and_crop_are_those_of_the_dense_mask(mask: IntArray, key: int, data: st.DataObject) -> None:
    runs = RowRuns.from_dense(mask)
    chosen = ChosenPixels.of(runs, runs.values == key)
    expected = mask == key
    assert chosen.box == (dense.box(expected) if expected.any() else None)
    height, width = mask.shape
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    box = Box(x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y)))
    assert np.array_equal(chosen.crop(box), expected[y : y + box.height, x : x + box.width])


def test_a_crop_begins_where_its_rectangle_does() -> None:
    runs = RowRuns.from_dense(np.array([[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 1], [0, 1, 0, 0]]))
    chosen = ChosenPixels.of(runs, runs.values == 1)
    assert (chosen.width, chosen.height) == (4, 4)
    assert chosen.crop(Box(2, 1, 2, 2)).astype(int).tolist() == [[1, 0], [1, 1]]
    assert chosen.crop(Box(0, 3, 4, 1)).astype(int).tolist() == [[0, 1, 0, 0]]
