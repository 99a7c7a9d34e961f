"""What the formats share: a bound on masks, names without extension, text files that appear whole."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from segmask._support.files import replacing
from segmask.limits import DEFAULT_LIMITS

MASK_PIXELS: Final = 8 * DEFAULT_LIMITS.pixels
"""How many the masks of one image, in memory together, may have; a few bytes of run lengths stand for any number."""


def without_extension(file_name: str) -> str:
    """The name of an image: the path of its file, folders included, separated by ``/``."""
    return posixpath.splitext(file_name)[0]


def write_text(path: Path, chunks: Iterable[str]) -> None:
    """Makes or replaces a file of UTF-8 text, whole or not at all.

    Raises:
        OSError: the file cannot be written; the target is as it was.
        Exception: whatever `chunks` raises; the same.
    """
    with replacing(path) as stream:
        stream.writelines(chunk.encode("utf-8") for chunk in chunks)
