"""What CVAT would do with a Segmentation Mask archive: rules, reports, and the command ``segmask-validate``.

`validate` is imported when it is first used: it brings numpy, which the command's ``--help`` must not wait for.

PYTEST_DONT_REWRITE
"""

from typing import TYPE_CHECKING

from .report import ArchiveReport, Finding, Skip, Verdict
from .rule import Rule
from .rules import RULES

if TYPE_CHECKING:
    from .runner import validate

__all__ = ["RULES", "ArchiveReport", "Finding", "Rule", "Skip", "Verdict", "validate"]


def __getattr__(name: str) -> object:
    if name == "validate":
        from .runner import validate  # noqa: PLC0415

        return validate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
