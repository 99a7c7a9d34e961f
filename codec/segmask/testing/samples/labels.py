"""Label maps of sound archives, the members that hold them, and what their indices mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import product, starmap
from typing import Any, Final

from hypothesis import strategies as st

from segmask.dataset.layout import DATASET_META, LABEL_MAP
from segmask.labels.labelmap import BACKGROUND, BLACK, VOC_LABEL_MAP, Label, LabelMap, dump
from segmask.pixels.color import Color
from segmask.testing.strategies import label_maps
from segmask.testing.writers.zipwriter import Member

from .pngs import Meaning

_APART: Final = 16


KINDS: Final = ("plain", "fillers", "other background", "no background", "default")


@st.composite
def sound_labels(draw: st.DrawFn, *, kinds: Sequence[str] = KINDS) -> LabelMap:
    """Labels in which no rule finds anything.

    Args:
        draw: given by hypothesis.
        kinds: of `KINDS`, those to choose from.
    """
    labelmap = draw(label_maps())
    kind = draw(st.sampled_from(kinds))
    if kind == "default":
        return VOC_LABEL_MAP
    if labelmap[0].color is None:
        return labelmap
    if kind == "no background" and len(labelmap) > 2:
        return LabelMap(entry for entry in labelmap.entries if entry != Label(BACKGROUND, BLACK))
    if kind == "other background":
        name = draw(st.sampled_from(["Background", "_background_", "BACKGROUND"]))
        return _renamed(labelmap, {BACKGROUND: name})
    if kind == "fillers" and not labelmap[-1].is_background:
        return _filled(labelmap, draw(st.integers(1, 3)))
    return labelmap


def _renamed(labelmap: LabelMap, names: dict[str, str]) -> LabelMap:
    return LabelMap(
        replace(entry, name=names.get(entry.name, entry.name)) if isinstance(entry, Label) else entry
        for entry in labelmap.entries
    )


def _filled(labelmap: LabelMap, count: int) -> LabelMap:
    """The labels with fillers before the last of them, whose index needs them in a grey mask."""
    start = len(labelmap) - 1
    colors = free_colors(labelmap, count)
    fillers = [Label(f"_dummy{start + number}", color) for number, color in enumerate(colors)]
    return LabelMap([*labelmap.entries[:-1], *fillers, labelmap.entries[-1]])


def is_filler(label: Label) -> bool:
    """Whether a label only fills the index sequence."""
    return label.name.startswith("_dummy")


def free_colors(labelmap: LabelMap, count: int) -> list[Color]:
    """Colours that no label has or comes close to."""
    taken = [color for color in labelmap.colors if color is not None]
    steps = range(7, 256, _APART)
    found: list[Color] = []
    for color in starmap(Color, product(steps, steps, steps)):
        if len(found) < count and all(color.distance(other) > 4 for other in taken):
            found.append(color)
    return found


def meaning(labelmap: LabelMap) -> Meaning:
    """Colours of the labels by index."""
    colors = {index: color for index, color in enumerate(labelmap.colors) if color is not None}
    return Meaning(colors=colors, clear=labelmap.background)


def background_of(labelmap: LabelMap) -> int:
    """Index of the pixels without object; 0 where no label is the background."""
    return 0 if labelmap.background is None else labelmap.background


def foreground_of(labelmap: LabelMap) -> list[int]:
    """Indices that objects may have."""
    return [
        index
        for index, label in enumerate(labelmap)
        if index != background_of(labelmap) and not label.is_background and not is_filler(label)
    ]


@st.composite
def members_of(draw: st.DrawFn, labelmap: LabelMap) -> tuple[Member, ...]:
    """Members that hold the labels: a label map, ``dataset_meta.json``, or both; none for CVAT's default."""
    found = {LABEL_MAP: draw(texts(dump(labelmap))).encode()}
    if labelmap is VOC_LABEL_MAP:  # after a draw as long as the others', so that these do not shrink to this one
        return ()
    if not any(label.parts or label.actions for label in labelmap) and draw(st.integers(0, 7)) == 7:
        found[DATASET_META] = meta(labelmap)
        if draw(st.booleans()):
            del found[LABEL_MAP]
    return tuple(Member(name=name, data=data) for name, data in found.items())


def meta(labelmap: LabelMap) -> bytes:
    """``dataset_meta.json`` with the labels' names and colours."""
    document: dict[str, Any] = {"label_map": {str(index): label.name for index, label in enumerate(labelmap)}}
    if any(label.color for label in labelmap):
        document["segmentation_colors"] = [label.color for label in labelmap]
    return json.dumps(document, ensure_ascii=False).encode()


@st.composite
def texts(draw: st.DrawFn, text: str) -> str:
    """The same content in other clothes: line ends, blank lines, blanks around lines, comments, no end of line."""
    lines = text.removesuffix("\n").split("\n")
    for place, extra in draw(_EXTRA_LINES):
        lines.insert(place, extra)
    before, after = draw(_BLANKS)
    end, last = draw(_LINE_ENDS)
    return end.join(f"{before}{line}{after}" for line in lines) + last


_EXTRA_LINES: Final = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["", "  \t", "# by hand", "##"])), max_size=2
)
_BLANKS: Final = st.sampled_from([("", ""), ("  ", ""), ("", " \t")])
_LINE_ENDS: Final = st.sampled_from([("\n", "\n"), ("\r\n", "\r\n"), ("\n", ""), ("\r", "\r"), ("\r\n", "")])
