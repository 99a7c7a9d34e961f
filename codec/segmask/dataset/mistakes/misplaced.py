"""Masks of listed images in folders that CVAT does not read.

Tools write masks to ``SegmentationClassPNG``, ``SegmentationClassAug`` or ``masks``, and CVAT opens ``SegmentationClass``
and ``SegmentationObject`` alone. A folder is told where its PNGs are named like listed images that have no such mask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from segmask import evidence, rules
from segmask.container.base import Container
from segmask.dataset import layout
from segmask.dataset.entry import Entry
from segmask.dataset.names import fold, is_junk, letters_of, suffix_of, without_addition
from segmask.reporter import Reporter

from .near_misses import FOLDERS
from .slips import meant_by

_READ: Final = frozenset(
    {layout.CLASS_FOLDER, layout.OBJECT_FOLDER, layout.IMAGE_SETS, layout.PHOTO_FOLDER, "__MACOSX"}
)
_OF_PHOTOS: Final = frozenset(
    [
        "image",
        "images",
        "img",
        "imgs",
        "jpegimages",
        "pngimages",
        "photo",
        "photos",
        "picture",
        "pictures",
        "frame",
        "frames",
        "rgb",
        "original",
        "originals",
    ]
)
_MAX_DEPTH: Final = 3


@dataclass(slots=True)
class _Folder:
    """PNGs that may be masks.

    Attributes:
        path: with a final ``/``; empty for the top of the archive.
        right: name of the folder that CVAT reads in its place.
        is_near: its own name begins with that name.
        lacking: ids of listed images without such a mask that PNGs are named like, and the path of each PNG.
        others: how many PNGs are named like other listed images.
        strangers: names below the folder of PNGs that are named like none.
    """

    path: str
    right: str
    is_near: bool
    lacking: dict[str, str] = field(default_factory=dict)
    others: int = 0
    strangers: list[str] = field(default_factory=list)


def check(container: Container, root: str, entries: Iterable[Entry], report: Reporter) -> set[str]:
    """Reports folders whose PNGs most likely are masks of a data set; returns their ids, each behind the root.

    Args:
        container: the archive.
        root: the data set's folder, empty or ending in ``/``.
        entries: what its lists name, with the masks that CVAT finds.
        report: gets what is wrong.
    """
    has_mask = {
        layout.CLASS_FOLDER: {entry.name: entry.class_path is not None for entry in entries},
        layout.OBJECT_FOLDER: {entry.name: entry.object_path is not None for entry in entries},
    }
    unused = {right for right in has_mask if not _holds_pngs(container, f"{root}{right}/")}
    if not unused and all(all(found.values()) for found in has_mask.values()):
        return set()
    folders = [
        folder
        for folder in _folders(container, root, has_mask)
        if (folder.is_near and (folder.lacking or folder.right in unused)) or (folder.lacking and not folder.others)
    ]
    for folder in folders:
        _report(folder, _remedy(folder, folders, container, root, has_mask), report)
    return {f"{root}{name}" for folder in folders for name in (*folder.lacking, *folder.strangers)}


def _holds_pngs(container: Container, folder: str) -> bool:
    return any(path.startswith(folder) and suffix_of(path).lower() == layout.PNG_SUFFIX for path in container.members)


def _folders(container: Container, root: str, has_mask: Mapping[str, Mapping[str, bool]]) -> Iterable[_Folder]:
    """The folders below a root that hold PNGs and that CVAT does not read, in order of their names."""
    pngs = [path for path in sorted(container.members) if _is_unread_png(path, root)]
    if not pngs:
        return ()  # most archives; and ids may be many
    ids = {fold(meant_by(name)): name for name in has_mask[layout.CLASS_FOLDER]}
    ids |= {fold(name): name for name in has_mask[layout.CLASS_FOLDER]}
    found: dict[str, _Folder] = {}
    for path in pngs:
        inner = path[len(root) :]
        stem = inner[: -len(layout.PNG_SUFFIX)]
        folder, name = next(_named_like(stem, ids), (stem[: stem.rfind("/") + 1], None))
        right, is_near = _meaning(folder)
        seen = found.setdefault(folder, _Folder(f"{root}{folder}", right, is_near))
        if name is not None and not has_mask[right][name]:
            seen.lacking.setdefault(name, path)
        elif name is not None:
            seen.others += 1
        else:
            seen.strangers.append(stem[len(folder) :])
    return found.values()


def _is_unread_png(path: str, root: str) -> bool:
    is_png = path.startswith(root) and suffix_of(path).lower() == layout.PNG_SUFFIX
    return is_png and not _is_passed_over(path[len(root) :])


def _is_passed_over(path: str) -> bool:
    """Whether a PNG, by its path below the root, is read, hidden, or a photo by the name of its folder."""
    top, _, rest = path.partition("/")
    return (
        is_junk(path)
        or path.startswith(".")
        or "/." in path
        or (
            bool(rest)
            and (
                top in _READ
                or letters_of(top) in FOLDERS
                or not _OF_PHOTOS.isdisjoint(map(letters_of, path.split("/")[:-1]))
            )
        )
    )


def _named_like(stem: str, ids: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(folder, id) of listed ids that a path may stand for, the shallowest folder first."""
    starts = [0, *(at + 1 for at, character in enumerate(stem) if character == "/")]
    for start in islice(starts, _MAX_DEPTH + 1):
        name = fold(stem[start:])
        found = ids.get(name) or ids.get(without_addition(name) or "")
        if found is not None:
            yield stem[:start], found


def _meaning(folder: str) -> tuple[str, bool]:
    """Name of the folder that CVAT reads in the place of one, and whether it, or one around it, begins so."""
    names = [letters_of(name) for name in folder.split("/")]
    for right in (layout.CLASS_FOLDER, layout.OBJECT_FOLDER):
        if any(name.startswith(right.lower()) for name in names):
            return right, True
    is_object = any("object" in name or "instance" in name for name in names)
    return (layout.OBJECT_FOLDER if is_object else layout.CLASS_FOLDER), False


def _remedy(
    folder: _Folder,
    folders: Iterable[_Folder],
    container: Container,
    root: str,
    has_mask: Mapping[str, Mapping[str, bool]],
) -> str:
    right = f"{root}{folder.right}/"
    rivals = [other.path or "the top" for other in folders if other is not folder and other.right == folder.right]
    if not folder.path or rivals or right.rstrip("/") in container.folders:
        remedy = f"move {'its' if folder.path else 'such'} PNGs to {right!r}"
    else:
        remedy = f"rename {folder.path!r} to {right!r}"
    if rivals:
        remedy += f" (so do those of {', '.join(map(repr, rivals[:3]))}: of two for one image take the mask)"
    meant = ((meant_by(name), path) for name, path in folder.lacking.items())
    renamed = next((name for name, path in meant if path != f"{folder.path}{name}{layout.PNG_SUFFIX}"), None)
    if renamed is not None:
        remedy += f", each named as its id is, such as {f'{right}{renamed}{layout.PNG_SUFFIX}'!r}"
    has_class = has_mask[layout.CLASS_FOLDER]
    has_classes = any(other.right == layout.CLASS_FOLDER for other in folders) or all(
        map(has_class.get, folder.lacking)
    )
    if folder.right == layout.OBJECT_FOLDER and not has_classes:
        remedy += ", and put a class mask of each beside it, without which CVAT refuses an object mask"
    return remedy


def _report(folder: _Folder, remedy: str, report: Reporter) -> None:
    kind = "object" if folder.right == layout.OBJECT_FOLDER else "class"
    first = next(iter(folder.lacking.values()), folder.path)
    here = report.at(member=folder.path or first)
    if folder.lacking:
        many = len(folder.lacking) > 1
        images = f"{len(folder.lacking):,} listed images have" if many else "a listed image has"
        reason = f"{images} no {kind} mask in {folder.right!r}, and a PNG here is named like {'each' if many else 'it'}"
    else:
        reason = f"CVAT reads {kind} masks from {folder.right!r} alone, which holds none"
    if folder.is_near:
        here(rules.NEAR_MISS_NAME, f"{reason}: {remedy}", evidence.ExpectedName(folder.right))
    else:
        here(
            rules.MASKS_ELSEWHERE,
            f"{reason} ({first!r}); if these are the masks, {remedy}",
            evidence.MaskFolder(folder.right, len(folder.lacking)),
        )
