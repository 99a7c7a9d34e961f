"""A class mask and an object mask to labelled instances, as CVAT pairs them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .runs import Regions, Runs


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
    _runs: Runs = field(repr=False)
    _value: int = field(repr=False)

    def mask(self) -> npt.NDArray[np.bool_]:
        """(H, W) bool array, true on the instance's pixels."""
        covered = self._runs.map((self._runs.values == self._value).astype(np.int64))
        return covered.to_dense(np.bool_).astype(np.bool_, copy=False)


def of_values(runs: Runs, labels: dict[int, int], names: tuple[str, ...], *, with_id: bool) -> tuple[Instance, ...]:
    """Instances of a mask by value, in ascending order.

    Args:
        runs: the mask whose values tell instances apart.
        labels: label index of each value that is an instance; others are passed over.
        names: label names in index order.
        with_id: whether the value is the instance's id.
    """
    regions = Regions.of(runs.values, runs.starts, runs.lengths, runs.width)
    found = zip(regions.keys.tolist(), regions.areas.tolist(), regions.boxes.tolist(), strict=True)
    return tuple(
        Instance(
            id=value if with_id else None,
            label=names[labels[value]],
            label_index=labels[value],
            area=area,
            box=(box[0], box[1], box[2], box[3]),
            _runs=runs,
            _value=value,
        )
        for value, area, box in found
        if value in labels
    )
