"""A manifest.jsonl: CVAT's own list of the frames of a task, with their sizes as it shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from .jsontext import lines, parsed
from .model import Frame, TaskError

MAX_FRAMES: Final = 1_000_000
_MAX_SIDE: Final = 1 << 31


class Frames(NamedTuple):
    """Frames, and whether they are those of a video.

    Attributes:
        frames: in the order of their numbers.
        is_video: whether CVAT names them by their numbers.
    """

    frames: tuple[Frame, ...]
    is_video: bool = False


class Range(NamedTuple):
    """Which of the images, or of the video's frames, are the task's.

    Attributes:
        start: number of the first one.
        stop: number of the last one; None for all that follow.
        step: from one to the next.
    """

    start: int = 0
    stop: int | None = None
    step: int = 1

    def within(self, count: int) -> range:
        """The numbers below a count."""
        return range(self.start, count if self.stop is None else min(count, self.stop + 1), self.step)


def read(text: str, name: str, chosen: Range = Range()) -> Frames:  # noqa: B008 - immutable
    """The frames that a manifest names.

    Args:
        text: of the manifest: JSON on each line; first the version and the type, then the images or the video's properties.
        name: of the file, for messages.
        chosen: those that belong to the task.

    Raises:
        TaskError: it is no manifest, or is one of point clouds.
    """
    objects = _objects(text, name)
    kind = next((line["type"] for line in objects if "type" in line), None)
    if kind == "images":
        images = [_image(line, name) for line in objects if "name" in line]
        return Frames(tuple(images[number] for number in chosen.within(len(images))))
    if kind == "video":
        return Frames(tuple(_video(next(objects, {}), name, chosen)), is_video=True)
    raise TaskError(f"{name}: no manifest of images or of a video")


def _objects(text: str, name: str) -> Iterator[dict[str, object]]:
    for number, line in enumerate(lines(text), 1):
        value = parsed(line, f"{name}:{number}")
        if not isinstance(value, dict):
            raise TaskError(f"{name}:{number}: no line of a manifest")
        if number > MAX_FRAMES + 2:
            raise TaskError(f"{name}: more than {MAX_FRAMES:,} frames")
        yield value


def _image(line: dict[str, object], name: str) -> Frame:
    stem, extension = line["name"], line.get("extension", "")
    if not isinstance(stem, str) or not isinstance(extension, str):
        raise TaskError(f"{name}: an image whose name is no text")
    return Frame(f"{stem}{extension}", _size(line.get("width"), line.get("height")))


def _video(line: dict[str, object], name: str, chosen: Range) -> Iterator[Frame]:
    properties = line.get("properties")
    known = properties if isinstance(properties, dict) else {}
    length, resolution = known.get("length"), known.get("resolution")
    if not isinstance(length, int) or not 0 <= length <= MAX_FRAMES:
        raise TaskError(f"{name}: a video without a length, or with more than {MAX_FRAMES:,} frames")
    size = _size(*resolution) if isinstance(resolution, list) and len(resolution) == 2 else None
    return (Frame(f"frame_{number:06}", size) for number in chosen.within(length))


def _size(width: object, height: object) -> tuple[int, int] | None:
    if isinstance(width, int) and isinstance(height, int) and 0 < width < _MAX_SIDE and 0 < height < _MAX_SIDE:
        return width, height
    return None
