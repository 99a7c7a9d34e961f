"""One image of an archive: its masks paired into instances, and what is wrong with them."""

from __future__ import annotations

import io
import warnings
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import PIL.Image

from . import defects, instances, mask, values
from .container import Container
from .instances import Instance
from .labelmap import LabelMap
from .limits import Limits
from .mask import DecodedMask
from .problem import Defect, Handler, Location, Problem
from .runs import IntArray, Regions, Runs, components, overlay

_VOID_INDEX: Final = 255  # VOC paints the borders between objects with its last colour
_THIN: Final = 2
_SHOWN: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an image set says there is, and which members hold it.

    Attributes:
        root: root of the data set, empty or ending in ``/``.
        subset: name of the image set.
        name: image id.
        class_path: path of the class mask, None where there is none.
        object_path: path of the object mask, None where there is none.
        photo_path: path of the photo, None where the archive has none.
    """

    root: str
    subset: str
    name: str
    class_path: str | None
    object_path: str | None
    photo_path: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Image:
    """One image, decoded.

    Attributes:
        subset: name of its image set.
        name: its id, as the list has it.
        width: columns of its masks in pixels; of the photo where there are no masks; None where there is neither.
        height: rows, likewise.
        instances: the objects; for an image without object mask one for each class, background included.
        label_indices: distinct label indices in the class mask, ascending; a grey one may hold undeclared ones.
        has_grey_classes: the class mask holds indices, not colours.
    """

    subset: str
    name: str
    width: int | None
    height: int | None
    instances: tuple[Instance, ...]
    label_indices: tuple[int, ...] = ()
    has_grey_classes: bool = False
    _classes: Runs | None = field(default=None, repr=False)
    _objects: Runs | None = field(default=None, repr=False)

    def class_mask(self) -> npt.NDArray[np.int32] | None:
        """(H, W) int32 label indices, -1 for an undeclared colour; None where there is no class mask."""
        return None if self._classes is None else self._classes.to_dense(np.int32).astype(np.int32, copy=False)

    def object_mask(self) -> npt.NDArray[np.int32] | None:
        """(H, W) int32 object indices, 0 for no object; None where there is no object mask."""
        return None if self._objects is None else self._objects.to_dense(np.int32).astype(np.int32, copy=False)


def read(container: Container, entry: Entry, labelmap: LabelMap, limits: Limits, on_problem: Handler) -> Image:
    """The image of an entry: a pure function of the archive and the entry."""
    return _ImageReader(container, entry, labelmap, limits, on_problem).read()


@dataclass(slots=True)
class _ImageReader:
    container: Container
    entry: Entry
    labelmap: LabelMap
    limits: Limits
    on_problem: Handler

    def report(self, defect: Defect, path: str | None, message: str, evidence: Mapping[str, Any], **where: Any) -> None:
        member = None if path is None else self.container.members[path].name
        location = Location(member=member, image=self.entry.name, **where)
        self.on_problem(Problem(defect=defect, message=message, location=location, evidence=evidence))

    def read(self) -> Image:
        entry = self.entry
        class_mask, object_mask = self._decode(entry.class_path), self._decode(entry.object_path)
        classes = objects = None
        if class_mask is not None and entry.class_path is not None:
            where = self._where(entry.class_path)
            classes = values.class_indices(class_mask, self.labelmap, where, self.on_problem)
        if object_mask is not None and entry.object_path is not None:
            objects = values.object_indices(object_mask, self._where(entry.object_path), self.on_problem)
        found: tuple[Instance, ...] = ()
        if objects is not None and classes is not None and class_mask is not None:
            found = self._pair(class_mask, classes, objects)
        elif objects is not None and entry.class_path is None:
            self._report_no_class(objects)
        elif classes is not None and class_mask is not None and entry.object_path is None:
            found = self._by_class(class_mask, classes)
        frame = objects or classes
        size = (frame.width, frame.height) if frame is not None else (None, None)
        photo = self._photo_size()
        if photo is not None:
            size = self._check_photo(size, photo)
        present = () if classes is None else tuple(np.unique(classes.values).tolist())
        return Image(
            subset=entry.subset,
            name=entry.name,
            width=size[0],
            height=size[1],
            instances=found,
            label_indices=present,
            has_grey_classes=class_mask is not None and not class_mask.is_color,
            _classes=classes,
            _objects=objects,
        )

    def _where(self, path: str) -> Location:
        return Location(member=self.container.members[path].name, image=self.entry.name)

    def _decode(self, path: str | None) -> DecodedMask | None:
        if path is None:
            return None
        data = self.container.read(path, lambda problem: self.on_problem(problem.at(image=self.entry.name)))
        return None if data is None else mask.decode(data, self.limits, self._where(path), self.on_problem)

    def _pair(self, class_mask: DecodedMask, classes: Runs, objects: Runs) -> tuple[Instance, ...]:
        paired = self._same_frame(classes, objects)
        if paired is None:
            return ()
        starts, label, number = overlay(*paired)
        lengths = np.diff(starts, append=paired[0].width * paired[0].height)
        table = _table(label, number, lengths)
        label_of = {number: max(counts) for number, counts in table.items() if number}
        self._check_mixed(table, objects)
        self._check_unpaired(table.get(0, {}), starts, label, number, lengths, paired[0].width)
        self._check_numbers(sorted(label_of), label_of)
        label_of = self._declared(class_mask, label_of)
        found = instances.of_values(objects, label_of, self.labelmap.names, with_id=True)
        self._check_background(found)
        self._check_thin(objects, set(label_of))
        return found

    def _same_frame(self, classes: Runs, objects: Runs) -> tuple[Runs, Runs] | None:
        """Both masks on one frame, broadcast as numpy would; None where CVAT fails."""
        sizes = (classes.height, classes.width), (objects.height, objects.width)
        if sizes[0] == sizes[1]:
            return classes, objects
        shown = f"the class mask has {classes.width}x{classes.height} pixels, the object mask {objects.width}x{objects.height}"
        evidence = {"class": [classes.width, classes.height], "object": [objects.width, objects.height]}
        if any(a != b and 1 not in {a, b} for a, b in zip(*sizes, strict=True)):
            self.report(
                defects.SIZE_MISMATCH,
                self.entry.object_path,
                f"{shown}: CVAT fails (operands could not be broadcast together); write both in the image's size",
                evidence,
            )
            return None
        self.report(
            defects.BROADCAST_MASK,
            self.entry.object_path,
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
            {"object": number, "classes": {self._label(label): pixels for label, pixels in table[number].items()}}
            for number in mixed[:_SHOWN]
        ]
        chosen = objects.values == mixed[0]
        box = Regions.of(
            objects.values[chosen], objects.starts[chosen], objects.lengths[chosen], objects.width
        ).boxes[0]
        first = table[mixed[0]]
        counted = ", ".join(f"{pixels:,} {self._label(label)!r}" for label, pixels in sorted(first.items()))
        self.report(
            defects.INSTANCE_OVER_CLASSES,
            self.entry.object_path,
            f"object {mixed[0]}{f' and {len(mixed) - 1} more' if len(mixed) > 1 else ''} lies over several classes ({counted} "
            f"pixels): all of it becomes {self._label(max(first))!r}, the highest index; give it one class, or split it",
            {"objects": len(mixed), "first": shown},
            box=tuple(box.tolist()),
        )

    def _check_unpaired(
        self, counts: dict[int, int], starts: IntArray, label: IntArray, number: IntArray, lengths: IntArray, width: int
    ) -> None:
        background = 0 if self.labelmap.background is None else self.labelmap.background
        lost = {index: pixels for index, pixels in counts.items() if index not in {background, values.UNDECLARED}}
        if not lost:
            return
        chosen = (number == 0) & np.isin(label, list(lost))
        regions = Regions.of(np.zeros(int(chosen.sum()), dtype=np.int64), starts[chosen], lengths[chosen], width)
        shown = ", ".join(f"{pixels:,} {self._label(index)!r}" for index, pixels in sorted(lost.items()))
        self.report(
            defects.CLASS_WITHOUT_OBJECT,
            self.entry.class_path,
            f"{shown} pixels belong to no object (black in the object mask) and are dropped; number them there",
            {"pixels": {self._label(index): pixels for index, pixels in sorted(lost.items())}},
            box=tuple(regions.boxes[0].tolist()),
        )

    def _check_numbers(self, numbers: list[int], label_of: dict[int, int]) -> None:
        if len(numbers) == 255:
            self.report(
                defects.INSTANCE_LIMIT,
                self.entry.object_path,
                "255 objects, as many as an object mask can hold: CVAT's export merges what is beyond",
                {},
            )
        counted = [number for number in numbers if number != _VOID_INDEX] or numbers
        missing = sorted(set(range(1, counted[-1] + 1)) - set(counted)) if counted else []
        if missing:
            shown = ", ".join(map(str, missing[:_SHOWN])) + (", ..." if len(missing) > _SHOWN else "")
            self.report(
                defects.OBJECT_INDEX_GAP,
                self.entry.object_path,
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
                self.report(
                    defects.SCALED_GREY_UNDECLARED,
                    self.entry.class_path,
                    f"Undeclared label '{beyond[0]}': {message}; write the mask with 8 bits",
                    {"scale": scale, "indices": beyond},
                )
            else:
                self.report(
                    defects.SCALED_GREY,
                    self.entry.class_path,
                    f"{message}, another label; write the mask with 8 bits",
                    {"scale": scale},
                )
        elif beyond:
            chosen = np.isin(runs.values, beyond)
            regions = Regions.of(runs.values[chosen], runs.starts[chosen], runs.lengths[chosen], runs.width)
            self.report(
                defects.UNDECLARED_INDEX,
                self.entry.class_path,
                f"Undeclared label '{beyond[0]}': the mask uses index {shown}, the label map ends at {limit - 1}; add "
                f"{beyond[-1] + 1 - limit} lines to it, fillers such as _dummy{limit}:{limit % 256},{limit % 256},{limit % 256}:: included",
                {
                    "indices": beyond,
                    "missing_lines": [limit, beyond[-1]],
                    "pixels": {str(k): int(a) for k, a in zip(regions.keys.tolist(), regions.areas.tolist(), strict=True)},
                    "used": np.unique(runs.values).tolist(),
                    "kind": class_mask.kind,
                },
                box=tuple(regions.boxes[0].tolist()),
            )

    def _check_background(self, found: tuple[Instance, ...]) -> None:
        wrong = [inst for inst in found if self._is_background(inst.label_index)]
        if wrong:
            self.report(
                defects.BACKGROUND_INSTANCE,
                self.entry.object_path,
                f"object {wrong[0].id}{f' and {len(wrong) - 1} more' if len(wrong) > 1 else ''} has no class: it becomes an "
                f"instance of {wrong[0].label!r}; give its pixels a class, or remove it from the object mask",
                {"objects": [inst.id for inst in wrong]},
                box=wrong[0].box,
            )

    def _check_thin(self, runs: Runs, wanted: set[int]) -> None:
        """Regions that vanish when CVAT converts masks to polygons; 8-connected, as OpenCV traces them."""
        chosen = np.isin(runs.values, sorted(wanted))
        numbers, starts, lengths = runs.values[chosen], runs.starts[chosen], runs.lengths[chosen]
        if not len(starts):
            return
        regions = Regions.of(components(numbers, starts, lengths, runs.width), starts, lengths, runs.width)
        thin = regions.boxes[:, 2:].min(axis=1) <= _THIN
        if thin.any():
            first = int(np.flatnonzero(thin)[0])
            pixels = int(regions.areas[thin].sum())
            self.report(
                defects.THIN_REGION,
                self.entry.object_path or self.entry.class_path,
                f"{int(thin.sum())} region{'s' * (int(thin.sum()) != 1)} at most {_THIN} pixels wide or high ({pixels:,} pixels) "
                "vanish when CVAT converts masks to polygons; switch the conversion off in the import dialog",
                {"regions": int(thin.sum()), "pixels": pixels},
                box=tuple(regions.boxes[first].tolist()),
            )

    def _report_no_class(self, objects: Runs) -> None:
        if objects.values.any():
            self.report(
                defects.OBJECT_WITHOUT_CLASS,
                self.entry.object_path,
                "an object mask without class mask: CVAT fails (TypeError: '<=' not supported between instances of 'int' and "
                "'NoneType'); add the class mask, or remove this one",
                {"objects": len(np.unique(objects.values[objects.values > 0]))},
            )

    def _by_class(self, class_mask: DecodedMask, classes: Runs) -> tuple[Instance, ...]:
        present = [index for index in np.unique(classes.values).tolist() if index != values.UNDECLARED]
        label_of = self._declared(class_mask, {index: index for index in present})
        names = [self._label(index) for index in label_of]
        self.report(
            defects.CLASS_ONLY,
            self.entry.class_path,
            "a class mask without object mask: CVAT makes one shape a class for the whole frame, the background too; add "
            "an object mask where objects count",
            {"labels": names[:_SHOWN]},
        )
        wanted = {index for index in label_of if not self._is_background(index)}
        self._check_thin(classes, wanted)
        return instances.of_values(classes, label_of, self.labelmap.names, with_id=False)

    def _photo_size(self) -> tuple[int, int] | None:
        path = self.entry.photo_path
        if path is None:
            return None
        data = self.container.read(path, self.on_problem)
        if data is None:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about its size; only its header is read
                with PIL.Image.open(io.BytesIO(data)) as opened:
                    return opened.size
        except mask.PILLOW_ERRORS:
            return None

    def _check_photo(
        self, size: tuple[int | None, int | None], photo: tuple[int, int]
    ) -> tuple[int | None, int | None]:
        if size == (None, None):
            return photo
        if size != photo:
            self.report(
                defects.IMAGE_SIZE_DIFFERS,
                self.entry.class_path or self.entry.object_path,
                f"the mask has {size[0]}x{size[1]} pixels, its photo {photo[0]}x{photo[1]}: CVAT does not compare them and puts "
                "the shapes in the wrong place; write the mask in the photo's size",
                {"mask": list(size), "photo": list(photo)},
            )
        return size

    def _label(self, index: int) -> str:
        names = self.labelmap.names
        return names[index] if 0 <= index < len(names) else f"index {index}"

    def _is_background(self, index: int) -> bool:
        return index < len(self.labelmap) and self.labelmap[index].is_background


def _table(label: IntArray, number: IntArray, lengths: IntArray) -> dict[int, dict[int, int]]:
    """Pixels by object number and label index; an undeclared colour counts as no label beside others."""
    keys, inverse = np.unique(number << 32 | (label + 1), return_inverse=True)
    pixels = np.bincount(inverse.ravel(), weights=lengths).astype(np.int64)
    table: dict[int, dict[int, int]] = defaultdict(dict)
    for key, count in zip(keys.tolist(), pixels.tolist(), strict=True):
        table[key >> 32][(key & 0xFFFFFFFF) - 1] = count
    return {
        number: {index: count for index, count in counts.items() if index != values.UNDECLARED} or counts
        for number, counts in table.items()
    }
