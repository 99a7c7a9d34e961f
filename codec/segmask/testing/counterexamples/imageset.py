"""Counterexamples of the image sets: lists that CVAT passes over or misreads, ids that match no mask."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from hypothesis import strategies as st

from segmask import rules
from segmask.container import text
from segmask.dataset.layout import IMAGE_SETS, PNG_SUFFIX, TASK
from segmask.testing.samples.model import (
    Member,
    SampleArchive,
    class_mask_of,
    list_of,
    object_mask_of,
)

from .planting import NAMES, SUBSET, add, append_labels, fresh, masks, plant, plant_masks
from .registry import breaks

_LISTS = f"{IMAGE_SETS}/{TASK}/"


def _listed_as(draw: st.DrawFn, archive: SampleArchive, pairs: list[tuple[str, str]]) -> SampleArchive:
    """An image with sound masks and a line that is not its id: (name, line) pairs to choose from."""
    name, line = draw(st.sampled_from(pairs))
    return plant(archive, name, masks(draw, archive), line=line)


@breaks(rules.NO_IMAGE_SET)
def no_image_set(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """No list, or none that CVAT sees."""
    ends = draw(st.sampled_from([None, ".TXT", ".text", "_1.txt"]))

    def change(member: Member) -> Member | None:
        if not member.name.startswith(_LISTS) or member.name.endswith("/"):
            return member
        if ends is None or member.name.startswith(f"{_LISTS}."):
            return None
        return replace(member, name=member.name.removesuffix(".txt") + ends)

    return archive.mapping(change)


@breaks(rules.UNDERSCORE_IN_LIST_NAME)
def underscore_in_list_name(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A second list, whose name CVAT does not like."""
    name = draw(NAMES)
    listed = add(archive, f"{_LISTS}{draw(st.sampled_from(['train_1', '_', 'a_b.c']))}.txt", f"{name}\n")
    return plant_masks(listed, name, masks(draw, archive))


@breaks(rules.IGNORED_LIST_FILE)
def ignored_list_file(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A second list, where CVAT does not look."""
    name = draw(NAMES)
    places = [f"{_LISTS}planted", f"{_LISTS}planted.TXT", f"{_LISTS}planted.csv", f"sub/{_LISTS}planted.txt"]
    listed = add(archive, draw(st.sampled_from(places)), f"{name}\n")
    return plant_masks(listed, name, masks(draw, archive))


@breaks(rules.LIST_NOT_UTF8)
def list_not_utf8(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A list in another encoding."""
    name = "plänted"
    encoding = draw(st.sampled_from(["cp1252", "utf-16"]))
    listed = add(archive, list_of(SUBSET), f"{name}\n".encode(encoding))
    return plant_masks(listed, name, masks(draw, archive))


@breaks(rules.BOM_IN_LIST)
def bom_in_list(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A list that begins with a byte order mark."""
    name = draw(NAMES)
    return plant(archive, name, masks(draw, archive), line=f"\ufeff{name}")


@breaks(rules.EXTENSION_IN_ID)
def extension_in_id(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id with the suffix of its photo."""
    name = draw(NAMES)
    return _listed_as(draw, archive, [(name, name + suffix) for suffix in (".jpg", ".png", ".JPEG", ".bmp")])


@breaks(rules.QUOTES_IN_ID)
def quotes_in_id(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id in quotes."""
    name = draw(NAMES)
    return _listed_as(draw, archive, [(name, f"{quote}{name}{quote}") for quote in "\"'`"])


@breaks(rules.FLAG_AFTER_ID)
def flag_after_id(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id with a flag behind it, as other tasks of VOC have."""
    name = draw(NAMES)
    return _listed_as(draw, archive, [*((name, name + flag) for flag in (" 1", " -1", "  0", "\t1")), *_pairs(name)])


def _pairs(name: str) -> list[tuple[str, str]]:
    """Paths of a photo and its mask on one line, as other tools list them."""
    lines = [f"JPEGImages/{name}.jpg SegmentationClass/{name}.png", f"{name}.jpg,{name}.png", f"{name}.jpg\t{name}.png"]
    return [(name, line) for line in lines]


@breaks(rules.BACKSLASH_IN_ID)
def backslash_in_id(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id with a backslash for its folder."""
    return _listed_as(draw, archive, [("planted/a", "planted\\a"), ("planted/a/b", "planted\\a\\b")])


@breaks(rules.CASE_DIFFERS)
def case_differs(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id in other letters than its masks."""
    return _listed_as(draw, archive, [("planted", "Planted"), ("PLANTED", "planted"), ("Planted/a", "planted/a")])


@breaks(rules.UNICODE_FORM_DIFFERS)
def unicode_form_differs(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id and masks of which one has its accents apart."""
    composed = draw(st.sampled_from(["plänted", "é/planted"]))
    apart = unicodedata.normalize("NFD", composed)
    return _listed_as(draw, archive, [(composed, apart), (apart, composed)])


@breaks(rules.WRONG_MASK_NAME)
def mask_suffix(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Masks whose names say more than the id, or end otherwise."""
    name, found = draw(NAMES), masks(draw, archive)
    assert found.classes is not None
    assert found.objects is not None
    addition = draw(st.sampled_from(["_mask.png", "-label.png", "_gt.png", ".PNG", ".tif"]))
    files = ((class_mask_of(name), found.classes), (object_mask_of(name), found.objects))
    members = [Member(name=path.removesuffix(PNG_SUFFIX) + addition, data=data) for path, data in files]
    return add(archive, list_of(SUBSET), f"{name}\n").adding(*members)


@breaks(rules.COMMENTED_ID)
def commented_id(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id that is a comment, in a list that names another."""
    name, mark = draw(NAMES), draw(st.sampled_from(["#", "# ", "  #  "]))
    two = plant(archive, "planted too", masks(draw, archive), line=f"planted too\n{mark}{name}")
    return plant_masks(two, name, masks(draw, archive))


@breaks(rules.EMPTY_LIST)
def empty_list(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A list that names nothing."""
    return add(archive, list_of(SUBSET), draw(st.sampled_from(["", "\n", "# nothing yet\n", " \r\n\r\n"])))


@breaks(rules.UNLISTED_MASK)
def unlisted_mask(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Masks, or one of them, that no list names."""
    found = masks(draw, archive)
    missing = draw(st.sampled_from([{}, {"classes": None}, {"objects": None}]))
    return plant_masks(archive, draw(NAMES), replace(found, **missing))


@breaks(rules.NOTHING_ARRIVES, rules.UNLISTED_MASK, rules.LISTED_WITHOUT_MASK)
def nothing_arrives(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Masks, and a list that names another image."""
    lists = [name for name in sorted(archive.names) if name.startswith(_LISTS) and not name.startswith(f"{_LISTS}.")]
    listed = plant_masks(archive.without(*lists), draw(NAMES), masks(draw, archive))
    return add(listed, list_of(SUBSET), "planted too\n")


@breaks(rules.REPEATED_ID)
def repeated_id(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id that its list names twice."""
    name = draw(NAMES)
    return plant(archive, name, masks(draw, archive), line=f"{name}\n{name}")


@breaks(rules.ID_IN_SEVERAL_LISTS)
def id_in_several_lists(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id that two lists name."""
    name = draw(st.sampled_from([image.name for image in archive.images]))
    return add(archive, list_of(SUBSET), f"{name}\n")


@breaks(rules.ID_OUTSIDE_DATASET)
def id_outside_dataset(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id that leads elsewhere."""
    ids = ["../planted", "../../planted", "/planted", "C:\\planted", "a/../../../planted", "..\\planted", "c:/planted"]
    return add(archive, list_of(SUBSET), draw(st.sampled_from(ids)) + "\n")


@breaks(rules.LISTED_WITHOUT_MASK)
def listed_without_mask(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id that has no mask."""
    return add(archive, list_of(SUBSET), f"{draw(NAMES)}\n")


@breaks(rules.OTHER_TASK_LISTS)
def other_task_lists(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A list of another task of VOC."""
    task = draw(st.sampled_from(["Main", "Layout", "Action"]))
    found = add(archive, f"{IMAGE_SETS}/{task}/default.txt", f"{archive.images[0].name}\n")
    return add(found, "Annotations/a.xml", "<annotation/>") if draw(st.booleans()) else found


@breaks(rules.LIST_IS_A_FOLDER)
def list_is_a_folder(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A folder that is named as a list is."""
    return add(archive, f"{list_of(SUBSET)}/{draw(st.sampled_from(['', 'x.txt', 'README']))}", b"")


@breaks(rules.OTHER_TASK_LINE, rules.OTHER_TASK_LISTS)
def other_task_line(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A list of another task with a line that CVAT refuses."""
    name = archive.images[0].name
    if draw(st.booleans()):
        return add(
            archive, f"{IMAGE_SETS}/Layout/{SUBSET}.txt", draw(st.sampled_from(['"{}', '"{}" "1"'])).format(name)
        )
    listed = add(archive, f"{IMAGE_SETS}/Main/{SUBSET}.txt", f"{name}\n")
    line = draw(st.sampled_from(["{} 2", "{} true", "{} 1.0", "{} x"])).format(name)
    label = fresh(archive)
    return add(append_labels(listed, label), f"{IMAGE_SETS}/Main/{label}_{SUBSET}.txt", f"{line}\n")


@breaks(rules.BAD_ANNOTATION_FILE, rules.OTHER_TASK_LISTS)
def bad_annotation_file(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An XML file that CVAT reads and refuses."""
    task = draw(st.sampled_from(["Main", "Layout", "Action"]))
    listed = add(archive, f"{IMAGE_SETS}/{task}/{SUBSET}.txt", "planted\n")
    files = [
        "",
        "<annotation>",
        "<annotations/>",
        "<annotation><object/></annotation>",
        "<annotation><filename/></annotation>",
    ]
    return add(listed, "Annotations/planted.xml", draw(st.sampled_from(files)))


@breaks(rules.IDS_DIFFER_IN_SLASH, rules.BACKSLASH_IN_ID)
def ids_differ_in_slash(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """One list in place of all, which names an id twice."""
    planted = plant_masks(archive, "planted/a", masks(draw, archive))
    no_list = planted.mapping(
        lambda member: None if member.name.startswith(_LISTS) and member.name.endswith(".txt") else member
    )
    ids = draw(st.permutations([*dict.fromkeys(image.name for image in archive.images), "planted/a", "planted\\a"]))
    return add(no_list, list_of(SUBSET), "\n".join(ids))


@breaks(rules.PATH_IN_ID)
def path_in_id(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id behind the folder of its masks, or of its photo, or behind another."""
    name = draw(NAMES)
    folders = ["SegmentationClass", "SegmentationObject", "JPEGImages", "data/JPEGImages", "frames/all"]
    suffixes = ["", ".png", ".jpg"]
    return _listed_as(draw, archive, [(name, f"{folder}/{name}{suffix}") for folder in folders for suffix in suffixes])


@breaks(rules.STRAY_CHARACTER_IN_ID)
def stray_character_in_id(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """An id with a separator behind it, or with a character that nobody sees."""
    name = draw(NAMES)
    signs = [f"{name},", f"{name};", f"{name}\u200b", f"\u200e{name}", f"{name}\ufeff"]
    return _listed_as(draw, archive, [(name, sign) for sign in signs])


@breaks(rules.NAME_IN_CODE_PAGE)
def name_in_code_page(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Masks whose names are in the code page that Windows writes there."""
    name, encoding = draw(
        st.sampled_from(
            [
                ("\u0433\u043e\u0440\u043e\u0434", "cp866"),
                ("\u6797/a", "gb18030"),
                ("stra\u00dfe", "cp1252"),
                ("\u00e9", "utf-8"),
            ]
        )
    )
    names = {class_mask_of(name), object_mask_of(name)}
    return plant(archive, name, masks(draw, archive)).mapping(
        lambda member: replace(member, name_encoding=encoding) if member.name in names else member
    )


@breaks(rules.LIST_IS_POINTER)
def list_is_pointer(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A second list, which Git LFS has not fetched."""
    oid = "".join(draw(st.lists(st.sampled_from("0123456789abcdef"), min_size=64, max_size=64)))
    pointer = f"{text.LFS_POINTER}v1\noid sha256:{oid}\nsize {draw(st.integers(1, 10**6))}\n"
    return plant_masks(add(archive, f"{_LISTS}{SUBSET}.txt", pointer), draw(NAMES), masks(draw, archive))
