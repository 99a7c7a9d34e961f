"""What CVAT refuses, loses or misreads of an archive in a task; docs/task.md says where each step is from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from segmask import Archive, evidence, rules
from segmask.labels.labelmap import BACKGROUND
from segmask.problem import counted
from segmask.reporter import Reporter
from segmask_validate.report.model import Skip

if TYPE_CHECKING:
    from .model import Task
    from .usage import ImageUsage

NO_TASK: Final = "needs --task"
_NO_LABELS: Final = "the labels of the task are not given"
_NO_FRAMES: Final = "the frames of the task are not given"
_NO_SIZES: Final = "the sizes of the task's frames are not known"
_NEW_FRAMES: Final = "a project import makes frames of the archive's own photos"
_OF_FRAMES: Final = tuple(rule.code for rule in rules.RULES if rule.area == "TASK" and rule != rules.LABEL_NOT_IN_TASK)


def unchecked(task: Task | None) -> Iterator[Skip]:
    """Rules that cannot be checked, and why."""
    if task is None:
        yield from (Skip(rule.code, NO_TASK, is_usual=True) for rule in rules.RULES if rule.area == "TASK")
        return
    if task.labels is None:
        yield Skip(rules.LABEL_NOT_IN_TASK.code, _NO_LABELS)
    if task.is_project:
        checked = {rules.NO_SUCH_FRAME.code, rules.ID_AS_FRAME_NUMBER.code, rules.IDS_OF_ONE_FRAME.code}
        yield from (Skip(code, _NEW_FRAMES, is_usual=True) for code in _OF_FRAMES if code not in checked)
    elif task.frames is None:
        yield from (Skip(code, _NO_FRAMES) for code in _OF_FRAMES)
    elif not any(frame.size for frame in task.frames):
        yield Skip(rules.FRAME_SIZE_DIFFERS.code, _NO_SIZES)


def check(archive: Archive, usage: ImageUsage, task: Task, report: Reporter) -> None:
    """Reports where an archive does not fit a task.

    Args:
        archive: the archive.
        usage: what all its images bring along.
        task: the task.
        report: gets the problems.
    """
    from . import framechecks  # slow to import, and most runs have no task

    if task.labels is not None:
        _check_labels(archive, usage, task.labels, report, is_project=task.is_project)
    if task.is_project:
        framechecks.check_photos(archive.entries, report)
    elif task.frames is not None:
        framechecks.check_frames(archive.entries, usage.sizes, task.frames, report, is_video=task.is_video)


def _check_labels(
    archive: Archive, usage: ImageUsage, known: tuple[str, ...], report: Reporter, *, is_project: bool
) -> None:
    from .nearest import nearest  # as above

    names = archive.labelmap.names
    if is_project:
        asked = [name for name in names if name != BACKGROUND] if known else []
    else:
        asked = [name for name in names if name in usage.instances]
    lines = {label.name: archive.labelmap.line_of(index) for index, label in enumerate(archive.labelmap)}
    for name in dict.fromkeys(asked):
        if name not in known:
            place = report.at(
                member=archive.label_source, line=lines.get(name), image=None if is_project else usage.first[name]
            )
            found = evidence.TaskLabel(name, usage.instances.get(name, 0), nearest(name, known))
            place(rules.LABEL_NOT_IN_TASK, _message(found, is_project=is_project), found)


def _message(found: evidence.TaskLabel, *, is_project: bool) -> str:
    used = counted(found.instances, "instance")
    if is_project:
        said = f'Target project does not have label with name "{found.label}" ({used})'
        remedy = "add it to the project, or take it out of the label map"
    else:
        said = f"Label {found.label!r} is not registered for this task, and {used} {'has' if found.instances == 1 else 'have'} it"
        remedy = "add it to the task, or give the instances another label"
    if found.label == BACKGROUND:
        remedy = (
            "add object masks, in which the background has no instance, or add the label to the task; an import into a "
            "project drops it"
        )
    if found.nearest is not None:
        remedy = f"the nearest label there is {found.nearest!r}: rename one"
    return f"{said}; {remedy}"
