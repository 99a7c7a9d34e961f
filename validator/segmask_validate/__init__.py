"""What CVAT would do with a Segmentation Mask archive: rules, reports, and the command ``segmask-validate``.

PYTEST_DONT_REWRITE
"""

from .report import ArchiveReport, Finding, Skip, Verdict
from .rule import Rule
from .rules import RULES
from .runner import validate

__all__ = ["RULES", "ArchiveReport", "Finding", "Rule", "Skip", "Verdict", "validate"]
