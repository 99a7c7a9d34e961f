"""COCO instances JSON, both ways.

Polygons are rings of ``[x, y, ...]``; masks are run lengths down the columns (RLE), as a list or as pycocotools'
string. Later annotations cover earlier ones: COCO has no z-order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path

from segmask._support.files import naming, reading
from segmask.formats.annotations import Annotations, PreparedImage, Report, refuse
from segmask.formats.common import write_text
from segmask.shapes.model import AnnotatedImage

from .like import Original
from .reader import annotations_of
from .text import load
from .writer import Numbers, Writer, prepared

__all__ = ["Original", "prepare", "read", "write"]


def read(path: str | PathLike[str], *, on_problem: Report = refuse) -> Annotations:
    """The annotations in a COCO instances document.

    Polygons of one annotation share a group of their own, numbered in the order of the annotations' ids; RLE becomes a `Mask` of its box; an annotation without a
    segmentation becomes a `Box`, turned by CVAT's attribute ``rotation``. Masks are unpacked image by image while
    `images` is iterated, which can be done again.

    Args:
        path: the JSON file.
        on_problem: gets each problem, where all of them are wanted; what it is about is left out, and reading goes on.

    Raises:
        AnnotationError: the document is not JSON, or breaks the format, where `on_problem` is not given; nothing is left
            to be found while iterating.
        OSError: the file cannot be read, or is no regular file.
    """
    source = Path(path)
    with naming(source), reading(source) as file:
        return annotations_of(load(file.read(), on_problem), on_problem)


def write(
    path: str | PathLike[str],
    labels: Sequence[str],
    images: Iterable[AnnotatedImage | PreparedImage],
    *,
    label_ids: Mapping[str, int] | None = None,
    image_ids: Mapping[str, int] | None = None,
    suffix: str = ".jpg",
) -> None:
    """Writes a COCO instances document, whole or not at all; equal arguments give equal bytes.

    One annotation an instance, by z-order; a group stands where its lowest shape does, with the label of the one with
    the most pixels. Polygons and boxes become polygons, their coordinates rounded to hundredths; an instance that has
    a `Mask` becomes uncompressed RLE with ``iscrowd`` 1. Area and box are of the pixels that pycocotools paints.
    Memory follows one image, and a line for each.

    Args:
        path: the file to make or replace.
        labels: names of the categories, in their order.
        images: what to write, or what `prepare` made of it for these labels; read once.
        label_ids: numbers of categories; the rest get the lowest free ones from 1.
        image_ids: numbers of images by name; the rest get the lowest free ones from 1.
        suffix: extension of the image files.

    Raises:
        AnnotationError: something that COCO cannot hold, such as an ellipse, or that would be read as something else.
        OSError: the file cannot be written.
    """
    writer = Writer(labels, Numbers("label_ids", label_ids or {}), Numbers("image_ids", image_ids or {}), suffix)
    write_text(Path(path), writer.document(images))


def prepare(image: AnnotatedImage, labels: Mapping[str, int]) -> PreparedImage:
    """Does most of the work of `write` for an image, in any process.

    Args:
        image: the image.
        labels: number of each category, as `write` gets or gives it.

    Raises:
        AnnotationError: as `write` does.
    """
    return prepared(image, labels)
