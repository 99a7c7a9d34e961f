"""Which masks of an archive CVAT reads: those of listed images, under exactly their names."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import dropwhile
from typing import Final, NamedTuple

from segmask import evidence, rules
from segmask.container.base import Container
from segmask.reporter import Reporter

from . import layout
from .entry import Entry
from .mistakes.near_misses import FOLDERS
from .names import fold, is_junk, letters_of, suffix_of

_MASK_FOLDERS: Final = (layout.CLASS_FOLDER, layout.OBJECT_FOLDER)
_SEVERAL: Final = 2
"""Masks of which it is news that none is read: of a single one, the finding that says why says it all."""


class Masks(NamedTuple):
    """How many masks there are; the class mask and the object mask of an image are one.

    Attributes:
        found: in the mask folders, and in folders that are taken for one.
        read: those that CVAT opens.
    """

    found: int = 0
    read: int = 0


NO_MASKS: Final = Masks()


def count(container: Container, roots: Iterable[str], entries: Iterable[Entry], elsewhere: Iterable[str]) -> Masks:
    """Counts the masks of an archive.

    Args:
        container: the archive.
        roots: the data sets' roots.
        entries: what the lists name.
        elsewhere: root and id of each mask in a folder of another name.
    """
    read = {
        fold(f"{entry.root}{entry.name}")
        for entry in entries
        if entry.class_path is not None or entry.object_path is not None
    }
    found = {fold(name) for name in elsewhere}
    for root in roots:
        below = (path for path in container.members if path.startswith(root) and not is_junk(path))
        found.update(fold(f"{root}{name}") for path in below if (name := _mask_at(path[len(root) :])) is not None)
    return Masks(found=len(found | read), read=len(read))


def _mask_at(path: str) -> str | None:
    """The id that a mask has by its path below the root; None for what is no mask."""
    suffix = suffix_of(path)
    folders, _, name = path.removesuffix(suffix).rpartition("/")
    parts = folders.split("/")
    if suffix.lower() not in layout.IMAGE_SUFFIXES or not _is_mask_folder(parts[0]):
        return None
    inner = dropwhile(_is_mask_folder, parts)  # one may be packed into itself
    return "/".join((*inner, name))


def _is_mask_folder(name: str) -> bool:
    return FOLDERS.get(letters_of(name)) in _MASK_FOLDERS


def check(masks: Masks, report: Reporter) -> None:
    """Reports that no mask is read, though there are several."""
    if masks.found >= _SEVERAL and not masks.read:
        report(
            rules.NOTHING_ARRIVES,
            f"CVAT reads none of the {masks.found:,} masks, so nothing arrives; an id and its mask agree exactly: 'image1' is "
            f"'{layout.CLASS_FOLDER}/image1{layout.PNG_SUFFIX}'",
            evidence.MaskCount(masks.found),
        )
