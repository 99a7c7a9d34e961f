"""Forms of names: junk, suffixes, and what some file systems take for one name."""

from __future__ import annotations

import unicodedata
from typing import Final

_JUNK: Final = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory"})


def is_junk(path: str) -> bool:
    """Whether an operating system left a file behind, among them the Mac's ``._`` beside each file."""
    name = path[path.rfind("/") + 1 :]
    return name.lower() in _JUNK or name.startswith("._")


def fold(path: str) -> str:
    """Form in which names are equal that some file system takes for one: case and Unicode form."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def suffix_of(path: str) -> str:
    """The suffix with its dot, as `pathlib` has it but at a fraction of the cost; empty where there is none."""
    name = path[path.rfind("/") + 1 :]
    at = name.rfind(".")
    return name[at:] if 0 < at < len(name) - 1 else ""
