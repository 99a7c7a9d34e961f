"""What the paths mean that a user types, or that a shell or pre-commit hands over: archives, told one by one.

A folder that is no data set stands for the zips and data sets in it, a member for its data set, a pattern that no shell
expanded for what matches it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from segmask.container.remote.urls import is_url, shown
from segmask.dataset import layout

_MARKS: Final = frozenset(
    name.casefold() for name in (layout.IMAGE_SETS, layout.CLASS_FOLDER, layout.OBJECT_FOLDER, layout.LABEL_MAP)
)
_SPECIAL: Final = frozenset("*?[")
UNREADABLE: Final = "unreadable-path"
"""What reports call a path about which nothing is known, where a finding has its rule's name."""
_EMPTY: Final = "an empty folder; type the path of a zip, of a data set, or of a folder of them"


class Unusable(NamedTuple):
    """A path that stands for no archive.

    Attributes:
        path: as it was given, or found.
        reason: why, and what to type instead.
    """

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def archives(paths: Iterable[str]) -> Iterator[str | Unusable]:
    """Archives that paths stand for, each once where several members or a pattern lead to it.

    Args:
        paths: zips, folders, members of data sets, patterns (``**`` too), URLs.

    Yields:
        A path or URL of an archive as it is to be opened; or what stands for none, in its place.
    """
    found: dict[str, None] = {}
    for path in paths:
        for archive in _meant_by(path):
            if isinstance(archive, Unusable) or archive == path:  # what is named twice is read twice
                found[archive if isinstance(archive, str) else archive.path] = None
                yield archive
            elif archive not in found:
                found[archive] = None
                yield archive


def _meant_by(path: str) -> Iterator[str | Unusable]:
    if is_url(path):
        yield path
    elif os.path.lexists(path):
        yield from _at(path)
    elif _SPECIAL.isdisjoint(path):
        yield Unusable(shown(path), "no such file or folder")
    else:
        yield from _matching(path)


def _at(path: str) -> Iterator[str | Unusable]:
    root = data_set_around(Path(path))
    if root is not None:
        yield root
    elif not os.path.isdir(path) or is_data_set(path):  # noqa: PTH112 - False, where Path.is_dir raises for some names
        yield path
    else:
        yield from _within(path)


def is_data_set(folder: str) -> bool:
    """Whether a folder holds, at its top, what only data sets of the format hold."""
    try:
        return any(name.casefold() in _MARKS for name in os.listdir(folder))  # noqa: PTH208 - names suffice
    except OSError:
        return False


def data_set_around(path: Path) -> str | None:
    """The data set that a file or folder is a member of, or would be; a zip in it is an archive of its own."""
    if path.suffix.lower() == ".zip":
        return None
    place = Path(os.path.abspath(path))  # noqa: PTH100 - without following links
    for folder in place.parents:
        inner = place.relative_to(folder)
        if layout.is_part(inner / "_" if place.is_dir() else inner) and is_data_set(str(folder)):
            return str(folder) if path.is_absolute() else os.path.relpath(folder)
    return None


def _matching(pattern: str) -> Iterator[str | Unusable]:
    """What a pattern means to a shell that knows ``**``; of what matches, files that are no archives say nothing."""
    import glob  # most paths are no patterns

    matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute patterns
    meant = [path for path in matches if path.lower().endswith(".zip") or _is_or_is_in_data_set(path)]
    if not meant:
        said = "nothing matches" if not matches else "no archive matches"
        yield Unusable(shown(pattern), f"{said} this pattern")
    for path in meant:
        yield from _at(path)


def _is_or_is_in_data_set(path: str) -> bool:
    return is_data_set(path) or data_set_around(Path(path)) is not None


def _within(folder: str) -> Iterator[str | Unusable]:
    """Zips and data sets in a folder, hidden ones left out; the folder itself where there are files, but none of them."""
    found = is_inhabited = False
    failures: list[OSError] = []
    for current, folders, files in os.walk(folder, onerror=failures.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        is_inhabited = is_inhabited or any(not name.startswith(".") for name in files)
        if current != folder and is_data_set(current):
            folders.clear()
            found = True
            yield current
            continue
        for name in sorted(files):
            if name.lower().endswith(".zip") and not name.startswith("."):
                found = True
                yield str(Path(current, name))
    for failure in failures:
        yield Unusable(str(failure.filename), failure.strerror or str(failure))
    if not found and not failures:
        yield folder if is_inhabited else Unusable(folder, _EMPTY)
