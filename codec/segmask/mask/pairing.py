"""A class mask and an object mask to labelled instances, as CVAT pairs them, and what is lost on the way.

Every pair of a class index and an object index other than 0 is an instance's; an object index that appears with
several classes takes the highest class index for all its pixels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from segmask import evidence, rules
from segmask._support.arrays import BoolArray, IntArray
from segmask.labels.labelmap import LabelMap, says_background
from segmask.limits import Limits
from segmask.pixels.chosen import ChosenPixels
from segmask.pixels.regions import Regions
from segmask.pixels.runs import RowRuns, distinct, is_any_of, overlay
from segmask.pixels.values import paired
from segmask.reporter import Reporter

from . import indices, shape_checks
from .decode import DecodedMask, report_large
from .instances import Frame, Instance

_VOID_INDEX: Final = 255  # VOC paints the borders between objects with its last colour
_MOST_OBJECTS: Final = 255
_SHOWN: Final = 16


class Paired(NamedTuple):
    """What masks hold.

    Attributes:
        instances: those that CVAT imports.
        lost: how many more there are, of which nothing says what they are.
    """

    instances: tuple[Instance, ...] = ()
    lost: int = 0


class Pairing(NamedTuple):
    """Pairs the masks of one image.

    Attributes:
        labelmap: the labels.
        limits: how large a broadcast mask may become.
        of_class: reports on the class mask; bound to its member, if there is one, and the image.
        of_object: reports on the object mask, in the same way.
    """

    labelmap: LabelMap
    limits: Limits
    of_class: Reporter
    of_object: Reporter

    def pair(self, class_mask: DecodedMask, classes: RowRuns, objects: RowRuns) -> Paired:
        """Instances of an image that has both masks."""
        same = self._same_frame(classes, objects)
        if same is None:
            return Paired(lost=_number_of(objects))
        table = _table(*same)
        label_of = {number: max(counts) for number, counts in table.items() if number}
        self._check_mixed(table, *same)
        self._check_unpaired(table.get(0, {}), *same)
        self._check_numbers(sorted(label_of))
        numbers = len(label_of)
        label_of = self._declared(class_mask, label_of)
        frame = Frame(objects, label_of)
        found = frame.instances(self.labelmap.names, with_id=True)
        if len(found) == _MOST_OBJECTS:
            shape_checks.check_all_numbers(frame.connected, self.of_object)
        self._check_background(found, objects)
        shape_checks.check_thin(frame.connected.regions, self.of_object, frame.pixels_of)
        return Paired(found, numbers - len(found))

    def by_class(self, class_mask: DecodedMask, classes: RowRuns) -> Paired:
        """Instances of an image without object mask: one for each class present."""
        present = [index for index in distinct(classes.values).tolist() if index != indices.UNDECLARED]
        label_of = self._declared(class_mask, {index: index for index in present})
        names = [self._label(index) for index in label_of]
        self.of_class(
            rules.CLASS_ONLY,
            "a class mask without object mask: CVAT makes one shape a class for the whole frame, the background too; add "
            "an object mask where objects count",
            evidence.ClassNames(tuple(names[:_SHOWN])),
        )
        frame = Frame(classes, label_of)
        found = frame.connected
        shapes = is_any_of(found.values, [index for index in label_of if not says_background(self._label(index))])
        shape_checks.check_thin(found.regions.only(shapes), self.of_class, frame.pixels_of)
        return Paired(frame.instances(self.labelmap.names, with_id=False), len(present) - len(label_of))

    def without_class(self, objects: RowRuns) -> Paired:
        """An image without class mask: CVAT fails as soon as there is an object."""
        number = _number_of(objects)
        if number:
            self.of_object(
                rules.OBJECT_WITHOUT_CLASS,
                evidence=evidence.ObjectCount(number),
                pixels=lambda: ChosenPixels.of(objects, objects.values > 0),
            )
        return Paired(lost=number)

    def _same_frame(self, classes: RowRuns, objects: RowRuns) -> tuple[RowRuns, RowRuns] | None:
        """Both masks on one frame, broadcast as numpy would; None where CVAT fails."""
        sizes = (classes.height, classes.width), (objects.height, objects.width)
        if sizes[0] == sizes[1]:
            return classes, objects
        shown = f"the class mask has {classes.width}x{classes.height} pixels, the object mask {objects.width}x{objects.height}"
        found = evidence.MaskSizes(class_=(classes.width, classes.height), object=(objects.width, objects.height))
        if any(a != b and 1 not in {a, b} for a, b in zip(*sizes, strict=True)):
            self.of_object(
                rules.SIZE_MISMATCH,
                f"{shown}: CVAT fails (operands could not be broadcast together); write both in the image's size",
                found,
            )
            return None
        self.of_object(
            rules.BROADCAST_MASK,
            f"{shown}: CVAT repeats the side of 1 over the other mask; write both in the image's size",
            found,
        )
        height, width = (max(a, b) for a, b in zip(*sizes, strict=True))
        if height * width > self.limits.pixels:
            report_large(width, height, self.limits, self.of_object)
            return None
        return classes.broadcast_to(height, width), objects.broadcast_to(height, width)

    def _check_mixed(self, table: dict[int, dict[int, int]], classes: RowRuns, objects: RowRuns) -> None:
        mixed = [number for number, counts in table.items() if number and len(counts) > 1]
        if not mixed:
            return
        first = tuple(evidence.ClassesOfObject(number, self._named(table[number])) for number in mixed[:_SHOWN])
        chosen = objects.values == mixed[0]
        regions = Regions.of(objects.values[chosen], objects.starts[chosen], objects.lengths[chosen], objects.width)
        self.of_object.at(box=indices.as_box(regions.boxes[0]))(
            rules.INSTANCE_OVER_CLASSES,
            evidence=evidence.MixedObjects(len(mixed), first),
            pixels=lambda: _Overlay.of(classes, objects).outvoted({number: max(table[number]) for number in mixed}),
        )

    def _check_unpaired(self, counts: dict[int, int], classes: RowRuns, objects: RowRuns) -> None:
        background = 0 if self.labelmap.background is None else self.labelmap.background
        lost = {index: pixels for index, pixels in counts.items() if index not in {background, indices.UNDECLARED}}
        if not lost:
            return
        pixels = _Overlay.of(classes, objects).unpaired(list(lost))
        self.of_class.at(box=pixels.box)(
            rules.CLASS_WITHOUT_OBJECT, evidence=evidence.UnpairedPixels(self._named(lost)), pixels=lambda: pixels
        )

    def _check_numbers(self, numbers: list[int]) -> None:
        counted = [number for number in numbers if number != _VOID_INDEX] or numbers
        missing = sorted(set(range(1, counted[-1] + 1)) - set(counted)) if counted else []
        if missing:
            self.of_object(rules.OBJECT_INDEX_GAP, evidence=evidence.MissingNumbers(tuple(missing[:256])))

    def _declared(self, class_mask: DecodedMask, label_of: dict[int, int]) -> dict[int, int]:
        """Instances whose label index is a label's; a problem for the others, as far as CVAT looks."""
        limit = len(self.labelmap.names)
        beyond = sorted({label for label in label_of.values() if label >= limit})
        self._check_indices(class_mask, beyond)
        return {number: label for number, label in label_of.items() if 0 <= label < limit}

    def _check_indices(self, class_mask: DecodedMask, beyond: list[int]) -> None:
        runs, scale = class_mask.runs, class_mask.scale
        if scale > 1 and runs.values.any():
            if beyond:
                found = evidence.ScaledIndices(scale, tuple(beyond))
                pixels = ChosenPixels.of(runs, np.isin(runs.values, beyond))
                self.of_class(rules.SCALED_GREY_UNDECLARED, evidence=found, pixels=lambda: pixels)
            else:
                self.of_class(rules.SCALED_GREY, evidence=evidence.GreyScale(scale))
        elif beyond:
            chosen = np.isin(runs.values, beyond)
            regions = Regions.of(runs.values[chosen], runs.starts[chosen], runs.lengths[chosen], runs.width)
            used = evidence.UndeclaredIndices(
                indices=tuple(beyond),
                missing_lines=(len(self.labelmap.names), beyond[-1]),
                pixels=dict(zip(regions.keys.tolist(), regions.areas.tolist(), strict=True)),
                used=tuple(distinct(runs.values).tolist()),
                kind=class_mask.kind,
            )
            self.of_class.at(box=indices.as_box(regions.boxes[0]))(
                rules.UNDECLARED_INDEX, evidence=used, pixels=lambda: ChosenPixels.of(runs, chosen)
            )

    def _check_background(self, found: tuple[Instance, ...], objects: RowRuns) -> None:
        wrong = [inst for inst in found if inst.is_background]
        if wrong:
            numbers = tuple(inst.id for inst in wrong if inst.id is not None)  # all have one: there is an object mask
            self.of_object.at(box=wrong[0].box)(
                rules.BACKGROUND_INSTANCE,
                evidence=evidence.BackgroundObjects(numbers, wrong[0].label),
                pixels=lambda: ChosenPixels.of(objects, is_any_of(objects.values, numbers)),
            )

    def _named(self, pixels: Mapping[int, int]) -> dict[str, int]:
        """Pixels by label index to pixels by name, in index order."""
        return {self._label(index): count for index, count in sorted(pixels.items())}

    def _label(self, index: int) -> str:
        names = self.labelmap.names
        return names[index] if 0 <= index < len(names) else f"index {index}"


@dataclass(frozen=True, slots=True, eq=False)
class _Overlay:
    """Both masks of an image on each other: runs along the rows on which both are constant.

    Attributes:
        width: columns of the frame.
        height: rows of the frame.
        starts: (N,) flat index of each run's first pixel.
        label: (N,) label index of each.
        number: (N,) object number of each.
        lengths: (N,) pixels of each.
    """

    width: int
    height: int
    starts: IntArray
    label: IntArray
    number: IntArray
    lengths: IntArray

    @classmethod
    def of(cls, classes: RowRuns, objects: RowRuns) -> _Overlay:
        """The masks must have equal sizes."""
        starts, label, number = overlay(classes, objects)
        lengths = np.diff(starts, append=classes.width * classes.height)
        return cls(classes.width, classes.height, starts, label, number, lengths)

    def outvoted(self, label_of: Mapping[int, int]) -> ChosenPixels:
        """The pixels of some objects whose label is not the one that the object gets."""
        label = np.full(self.number.max() + 1, indices.UNDECLARED)
        for number, index in label_of.items():
            label[number] = index
        winner = label[self.number]
        return self._pixels((winner != indices.UNDECLARED) & (self.label != winner))

    def unpaired(self, labels: Sequence[int]) -> ChosenPixels:
        """The pixels of some labels that are no object's."""
        return self._pixels((self.number == 0) & np.isin(self.label, labels))

    def _pixels(self, chosen: BoolArray) -> ChosenPixels:
        return ChosenPixels(self.width, self.height, self.starts[chosen], self.lengths[chosen])


def _table(classes: RowRuns, objects: RowRuns) -> dict[int, dict[int, int]]:
    """Pixels by object number and label index; an undeclared colour counts as no label beside others."""
    table: dict[int, dict[int, int]] = defaultdict(dict)
    for number, index, pixels in paired(objects, classes):
        table[number][index] = pixels
    return {
        number: {index: count for index, count in counts.items() if index != indices.UNDECLARED} or counts
        for number, counts in table.items()
    }


def _number_of(objects: RowRuns) -> int:
    """How many objects a mask holds."""
    return len(distinct(objects.values[objects.values > 0]))
