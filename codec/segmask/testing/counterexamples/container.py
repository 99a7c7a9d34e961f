"""Counterexamples of the archive as a container: the zip, its members' names, where the data set lies."""

from __future__ import annotations

import zlib
from dataclasses import replace

from hypothesis import strategies as st

from segmask import rules
from segmask.dataset.layout import CLASS_FOLDER, IMAGE_SETS, LABEL_MAP, OBJECT_FOLDER, PHOTO_FOLDER, TASK
from segmask.testing.samples.archives import archives
from segmask.testing.samples.labels import sound_labels
from segmask.testing.samples.model import (
    MAC,
    Member,
    SampleArchive,
    list_of,
)
from segmask.testing.writers import zipwriter

from .planting import NAMES, SUBSET, add, append_labels, fresh, masks, plant
from .registry import breaks

_NOT_ZIPS = (
    b"",
    b"\x1f\x8b\x08",
    b"<html>",
    b'{"images": []}',
    b"\x89PNG",
    b"version https://git-lfs.github.com/spec/v1\n",
)
_MEMBERS = ("notes.txt", "notes/read me.md", "x.bin")
_FOLDERS = ("export", "a b", "été", "task_1")


@breaks(rules.NOT_AN_ARCHIVE)
def not_an_archive(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Another kind of file."""
    return replace(
        archive, damaged=draw(st.sampled_from(_NOT_ZIPS) | st.binary(max_size=40).map(lambda data: b"x" + data))
    )


@breaks(rules.DAMAGED_ARCHIVE)
def damaged_archive(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A zip that is cut off."""
    whole = replace(archive, prefix=b"").to_bytes()
    return replace(archive, damaged=whole[: draw(st.integers(2, len(whole) - 1))])


def _with_member(archive: SampleArchive, member: Member) -> SampleArchive:
    """The archive with this member in the place of its namesake."""
    return archive.mapping(lambda other: member if other.name == member.name else other)


def _some_file(draw: st.DrawFn, archive: SampleArchive) -> Member:
    return draw(st.sampled_from([member for member in archive.files if member.data]))


@breaks(rules.DAMAGED_MEMBER)
def damaged_member(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A member whose bytes are not those that its checksum was taken of."""
    member = _some_file(draw, archive)
    if draw(st.booleans()):
        crc = zlib.crc32(member.data) ^ draw(st.integers(1, (1 << 32) - 1))
        return _with_member(archive, replace(member, claims={"crc": crc}))
    flip = (draw(st.integers(0, len(member.data) - 1)), draw(st.integers(1, 255)))
    return _with_member(archive, replace(member, method=zipwriter.STORED, flips=(flip,)))


@breaks(rules.ENCRYPTED_MEMBER)
def encrypted_member(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A member that asks for a password."""
    return _with_member(archive, replace(_some_file(draw, archive), claims={"encrypted": 1}))


@breaks(rules.UNKNOWN_COMPRESSION)
def unknown_compression(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A member in a method that Python does not know."""
    method = draw(st.sampled_from([9, 1, 93, 98, 99]))
    return _with_member(archive, replace(_some_file(draw, archive), claims={"method": method}))


def _twice(draw: st.DrawFn, archive: SampleArchive, data: bytes | None) -> SampleArchive:
    """A member with a namesake before it, which it replaces when the archive is unpacked."""
    member = _some_file(draw, archive)
    name = draw(st.sampled_from([member.name, f"./{member.name}", member.name.replace("/", "//")]))
    first = replace(member, name=name, data=member.data if data is None else data)
    return replace(archive, members=(first, *archive.members))


@breaks(rules.DUPLICATE_MEMBER)
def duplicate_member(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Two members of one name with different contents."""
    return _twice(draw, archive, draw(st.binary(max_size=8)) + b"\0other")


@breaks(rules.REPEATED_MEMBER)
def repeated_member(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Two members of one name with the same contents."""
    return _twice(draw, archive, None)


@breaks(rules.PATH_TRAVERSAL)
def path_traversal(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A member that climbs out."""
    return add(archive, draw(st.sampled_from(["../planted", "a/../../planted", "..\\planted", "planted/.."])))


@breaks(rules.ABSOLUTE_PATH)
def absolute_path(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A member that says where on the disk it wants to be."""
    return add(
        archive, draw(st.sampled_from(["/planted", "C:\\planted", "c:/planted", "\\\\host\\planted", "//planted"]))
    )


@breaks(rules.BACKSLASH_IN_NAME)
def backslash_in_name(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A member named as on Windows."""
    return add(archive, draw(st.sampled_from(["notes\\planted.txt", "SegmentationClass\\planted.png", "a/b\\c"])))


@breaks(rules.SYMLINK_MEMBER)
def symlink_member(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A member that is a link."""
    name, target = draw(st.sampled_from(_MEMBERS)), draw(st.sampled_from([b"labelmap.txt", b"../..", b"/etc/passwd"]))
    return archive.adding(Member(name=name, data=target, mode=zipwriter.LINK))


@breaks(rules.ARCHIVE_BOMB)
def archive_bomb(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A member that claims to be far larger than it is."""
    size = draw(st.sampled_from([20 << 20, 3 << 30]))
    return archive.adding(Member(name=draw(st.sampled_from(_MEMBERS)), data=b"0", claims={"size": size}))


@breaks(rules.CONTROL_IN_NAME)
def control_in_name(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A member whose name steers a terminal, or hides what it is."""
    hidden = draw(st.sampled_from(["\x1b[2J", "\n", "\x7f", "\u202e", "\u2066", "\x01"]))
    return add(archive, f"notes{hidden}.txt")


@breaks(rules.NAME_COLLISION)
def name_collision(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Two members whose names differ in case or Unicode form only."""
    pairs = [("Notes.txt", "notes.txt"), ("é.txt", "e\u0301.txt"), ("x/A", "X/a"), ("straße", "STRASSE")]
    first, second = draw(st.sampled_from(pairs))
    return add(add(archive, first), second)


@breaks(rules.NEAR_MISS_NAME)
def near_miss_name(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A member or folder named almost as the format wants it."""
    names = [
        "SegmentationClasses/x.txt",
        "segmentation_object/x.txt",
        "Image Sets/x.txt",
        "ImageSets/segmentation/x.txt",
    ]
    if archive.names.isdisjoint({LABEL_MAP, "dataset_meta.json"}):
        names += ["label_map.txt", "LabelMap.txt", "labelmap", "export/labelmap.txt"]
    return add(archive, draw(st.sampled_from(names)))


def _below(archive: SampleArchive, folder: str) -> SampleArchive:
    """The data set in a folder; what macOS adds stays where it is."""
    return archive.mapping(
        lambda member: member if member.name.startswith(MAC) else replace(member, name=f"{folder}/{member.name}")
    )


def _without_macs(archive: SampleArchive) -> SampleArchive:
    """The archive without what macOS adds at the top."""
    return archive.mapping(lambda member: None if member.name.startswith(MAC) else member)


@breaks(rules.SEVERAL_ROOTS)
def several_roots(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Two data sets that agree."""
    return _two_sets(draw, archive, archive)


@breaks(rules.ROOTS_DISAGREE, rules.SEVERAL_ROOTS)
def roots_disagree(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Two data sets, the second of which has one label more."""
    return _two_sets(draw, archive, append_labels(archive, fresh(archive)))


def _two_sets(draw: st.DrawFn, one: SampleArchive, other: SampleArchive) -> SampleArchive:
    depth = "x/" * draw(st.integers(0, 2))
    once = (MAC, f"{PHOTO_FOLDER}/")  # CVAT refuses two photos of one image
    second = _below(other.mapping(lambda member: None if member.name.startswith(once) else member), f"{depth}b")
    return _below(one, f"{depth}a").adding(*second.members)


@breaks(rules.NESTED_ROOT)
def nested_root(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A data set in a folder with nothing beside it."""
    return _below(_without_macs(archive), "/".join(draw(st.lists(st.sampled_from(_FOLDERS), min_size=1, max_size=3))))


@breaks(rules.ROOT_TOO_DEEP)
def root_too_deep(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A data set in more folders than CVAT looks into."""
    return _below(archive, "/".join(draw(st.lists(st.sampled_from(_FOLDERS), min_size=4, max_size=6))))


@breaks(rules.JUNK_FILE)
def junk_file(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """What an operating system leaves behind."""
    names = [".DS_Store", "Thumbs.db", "JPEGImages/desktop.ini", "._labelmap.txt", "SegmentationClass/.DS_Store"]
    names += ["ImageSets/Segmentation/._default.txt", "SegmentationObject/._planted.png"]
    return add(archive, draw(st.sampled_from(names)), b"\0\5\x16\7")


@breaks(
    rules.MISSING_MASK_FOLDER,
    rules.LISTED_WITHOUT_MASK,
    base=archives(labelmaps=sound_labels(kinds=["plain", "other background", "no background", "default"])),
)
def missing_mask_folder(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An archive without any masks."""
    gone = (f"{CLASS_FOLDER}/", f"{OBJECT_FOLDER}/", f"{IMAGE_SETS}/{TASK}/")
    rest = archive.mapping(lambda member: None if member.name.startswith(gone) else member)
    return add(rest, list_of(draw(st.sampled_from(["default", "train"]))), f"{draw(NAMES)}\n")


@breaks(rules.MASKS_ELSEWHERE, rules.LISTED_WITHOUT_MASK)
def masks_elsewhere(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A listed image whose mask lies where CVAT does not look."""
    name = draw(NAMES)
    data = masks(draw, archive).classes
    assert data is not None
    place = draw(st.sampled_from(["masks/{}.png", "Labels/semantic/{}_mask.png", "Annotations/{}.png", "gt/{}.PNG"]))
    return add(add(archive, list_of(SUBSET), f"{name}\n"), place.format(name), data)


@breaks(rules.ROOT_NOT_ALONE)
def root_not_alone(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A data set in a folder with something else beside it, or beside the folder around it."""
    folders = draw(st.lists(st.sampled_from(_FOLDERS), min_size=1, max_size=3))
    inside = _below(_without_macs(archive), "/".join(folders))
    name = draw(st.sampled_from(["README.md", "notes/a.txt", f"{MAC}{folders[0]}/._labelmap.txt", "empty/"]))
    depth = 0 if name.startswith(MAC) else draw(st.integers(0, len(folders) - 1))
    return add(inside, "".join(f"{folder}/" for folder in folders[:depth]) + name, b"")


@breaks(rules.SKIPPED_MEMBER)
def skipped_member(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An image, or a second list, that CVAT does not unpack."""
    if draw(st.booleans()):
        return plant(
            archive, draw(st.sampled_from(["planted..a", "planted./a..b", "planted/a."])), masks(draw, archive)
        )
    return add(archive, list_of("planted..a"), "")


@breaks(rules.PATH_TOO_LONG)
def path_too_long(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A member of a path that no file can have."""
    depth, width = draw(st.sampled_from([(21, 200), (2_100, 1), (42, 100)]))
    return add(archive, f"{'d' * width}/" * depth + "planted")


@breaks(rules.OVER_LIMIT)
def over_limit(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A member in more folders than anybody makes."""
    return add(archive, "d/" * draw(st.integers(65, 90)) + "planted")
