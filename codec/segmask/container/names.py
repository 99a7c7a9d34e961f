"""What is dangerous or misleading in the names of members, and where unpacking puts them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from segmask import rules
from segmask.reporter import Reporter

_BIDI_CONTROLS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


_DRIVE: Final = re.compile(r"[A-Za-z]:")


_SEPARATORS: Final = re.compile(r"[/\\]")


def is_skipped(name: str) -> bool:
    """Whether CVAT's unpacking passes over a member, as `shutil.unpack_archive` does."""
    return name.startswith("/") or ".." in name


def unpacked_path(name: str) -> str:
    """Where unpacking on Linux puts a member that is not skipped: empty parts and ``.`` are dropped.

    Those and ``..`` are dropped of a skipped one too; that is where CVAT put it before 2026. A backslash is a character.
    """
    parts = name.split("/")
    kept = [part for part in parts if part not in {"", ".", ".."}]
    return name if kept == parts else "/".join(kept)


def check_name(name: str, report: Reporter) -> None:
    """Reports what is dangerous or misleading in a member's name."""
    parts = _SEPARATORS.split(name)
    if ".." in parts:
        report.at(member=name)(
            rules.PATH_TRAVERSAL,
            "the name climbs out of the folder it is unpacked to, and CVAT skips the member; rename it, and do not unpack "
            "this archive with a tool that follows the name",
        )
    elif parts[0] == "" or _DRIVE.match(name):
        report.at(member=name)(
            rules.ABSOLUTE_PATH,
            "the name is absolute, so some tools unpack it outside the chosen folder, and CVAT skips what starts with '/'; "
            "make it relative",
        )
    elif "\\" in name and not is_skipped(name):
        report.at(member=name)(
            rules.BACKSLASH_IN_NAME,
            "'\\' is no separator in a zip: CVAT gets one file with a backslash in its name and never finds it; "
            "write the zip with '/'",
        )
    if name.isprintable():
        return  # what is asked for below is not
    hidden = sorted({c for c in name if c in _BIDI_CONTROLS or unicodedata.category(c) in {"Cc", "Cs"}})
    if hidden:
        shown = ", ".join(f"U+{ord(c):04X}" for c in hidden)
        report.at(member=name)(
            rules.CONTROL_IN_NAME,
            f"the name holds control characters ({shown}) that steer terminals or hide what it is; rename the member",
        )
