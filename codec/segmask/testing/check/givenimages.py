"""The images that `check_codec` gives to a codec's ``write``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from segmask.compare.scenes import Scene
from segmask.labels.labelmap import LabelMap
from segmask.mask.instances import Frame, Instance
from segmask.pixels.runs import RowRuns
from segmask.shapes.model import AnnotatedImage, Mask
from segmask.shapes.painting import paint_shapes


@dataclass(frozen=True, kw_only=True)
class GivenImage(AnnotatedImage):
    """An image of shapes, which also has what an image of an open archive has.

    Its shapes are masks, one for each instance, in the order of their numbers; no two share a pixel.

    Attributes:
        labelmap: the labels of all images.
        objects: instance number of each pixel, as runs; 0 for none; numbers may be missing.
        numbers: label of each number.
    """

    labelmap: LabelMap = field(repr=False)
    objects: RowRuns = field(repr=False)
    numbers: dict[int, str] = field(repr=False)

    @cached_property
    def instances(self) -> tuple[Instance, ...]:
        """As in `segmask.Image`: id, label, label_index, area, box, mask(), polygons()."""
        indices = {number: self.labelmap.names.index(label) for number, label in self.numbers.items()}
        return Frame(self.objects, indices).instances(self.labelmap.names, with_id=True)

    def class_mask(self) -> npt.NDArray[np.int32]:
        """(H, W) int32 label indices; the background's where there is no instance."""
        table = np.full(int(self.objects.values.max()) + 1, self.labelmap.background or 0)
        for number, label in self.numbers.items():
            table[number] = self.labelmap.names.index(label)
        return table[self.object_mask()].astype(np.int32)

    def object_mask(self) -> npt.NDArray[np.int32]:
        """(H, W) int32 instance numbers, 0 for none."""
        return self.objects.to_dense(np.int32).astype(np.int32)


def given(image: AnnotatedImage, labelmap: LabelMap) -> GivenImage:
    """An annotated image as it is painted."""
    painted = paint_shapes(image.shapes, image.width, image.height)
    dense = painted.objects.to_dense(np.int64)
    present = painted.visible
    return GivenImage(
        name=image.name,
        width=image.width,
        height=image.height,
        shapes=[Mask(dense == number, painted.labels[number - 1]) for number in present],
        labelmap=labelmap,
        objects=painted.objects,
        numbers={number: painted.labels[number - 1] for number in present},
    )


def scene_of_given(image: GivenImage) -> Scene:
    """What the image shows, out of a codec's reach."""
    return Scene(
        name=image.name,
        subset=None,
        size=(image.width, image.height),
        numbers=np.asarray(image.objects.to_dense(np.int64), dtype=np.int64).copy(),
        labels=dict(image.numbers),
    )
