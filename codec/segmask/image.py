"""One image of an archive: its masks paired into instances, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from .container.base import Container
from .dataset.entry import Entry
from .dataset.run_budget import RunBudget
from .labels.labelmap import LabelMap
from .mask import indices, shape_checks
from .mask.decode import DecodedMask, decode
from .mask.instances import Instance
from .mask.pairing import Paired, Pairing
from .pixels.runs import RowRuns, distinct
from .reporter import Reporter

if TYPE_CHECKING:
    from .mask.photo import Photo


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Image:
    """One image, decoded.

    Attributes:
        subset: name of its image set.
        name: its id, as the list has it.
        width: columns of its masks in pixels; of the photo, as it is shown, where there are no masks; None where there is neither.
        height: their rows in pixels, or those of the photo, or None.
        instances: the objects; for an image without object mask one for each class, background included.
        has_grey_classes: the class mask holds indices, not colours.
        lost: instances in its masks that CVAT does not import, since nothing says what they are.
        label_names: names of all labels in index order.
        classes: the class mask as runs of label indices, -1 for an undeclared colour; None where there is none.
        objects: the object mask as runs of object indices; None where there is none.
        photo: the photo's bytes, where they were asked for and there are some.
        stored_classes: the class mask as it is stored, before labels are looked up, where that was asked for and there is one.
        stored_objects: the object mask, in the same way.
    """

    subset: str
    name: str
    width: int | None
    height: int | None
    instances: tuple[Instance, ...]
    has_grey_classes: bool = False
    lost: int = 0
    label_names: tuple[str, ...] = field(default=(), repr=False)
    classes: RowRuns | None = field(default=None, repr=False)
    objects: RowRuns | None = field(default=None, repr=False)
    photo: bytes | None = field(default=None, repr=False)
    stored_classes: DecodedMask | None = field(default=None, repr=False)
    stored_objects: DecodedMask | None = field(default=None, repr=False)

    @property
    def label_indices(self) -> tuple[int, ...]:
        """Distinct label indices in the class mask, ascending; a grey one may hold undeclared ones."""
        return () if self.classes is None else tuple(distinct(self.classes.values).tolist())

    def class_mask(self) -> npt.NDArray[np.int32] | None:
        """(H, W) int32 label indices, -1 for an undeclared colour; None where there is no class mask."""
        return None if self.classes is None else self.classes.to_dense(np.int32).astype(np.int32, copy=False)

    def object_mask(self) -> npt.NDArray[np.int32] | None:
        """(H, W) int32 object indices, 0 for no object; None where there is no object mask."""
        return None if self.objects is None else self.objects.to_dense(np.int32).astype(np.int32, copy=False)


def read(
    container: Container,
    entry: Entry,
    labelmap: LabelMap,
    budget: RunBudget,
    report: Reporter,
    *,
    keep_photo: bool = False,
) -> Image:
    """The image of an entry: a pure function of the archive and the entry."""
    masks = _read_masks(container, entry, labelmap, budget, report)
    photo = None if entry.photo_path is None else container.read(entry.photo_path, report)
    measures = None if photo is None else _measured(photo)
    if entry.annotation_path is not None:
        from .dataset import annotation_file  # XML is slow to import, and most archives have none

        annotation_file.check(container, entry, labelmap, budget.limits, report)
    size = masks.size
    if size is not None and measures is not None:
        path = entry.object_path if masks.classes is None else entry.class_path
        shape_checks.check_photo(size, measures, _bound(report, container, entry, path))
    width, height = size or (measures and measures.size) or (None, None)
    return Image(
        subset=entry.subset,
        name=entry.name,
        width=width,
        height=height,
        instances=masks.paired.instances,
        has_grey_classes=masks.has_grey_classes,
        lost=masks.paired.lost,
        label_names=labelmap.names,
        classes=masks.classes,
        objects=masks.objects,
        photo=photo if keep_photo else None,
        stored_classes=masks.stored_classes if report.keeps_pixels else None,
        stored_objects=masks.stored_objects if report.keeps_pixels else None,
    )


class _Masks(NamedTuple):
    """What the masks of an image say; the attributes are those of `Image`."""

    classes: RowRuns | None = None
    objects: RowRuns | None = None
    paired: Paired = Paired()
    has_grey_classes: bool = False
    stored_classes: DecodedMask | None = None
    stored_objects: DecodedMask | None = None

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, of the object mask where there is one."""
        frame = self.objects or self.classes
        return None if frame is None else (frame.width, frame.height)


def _read_masks(container: Container, entry: Entry, labelmap: LabelMap, budget: RunBudget, report: Reporter) -> _Masks:
    if entry.class_path is None and entry.object_path is None:
        return _Masks()
    of_class = _bound(report, container, entry, entry.class_path)
    of_object = _bound(report, container, entry, entry.object_path)

    def decoded(path: str | None, of_mask: Reporter) -> DecodedMask | None:
        data = None if path is None else container.read(path, of_mask)
        return None if data is None else decode(data, budget.limits, of_mask, budget.allowed(len(data)))

    class_mask, object_mask = decoded(entry.class_path, of_class), decoded(entry.object_path, of_object)
    classes = None if class_mask is None else indices.class_indices(class_mask, labelmap, of_class)
    objects = None if object_mask is None else indices.object_indices(object_mask, of_object)
    pairing = Pairing(labelmap=labelmap, limits=budget.limits, of_class=of_class, of_object=of_object)
    found = Paired()
    if class_mask is not None and classes is not None and objects is not None:
        found = pairing.pair(class_mask, classes, objects)
    elif objects is not None and entry.class_path is None:
        found = pairing.without_class(objects)
    elif class_mask is not None and classes is not None and entry.object_path is None:
        found = pairing.by_class(class_mask, classes)
    has_grey_classes = class_mask is not None and not class_mask.is_color
    return _Masks(
        classes=classes,
        objects=objects,
        paired=found,
        has_grey_classes=has_grey_classes,
        stored_classes=class_mask,
        stored_objects=object_mask,
    )


def _bound(report: Reporter, container: Container, entry: Entry, path: str | None) -> Reporter:
    """What reports on one of the masks."""
    return report.at(member=None if path is None else container.members[path].name, image=entry.name)


def _measured(photo: bytes) -> Photo | None:
    """Measures of a photo, None where it cannot be read."""
    from .mask import photo as photos  # slow to import, and CVAT's exports hold no photos

    return photos.measured(photo)
