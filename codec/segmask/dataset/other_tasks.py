"""Lists of other VOC tasks: CVAT imports them beside the masks, and refuses the archive for what is wrong in them.

``ImageSets/Main``, ``Layout`` and ``Action`` name images, whose ``Annotations/<id>.xml`` is read. Beside a list in
``Main``, a file ``<label>_<subset>.txt`` says in which images a label is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Final, NamedTuple

from segmask import evidence, rules
from segmask.container.base import Container
from segmask.problem import counted
from segmask.reporter import Reporter

from . import imageset, layout
from .entry import Entry
from .layout import ListFile
from .names import leads_out, member_at

MAIN: Final = "Main"
_LAYOUT: Final = "Layout"
_UNDERSCORE: Final = re.compile("_")
_PRESENT: Final = frozenset({"-1", "0", "1"})

Read = Callable[[str], bytes | None]
"""Reads the member at a path; None where it cannot be read."""


class OtherList(NamedTuple):
    """A list of another task.

    Attributes:
        file: the list.
        lines: line of each id, from 1; each id once, in order.
    """

    file: ListFile
    lines: dict[str, int]

    @property
    def subset(self) -> str:
        """The list's stem."""
        return PurePosixPath(self.file.path).stem


def read(
    files: Iterable[ListFile], labels: Sequence[str], container: Container, read_member: Read, report: Reporter
) -> list[OtherList]:
    """The lists of other tasks, with a problem for each line that CVAT refuses.

    Args:
        files: the lists.
        labels: names of all labels, parts included.
        container: the archive.
        read_member: reads a member of it.
        report: gets what is wrong.
    """
    files = list(files)
    class_files = _class_files(files, labels, container)
    found: list[OtherList] = []
    for file in files:
        data = read_member(file.path)
        if data is None:
            continue
        here = report.at(member=file.path)
        other = OtherList(file, _ids(data, file.task, here))
        found.append(other)
        for path in class_files.get(file.path, ()):
            class_file = read_member(path)
            if class_file is not None:
                _check_class_file(class_file, report.at(member=path))
    return found


def _ids(data: bytes, task: str, report: Reporter) -> dict[str, int]:
    """Ids in their order, with the first line of each."""
    found: dict[str, int] = {}
    for number, line in _content(data, report):
        if task != _LAYOUT:
            found.setdefault(line, number)
        elif '"' not in line:
            found.setdefault(line.split()[0], number)
        else:
            quoted = line.split('"')
            if len(quoted) == 3 and quoted[1]:
                found.setdefault(quoted[1], number)
            else:
                report.at(line=number)(rules.OTHER_TASK_LINE, _quotes(len(quoted) - 1))
    return found


def _content(data: bytes, report: Reporter) -> Iterator[tuple[int, str]]:
    """Numbers and texts of the lines that count, stripped."""
    for number, raw in imageset.content_lines(data, report):
        line = raw.strip()
        if not line.startswith("#"):
            yield number, line


def _quotes(quotes: int) -> str:
    if quotes == 2:
        return "an empty id in quotes, which CVAT refuses; write the image's id"
    return f"unexpected number of quotes in filename, expected 0 or 2, and there {'is' if quotes == 1 else 'are'} {quotes}; write the id without"


def _class_files(files: Iterable[ListFile], labels: Sequence[str], container: Container) -> dict[str, list[str]]:
    """Paths of the files that say in which images a label is, by the path of the list that they belong to.

    Members are gone through, not labels for each list: there may be many of both.
    """
    main = [file for file in files if file.task == MAIN]
    found: dict[str, list[str]] = {file.path: [] for file in main}
    folder = f"{layout.IMAGE_SETS}/{MAIN}/"
    named: dict[str, list[str]] = {}  # by the path where a file of the label's begins: '../car' leads out of the folder
    for label in labels:
        if not label.startswith("/"):
            named.setdefault(normpath(f"{folder}{label}_")[:-1], []).append(label)
    for root in sorted({file.root for file in main}):
        for path in sorted(path for path in container.members if path.startswith(root)):
            for underscore in _UNDERSCORE.finditer(path, len(root)):
                at = underscore.start()
                of_list = found.get(f"{root}{folder}{path[at + 1 :]}")
                if of_list is not None and any(
                    member_at(container, f"{root}{folder}{label}{path[at:]}") == path
                    for label in named.get(path[len(root) : at], ())
                ):
                    of_list.append(path)
    return found


def _check_class_file(data: bytes, report: Reporter) -> None:
    for number, line in _content(data, report):
        fields = line.rsplit(maxsplit=1)
        if len(fields) != 2:
            report.at(line=number)(
                rules.OTHER_TASK_LINE,
                f"invalid number of fields in line, expected 2: write -1, 0 or 1 behind the id {line!r}",
            )
        elif fields[1] not in _PRESENT:
            report.at(line=number, image=fields[0])(
                rules.OTHER_TASK_LINE,
                f"unexpected class existence value {fields[1]!r}, expected -1, 0 or 1: write one of them behind {fields[0]!r}",
            )


def joined(
    entries: Sequence[Entry],
    lists: Iterable[OtherList],
    container: Container,
    photos: Mapping[str, Mapping[str, str]],
    report: Reporter,
) -> tuple[Entry, ...]:
    """Entries of all images, those that only lists of other tasks name behind the others.

    Args:
        entries: what the lists for masks name.
        lists: lists of other tasks.
        container: the archive.
        photos: paths of the photos by root and id.
        report: gets what is wrong.
    """
    found = {(entry.root, entry.subset, entry.name): entry for entry in entries}
    lists = list(lists)
    all_photos = {root: frozenset(paths.values()) for root, paths in photos.items()}
    for other in lists:
        root = other.file.root
        for name, line in other.lines.items():
            key = (root, other.subset, name)
            entry = found.get(key) or _without_masks(other, name, photos.get(root, {}).get(name))
            here = report.at(member=other.file.path, line=line, image=name)
            path = _annotation(container, root, name, here)
            names_photo = (
                path is not None and entry.photo_path is not None and (key in found or other.file.task == MAIN)
            )
            found[key] = entry._replace(
                annotation_path=path,
                has_parts=entry.has_parts or other.file.task == _LAYOUT,
                photos=all_photos[root] if names_photo else entry.photos,
            )
    if lists:
        _report(lists, len(found) - len(entries), container, report)
    return tuple(found.values())


def _without_masks(other: OtherList, name: str, photo: str | None) -> Entry:
    """What a list of another task alone names."""
    return Entry(
        root=other.file.root, subset=other.subset, name=name, class_path=None, object_path=None, photo_path=photo
    )


def _annotation(container: Container, root: str, name: str, report: Reporter) -> str | None:
    if leads_out(name):
        report(
            rules.ID_OUTSIDE_DATASET,
            "the id leads out of the data set, so CVAT opens a file elsewhere on its disk; it was not followed",
        )
        return None
    return member_at(container, f"{root}{layout.ANNOTATION_FOLDER}/{name}.xml")


def _report(lists: Sequence[OtherList], images: int, container: Container, report: Reporter) -> None:
    first = lists[0].file
    xml = sum(path.startswith(f"{first.root}{layout.ANNOTATION_FOLDER}/") for path in container.members)
    tasks = sorted({other.file.task for other in lists})
    more = f", and {counted(images, 'image')} that only they name" if images else ""
    report.at(member=first.path)(
        rules.OTHER_TASK_LISTS,
        f"CVAT imports the lists in ImageSets/{', '.join(tasks)} and {counted(xml, 'XML file')} of "
        f"{layout.ANNOTATION_FOLDER} too, as labels and boxes beside the masks{more}; remove what you do not mean",
        evidence.OtherTasks(len(lists), xml, images),
    )
