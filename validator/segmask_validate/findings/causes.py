"""The likely cause of values that no label declares, from the values alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations
from math import gcd
from typing import Final, NamedTuple

import numpy as np

from segmask import LabelMap, Rule, rules
from segmask.evidence import UndeclaredColors, UndeclaredIndices
from segmask.labels.labelmap import BLACK
from segmask.labels.labelmap_txt import commented_label
from segmask.labels.voc import VOC_COLORS, VOC_INDICES
from segmask.pixels.color import Color, unpack
from segmask.sentences import GREY_ALPHA_CAUSE, JPEG_CAUSE
from segmask_validate.report.evidence import NearestColor

from .labelmap_checks import claimed_index

_VOID: Final = Color(224, 224, 192)
_WHITE: Final = Color(255, 255, 255)
_FEW: Final = 8
_SHOWN: Final = 3
_VISIBLE: Final = 10  # the least factor that makes neighbouring indices look different
_ON_LINE: Final = 3.0
_FEW_LABELS: Final = 16  # of more labels, too many colours lie between some two by chance


class Cause(NamedTuple):
    """Why values are undeclared.

    Attributes:
        name: for programs.
        text: what happened and what to do, for people.
        collective: one event explains all the colours, so they make one finding.
    """

    name: str
    text: str
    collective: bool = True


JPEG: Final = Cause("jpeg", JPEG_CAUSE)
GREY_ALPHA: Final = Cause("grey-alpha", GREY_ALPHA_CAUSE)
SWAPPED: Final = Cause("red-blue-swapped", "red and blue are swapped (OpenCV writes BGR); swap them back")
RESIZED: Final = Cause(
    "resized",
    "the colours lie between those of labels: the mask was resized or smoothed; resize with nearest neighbour",
)
BINARY: Final = Cause("binary-mask", "a mask of 0 and 255; paint it in the label's colour, or its index")
VOID: Final = Cause(
    "void-border",
    "the border colour of Pascal VOC; paint the borders black, or declare ignored:224,224,192:: to make them a label",
    collective=False,
)
VOID_INDEX: Final = Cause(
    "void-border", "255 is the border of Pascal VOC; paint it 0, or fill the label map up to 256 lines"
)
NO_BACKGROUND: Final = Cause(
    "no-background", "black has no label: add background:0,0,0:: to the label map", collective=False
)
OBJECT_MASK: Final = Cause(
    "object-mask",
    "the colours number objects: this looks like the object mask, saved under SegmentationClass",
)
CLASS_MASK: Final = Cause(
    "class-mask",
    "the colours are those of labels: this looks like the class mask, saved under SegmentationObject",
)
LUMA: Final = Cause(
    "luma",
    "the values are the brightness of label colours: a colour mask was converted to grey; save it in colour",
)
INDEX_AS_COLOR: Final = Cause(
    "index-as-color",
    "the channels repeat label indices: an index mask was saved as RGB; save it with one channel",
)
OFF_BY_FEW: Final = Cause(
    "off-by-few",
    "almost a label's colour: colour management or a rounding error; repaint the pixels exactly",
    collective=False,
)
NO_LABEL_MAP: Final = Cause(
    "no-label-map", "the archive has no label map, so only the 21 VOC labels exist; add labelmap.txt"
)
IGNORE_INDEX: Final = Cause(
    "ignore-index",
    "254 mostly means 'ignore' (255 less 1): paint these pixels with the background's index, or with that of a label of "
    "their own",
)
WEB_PALETTE: Final = Cause(
    "web-palette",
    "the colours are those of the web palette, which Pillow's convert('P') takes in place of yours; save the mask as RGB, or "
    "with a palette of the labels' colours",
)
SHORT_LABEL_MAP: Final = Cause("short-label-map", "")  # the sentence says how many lines are missing
LINES_MISSING: Final = Cause(
    "lines-missing",
    "by its comments or fillers the label map lacks lines between its labels: add a filler for each",
)
UNKNOWN: Final = Cause("unknown", "", collective=False)


def spread(factor: int) -> Cause:
    """The cause of indices that somebody multiplied."""
    return Cause(
        "spread-indices",
        f"the indices are multiplied by {factor}, so that people can see them: divide the mask's values by {factor}",
    )


def commented(names: Sequence[str]) -> Cause:
    """The cause of colours whose labels are comments in the label map."""
    shown = ", ".join(map(repr, names[:_SHOWN])) + (" ..." if len(names) > _SHOWN else "")
    labels, have = ("label", "has") if len(names) == 1 else ("labels", "have")
    return Cause("commented-label", f"the {labels} {shown} {have} a '#' in front in the label map: remove it")


class CauseFinder:
    """Finds causes against one label map.

    Args:
        labelmap: the labels.
        has_label_map: False where they are CVAT's default.
    """

    def __init__(self, labelmap: LabelMap, *, has_label_map: bool) -> None:
        self._has_label_map = has_label_map
        self._declared: dict[Color, str] = {
            unpack(packed): labelmap[index].name for packed, index in labelmap.index_of_color.items()
        }
        self._commented = {
            color: name
            for entry in labelmap.entries
            if isinstance(entry, str) and (commented := commented_label(entry)) is not None
            for name, color in [commented]
        }
        self._lacks_lines = any((claimed_index(label) or 0) > index for index, label in enumerate(labelmap))
        self._lumas = {_luma(color) for color in self._declared}
        self._count = len(labelmap.names)

    def nearest(self, color: Color) -> NearestColor | None:
        """The closest declared colour, None where there is none."""
        if not self._declared:
            return None
        closest = min(self._declared, key=lambda other: (color.distance(other), _sum(color, other), other))
        return NearestColor(self._declared[closest], closest, color.distance(closest))

    def of_colors(self, rule: Rule, evidence: UndeclaredColors) -> Cause:
        """Cause of a problem that lists undeclared colours."""
        colors = [entry.color for entry in evidence.colors]
        if rule == rules.JPEG_MASK:
            return JPEG
        if rule == rules.GREY_ALPHA_MASK:
            return GREY_ALPHA
        present = list(evidence.declared)
        if rule == rules.UNDECLARED_OBJECT_COLOR:
            return self._of_object_colors(colors, present, evidence.distinct)
        if evidence.kind.has_palette and set(colors) - {_WHITE} and all(map(_is_web_safe, colors)):
            return WEB_PALETTE
        return self._of_class_colors(colors, present, evidence.distinct)

    def _of_class_colors(  # noqa: C901 - a list of causes, the surest first
        self, colors: list[Color], present: list[Color], distinct: int
    ) -> Cause:
        only = set(colors)
        if only <= self._commented.keys():
            return commented([self._commented[color] for color in colors])
        if only == {BLACK}:
            return NO_BACKGROUND
        if only <= {_VOID}:
            return VOID
        if only <= {_WHITE, BLACK} and not set(present) - {BLACK}:
            return BINARY
        if self._is_swapped(colors, self._declared):
            return SWAPPED
        if all(red == green == blue for red, green, blue in colors):
            if all(color.red < self._count for color in colors):
                return INDEX_AS_COLOR
            if len(colors) > 1 and {color.red for color in colors} <= self._lumas:
                return LUMA
        if _is_object_mask(colors, present):
            return OBJECT_MASK if self._has_label_map else NO_LABEL_MAP
        if self._are_between(colors, present, distinct):
            return RESIZED
        if not self._has_label_map:
            return NO_LABEL_MAP
        if all((nearest := self.nearest(color)) is not None and nearest.distance <= _FEW for color in colors):
            return OFF_BY_FEW
        return UNKNOWN

    def _of_object_colors(self, colors: list[Color], present: list[Color], distinct: int) -> Cause:
        if set(colors) <= {_WHITE}:
            return BINARY
        if self._is_swapped(colors, VOC_INDICES):
            return SWAPPED
        if set(colors) <= set(self._declared):
            return CLASS_MASK
        if _mostly_between(colors, present or list(VOC_COLORS[:8]), distinct):
            return RESIZED
        return UNKNOWN

    def of_indices(self, evidence: UndeclaredIndices) -> Cause:
        """Cause of a problem that lists undeclared indices of a grey mask."""
        if evidence.kind.is_lossy:
            return JPEG
        used = set(evidence.used) - {0}
        if used == {255}:
            return BINARY
        if len(used) > 1 and used <= self._lumas:
            return LUMA
        if set(evidence.indices) == {255}:
            return VOID_INDEX
        if factor := self._factor(used):
            return spread(factor)
        if set(evidence.indices) <= {254, 255}:
            return IGNORE_INDEX
        if self._lacks_lines:
            return LINES_MISSING
        return SHORT_LABEL_MAP if self._has_label_map else NO_LABEL_MAP

    def _factor(self, used: set[int]) -> int:
        """By what the indices of a mask are multiplied, 0 where they are not; one value alone proves nothing."""
        widest = 255 // max(self._count - 1, 1)  # what spreads all labels over a byte
        common = widest if all(value % widest == 0 for value in used) else gcd(*used)
        is_spread = common >= _VISIBLE and len(used) + (common == widest) > 1 and max(used) // common < self._count
        return common if is_spread else 0

    def _is_swapped(self, colors: Sequence[Color], declared: Collection[Color]) -> bool:
        return all(color[::-1] in declared and color.red != color.blue for color in colors)

    def _are_between(self, colors: list[Color], present: list[Color], distinct: int) -> bool:
        few = list(self._declared) if len(self._declared) <= _FEW_LABELS else []
        return any(_mostly_between(colors, anchors, distinct) for anchors in (present, few))


def _sum(first: Color, second: Color) -> int:
    return sum(abs(a - b) for a, b in zip(first, second, strict=True))


def _luma(color: Color) -> int:
    return (color.red * 19595 + color.green * 38470 + color.blue * 7471 + 0x8000) >> 16


def _is_web_safe(color: Color) -> bool:
    """Whether a colour is one of the 216 that Pillow's web palette holds."""
    return all(channel % 51 == 0 for channel in color)


def _is_object_mask(colors: list[Color], present: list[Color]) -> bool:
    """Two undeclared colours or more, and all of the mask's are the VOC colours 1 to n."""
    numbers = {VOC_INDICES.get(color) for color in (*colors, *present)} - {0}
    return len(colors) > 1 and numbers == set(range(1, len(numbers) + 1))


def _mostly_between(colors: list[Color], anchors: list[Color], distinct: int) -> bool:
    """Whether nine of ten colours, three at least, lie on a line between two anchors."""
    if distinct < 3 or len(anchors) < 2:
        return False
    points = np.array(colors, dtype=np.float64)
    on_line = np.zeros(len(points), dtype=bool)
    for first, second in combinations(np.array(anchors, dtype=np.float64), 2):
        direction = second - first
        length = float(direction @ direction)
        if length:
            along = np.clip((points - first) @ direction / length, 0, 1)
            on_line |= np.abs(points - (first + along[:, np.newaxis] * direction)).max(axis=1) <= _ON_LINE
    return bool(on_line.mean() >= 0.9)
