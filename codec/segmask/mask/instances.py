"""A class mask and an object mask to labelled instances, as CVAT pairs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np

from segmask._support.arrays import BoolArray, FloatArray, IntArray
from segmask.labels.labelmap import says_background
from segmask.pixels import run_lengths
from segmask.pixels.box import Box
from segmask.pixels.chosen import ChosenPixels
from segmask.pixels.regions import Connected, components, connected
from segmask.pixels.runs import RowRuns, distinct, first_of_each, is_any_of, narrow, transposed
from segmask.pixels.spans import ColumnSpans

if TYPE_CHECKING:
    from segmask.outlines.polygons import Simplify
    from segmask.outlines.tracing import Ring
    from segmask.shapes.model import EncodedMask


class Frame:
    """A mask whose values tell instances apart; traced and drawn once for all of them.

    Args:
        runs: the mask.
        labels: label index of each value that is an instance; other values are none.
    """

    def __init__(self, runs: RowRuns, labels: Mapping[int, int]) -> None:
        self.runs = runs
        self._labels = labels
        self._drawn: dict[tuple[Simplify, float], dict[int, list[FloatArray]]] = {}

    @cached_property
    def connected(self) -> Connected:
        """The 8-connected regions of all instances."""
        return connected(self.runs, self._labels)

    def pixels_of(self, regions: IntArray) -> ChosenPixels:
        """The pixels of some of the regions of `connected`, by their keys."""
        values, starts, lengths = self._covered(self.runs)
        first_runs = components(values, starts, lengths, self.runs.width)
        chosen = np.isin(first_runs, distinct(first_runs)[regions])
        return ChosenPixels(self.runs.width, self.runs.height, starts[chosen], lengths[chosen])

    def _covered(self, runs: RowRuns) -> tuple[IntArray, IntArray, IntArray]:
        """(value, start, length) of the runs that belong to instances."""
        chosen = np.flatnonzero(is_any_of(runs.values, self._labels))
        return runs.values[chosen], runs.starts[chosen], runs.lengths[chosen]

    @cached_property
    def _row_runs(self) -> dict[int, tuple[IntArray, IntArray]]:
        return _by_value(*self._covered(self.runs))

    @cached_property
    def _column_runs(self) -> dict[int, tuple[IntArray, IntArray]]:
        runs = self.runs
        return _by_value(*self._covered(transposed(runs.starts, runs.values, runs.height, runs.width)))

    def counts(self, value: int, box: Box) -> IntArray:
        """Run lengths of an instance's pixels along the rows of its box."""
        starts, lengths = self._row_runs[value]
        y, x = np.divmod(starts, self.runs.width)
        starts = (y - box.y) * box.width + x - box.x
        return run_lengths.of_runs(starts, starts + lengths, box.width * box.height)

    def spans(self, value: int) -> ColumnSpans:
        """An instance's pixels as runs down the columns; the columns of all instances are found at the first call."""
        return ColumnSpans.joined(*self._column_runs[value])

    def instances(self, names: Sequence[str], *, with_id: bool) -> tuple[Instance, ...]:
        """The instances in ascending order of their values.

        Args:
            names: label names in index order.
            with_id: whether the value is the instance's id.
        """
        whole = self.connected.wholes
        return tuple(
            Instance(
                id=value if with_id else None,
                label=names[self._labels[value]],
                label_index=self._labels[value],
                area=area,
                box=Box(*box),
                _frame=self,
                _value=value,
            )
            for value, area, box in zip(whole.keys.tolist(), whole.areas.tolist(), whole.boxes.tolist(), strict=True)
        )

    @cached_property
    def rings(self) -> dict[int, list[Ring]]:
        """Outer rings of each instance's regions."""
        from segmask.outlines.tracing import trace  # validation needs no outlines

        return trace(self.runs, self._labels)

    def polygons(self, value: int, simplify: Simplify, tolerance: float) -> list[FloatArray]:
        """One for each outer ring of an instance."""
        from segmask.outlines.polygons import polygons  # as above

        wanted = simplify, tolerance
        if wanted not in self._drawn:
            rings = [ring for outer in self.rings.values() for ring in outer]
            drawn = iter(polygons(rings, self.runs.width, self.runs.height, simplify=simplify, tolerance=tolerance))
            self._drawn[wanted] = {key: list(islice(drawn, len(outer))) for key, outer in self.rings.items()}
        return [points.copy() for points in self._drawn[wanted][value]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """One object of an image.

    Attributes:
        id: value in the object mask, from 1; None for a class of an image without object mask.
        label: name of the label.
        label_index: place of the label in the label map.
        area: pixels.
        box: the rectangle around them.
    """

    id: int | None
    label: str
    label_index: int
    area: int
    box: Box
    _frame: Frame = field(repr=False)
    _value: int = field(repr=False)

    @property
    def is_background(self) -> bool:
        """Whether the label says background."""
        return says_background(self.label)

    def mask(self) -> BoolArray:
        """(H, W) bool array of the whole image, true on the instance's pixels."""
        mask = np.zeros((self._frame.runs.height, self._frame.runs.width), dtype=np.bool_)
        x, y, width, height = self.box
        mask[y : y + height, x : x + width] = self.crop()
        return mask

    def crop(self) -> BoolArray:
        """(h, w) bool array of the box alone, true on the instance's pixels: much faster where it is a small part."""
        counts = self._frame.counts(self._value, self.box)
        return run_lengths.to_dense(counts).reshape(self.box.height, self.box.width)

    def spans(self) -> ColumnSpans:
        """The instance's pixels as runs down the columns of the image."""
        return self._frame.spans(self._value)

    def encoded(self) -> EncodedMask:
        """The instance as a shape, which costs as much as its runs: no array is made before it is asked for."""
        from segmask.shapes.model import EncodedMask  # validation needs no shapes

        counts = run_lengths.without_zeros(self._frame.counts(self._value, self.box))
        return EncodedMask.of(self.label, self.box, counts, self.spans(), self._frame.runs.height)

    def polygons(self, *, simplify: Simplify = "exact", tolerance: float = 1.0) -> list[FloatArray]:
        """Polygons that CVAT rasterises to the instance's pixels, exactly unless a tolerance is asked for.

        One for each 4-connected region, its holes joined by keyholes. All instances of the image are traced and
        simplified at the first call.

        Args:
            simplify: ``"none"`` keeps every corner of the pixel grid; ``"exact"`` leaves out points that do not change the
                pixels, tested region by region; ``"tolerance"`` leaves out corners within `tolerance` of the line, which
                changes pixels: `raster.rasterise` the result to see how many.
            tolerance: in pixels.

        Returns:
            (N, 2) float64 arrays of x and y in pixels, origin at the top-left corner of the top-left pixel.

        Raises:
            ValueError: an unknown `simplify`, or a negative tolerance.
        """
        return self._frame.polygons(self._value, simplify, tolerance)


def _by_value(values: IntArray, starts: IntArray, lengths: IntArray) -> dict[int, tuple[IntArray, IntArray]]:
    """(starts, lengths) of the runs of each value, in their order."""
    order = np.argsort(narrow(values), kind="stable")
    values, starts, lengths = values[order], starts[order], lengths[order]
    borders = np.append(np.flatnonzero(first_of_each(values)), len(values)).tolist()
    return {int(values[start]): (starts[start:end], lengths[start:end]) for start, end in pairwise(borders)}
