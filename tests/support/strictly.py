"""Strict reading, as a code to compare."""

from __future__ import annotations

import warnings
from pathlib import Path

import segmask


def raised(path: Path) -> str | None:
    """Code of what strict reading raises, None where it reads to the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", segmask.FormatWarning)
        try:
            with segmask.open(path) as archive:
                for _ in archive:
                    pass
        except segmask.FormatError as error:
            return error.problem.rule
    return None
