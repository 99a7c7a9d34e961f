"""An archive as data: its members in order, and what they are meant to contain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from segmask._support.arrays import IntArray
from segmask.dataset.layout import CLASS_FOLDER, IMAGE_SETS, LABEL_MAP, OBJECT_FOLDER, PNG_SUFFIX, TASK
from segmask.labels.labelmap import LabelMap
from segmask.testing.writers import zipwriter
from segmask.testing.writers.zipwriter import Member

from . import picture
from .pretty import Printer, print_lines

MAC: Final = "__MACOSX/"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampleImage:
    """What one image is meant to contain.

    Attributes:
        name: its id.
        subset: the list that names it.
        classes: (H, W) int64 label indices.
        objects: (H, W) int64 object numbers, 0 for none.
    """

    name: str
    subset: str
    classes: IntArray
    objects: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampleArchive:
    """An archive; its repr is made to be read.

    Attributes:
        labels: the labels that the members declare, or CVAT's default where no member does.
        images: what the members contain, in no particular order.
        members: the zip's entries in order.
        prefix: bytes before the zip.
        damaged: the file as it became where it is no sound zip any more; else None.
    """

    labels: LabelMap
    images: tuple[SampleImage, ...]
    members: tuple[Member, ...]
    prefix: bytes = b""
    damaged: bytes | None = None

    def to_bytes(self) -> bytes:
        """The file."""
        return self.prefix + zipwriter.write(self.members) if self.damaged is None else self.damaged

    def write(self, path: Path) -> Path:
        """Writes the file; returns its path."""
        path.write_bytes(self.to_bytes())
        return path

    @property
    def names(self) -> frozenset[str]:
        """Names of the members."""
        return frozenset(member.name for member in self.members)

    @property
    def files(self) -> tuple[Member, ...]:
        """The members that are no folders."""
        return tuple(member for member in self.members if not member.name.endswith("/"))

    def member(self, name: str) -> Member:
        """The member of a name."""
        return next(member for member in self.members if member.name == name)

    def text(self, name: str) -> str:
        """A member as text."""
        return self.member(name).data.decode()

    def adding(self, *members: Member) -> SampleArchive:
        """The archive with more members at its end."""
        return replace(self, members=(*self.members, *members))

    def mapping(self, change: Callable[[Member], Member | None]) -> SampleArchive:
        """The archive with each member changed, or left out where that gives None."""
        changed = (change(member) for member in self.members)
        return replace(self, members=tuple(member for member in changed if member is not None))

    def holding(self, name: str, data: bytes) -> SampleArchive:
        """The archive with other contents of a member, which is added where it is missing."""
        if name not in self.names:
            return self.adding(Member(name=name, data=data))
        return self.mapping(lambda member: replace(member, data=data) if member.name == name else member)

    def without(self, *names: str) -> SampleArchive:
        """The archive without some members."""
        return self.mapping(lambda member: None if member.name in names else member)

    def __repr__(self) -> str:
        """Members with their sizes; texts line by line, masks drawn."""
        if self.damaged is not None:
            return f"SampleArchive of {len(self.damaged)} bytes that begin with {self.damaged[:40]!r}"
        before = f" after {len(self.prefix)} other bytes" if self.prefix else ""
        lines = [f"SampleArchive with {len(self.members)} members{before}:"]
        for member in self.members:
            lines += [f"  {line}" for line in picture.lines(member)]
        return "\n".join(lines)

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:
        print_lines(printer, repr(self))


def list_of(subset: str) -> str:
    """Name of a subset's list."""
    return f"{IMAGE_SETS}/{TASK}/{subset}.txt"


def class_mask_of(name: str) -> str:
    """Name of an image's class mask."""
    return f"{CLASS_FOLDER}/{name}{PNG_SUFFIX}"


def object_mask_of(name: str) -> str:
    """Name of an image's object mask."""
    return f"{OBJECT_FOLDER}/{name}{PNG_SUFFIX}"


__all__ = [
    "LABEL_MAP",
    "MAC",
    "IntArray",
    "Member",
    "SampleArchive",
    "SampleImage",
    "class_mask_of",
    "list_of",
    "object_mask_of",
]
