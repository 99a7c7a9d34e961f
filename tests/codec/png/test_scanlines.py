"""Masks from PNGs: equal to what OpenCV's IMREAD_UNCHANGED and a cast to 8 bits give, whatever the PNG's flavour."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segmask.png import chunks
from segmask.png.scanlines import Samples
from support import dense
from support.strategies import Picture, pictures


class TestLanes:
    """Any bytes of a pixel, one or three, in any order; the runs are maximal."""

    @given(pictures(), st.data())
    def test_runs_are_those_of_the_samples_bytes(self, picture: Picture, data: st.DataObject) -> None:
        pixels = np.ascontiguousarray(picture.samples.astype(">u2" if picture.depth == 16 else np.uint8)).view(np.uint8)
        lane = st.integers(0, pixels.shape[2] - 1)
        lanes = data.draw(
            st.tuples(lane) | st.tuples(lane, lane, lane) if picture.depth >= 8 else st.just((0,)), label="lanes"
        )
        runs = Samples(chunks.parse(picture.data), 1 << 24).runs(lanes)
        starts, values = dense.runs_of(pixels[:, :, lanes].astype(np.int64) @ 256 ** np.arange(len(lanes))[::-1])
        assert runs.starts.tolist() == starts
        assert runs.values.tolist() == values
        dense.assert_well_formed(runs)
