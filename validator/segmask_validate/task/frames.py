"""The frames of a task: from its images in a folder or a zip, from a manifest, from a list of names."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Final

from segmask import Limits
from segmask.archive import open_container
from segmask.container.base import Container
from segmask.dataset.layout import IMAGE_SUFFIXES
from segmask.dataset.names import is_junk, suffix_of
from segmask.mask.photo import measured
from segmask.problem import Problem
from segmask.reporter import Reporter

from . import jsontext, manifest
from .manifest import Frames
from .model import Frame, TaskError

LIMITS: Final = Limits(member_bytes=512 << 20, members=manifest.MAX_FRAMES)
"""Of what an untrusted folder or zip of images may make the reader do: each image is read whole, for its size."""


def read(path: str) -> Frames:
    """The frames that something at a path describes.

    Args:
        path: a folder or a zip of images, which CVAT puts in order of their paths; a ``manifest.jsonl``; or a text with the
            path of a frame on each line.

    Raises:
        OSError: it cannot be opened.
        TaskError: it is none of these.
    """
    if Path(path).is_dir() or is_zip(path):
        with opened(path) as container:
            return Frames(of_images(container))
    text = jsontext.read(Path(path))
    if text.lstrip().startswith("{"):
        return manifest.read(text, path)
    names = tuple(islice(jsontext.lines(text), manifest.MAX_FRAMES + 1))
    if len(names) > manifest.MAX_FRAMES:
        raise TaskError(f"{path}: more than {manifest.MAX_FRAMES:,} frames")
    return Frames(tuple(map(Frame, names)))


def is_zip(path: str) -> bool:
    """Whether a file begins as a zip does."""
    with Path(path).open("rb") as file:
        return file.read(2) == b"PK"


def opened(path: str) -> Container:
    """The folder or zip at a path, for reading.

    Raises:
        OSError: it cannot be opened.
        TaskError: it is a zip that cannot be read.
    """
    problems: list[Problem] = []
    container = open_container(path, LIMITS, Reporter(problems.append))
    if container.is_unreadable:
        container.close()
        raise TaskError(f"{path}: {problems[-1].message}")
    return container


def of_images(container: Container, folder: str = "") -> tuple[Frame, ...]:
    """The images below a folder, in order of their paths, with the sizes of those that can be read.

    Args:
        container: what holds them.
        folder: empty, or ending in ``/``; frames are named from there on.
    """
    paths = sorted(path for path in container.members if path.startswith(folder) and _is_image(path))
    return tuple(Frame(path.removeprefix(folder), _size(container, path)) for path in paths)


def _is_image(path: str) -> bool:
    return suffix_of(path).lower() in IMAGE_SUFFIXES and not path.startswith("__MACOSX/") and not is_junk(path)


def _size(container: Container, path: str) -> tuple[int, int] | None:
    data = container.read(path, Reporter(lambda _: None))
    photo = None if data is None else measured(data)
    return None if photo is None else photo.size
