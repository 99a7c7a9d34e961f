"""CVAT's own XML, "CVAT for images 1.1": read image by image, written image by image.

A place in a document is named as XPath names it below the root, counted from 1: ``image[3]/polygon[2]/@points``.

Coordinates are written with two decimals, as CVAT does; what has more is rounded. A mask's ``rle`` runs row by row,
the first count being zeros; the last pixel counts, so the counts add up to width times height.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from os import PathLike
from pathlib import Path

from segmask.formats.annotations import Annotations, PreparedImage, Report, refuse
from segmask.formats.common import write_text
from segmask.labels.labelmap import Label
from segmask.shapes.model import AnnotatedImage

from .like import Original
from .reader import annotations_in
from .writer import document, prepared

__all__ = ["Original", "prepare", "read", "write"]


def read(path: str | PathLike[str], *, on_problem: Report = refuse) -> Annotations:
    """Labels and counts of a document, and its images to be read when they are asked for.

    The document is walked once for the labels, the names and what must be dropped, without looking at coordinates,
    and once more each time `images` is iterated; no more than one image is in memory.

    Labels are those that ``meta`` declares, in its order; without ``meta``, those in use, in order of appearance.
    Names of images come without their extension. What hangs on a dropped shape is dropped with it, uncounted.

    Args:
        path: the XML file.
        on_problem: gets each problem, where all of them are wanted, now or while `images` is iterated; what it is about is
            left out, and reading goes on.

    Raises:
        AnnotationError: not a well-formed "CVAT for images 1.1" document without a document type declaration; a name
            stands twice; a label is not declared. Iterating `images` raises it for wrong sizes and shapes. Not where
            `on_problem` is given.
        OSError: the file cannot be read, or is no regular file.
    """
    return annotations_in(Path(path), on_problem)


def write(
    path: str | PathLike[str],
    labels: Sequence[Label] | Sequence[str],
    images: Iterable[AnnotatedImage | PreparedImage],
    *,
    suffix: str = ".jpg",
) -> None:
    """Write a document that CVAT imports. Equal arguments give equal bytes; on failure the target stays as it was.

    Coordinates and rotations are rounded to two decimals. A mask is cut off at the image's edges. Parts and actions
    of labels have no place in the format and are left out.

    Args:
        path: the document; a temporary file beside it becomes it at the end.
        labels: in the order to declare them.
        images: taken one by one; or what `prepare` made of them for these labels.
        suffix: what an image's name lacks to be the name of its file.

    Raises:
        AnnotationError: a name or label is empty, stands twice, is not declared, or has a character that XML cannot
            hold; a number is out of the format's range; no pixel of a mask lies inside its image.
        OSError: the file cannot be written.
    """
    entries = [label if isinstance(label, Label) else Label(label) for label in labels]
    write_text(Path(path), document(entries, images, suffix))


def prepare(image: AnnotatedImage, labels: Collection[str]) -> PreparedImage:
    """Does most of the work of `write` for an image, in any process.

    Args:
        image: the image.
        labels: names of the labels.

    Raises:
        AnnotationError: as `write` does.
    """
    return prepared(image, labels)
