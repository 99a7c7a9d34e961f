"""Forms of names: junk, suffixes, and what some file systems take for one name."""

from __future__ import annotations

import re
import unicodedata
from posixpath import normpath
from typing import Final

from segmask.container.base import Container

_NO_LETTERS: Final = re.compile(r"[^a-z]")
_ADDITION: Final = r"(.+)[ ._-](?:mask|masks|label|labels|labelids|seg|gt|class|object|instance)"
_JUNK: Final = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory"})

_DRIVE: Final = re.compile(r"[A-Za-z]:[/\\]")
_ODD: Final = re.compile(r"//|\./|/\.")  # what no normal path has, and few others
_LONGEST_PATH: Final = 4096


def leads_out(image_id: str) -> bool:
    """Whether an id leads out of the folder that it is looked up in: absolute, or with too many ``..``."""
    if image_id.startswith("/") or _DRIVE.match(image_id):
        return True
    return ".." in image_id and normpath(image_id.replace("\\", "/")).split("/")[0] == ".."


def member_at(container: Container, path: str) -> str | None:
    """Path of the member that a file system finds: ``x/..`` leads nowhere where no folder is named x.

    Args:
        container: the archive.
        path: relative, not leading out of the archive.

    Returns:
        The path as the archive has it, None where there is no such member.
    """
    plain: str | None = path
    if _ODD.search(path):
        plain = _followed(container, path) if ".." in path.split("/") else normpath(path)
    member = None if plain is None else container.members.get(plain)
    return None if member is None else member.path  # not a copy of it


def _followed(container: Container, path: str) -> str | None:
    """A path without ``..``, each of which must follow a folder; None where one does not."""
    if len(path) > _LONGEST_PATH:
        return None
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts or "/".join(parts) not in container.folders:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


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


def letters_of(name: str) -> str:
    """The letters from a to z of a name, in small ones: what is left when people write it in their own way."""
    return _NO_LETTERS.sub("", name.lower())


def without_addition(stem: str) -> str | None:
    """A mask's name without what people add to the image's, such as ``_mask``; None where nothing is added."""
    match = re.fullmatch(_ADDITION, stem, re.IGNORECASE)
    return match and match[1]
