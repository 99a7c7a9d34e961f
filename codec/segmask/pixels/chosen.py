"""Some pixels of a mask, as runs: those that a problem is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmask._support.arrays import BoolArray, IntArray

from .box import Box
from .runs import RowRuns


@dataclass(frozen=True, slots=True, eq=False)
class ChosenPixels:
    """Pixels of a mask of `height` rows and `width` columns.

    Attributes:
        width: columns of the mask.
        height: rows of the mask.
        starts: (N,) int64, flat index (y * width + x) of each run's first pixel, ascending; none across a row's end.
        lengths: (N,) int64, pixels of each run.
    """

    width: int
    height: int
    starts: IntArray
    lengths: IntArray

    @classmethod
    def of(cls, runs: RowRuns, chosen: BoolArray) -> ChosenPixels:
        """Those of some of a mask's runs; `chosen` is (N,), whether each is among them."""
        return cls(runs.width, runs.height, runs.starts[chosen], runs.lengths[chosen])

    @property
    def box(self) -> Box | None:
        """The rectangle around all of them, None where there are none."""
        if not len(self.starts):
            return None
        y, x = np.divmod(self.starts, self.width)
        left, top = int(x.min()), int(y[0])
        return Box(left, top, int((x + self.lengths).max()) - left, int(y[-1]) + 1 - top)

    def crop(self, box: Box) -> BoolArray:
        """(h, w) bool array of a rectangle inside the mask, true on the pixels."""
        first = np.searchsorted(self.starts, box.y * self.width)
        last = np.searchsorted(self.starts, (box.y + box.height) * self.width)
        y, x = np.divmod(self.starts[first:last], self.width)
        begin = np.clip(x - box.x, 0, box.width)
        end = np.clip(x + self.lengths[first:last] - box.x, 0, box.width)
        steps = np.zeros((box.height, box.width + 1), dtype=np.int32)
        np.add.at(steps, (y - box.y, begin), 1)
        np.add.at(steps, (y - box.y, end), -1)
        return steps.cumsum(axis=1)[:, :-1] > 0
