"""What CVAT would do with a Segmentation Mask archive: rules, reports, and the command ``segmask-validate``.

Names are imported when they are first used: `validate` brings numpy, which the command's ``--help`` must not wait for.

PYTEST_DONT_REWRITE
"""

from typing import TYPE_CHECKING

from segmask._support.lazy import attributes

if TYPE_CHECKING:
    from segmask.rules import RULES
    from segmask.rules.rule import Rule

    from .report.model import ArchiveReport, Arrival, Finding, LeaveOut, LeftOut, Skip, Verdict
    from .run.runner import validate, validate_all
    from .selection import FailOn, Selection
    from .task.model import Frame, Target, Task, TaskError

__all__ = [
    "RULES",
    "ArchiveReport",
    "Arrival",
    "FailOn",
    "Finding",
    "Frame",
    "LeaveOut",
    "LeftOut",
    "Rule",
    "Selection",
    "Skip",
    "Target",
    "Task",
    "TaskError",
    "Verdict",
    "validate",
    "validate_all",
]

__getattr__, __dir__ = attributes(
    __name__,
    {
        ".report.model": ("ArchiveReport", "Arrival", "Finding", "LeaveOut", "LeftOut", "Skip", "Verdict"),
        ".run.runner": ("validate", "validate_all"),
        "segmask.rules": ("RULES",),
        "segmask.rules.rule": ("Rule",),
        ".selection": ("FailOn", "Selection"),
        ".task.model": ("Frame", "Target", "Task", "TaskError"),
    },
)
