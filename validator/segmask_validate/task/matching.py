"""Which frame CVAT takes an image's id for. docs/task.md tells the steps, and where each was read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from posixpath import basename, dirname, join, splitext
from typing import Final

from .model import Frame

_VIDEO_PREFIX: Final = len("frame_")


class Way(Enum):
    """How a frame was found."""

    NAME = auto()  # the id is its path without extension
    ROOT = auto()  # it is below the common root
    NUMBER = auto()  # no frame has the name, and the id, or its end, is a number


@dataclass(frozen=True, slots=True)
class Match:
    """The frame that an id is taken for.

    Attributes:
        number: of the frame in the task, from 0.
        way: how it was found.
    """

    number: int
    way: Way


class Matcher:
    """Finds frames as CVAT does.

    Args:
        frames: the task's, in its order.
        ids: of all images of the archive, in order: the deepest one tells the root.
        is_video: whether the frames are those of a video.

    Attributes:
        root: the folder of the task that the archive's ids are taken to start in; empty where there is none.
    """

    def __init__(self, frames: Sequence[Frame], ids: Iterable[str], *, is_video: bool = False) -> None:
        self.frames = frames
        self._is_video = is_video
        self._numbers = {splitext(frame.path)[0]: number for number, frame in enumerate(frames)}
        self.root = self._root(ids)

    def _root(self, ids: Iterable[str]) -> str:
        deepest = max(map(_slashed, ids), key=lambda image_id: len(parts(image_id)), default=None)
        number = None if deepest is None else self._ending_in(parts(deepest))
        if deepest is None or number is None:
            return ""
        folder, below = dirname(self.frames[number].path), len(dirname(deepest))
        return (folder[:-below] if below else folder).removesuffix("/")

    def _ending_in(self, end: tuple[str, ...]) -> int | None:
        """The first frame whose path, without extension, ends in these parts."""
        last = end[-1] if end else ""
        for stem, number in self._numbers.items():
            if stem.endswith(last) and parts(stem)[-len(end) :] == end:
                return number
        return None

    def match(self, image_id: str, extension: str = "") -> Match | None:
        """The frame of an id; None where CVAT finds none, and refuses the archive.

        Args:
            image_id: as the list has it.
            extension: of the archive's own photo of the image, with its dot; empty where it has none.
        """
        image_id = _slashed(image_id)
        found = self._named(splitext(image_id + extension)[0]) if extension else None
        if found is None:
            found = self._named(image_id)
        if found is not None:
            return found
        number = _number(image_id)
        if number is None and self._is_video:
            number = _number(basename(image_id)[_VIDEO_PREFIX:])
        return None if number is None or not 0 <= number < len(self.frames) else Match(number, Way.NUMBER)

    def _named(self, stem: str) -> Match | None:
        number = self._numbers.get(stem)
        if number or not self.root or stem.startswith(self.root):
            return None if number is None else Match(number, Way.NAME)
        number = self._numbers.get(join(self.root, stem))  # also in place of frame 0, which CVAT takes for no match
        return None if number is None else Match(number, Way.ROOT)

    def is_hidden(self, image_id: str) -> bool:
        """Whether an id is the name of frame 0, which CVAT does not see beside a root."""
        return self._numbers.get(_slashed(image_id)) == 0 and self._named(_slashed(image_id)) is None


def parts(path: str) -> tuple[str, ...]:
    """Parts of a path as `pathlib` has them on CVAT's server, at a fraction of the cost."""
    found = tuple(part for part in path.split("/") if part not in {"", "."})
    if not path.startswith("/"):
        return found
    return ("//" if path.startswith("//") and not path.startswith("///") else "/", *found)


def _slashed(image_id: str) -> str:
    return image_id.replace("\\", "/")


def _number(text: str) -> int | None:
    """The number that Python reads in a text: blanks, a sign, zeros in front and any script's digits are fine."""
    try:
        return int(text)
    except ValueError:
        return None
