"""What holds an archive's members: a zip, read in place, or a folder. Both answer alike.

A member has a name, as stored, and a path: where CVAT's unpacking puts it. Paths are relative, with ``/``, and never
leave the archive. Later members overwrite earlier ones with the same path, as unpacking does.
"""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from . import defects
from .limits import Limits
from .problem import Defect, Handler, Location, Problem

_BIDI_CONTROLS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_SEPARATORS: Final = re.compile(r"[/\\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file inside the archive.

    Attributes:
        name: as stored.
        path: where unpacking puts it.
        size: bytes unpacked.
        readable: False where a problem forbids to read it.
    """

    name: str
    path: str
    size: int
    readable: bool = True


class Container(ABC):
    r"""Members by path, and their bytes.

    Attributes:
        folders: paths of all folders, without a final ``/``.
        failed: the archive cannot be read at all; the reason was handed over.
        backslashed: every name used ``\`` for ``/``; paths have ``/``, so that the rest can be checked too.
    """

    def __init__(self) -> None:
        self.folders: set[str] = set()
        self.failed = False
        self.backslashed = False

    @property
    @abstractmethod
    def members(self) -> Mapping[str, Member]:
        """Path to member."""

    @abstractmethod
    def read(self, path: str, on_problem: Handler) -> bytes | None:
        """All bytes of the member at a path, checked; None where it cannot be read, and the reason handed over."""

    @abstractmethod
    def check(self, path: str, on_problem: Handler) -> None:
        """Reads a member to its end, keeping nothing, for the problems only."""

    @abstractmethod
    def only(self, paths: Iterable[str]) -> Container:
        """The same archive with these members alone: all that another process needs to read them."""

    def ahead(self) -> Container:
        """The same, with the members' bytes fetched before they are read where that is worth it."""
        return self

    @abstractmethod
    def close(self) -> None:
        """Lets go of the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _add_parents(self, path: str) -> None:
        parent = path
        while "/" in parent:
            parent = parent.rpartition("/")[0]
            if parent in self.folders:
                break
            self.folders.add(parent)


def unpacked_path(name: str) -> str:
    """Where unpacking on Linux puts a member: empty parts, ``.`` and ``..`` are dropped; a backslash is a character."""
    parts = name.split("/")
    kept = [part for part in parts if part not in {"", ".", ".."}]
    return name if kept == parts else "/".join(kept)


def check_name(name: str, on_problem: Handler) -> None:
    """Hands over what is dangerous or misleading in a member's name."""
    parts = _SEPARATORS.split(name)
    if ".." in parts:
        _report(
            defects.PATH_TRAVERSAL,
            name,
            "the name climbs out of the folder it is unpacked to; rename the member and do not unpack this archive with "
            "a tool that follows it",
            on_problem,
        )
    elif parts[0] == "" or _DRIVE.match(name):
        _report(
            defects.ABSOLUTE_PATH,
            name,
            "the name is absolute, so some tools unpack it outside the chosen folder; make it relative",
            on_problem,
        )
    elif "\\" in name:
        _report(
            defects.BACKSLASH_IN_NAME,
            name,
            "'\\' is no separator in a zip: CVAT gets one file with a backslash in its name and never finds it; "
            "write the zip with '/'",
            on_problem,
        )
    if name.isprintable():
        return  # what is asked for below is not
    hidden = sorted({c for c in name if c in _BIDI_CONTROLS or unicodedata.category(c) in {"Cc", "Cs"}})
    if hidden:
        shown = ", ".join(f"U+{ord(c):04X}" for c in hidden)
        _report(
            defects.CONTROL_IN_NAME,
            name,
            f"the name holds control characters ({shown}) that steer terminals or hide what it is; rename the member",
            on_problem,
        )


def check_size(name: str, size: int, packed: int | None, limits: Limits, on_problem: Handler) -> bool:
    """Whether a member may be read; hands over why not."""
    if size > limits.member_bytes:
        reason = f"{size:,} bytes unpacked, more than the {limits.member_bytes:,} allowed for one member"
    elif packed is not None and size >= limits.ratio_bytes and size > limits.ratio * max(packed, 1):
        reason = f"{packed:,} bytes unpack to {size:,}, more than {limits.ratio:g} times as many"
    else:
        return True
    _report(
        defects.ARCHIVE_BOMB,
        name,
        f"{reason}; the member was not read",
        on_problem,
        complete=False,
        evidence={"size": size, "packed": packed},
    )
    return False


def _report(
    defect: Defect,
    name: str,
    message: str,
    on_problem: Handler,
    *,
    complete: bool = True,
    evidence: Mapping[str, object] | None = None,
) -> None:
    where = Location(member=name)
    on_problem(Problem(defect=defect, message=message, location=where, complete=complete, evidence=evidence or {}))
