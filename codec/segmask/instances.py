"""A class mask and an object mask to labelled instances, as CVAT pairs them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .labelmap import says_background
from .runs import Regions, Runs

if TYPE_CHECKING:
    from .polygons import Simplify
    from .tracing import Ring


class Frame:
    """A mask whose values tell instances apart; traced and drawn once for all of them.

    Args:
        runs: the mask.
        wanted: the values that are instances.
    """

    def __init__(self, runs: Runs, wanted: Collection[int]) -> None:
        self.runs = runs
        self._wanted = wanted
        self._drawn: dict[tuple[Simplify, float], dict[int, list[npt.NDArray[np.float64]]]] = {}

    @cached_property
    def rings(self) -> dict[int, list[Ring]]:
        """Outer rings of each instance's regions."""
        from .tracing import trace  # validation needs no outlines

        return trace(self.runs, self._wanted)

    def polygons(self, value: int, simplify: Simplify, tolerance: float) -> list[npt.NDArray[np.float64]]:
        """One for each outer ring of an instance."""
        from .polygons import polygons  # as above

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
        box: (x, y, width, height) in pixels, origin top-left.
    """

    id: int | None
    label: str
    label_index: int
    area: int
    box: tuple[int, int, int, int]
    _frame: Frame = field(repr=False)
    _value: int = field(repr=False)

    @property
    def is_background(self) -> bool:
        """Whether the label says background."""
        return says_background(self.label)

    def mask(self) -> npt.NDArray[np.bool_]:
        """(H, W) bool array, true on the instance's pixels."""
        runs = self._frame.runs
        covered = runs.map((runs.values == self._value).astype(np.int64))
        return covered.to_dense(np.bool_).astype(np.bool_, copy=False)

    def polygons(self, *, simplify: Simplify = "exact", tolerance: float = 1.0) -> list[npt.NDArray[np.float64]]:
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


def of_values(runs: Runs, labels: dict[int, int], names: tuple[str, ...], *, with_id: bool) -> tuple[Instance, ...]:
    """Instances of a mask by value, in ascending order.

    Args:
        runs: the mask whose values tell instances apart.
        labels: label index of each value that is an instance; others are passed over.
        names: label names in index order.
        with_id: whether the value is the instance's id.
    """
    frame = Frame(runs, labels)
    regions = Regions.of(runs.values, runs.starts, runs.lengths, runs.width)
    found = zip(regions.keys.tolist(), regions.areas.tolist(), regions.boxes.tolist(), strict=True)
    return tuple(
        Instance(
            id=value if with_id else None,
            label=names[labels[value]],
            label_index=labels[value],
            area=area,
            box=(box[0], box[1], box[2], box[3]),
            _frame=frame,
            _value=value,
        )
        for value, area, box in found
        if value in labels
    )
