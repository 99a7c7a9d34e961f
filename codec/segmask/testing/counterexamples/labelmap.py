"""Counterexamples of the label map. Each puts its line behind all others, so that no index and no colour changes."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from segmask import rules
from segmask.dataset.layout import CLASS_FOLDER, DATASET_META, IMAGE_SETS, LABEL_MAP, OBJECT_FOLDER
from segmask.labels.labelmap import BACKGROUND, BLACK, HEADER, LabelMap, dump
from segmask.pixels.color import Color
from segmask.testing.samples import labels, pngs
from segmask.testing.samples.archives import archives
from segmask.testing.samples.labels import foreground_of, free_colors, is_filler, sound_labels
from segmask.testing.samples.model import SampleArchive, object_mask_of
from segmask.testing.samples.scenes import solid
from segmask.testing.writers import pngwriter

from .planting import NAMES, SUBSET, Masks, add, append_labels, append_line, color_text, fresh, plain, plant
from .registry import breaks

_BOM = "\ufeff"
_WITH_BACKGROUND = archives(labelmaps=sound_labels(kinds=["plain", "fillers", "default"]))


@breaks(rules.WRONG_FIELD_COUNT)
def wrong_field_count(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A line that has not four fields."""
    name, color = fresh(archive), color_text(archive)
    lines = [f"{name}:{color}", name, f"{name}:{color}:", f"{name}:sub:{color}::", f"{name}:{color}:::"]
    lines += [f"{name}:{color}:: # note: a colon", f"{name},{color}", f"{name}::::"]
    lines += [f"{name};{color.replace(',', ';')}", f"{color.replace(',', ' ')} {name}", f"9:{name}:{color}::"]
    return append_line(archive, draw(st.sampled_from(lines)))


@breaks(rules.DUPLICATE_LABEL)
def duplicate_label(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A second line for a label."""
    known = draw(st.sampled_from([label.name for label in archive.labels if not is_filler(label)]))
    return append_line(archive, f"{known}:{color_text(archive)}::")


@breaks(rules.BAD_COLOR)
def bad_color(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A colour that is not three whole numbers."""
    r, g, b = free_colors(archive.labels, 1)[0]
    written = [
        f"#{r:02x}{g:02x}{b:02x}",
        f"{r}.0,{g}.0,{b}.0",
        f"{r},{g},{b},255",
        f"{r};{g};{b}",
        f"{r} {g} {b}",
        "red",
    ]
    written += [f"{r},{g}", f"({r},{g},{b})", f"{r},{g},"]
    line = draw(
        st.sampled_from([f"{fresh(archive)}:{color}::" for color in written] + ["label:color_rgb:parts:actions"])
    )
    return append_line(archive, line)


@breaks(rules.DUPLICATE_COLOR)
def duplicate_color(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A second label in a label's colour; the background's would turn all that is empty into it."""
    index = draw(st.sampled_from(foreground_of(archive.labels)))
    color = plain(archive).labels[index].color
    assert color is not None
    return append_line(archive, f"{fresh(archive)}:{color.triplet}::")


@breaks(rules.EMPTY_LABEL_NAME)
def empty_label_name(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A line without name."""
    return append_line(archive, f":{color_text(archive)}:{draw(st.sampled_from(['', 'part']))}:")


@breaks(rules.BAD_PART)
def bad_part(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A part without name, or with a label's."""
    known = [label.name for label in archive.labels if "," not in label.name]
    name = fresh(archive)
    parts = draw(st.sampled_from([f"{name}-1,,{name}-2", f"{name}-1,", name, *known]))
    return append_line(archive, f"{name}:{color_text(archive)}:{parts}:")


def _with_text(archive: SampleArchive, before: str = "", after: bytes = b"") -> SampleArchive:
    found = plain(archive)
    return found.holding(LABEL_MAP, before.encode() + found.member(LABEL_MAP).data + after)


@breaks(rules.LABEL_MAP_BOM)
def label_map_bom(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A byte order mark before a comment."""
    return _with_text(archive, _BOM + draw(st.sampled_from([HEADER, "# labels"])) + "\n")


@breaks(rules.LABEL_MAP_NOT_UTF8)
def label_map_not_utf8(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A label map in another encoding."""
    if draw(st.booleans()):
        found = plain(archive)
        return found.holding(LABEL_MAP, found.text(LABEL_MAP).encode("utf-16"))
    named = LabelMap(  # in ASCII, because what is UTF-8 before the byte that is not is misread from there on
        label if is_filler(label) or label.is_background else replace(label, name=f"label{index}", parts=(), actions=())
        for index, label in enumerate(archive.labels)
    )
    return _with_text(replace(archive, labels=_colored(named, archive.labels)), after=b"# caf\xe9\n")


def _colored(labelmap: LabelMap, like: LabelMap) -> LabelMap:
    return LabelMap(replace(label, color=color) for label, color in zip(labelmap, like.colors, strict=True))


@breaks(rules.BOM_IN_LABEL_NAME)
def bom_in_label_name(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A byte order mark before a label."""
    return _with_text(archive, _BOM + draw(st.sampled_from(["", " "])))


@breaks(rules.COLOR_OUT_OF_RANGE)
def color_out_of_range(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A colour beyond 0 to 255."""
    outside = draw(st.integers(256, 999) | st.integers(-99, -1))
    color = Color(*draw(st.permutations([outside, draw(st.integers(0, 255)), draw(st.integers(0, 255))])))
    return append_line(archive, f"{fresh(archive)}:{color.triplet}::")


@breaks(rules.ODD_COLOR_NUMBER)
def odd_color_number(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A colour that Python takes for another spelling of numbers."""
    r, g, b = free_colors(archive.labels, 1)[0]
    written = draw(st.sampled_from([f"+{r},{g},{b}", f"{r},0{g},{b}", f"{r},{g},{b:05}", f"{r}, +{g}, {b}"]))
    return append_line(archive, f"{fresh(archive)}:{written}::")


@breaks(rules.COMMENT_AS_ACTION)
def comment_as_action(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A comment behind the last field, or before it."""
    comment = draw(st.sampled_from(["# mine", "#", "#1"]))
    fields = draw(st.sampled_from([f":{comment}", f"{comment}:", f": {comment}"]))
    return append_line(archive, f"{fresh(archive)}:{color_text(archive)}:{fields}")


@breaks(rules.BLANK_IN_LABEL_NAME)
def blank_in_label_name(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A blank behind a name."""
    blank = draw(st.sampled_from([" ", "\t", "\u00a0", "   "]))
    return append_line(archive, f"{fresh(archive)}{blank}:{color_text(archive)}::")


@breaks(rules.COMMENTED_LABEL)
def commented_label(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A label that is a comment."""
    mark = draw(st.sampled_from(["#", "# ", "##", "  #"]))
    return append_line(archive, f"{mark}{fresh(archive)}:{color_text(archive)}::")


@breaks(rules.BLACK_LABEL, base=_WITH_BACKGROUND)
def black_label(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """The black label has the name of a thing."""
    found = plain(archive)
    name = fresh(archive, draw(st.sampled_from(["planted", "road"])))
    listed = [replace(label, name=name) if label.name == BACKGROUND else label for label in found.labels]
    return found.holding(LABEL_MAP, dump(LabelMap(listed)).encode())


@breaks(rules.TOO_MANY_LABELS)
def too_many_labels(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """More labels than a byte can tell apart."""
    count = 257 - len(archive.labels.names) + draw(st.integers(0, 4))
    return append_labels(archive, *(fresh(archive, f"label{number}") for number in range(count)))


@breaks(rules.INDEX_COMMENT_MISMATCH)
def index_comment_mismatch(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A filler that says the index of an earlier line."""
    index = draw(st.integers(0, len(archive.labels) - 1))
    written = draw(st.sampled_from([f"dummy{index}", f"_Dummy_{index}"]))
    return append_labels(archive, written)


@breaks(rules.INDEX_GAP)
def index_gap(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A filler that says a later index than it has."""
    return append_labels(archive, f"_dummy{len(archive.labels) + draw(st.integers(1, 300))}")


@breaks(rules.UNUSED_FILLER)
def unused_filler(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A filler behind the last label."""
    return append_labels(archive, f"{draw(st.sampled_from(['_dummy', 'dummy_']))}{len(archive.labels)}")


@breaks(rules.USED_FILLER)
def used_filler(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A filler whose index a grey mask uses."""
    index = len(archive.labels)
    found = append_labels(archive, f"_dummy{index}")
    classes, objects = solid(index)
    kinds = ((pngwriter.GREY, 8), (pngwriter.GREY, 16))
    masks = Masks(
        classes=draw(pngs.masks(classes, labels.meaning(found.labels), kinds)),
        objects=draw(pngs.masks(objects, pngs.OBJECTS)),
    )
    return plant(found, draw(NAMES), masks)


@breaks(rules.META_REPLACES_LABEL_MAP)
def meta_replaces_label_map(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A label map that nobody reads, because ``dataset_meta.json`` says something else."""
    found = plain(archive)
    other = append_labels(archive, fresh(archive)) if draw(st.booleans()) else found.holding(LABEL_MAP, b"x:9,9,9::\n")
    return other.holding(DATASET_META, labels.meta(found.labels))


@breaks(rules.BAD_DATASET_META)
def bad_dataset_meta(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A ``dataset_meta.json`` that CVAT does not understand."""
    bad = [
        b"",
        b"{",
        b"[]",
        b'{"label_map": []}',
        b'{"label_map": {"0": "a"}, "segmentation_colors": [[1, 2]]}',
        b"\xff",
    ]
    bad += [_BOM.encode() + labels.meta(plain(archive).labels), json.dumps({"labels": ["a", 0]}).encode()]
    return archive.holding(DATASET_META, draw(st.sampled_from(bad)))


@breaks(rules.LABEL_WITHOUT_COLOR)
def label_without_color(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A label without colour beside others that have one."""
    return append_line(archive, f"{fresh(archive)}::{draw(st.sampled_from(['', 'part']))}:")


@breaks(rules.EMPTY_LABEL_MAP)
def empty_label_map(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A label map without labels, and no class mask that needs one."""
    folders = (f"{CLASS_FOLDER}/", f"{OBJECT_FOLDER}/")
    found = archive.mapping(lambda member: None if member.name.startswith(folders) else member).without(DATASET_META)
    for image in archive.images:
        nothing = np.zeros_like(image.objects)
        found = found.holding(object_mask_of(image.name), draw(pngs.masks(nothing, pngs.OBJECTS)))
    return found.holding(LABEL_MAP, draw(st.sampled_from([b"", HEADER.encode() + b"\n", b"\n \n"])))


@breaks(rules.SIMILAR_BACKGROUND, base=_WITH_BACKGROUND)
def similar_background(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A second background, spelled otherwise."""
    return append_labels(archive, draw(st.sampled_from(["Background", "_background_", "BACKGROUND"])))


@breaks(rules.NEAR_EQUAL_COLORS)
def near_equal_colors(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A colour a little off that of a label."""
    index = draw(st.sampled_from([i for i, label in enumerate(archive.labels) if not is_filler(label)]))
    color = list(archive.labels.colors[index] or BLACK)
    channel, step = draw(st.integers(0, 2)), draw(st.integers(1, 4))
    color[channel] += step if color[channel] < 128 else -step
    return append_line(archive, f"{fresh(archive)}:{Color(*color).triplet}::")


@breaks(rules.UNDECLARED_BOX_LABEL, rules.OTHER_TASK_LISTS)
def undeclared_box_label(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """A box of a label that no label map has."""
    listed = add(
        archive, f"{IMAGE_SETS}/{draw(st.sampled_from(['Main', 'Layout', 'Action']))}/{SUBSET}.txt", "planted\n"
    )
    name = f"<object><name>{fresh(archive)}</name></object>"
    return add(listed, "Annotations/planted.xml", f"<annotation>{name}</annotation>")


@breaks(rules.ODD_DATASET_META)
def odd_dataset_meta(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """Labels with one of another type behind them."""
    found = plain(archive).without(LABEL_MAP)
    meta = json.loads(labels.meta(found.labels))
    meta["labels"] = [*(label.name for label in found.labels), draw(st.sampled_from([7, 2.5, True, -1]))]
    return found.holding(DATASET_META, json.dumps(meta).encode())
