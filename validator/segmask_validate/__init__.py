"""What CVAT would do with a Segmentation Mask archive: rules, reports, and the command ``segmask-validate``.

`validate` is imported when it is first used: it brings numpy, which the command's ``--help`` must not wait for.

PYTEST_DONT_REWRITE
"""

from typing import TYPE_CHECKING

from segmask._support.lazy import attributes
from segmask.rules import RULES
from segmask.rules.rule import Rule

from .report.model import ArchiveReport, Arrival, Finding, LeaveOut, LeftOut, Skip, Verdict
from .selection import FailOn, Selection

if TYPE_CHECKING:
    from .run.runner import validate, validate_all
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
    __name__, {"run.runner": ("validate", "validate_all"), "task.model": ("Frame", "Target", "Task", "TaskError")}
)
