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
class OverLimit(Evidence):
    """A limit that something is over.

    Attributes:
        limit: its name in `segmask.Limits`.
        allowed: its value.
    """

    limit: str
    allowed: int


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
class MaskFolder(Evidence):
    """A folder that may hold masks.

    Attributes:
        expected: name of the folder that CVAT reads.
        images: listed images without such a mask that its PNGs are named like.
    """

    expected: str
    images: int


@dataclass(frozen=True, slots=True)
class Roots(Evidence):
    """Several data sets.

    Attributes:
        roots: their folders, each empty or ending in /.
    """

    roots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BesideRoot(Evidence):
    """What keeps CVAT from a data set.

    Attributes:
        root: the data set's folder, ending in /.
        entries: the first of what lies beside it, or beside a folder around it; folders end in /.
        count: how much lies there.
    """

    root: str
    entries: tuple[str, ...]
    count: int


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
        likely_encoding: what the text looks like: utf-16, cp1252, or unknown where the bytes do not tell.
    """

    byte: int
    offset: int
    likely_encoding: str
