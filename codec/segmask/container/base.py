"""What holds an archive's members: a zip, read in place, or a folder. Both answer alike.

A member has a name, as stored, and a path: where CVAT's unpacking puts it. Paths are relative, with ``/``, and never
leave the archive; what CVAT does not unpack is no member. Later members overwrite earlier ones with the same path, as unpacking does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import ClassVar, Self

from segmask import evidence, rules
from segmask.limits import Limits
from segmask.reporter import Reporter


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

    @property
    def packed_size(self) -> int:
        """Bytes that it takes in the archive."""
        return self.size

    @property
    def ambiguous_name(self) -> bytes | None:
        """Bytes of a path whose encoding nobody says, so that it may be another one; None for most members."""
        return None


class Container(ABC):
    r"""Members by path, and their bytes.

    Attributes:
        folders: paths of all folders, without a final ``/``.
        skipped: names of the files that CVAT does not unpack, by the path that they would have.
        failed: the archive cannot be read at all; the reason was handed over.
        backslashed: every name used ``\`` for ``/``; paths have ``/``, so that the rest can be checked too.
        is_folder: whether the members are unpacked already.
    """

    is_folder: ClassVar[bool] = False

    def __init__(self) -> None:
        self.folders: set[str] = set()
        self.skipped: dict[str, str] = {}
        self.is_unreadable = False
        self.backslashed = False

    @property
    @abstractmethod
    def members(self) -> Mapping[str, Member]:
        """Path to member."""

    @abstractmethod
    def read(self, path: str, report: Reporter) -> bytes | None:
        """All bytes of the member at a path, checked; None where it cannot be read, and the reason reported."""

    @abstractmethod
    def check(self, path: str, report: Reporter) -> None:
        """Reads a member to its end, keeping nothing, for the problems only."""

    @abstractmethod
    def only(self, paths: Iterable[str]) -> Container:
        """The same archive with these members alone: all that another process needs to read them."""

    def ahead(self) -> Container:
        """The same, with the members' bytes fetched before they are read where that is worth it."""
        return self

    @abstractmethod
    def verify(self) -> None:
        """Makes sure that the members are still what they were when the archive was opened.

        Raises:
            SourceError: one was changed meanwhile, so what was read says nothing about the archive.
        """

    @abstractmethod
    def close(self) -> None:
        """Closes the file."""

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


def check_size(name: str, size: int, packed: int | None, limits: Limits, report: Reporter) -> bool:
    """Whether a member may be read; reports why not."""
    if packed is not None and size >= limits.ratio_bytes and size > limits.ratio * max(packed, 1):
        report.at(member=name)(
            rules.ARCHIVE_BOMB,
            f"{packed:,} bytes unpack to {size:,}, more than {limits.ratio:g} times as many; the member was not read",
            evidence.MemberSize(size, packed),
            complete=False,
        )
        return False
    if size > limits.member_bytes:
        over_limit(
            "member_bytes",
            limits.member_bytes,
            f"{size:,} bytes unpacked, more than the {limits.member_bytes:,} of the limit member_bytes; the member was not "
            "read: raise the limit, or leave it out",
            report.at(member=name),
        )
        return False
    return True


def check_depth(name: str, limits: Limits, report: Reporter) -> bool:
    """Whether a member lies in few enough folders to be read; reports where it does not."""
    if max(name.count("/"), name.count("\\")) <= limits.depth:
        return True
    over_limit(
        "depth",
        limits.depth,
        f"the member lies more than {limits.depth} folders deep; it was not read: leave it out",
        report.at(member=name),
    )
    return False


def over_limit(name: str, allowed: int, message: str, report: Reporter) -> None:
    """Reports what stays unread because it is over a limit.

    Args:
        name: the limit, as `Limits` has it.
        allowed: its value.
        message: what is over it, and what to do.
        report: bound to the place.
    """
    report(rules.OVER_LIMIT, message, evidence.OverLimit(name, allowed), complete=False)
