"""Labels for writing: the indices and colours of names that come without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from segmask.pixels.color import Color
from segmask.problem import WriteError

from . import labelmap as labelmaps
from .labelmap import BACKGROUND, BLACK, HEADER, Label, LabelMap
from .voc import VOC_COLORS

MAX_LABELS: Final = 256


class AssignedLabels:
    """Label indices by name; grows where no label map was given."""

    def __init__(self, given: LabelMap | Iterable[Label | str] | None) -> None:
        self.is_open = given is None
        if given is None:
            self.map = LabelMap([HEADER, Label(BACKGROUND, BLACK)])
        elif isinstance(given, LabelMap):
            self.map = given
        else:
            self.map = of_labels(given)
        self._check()

    def _check(self) -> None:
        names = [label.name for label in self.map]
        if len(self.map.names) > MAX_LABELS:
            raise WriteError(f"{len(self.map.names)} labels, and a mask holds {MAX_LABELS}")
        if len(set(self.map.names)) != len(names) + len({part for label in self.map for part in label.parts}):
            raise WriteError("two labels or parts have one name")
        colors = [color for color in self.map.colors if color is not None]
        if len(set(colors)) != len(colors):
            raise WriteError("two labels have one colour")
        if any(not 0 <= channel <= 255 for color in colors for channel in color):
            raise WriteError("a colour has three numbers from 0 to 255")
        try:
            labelmaps.dump(self.map)
        except ValueError as error:
            raise WriteError(str(error)) from None
        self._index = {name: index for index, name in enumerate(names)}

    def index_of(self, name: str) -> int:
        """Index of a label's name."""
        if name not in self._index:
            if not self.is_open:
                raise WriteError(f"the label map has no label {name!r}")
            self.map = LabelMap([*self.map.entries, Label(name, VOC_COLORS[min(len(self.map), MAX_LABELS - 1)])])
            self._check()
        return self._index[name]

    def colors(self) -> list[Color]:
        """Colour of each index; black where a label has none, of which no pixel is written."""
        return [color or BLACK for color in self.map.colors]

    def has_color(self, index: int) -> bool:
        """Whether a colour mask can show a label."""
        return self.map.colors[index] is not None


def of_labels(labels: Iterable[Label | str]) -> LabelMap:
    """A label map with a header: names get VOC colours that no label has, and a background in front where it lacks."""
    given = [Label(label) if isinstance(label, str) else label for label in labels]
    if not any(label.name == BACKGROUND or label.color == BLACK for label in given):
        given.insert(0, Label(BACKGROUND, BLACK))
    taken = {label.color for label in given}
    free = iter(color for color in VOC_COLORS[1:] if color not in taken)
    colored = []
    for label in given:
        color = label.color
        if color is None:
            color = BLACK if label.name == BACKGROUND else next(free, None)
        colored.append(Label(label.name, color, label.parts, label.actions))
    return LabelMap([HEADER, *colored])


def with_indices(names: Mapping[str, int]) -> LabelMap:
    """A label map for grey masks that keeps given indices: ``_dummyN`` lines fill the gaps between them.

    Args:
        names: index of each label, from 1; ``background`` takes 0 where no label does.

    Raises:
        WriteError: an index is taken twice, or not from 0 to 255.
    """
    by_index = {index: name for name, index in names.items()}
    if len(by_index) != len(names):
        raise WriteError("two labels have one index")
    if any(not 0 <= index < MAX_LABELS for index in by_index):
        raise WriteError(f"an index is a number from 0 to {MAX_LABELS - 1}")
    if BACKGROUND not in names:
        by_index.setdefault(0, BACKGROUND)
    lines = (by_index.get(index, f"_dummy{index}") for index in range(max(by_index, default=-1) + 1))
    return LabelMap([HEADER, *(Label(name, VOC_COLORS[index]) for index, name in enumerate(lines))])
