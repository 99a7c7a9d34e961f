"""The report: as data, as JSON, as text."""

from typing import Final

TOOL: Final = "segmask-validate"
"""Who says it, in every report; the command's name."""
