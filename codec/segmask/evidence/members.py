"""Evidence about an archive's members and their names."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Evidence


@dataclass(frozen=True, slots=True)
class FileSize(Evidence):
    """How large the archive is.

    Attributes:
        size: bytes.
    """

    size: int


@dataclass(frozen=True, slots=True)
class FileStart(Evidence):
    """How a file that is no zip begins.

    Attributes:
        size: bytes.
        starts_with: the first eight bytes, as hexadecimal digits.
    """

    size: int
    starts_with: str


@dataclass(frozen=True, slots=True)
class MemberSize(Evidence):
    """How large a member says it is.

    Attributes:
        size: bytes unpacked.
        packed: bytes in the zip; null in a folder.
    """

    size: int
    packed: int | None


@dataclass(frozen=True, slots=True)
class StoredTwice(Evidence):
    """Two members of one path.

    Attributes:
        sizes: bytes of the earlier and of the later one, unpacked.
    """

    sizes: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ExpectedName(Evidence):
    """A name that is almost right.

    Attributes:
        expected: the name that CVAT looks for.
    """

    expected: str


@dataclass(frozen=True, slots=True)
class Roots(Evidence):
    """Several data sets.

    Attributes:
        roots: their folders, each empty or ending in /.
    """

    roots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Depth(Evidence):
    """How deep the data set lies.

    Attributes:
        depth: folders around it.
    """

    depth: int


@dataclass(frozen=True, slots=True)
class NotUtf8(Evidence):
    """Text in another encoding.

    Attributes:
        byte: the first byte that is not UTF-8.
        offset: where it stands, in bytes from 0.
        likely_encoding: what the text looks like.
    """

    byte: int
    offset: int
    likely_encoding: str
