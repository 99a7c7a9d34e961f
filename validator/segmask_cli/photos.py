"""Photos in a folder, found by the ids of images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"})


@dataclass(frozen=True, slots=True)
class Photo:
    """A file with a photo.

    Attributes:
        path: where it is.
        name: its path in the folder that ids begin in, separated by ``/``.
    """

    path: Path
    name: str

    def size(self) -> tuple[int, int] | None:
        """(columns, rows) as CVAT shows it; None where it cannot be read.

        Raises:
            OSError: the file cannot be read.
        """
        from segmask.mask.photo import measured  # the codec, which --help must not wait for

        found = measured(self.path.read_bytes())
        return None if found is None else found.size


class Photos:
    """The photos in a folder and those below it; each folder is listed once.

    Args:
        folder: the one that ids begin in.

    Attributes:
        folder: the same.
    """

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self._listed: dict[Path, dict[str, Path]] = {}

    def of(self, name: str) -> Photo | None:
        """The photo of an id, whose suffix may have any case; None where there is none, or the id leads out of the folder."""
        place = self.folder / name
        if ".." in place.parts or not name or Path(name).anchor:
            return None
        if place.parent not in self._listed:
            self._listed[place.parent] = _photos_in(place.parent)
        path = self._listed[place.parent].get(place.name)
        if path is None or not path.resolve().is_relative_to(self.folder.resolve()):
            return None
        return Photo(path, f"{name}{path.suffix}")


def _photos_in(folder: Path) -> dict[str, Path]:
    """Photos by their names without suffix; of several the first by name."""
    try:
        files = sorted(folder.iterdir(), reverse=True)
    except (OSError, ValueError):  # no folder, or no name that one can have
        return {}
    return {file.stem: file for file in files if file.suffix.lower() in _SUFFIXES and file.is_file()}
