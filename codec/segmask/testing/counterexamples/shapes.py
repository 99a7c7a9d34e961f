"""Counterexamples of shapes: regions that polygons cannot hold, masks that do not fit their photo."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from segmask import rules
from segmask.testing.samples.archives import photo_of
from segmask.testing.samples.labels import background_of, foreground_of
from segmask.testing.samples.model import SampleArchive

from .planting import NAMES, encode, plant, scene
from .registry import breaks


@breaks(rules.THIN_REGION)
def thin_region(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An object at most two pixels wide, or a diagonal, beside sound ones."""
    classes, objects = scene(draw, archive.labels, has_object=False)
    below = np.zeros((9, objects.shape[1]), dtype=np.int64)
    thin = below[1:-1]
    kind = draw(st.sampled_from(["dot", "row", "column", "square", "diagonal"]))
    if kind == "diagonal":
        np.fill_diagonal(thin, 1)
    else:
        height, width = {"dot": (1, 1), "row": (1, None), "column": (None, 1), "square": (2, 2)}[kind]
        thin[:height, :width] = 1
    label = draw(st.sampled_from(foreground_of(archive.labels)))
    classes = np.vstack([classes, np.where(below, label, background_of(archive.labels))])
    objects = np.vstack([objects, below * (objects.max() + 1)])
    return plant(archive, draw(NAMES), encode(draw, archive.labels, classes, objects))


@breaks(rules.IMAGE_SIZE_DIFFERS)
def image_size_differs(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A photo of another size than the masks."""
    classes, objects = scene(draw, archive.labels)
    height, width = classes.shape
    name = draw(NAMES)
    found = plant(archive, name, encode(draw, archive.labels, classes, objects))
    wider, higher = draw(st.sampled_from([(1, 0), (0, 1), (2, -1)]))
    return found.adding(photo_of(name, width + wider, height + higher, draw(st.sampled_from(["jpg", "png"]))))
