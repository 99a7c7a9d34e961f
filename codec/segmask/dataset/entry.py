"""What an image set says there is, and which members hold it."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """What an image set says there is, and which members hold it.

    Attributes:
        root: root of the data set, empty or ending in ``/``.
        subset: name of the image set.
        name: image id.
        class_path: path of the class mask, None where there is none.
        object_path: path of the object mask, None where there is none.
        photo_path: path of the photo, None where the archive has none.
        annotation_path: path of the XML file that CVAT reads too; None where there is none, or no list of another task
            names the image.
        has_parts: whether CVAT reads all parts of the objects in the XML file, as it does for a list in ``Layout``.
        photos: paths of all photos of the data set, where the XML file must not name another than `photo_path`.
    """

    root: str
    subset: str
    name: str
    class_path: str | None
    object_path: str | None
    photo_path: str | None
    annotation_path: str | None = None
    has_parts: bool = False
    photos: frozenset[str] = frozenset()

    @property
    def paths(self) -> list[str]:
        """Paths of the members that reading it takes, each once."""
        paths = (self.class_path, self.object_path, self.photo_path, self.annotation_path)
        return list(dict.fromkeys(path for path in paths if path is not None))
