"""Names that almost say what the format wants, junk, and names that only differ in form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from segmask import evidence, rules
from segmask.container.base import Container
from segmask.dataset import layout
from segmask.dataset.layout import Layout
from segmask.dataset.names import fold, is_junk, letters_of
from segmask.reporter import Reporter

FOLDERS: Final = {
    "segmentationclass": layout.CLASS_FOLDER,
    "segmentationclasses": layout.CLASS_FOLDER,
    "segmentationobject": layout.OBJECT_FOLDER,
    "segmentationobjects": layout.OBJECT_FOLDER,
    "imageset": layout.IMAGE_SETS,
    "imagesets": layout.IMAGE_SETS,
}
"""The letters of what people call the folders below a root, and the names that CVAT reads."""
_LABEL_MAPS: Final = frozenset({"labelmap", "labelsmap", "labelmaps", "labelmaptxt"})
_SEPARATORS: Final = re.compile(r"[/\\]")


def check(container: Container, found: Layout, report: Reporter) -> None:
    """Reports what the names in an archive show, beyond its lists."""
    _check_collisions(container.members, report)
    _check_skipped(container, report)
    for path in sorted(container.members):
        if not path.startswith("__MACOSX/") and is_junk(path):
            report.at(member=path)(
                rules.JUNK_FILE, "a file that an operating system leaves behind; CVAT passes over it: leave it out"
            )
    for root in () if found.is_other_format else found.roots:
        _check_near_misses(container, root, report)


def _check_skipped(container: Container, report: Reporter) -> None:
    """Parts of a data set that CVAT does not unpack, though nothing else is wrong with their names."""
    for path, name in sorted(container.skipped.items()):
        folders = path.split("/")[:-1]
        parts = (layout.IMAGE_SETS, layout.CLASS_FOLDER, layout.OBJECT_FOLDER)
        is_part = not {*parts, layout.ANNOTATION_FOLDER}.isdisjoint(folders) or path.endswith(
            (f"/{layout.LABEL_MAP}", f"/{layout.DATASET_META}")
        )
        if is_part and not name.startswith("/") and ".." not in _SEPARATORS.split(name):
            report.at(member=name)(
                rules.SKIPPED_MEMBER,
                "CVAT does not unpack what has '..' in its name, not even 'a..b', so this file does not exist for it; "
                "rename it, and its id in the list",
            )


def _check_collisions(paths: Iterable[str], report: Reporter) -> None:
    first: dict[str, str] = {}
    for path in sorted(paths):
        other = first.setdefault(fold(path), path)
        if other != path:
            report.at(member=path)(
                rules.NAME_COLLISION,
                f"{path!r} and {other!r} differ only in case or Unicode form: CVAT keeps both, Windows and macOS "
                "unpack one over the other; rename one",
            )


def _check_near_misses(container: Container, root: str, report: Reporter) -> None:
    parents = {path[len(root) :].partition("/")[0] for path in container.members if path.startswith(root)}
    for name in sorted(parents & {folder[len(root) :] for folder in container.folders}):
        right = FOLDERS.get(letters_of(name))
        if right is not None and name != right:
            _report_near_miss(f"{root}{name}/", right, "folder", report)
    for folder in sorted(container.folders):
        parent, _, name = folder.rpartition("/")
        if parent == f"{root}{layout.IMAGE_SETS}" and name.lower() == layout.TASK.lower() and name != layout.TASK:
            _report_near_miss(f"{folder}/", layout.TASK, "folder", report)
    present = {f"{root}{layout.LABEL_MAP}", f"{root}{layout.DATASET_META}"} & container.members.keys()
    if not present:
        for path in _label_map_like(container, root):
            _report_near_miss(path, f"{root}{layout.LABEL_MAP}", "label map", report)
    folders = {f"{root}{layout.CLASS_FOLDER}", f"{root}{layout.OBJECT_FOLDER}"}
    missing = sorted(folder for folder in folders if folder not in container.folders)
    is_skipped = any(path.startswith(tuple(f"{folder}/" for folder in folders)) for path in container.skipped)
    if len(missing) == len(folders) and not is_skipped:
        report(
            rules.MISSING_MASK_FOLDER, f"neither {missing[0]} nor {missing[1]} is there, so no image has annotations"
        )


def _label_map_like(container: Container, root: str) -> Iterator[str]:
    for path in sorted(container.members):
        if path.startswith(root) and not path.startswith("__MACOSX/") and not is_junk(path):
            file = PurePosixPath(path[len(root) :])
            stem = letters_of(file.stem)
            if stem in _LABEL_MAPS and file.suffix.lower() in {"", ".txt", ".text"} and len(file.parts) <= 2:
                yield path


def _report_near_miss(path: str, right: str, what: str, report: Reporter) -> None:
    report.at(member=path)(
        rules.NEAR_MISS_NAME,
        f"CVAT does not see this {what}: it must be named exactly {right!r}; rename it",
        evidence.ExpectedName(right),
    )
