"""A class mask and an object mask to labelled instances, as CVAT pairs them, and what is lost on the way.

Every pair of a class index and an object index other than 0 is an instance's; an object index that appears with
several classes takes the highest class index for all its pixels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from segmask import rules
from segmask._support.arrays import IntArray
from segmask.labels.labelmap import LabelMap, says_background
from segmask.limits import Limits
from segmask.pixels.regions import Regions
from segmask.pixels.runs import Runs, among, distinct, overlay, totals
from segmask.problem import Handler, Location, Problem
from segmask.rules.rule import Rule

from . import indices, shape_checks
from .decode import DecodedMask
from .instances import Frame, Instance

_VOID_INDEX: Final = 255  # VOC paints the borders between objects with its last colour
_SHOWN: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Pairs the masks of one image.

    Attributes:
        labelmap: the labels.
        limits: how large a broadcast mask may become.
        class_at: the class mask's member and image; no member where there is none.
        object_at: the object mask's, likewise.
        on_problem: gets each problem.
    """

    labelmap: LabelMap
    limits: Limits
    class_at: Location
    object_at: Location
    on_problem: Handler

    def pair(self, class_mask: DecodedMask, classes: Runs, objects: Runs) -> tuple[Instance, ...]:
        """Instances of an image that has both masks."""
        paired = self._same_frame(classes, objects)
        if paired is None:
            return ()
        starts, label, number = overlay(*paired)
        lengths = np.diff(starts, append=paired[0].width * paired[0].height)
        table = _table(label, number, lengths)
        label_of = {number: max(counts) for number, counts in table.items() if number}
        self._check_mixed(table, objects)
        self._check_unpaired(table.get(0, {}), starts, label, number, lengths, paired[0].width)
        self._check_numbers(sorted(label_of))
        label_of = self._declared(class_mask, label_of)
        frame = Frame(objects, label_of)
        found = frame.instances(self.labelmap.names, with_id=True)
        self._check_background(found)
        shape_checks.check_thin(frame.parts[0], self.object_at, self.on_problem)
        return found

    def by_class(self, class_mask: DecodedMask, classes: Runs) -> tuple[Instance, ...]:
        """Instances of an image without object mask: one for each class present."""
        present = [index for index in distinct(classes.values).tolist() if index != indices.UNDECLARED]
        label_of = self._declared(class_mask, {index: index for index in present})
        names = [self._label(index) for index in label_of]
        self._report(
            rules.CLASS_ONLY,
            self.class_at,
            "a class mask without object mask: CVAT makes one shape a class for the whole frame, the background too; add "
            "an object mask where objects count",
            {"labels": names[:_SHOWN]},
        )
        frame = Frame(classes, label_of)
        regions, values_of = frame.parts
        shapes = among(values_of, [index for index in label_of if not says_background(self._label(index))])
        shape_checks.check_thin(regions.only(shapes), self.class_at, self.on_problem)
        return frame.instances(self.labelmap.names, with_id=False)

    def without_class(self, objects: Runs) -> None:
        """An image without class mask: CVAT fails as soon as there is an object."""
        if objects.values.any():
            self._report(
                rules.OBJECT_WITHOUT_CLASS,
                self.object_at,
                "an object mask without class mask: CVAT fails (TypeError: '<=' not supported between instances of 'int' and "
                "'NoneType'); add the class mask, or remove this one",
                {"objects": len(distinct(objects.values[objects.values > 0]))},
            )

    def _same_frame(self, classes: Runs, objects: Runs) -> tuple[Runs, Runs] | None:
        """Both masks on one frame, broadcast as numpy would; None where CVAT fails."""
        sizes = (classes.height, classes.width), (objects.height, objects.width)
        if sizes[0] == sizes[1]:
            return classes, objects
        shown = f"the class mask has {classes.width}x{classes.height} pixels, the object mask {objects.width}x{objects.height}"
        evidence = {"class": [classes.width, classes.height], "object": [objects.width, objects.height]}
        if any(a != b and 1 not in {a, b} for a, b in zip(*sizes, strict=True)):
            self._report(
                rules.SIZE_MISMATCH,
                self.object_at,
                f"{shown}: CVAT fails (operands could not be broadcast together); write both in the image's size",
                evidence,
            )
            return None
        self._report(
            rules.BROADCAST_MASK,
            self.object_at,
            f"{shown}: CVAT repeats the side of 1 over the other mask; write both in the image's size",
            evidence,
        )
        height, width = (max(a, b) for a, b in zip(*sizes, strict=True))
        if height * width > self.limits.pixels:
            return None
        return classes.broadcast_to(height, width), objects.broadcast_to(height, width)

    def _check_mixed(self, table: dict[int, dict[int, int]], objects: Runs) -> None:
        mixed = [number for number, counts in table.items() if number and len(counts) > 1]
        if not mixed:
            return
        shown = [
            {
                "object": number,
                "classes": {self._label(label): pixels for label, pixels in table[number].items()},
            }
            for number in mixed[:_SHOWN]
        ]
        chosen = objects.values == mixed[0]
        box = Regions.of(objects.values[chosen], objects.starts[chosen], objects.lengths[chosen], objects.width).boxes[
            0
        ]
        first = table[mixed[0]]
        counted = ", ".join(f"{pixels:,} {self._label(label)!r}" for label, pixels in sorted(first.items()))
        self._report(
            rules.INSTANCE_OVER_CLASSES,
            self.object_at,
            f"object {mixed[0]}{f' and {len(mixed) - 1} more' if len(mixed) > 1 else ''} lies over several classes ({counted} "
            f"pixels): all of it becomes {self._label(max(first))!r}, the highest index; give it one class, or split it",
            {"objects": len(mixed), "first": shown},
            box=_box(box),
        )

    def _check_unpaired(
        self,
        counts: dict[int, int],
        starts: IntArray,
        label: IntArray,
        number: IntArray,
        lengths: IntArray,
        width: int,
    ) -> None:
        background = 0 if self.labelmap.background is None else self.labelmap.background
        lost = {index: pixels for index, pixels in counts.items() if index not in {background, indices.UNDECLARED}}
        if not lost:
            return
        chosen = (number == 0) & np.isin(label, list(lost))
        regions = Regions.of(np.zeros(int(chosen.sum()), dtype=np.int64), starts[chosen], lengths[chosen], width)
        shown = ", ".join(f"{pixels:,} {self._label(index)!r}" for index, pixels in sorted(lost.items()))
        self._report(
            rules.CLASS_WITHOUT_OBJECT,
            self.class_at,
            f"{shown} pixels belong to no object (black in the object mask) and are dropped; number them there",
            {"pixels": {self._label(index): pixels for index, pixels in sorted(lost.items())}},
            box=_box(regions.boxes[0]),
        )

    def _check_numbers(self, numbers: list[int]) -> None:
        if len(numbers) == 255:
            self._report(
                rules.INSTANCE_LIMIT,
                self.object_at,
                "255 objects, as many as an object mask can hold: CVAT's export merges what is beyond",
                {},
            )
        counted = [number for number in numbers if number != _VOID_INDEX] or numbers
        missing = sorted(set(range(1, counted[-1] + 1)) - set(counted)) if counted else []
        if missing:
            shown = ", ".join(map(str, missing[:_SHOWN])) + (", ..." if len(missing) > _SHOWN else "")
            self._report(
                rules.OBJECT_INDEX_GAP,
                self.object_at,
                f"no pixels have object number {shown}: in an export of CVAT these objects were covered completely by others",
                {"missing": missing[:256]},
            )

    def _declared(self, class_mask: DecodedMask, label_of: dict[int, int]) -> dict[int, int]:
        """Instances whose label index is a label's; a problem for the others, as far as CVAT looks."""
        limit = len(self.labelmap.names)
        beyond = sorted({label for label in label_of.values() if label >= limit})
        self._check_indices(class_mask, beyond)
        return {number: label for number, label in label_of.items() if 0 <= label < limit}

    def _check_indices(self, class_mask: DecodedMask, beyond: list[int]) -> None:
        limit = len(self.labelmap.names)
        scale = class_mask.scale
        shown = ", ".join(map(str, beyond[:_SHOWN]))
        runs = class_mask.runs
        if scale > 1 and runs.values.any():
            message = f"{class_mask.kind}: OpenCV multiplies the values by {scale}, so 1 reads as {scale}"
            if beyond:
                self._report(
                    rules.SCALED_GREY_UNDECLARED,
                    self.class_at,
                    f"Undeclared label '{beyond[0]}': {message}; write the mask with 8 bits",
                    {"scale": scale, "indices": beyond},
                )
            else:
                self._report(
                    rules.SCALED_GREY,
                    self.class_at,
                    f"{message}, another label; write the mask with 8 bits",
                    {"scale": scale},
                )
        elif beyond:
            chosen = np.isin(runs.values, beyond)
            regions = Regions.of(runs.values[chosen], runs.starts[chosen], runs.lengths[chosen], runs.width)
            self._report(
                rules.UNDECLARED_INDEX,
                self.class_at,
                f"Undeclared label '{beyond[0]}': the mask uses index {shown}, the label map ends at {limit - 1}; add "
                f"{beyond[-1] + 1 - limit} lines to it, fillers such as _dummy{limit}:{limit % 256},{limit % 256},{limit % 256}:: included",
                {
                    "indices": beyond,
                    "missing_lines": [limit, beyond[-1]],
                    "pixels": {
                        str(k): int(a) for k, a in zip(regions.keys.tolist(), regions.areas.tolist(), strict=True)
                    },
                    "used": distinct(runs.values).tolist(),
                    "kind": class_mask.kind,
                },
                box=_box(regions.boxes[0]),
            )

    def _check_background(self, found: tuple[Instance, ...]) -> None:
        wrong = [inst for inst in found if inst.is_background]
        if wrong:
            self._report(
                rules.BACKGROUND_INSTANCE,
                self.object_at,
                f"object {wrong[0].id}{f' and {len(wrong) - 1} more' if len(wrong) > 1 else ''} has no class: it becomes an "
                f"instance of {wrong[0].label!r}; give its pixels a class, or remove it from the object mask",
                {"objects": [inst.id for inst in wrong]},
                box=wrong[0].box,
            )

    def _label(self, index: int) -> str:
        names = self.labelmap.names
        return names[index] if 0 <= index < len(names) else f"index {index}"

    def _report(
        self,
        rule: Rule,
        where: Location,
        message: str,
        evidence: Mapping[str, Any],
        box: tuple[int, int, int, int] | None = None,
    ) -> None:
        problem = Problem(kind=rule, message=message, location=where, evidence=evidence)
        self.on_problem(problem if box is None else problem.at(box=box))


def _table(label: IntArray, number: IntArray, lengths: IntArray) -> dict[int, dict[int, int]]:
    """Pixels by object number and label index; an undeclared colour counts as no label beside others."""
    base = int(label.max()) + 2
    keys, pixels = totals(number * base + label + 1, lengths)
    table: dict[int, dict[int, int]] = defaultdict(dict)
    for key, count in zip(keys.tolist(), pixels.tolist(), strict=True):
        table[key // base][key % base - 1] = count
    return {
        number: {index: count for index, count in counts.items() if index != indices.UNDECLARED} or counts
        for number, counts in table.items()
    }


def _box(box: IntArray) -> tuple[int, int, int, int]:
    x, y, width, height = box.tolist()
    return x, y, width, height
