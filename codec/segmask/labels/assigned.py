"""Labels for writing: the indices and colours of names that come without them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, product, starmap
from typing import Final
from unicodedata import category

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
        self._index = {label.name: index for index, label in enumerate(self.map)}

    def problems(self) -> Iterator[WriteError]:
        """What no label map or mask can hold, each thing once."""
        if len(self.map.names) > MAX_LABELS:
            yield WriteError(
                f"{len(self.map.names)} labels, and a mask holds {MAX_LABELS}: leave out what is not in use"
            )
        parts = {part for label in self.map for part in label.parts}
        times = Counter([*(label.name for label in self.map), *parts])
        for name, count in times.items():
            if count > 1:
                message = f"{count} labels or parts have one name, {name!r}: rename all but one, or leave them out"
                yield WriteError(message, label=name)
        for label, color in zip(self.map, self.map.colors, strict=True):
            if any(not 0 <= channel <= 255 for channel in color or ()):
                message = f"the colour of {label.name!r}, {color}, must be three numbers from 0 to 255"
                yield WriteError(message, label=label.name)
        for entry in self.map.entries:
            owner = entry.name if isinstance(entry, Label) else None
            why = labelmaps.refusal(entry) or _unprintable(owner or "")
            if why:
                yield WriteError(why, label=owner)

    def index_of(self, name: str) -> int:
        """Index of a label's name; a new one where no label map was given.

        Raises:
            WriteError: the label map has none.
        """
        if name not in self._index:
            if not self.is_open:
                raise WriteError(f"the label map has no label {name!r}: add it, or leave its shapes out", label=name)
            self._index[name] = len(self.map)
            self.map = LabelMap([*self.map.entries, Label(name, VOC_COLORS[min(len(self.map), MAX_LABELS - 1)])])
        return self._index[name]

    def settle_colors(self, painted: Collection[int], report: Callable[[WriteError], object]) -> tuple[str, ...]:
        """Gives labels of one colour, of which no more than one is painted, colours of their own.

        The background keeps its colour: its pixels are of no object.

        Args:
            painted: indices of the labels that colour masks show.
            report: is told of each colour in which masks show several labels.

        Returns:
            Names of the labels that got another colour.
        """
        background = self.map.background
        by_color: dict[Color, list[int]] = {}
        for index, color in enumerate(self.map.colors):
            if color is not None:
                by_color.setdefault(color, []).append(index)
        changed: list[int] = []
        for color, indices in by_color.items():
            shown = [index for index in indices if index in painted and index != background]
            if len(shown) > 1:
                names = [self.map[index].name for index in shown]
                report(WriteError(_one_color(names, color), label=names[1]))
            kept = {*shown, background} if shown or background in indices else {indices[0]}
            changed.extend(index for index in indices if index not in kept)
        self._recolor(changed)
        return tuple(self.map[index].name for index in changed)

    def _recolor(self, indices: Collection[int]) -> None:
        if not indices:
            return
        taken = set(self.map.colors)
        every = starmap(Color, product(range(256), repeat=3))
        free = (color for color in chain(VOC_COLORS[1:], every) if color not in taken)
        names = {self.map[index].name: next(free) for index in indices}
        self.map = LabelMap(
            replace(entry, color=names[entry.name]) if isinstance(entry, Label) and entry.name in names else entry
            for entry in self.map.entries
        )

    def colors(self) -> list[Color]:
        """Colour of each index; black where a label has none, of which no pixel is written."""
        return [color or BLACK for color in self.map.colors]

    def has_color(self, index: int) -> bool:
        """Whether a colour mask can show a label."""
        return self.map.colors[index] is not None


def _unprintable(name: str) -> str:
    """Why a name is not written although a label map may hold it: what can steer a terminal, or is no text."""
    wrong = next((character for character in name if category(character) in {"Cc", "Cs"}), None)
    what = "half of a surrogate pair" if wrong and category(wrong) == "Cs" else "a control character"
    return f"the label {name!r} has {what}, U+{ord(wrong):04X}: rename it" if wrong else ""


def _one_color(names: list[str], color: Color) -> str:
    listed = f"{', '.join(map(repr, names[:-1]))} and {names[-1]!r}"
    return (
        f"{listed} have one colour, {color.triplet}: masks cannot tell them apart; "
        "give one another colour in CVAT (label constructor) or in meta"
    )


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


def of_document(labels: Iterable[Label]) -> LabelMap:
    """The label map of a document's labels, with the background that CVAT's exporter gives it.

    It adds a black ``background`` where no label has exactly that name, sorts by name, and takes the first black label
    for the background, else the one of that name. Here labels keep their order; another background comes first, and what
    CVAT adds is left out where it is none.
    """
    given = list(labels)
    black = [label.name for label in given if label.color == BLACK]
    if BACKGROUND not in {label.name for label in given} and min(black, default=BACKGROUND) >= BACKGROUND:
        given.insert(0, Label(BACKGROUND, BLACK))
    elif black and black[0] != min(black):
        given.sort(key=lambda label: label.name != min(black))
    return of_labels(given)


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
    wrong = [name for name, index in names.items() if not 0 <= index < MAX_LABELS]
    if wrong:
        listed = ", ".join(f"{name!r} {names[name]}" for name in wrong)
        raise WriteError(
            f"an index of a grey mask is from 0 to {MAX_LABELS - 1}, not {listed}: give other ids, or another mode"
        )
    if BACKGROUND not in names:
        by_index.setdefault(0, BACKGROUND)
    lines = [by_index.get(index, f"_dummy{index}") for index in range(max(by_index, default=-1) + 1)]
    colors = list(VOC_COLORS[: len(lines)])
    background = names.get(BACKGROUND, 0)
    if lines:  # what is black is the background
        colors[0], colors[background] = colors[background], colors[0]
    return LabelMap([HEADER, *map(Label, lines, colors)])
