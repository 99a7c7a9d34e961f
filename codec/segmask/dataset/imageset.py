"""Image sets: which images there are, by subset.

A list ``ImageSets/Segmentation/<subset>.txt`` holds one image id a line, without extension; an id may contain ``/``.
Lines are stripped; blank lines and lines that start with ``#`` are skipped; a repeated id counts once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from segmask import rules
from segmask.container import text
from segmask.reporter import Reporter


class ImageSet(NamedTuple):
    """One list.

    Attributes:
        member: the list's member name.
        root: the data set's folder inside the archive: empty, or ending in ``/``.
        subset: the list's stem.
        ids: image ids in order, each once.
        lines: line of each id, from 1.
        comments: (line, text after the ``#``) of each comment.
    """

    member: str
    root: str
    subset: str
    ids: tuple[str, ...]
    lines: tuple[int, ...]
    comments: tuple[tuple[int, str], ...] = ()


def parse(data: bytes, *, member: str, root: str, report: Reporter) -> ImageSet:
    """Image set of a list, as CVAT reads it; a byte order mark stays part of the first id."""
    here = report.at(member=member)
    lines: dict[str, int] = {}
    comments = []
    for number, raw in content_lines(data, here):
        line = raw.strip()
        if line.startswith("#"):
            comments.append((number, line[1:].strip()))
        elif line in lines:
            here.at(line=number, image=line)(
                rules.REPEATED_ID, f"{line!r} is listed already on line {lines[line]}; CVAT counts it once"
            )
        else:
            lines[line] = number
    if not lines:
        here(
            rules.EMPTY_LIST,
            "the list names no image, so nothing is imported from it; list the ids, or remove the file",
        )
    return ImageSet(
        member=member,
        root=root,
        subset=PurePosixPath(member).stem,
        ids=tuple(lines),
        lines=tuple(lines.values()),
        comments=tuple(comments),
    )


def content_lines(data: bytes, report: Reporter) -> Iterator[tuple[int, str]]:
    """(line number from 1, raw line) of each line of a list, for masks or for another task, that is not blank.

    Args:
        data: the list.
        report: bound to the member.
    """
    content = text.decode(data, rule=rules.LIST_NOT_UTF8, report=report)
    if content.startswith(text.LFS_POINTER):
        report(
            rules.LIST_IS_POINTER, "this is a Git LFS pointer, and no list of ids: run 'git lfs pull'", complete=False
        )
    return text.content_lines(content)


def dump(ids: tuple[str, ...]) -> str:
    """A list with these ids, one a line.

    Raises:
        ValueError: an id would not be read back as it is.
    """
    for image_id in ids:
        if not image_id or image_id.startswith("#") or image_id != image_id.strip() or len(text.lines(image_id)) > 1:
            raise ValueError(f"a list cannot hold the id {image_id!r}")
    if len(set(ids)) != len(ids):
        raise ValueError("a list holds each id once")
    return "".join(f"{image_id}\n" for image_id in ids)
