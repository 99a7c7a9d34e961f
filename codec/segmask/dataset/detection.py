"""Whether CVAT takes an archive for a data set at all, which it asks before it imports anything.

It looks for ``ImageSets/<Task>/*.txt`` at the top, hidden names left out. Where there is none it goes down, as long as a
folder has exactly one visible entry, and never into what macOS adds. So a data set in a folder is found only where nothing
lies beside that folder: no README, no ``__MACOSX``, no empty folder.
"""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase
from itertools import chain
from typing import Final

from segmask import evidence, rules
from segmask.container.base import Container
from segmask.reporter import Reporter

MAC_FOLDERS: Final = frozenset({"__MACOSX", "__MSOSX"})
_MAX_DEPTH: Final = 4
_SHOWN: Final = 6


def is_detected(container: Container, roots: Collection[str]) -> bool:
    """Whether CVAT goes on to import an archive.

    Args:
        container: the archive.
        roots: folders with a list that is not hidden, for whatever task and whatever its name, each empty or ending in
            ``/``.
    """
    folder = ""
    for _ in range(_MAX_DEPTH + 1):
        if folder in roots:
            return True
        visible = _visible(container, folder)
        if len(visible) != 1 or not _matches_itself(folder):
            return False
        name = visible.pop()
        if name in MAC_FOLDERS or f"{folder}{name}" not in container.folders:
            return False
        folder = f"{folder}{name}/"
    return False


def is_macs(root: str) -> bool:
    """Whether a folder lies in what macOS adds to a zip."""
    return not MAC_FOLDERS.isdisjoint(root.split("/"))


def _visible(container: Container, folder: str) -> set[str]:
    """Names in a folder, without hidden ones."""
    inner = (path[len(folder) :] for path in chain(container.members, container.folders) if path.startswith(folder))
    return {name for path in inner if (name := path.partition("/")[0]) and not name.startswith(".")}


def _matches_itself(folder: str) -> bool:
    """Whether CVAT finds what is in a folder: it takes the path for a pattern, in which ``[``, ``*`` and ``?`` are special."""
    return all(fnmatchcase(name, name) for name in folder.split("/"))


def report_undetected(container: Container, root: str, is_part: Collection[str], report: Reporter) -> None:
    """Says what keeps CVAT from a data set that it would import if it saw it.

    Args:
        container: the archive.
        root: the data set's folder, ending in ``/``.
        is_part: names of what a data set consists of, in small letters.
        report: gets the problem.
    """
    beside = _beside(container, root)
    here = report.at(member=root)
    reason = f'CVAT finds no data set ("Dataset must contain a file: ..."), though one lies in {root!r}: '
    if is_macs(root):
        reason += f"CVAT never looks into what macOS adds to a zip; zip the contents of {root!r}"
    elif not beside:
        reason += "'[', '*' and '?' in a folder's name are a pattern to CVAT; rename the folder"
    else:
        reason += f"it goes down only where a folder holds nothing else; {_remedy(beside, root, is_part)}"
    here(rules.ROOT_NOT_ALONE, reason, evidence.BesideRoot(root, tuple(beside[:_SHOWN]), len(beside)))


def _beside(container: Container, root: str) -> list[str]:
    """What is visible beside a root and beside the folders around it; a folder ends in ``/``."""
    beside: list[str] = []
    names = root.rstrip("/").split("/")
    for depth, own in enumerate(names):
        folder = "".join(f"{name}/" for name in names[:depth])
        paths = sorted(f"{folder}{name}" for name in _visible(container, folder) - {own})
        beside += [f"{path}/" if path in container.folders else path for path in paths]
    return beside


def _remedy(beside: list[str], root: str, is_part: Collection[str]) -> str:
    parts = [path for path in beside if path.rstrip("/").rpartition("/")[2].lower() in is_part]
    others = [path for path in beside if path not in parts]
    if not parts:
        return f"remove {_listed(others)} from the archive, or zip the contents of {root!r} alone"
    moved = f"move {_listed(parts)} into {root!r} if it belongs to the data set"
    return f"{moved}, and remove {_listed(others)}" if others else moved


def _listed(paths: list[str]) -> str:
    shown = ", ".join(map(repr, paths[:_SHOWN]))
    return shown if len(paths) <= _SHOWN else f"{shown} and {len(paths) - _SHOWN} more beside them"
