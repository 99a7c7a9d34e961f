"""How much an untrusted archive may make the reader do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on what is read; whatever is over one is a problem and stays unread.

    Attributes:
        pixels: width times height of one mask.
        runs: stretches of one colour along the rows of one mask; one of 1080p has some ten thousand.
        archive_runs: runs of all masks of an archive together, shared out evenly; a mask whose share of `byte_runs` is larger may have that.
        byte_runs: runs for each byte that the masks take in the archive, shared out by the sizes of their files.
        decoded_pixels: width times height of a mask that is no PNG: such a one is decoded whole.
        member_bytes: unpacked size of one member.
        total_bytes: unpacked size of all members.
        ratio: unpacked to packed size, of a member and of all together, checked from `ratio_bytes` unpacked on.
        ratio_bytes: size below which a high ratio harms nobody.
        slow_bytes: unpacked size of all members that bz2 or LZMA packed: they take many times as long as deflated ones.
        depth: folders that a member lies in.
        members: number of members.
        columns: columns that the edges of the polygons of one image cross, where shapes are painted.
        roots: data sets in one archive.
        lists: image sets, of all tasks.
        listings: lines of lists that name one mask.
        text_bytes: unpacked size of one list or label map.
        texts_bytes: unpacked size of all lists and label maps together.
        xml_bytes: size of the XML of one image, whose objects take a hundred times as much.
        line_bytes: length of a line of a list or label map.
        label_lines: lines of a label map.
        lines: lines of all lists and label maps together.
        connect_seconds: until the server of a URL takes a connection.
        silent_seconds: without a byte of its answer.
    """

    pixels: int = 1 << 27
    runs: int = 1_500_000
    archive_runs: int = 30_000_000
    byte_runs: int = 64
    decoded_pixels: int = 1 << 23
    member_bytes: int = 2 << 30
    total_bytes: int = 1 << 40
    ratio: float = 200.0
    ratio_bytes: int = 16 << 20
    slow_bytes: int = 256 << 20
    depth: int = 64
    members: int = 1_000_000
    columns: int = 2_500_000
    roots: int = 64
    lists: int = 10_000
    listings: int = 32
    text_bytes: int = 4 << 20
    texts_bytes: int = 32 << 20
    xml_bytes: int = 1 << 20
    line_bytes: int = 64 << 10
    label_lines: int = 1 << 16
    lines: int = 300_000
    connect_seconds: float = 10.0
    silent_seconds: float = 30.0


DEFAULT_LIMITS = Limits()
