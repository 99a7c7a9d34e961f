"""The label map: what labels there are, in which order, in which colours.

A label's index is its position. Class masks are coloured with the labels' colours or hold their indices. The names
of all parts follow the labels in the index order, each once and sorted, as in CVAT.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, overload

from segmask.pixels.color import Color, pack

from .voc import VOC_COLORS, voc_color

BACKGROUND: Final = "background"
BLACK: Final = Color(0, 0, 0)
HEADER: Final = "# label:color_rgb:parts:actions"


@dataclass(frozen=True, slots=True)
class Label:
    """One label.

    Attributes:
        name: the name; CVAT compares it exactly, blanks and case included.
        color: as the label map has it, or None where it has none.
        parts: names of body parts; each becomes a label of its own behind all others, in order of their names.
        actions: names of actions; CVAT keeps them as attributes.
    """

    name: str
    color: Color | None = None
    parts: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()

    def __init__(
        self,
        name: str,
        color: tuple[int, int, int] | None = None,
        parts: tuple[str, ...] = (),
        actions: tuple[str, ...] = (),
    ) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "color", None if color is None else Color(*color))
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "actions", actions)

    @property
    def is_background(self) -> bool:
        """Whether the name says background, whatever its case or underscores around it."""
        return says_background(self.name)


def says_background(name: str) -> bool:
    """Whether a label's name says background, whatever its case, or the blanks, underscores, byte order mark around it."""
    return name.strip("_ \t\ufeff").casefold() == BACKGROUND


class LabelMap(Sequence[Label]):
    """Labels in index order; a sequence of `Label`.

    Args:
        entries: labels, and between them the comment lines to keep (strings that start with ``#``).
        lines: for each label the line of ``labelmap.txt`` it came from, from 1; does not count for equality.
        uncertain: a label's colour could not be made out, so a colour that no label has proves nothing.
    """

    def __init__(self, entries: Iterable[Label | str], *, lines: Sequence[int] = (), uncertain: bool = False) -> None:
        self.entries = tuple(entries)
        self.lines = tuple(lines)
        self.uncertain = uncertain
        self._labels = tuple(entry for entry in self.entries if isinstance(entry, Label))

    @overload
    def __getitem__(self, index: int) -> Label: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Label, ...]: ...
    def __getitem__(self, index: int | slice) -> Label | tuple[Label, ...]:
        return self._labels[index]

    def __len__(self) -> int:
        return len(self._labels)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LabelMap) and self.entries == other.entries

    def __hash__(self) -> int:
        return hash(self.entries)

    def __repr__(self) -> str:
        return f"LabelMap({list(self.entries)!r})"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names in index order: the labels, then the distinct parts, sorted. A grey mask's value is a place in here."""
        parts = {part for label in self._labels for part in label.parts}
        return (*(label.name for label in self._labels), *sorted(parts))

    @cached_property
    def colors(self) -> tuple[Color | None, ...]:
        """Colours in index order, one a label; the VOC colour of its index for each where no label has any."""
        if any(label.color is not None for label in self._labels):
            return tuple(label.color for label in self._labels)
        return tuple(voc_color(index) for index in range(len(self._labels)))

    @property
    def merge_key(self) -> list[tuple[str, Color | None, tuple[str, ...], frozenset[str]]]:
        """What CVAT compares before it merges data sets: names, colours, parts and actions, in index order."""
        return [
            (label.name, color, label.parts, frozenset(label.actions))
            for label, color in zip(self, self.colors, strict=True)
        ]

    @cached_property
    def index_of_color(self) -> dict[int, int]:
        """Packed colour (0xRRGGBB) to label index; of equal colours the last wins, as in CVAT."""
        return {
            pack(color): index
            for index, color in enumerate(self.colors)
            if color is not None and all(0 <= channel <= 255 for channel in color)
        }

    @cached_property
    def background(self) -> int | None:
        """Index of the background: the first black label, else the one named ``background``, else None."""
        for index, color in enumerate(self.colors):
            if color == BLACK:
                return index
        return next((index for index, label in enumerate(self) if label.name == BACKGROUND), None)

    def line_of(self, index: int) -> int | None:
        """Line of ``labelmap.txt`` that a label came from, or None."""
        return self.lines[index] if index < len(self.lines) else None


def dump(labelmap: LabelMap) -> str:
    """``labelmap.txt`` for a label map: comments and labels in their order, one a line.

    Raises:
        ValueError: a name, part or action would not be read back as it is.
    """
    return "".join(f"{_line(entry)}\n" for entry in labelmap.entries)


def refusal(entry: Label | str) -> str:
    """Why no line of ``labelmap.txt`` stands for a label or comment, and what to do; empty where one does."""
    if isinstance(entry, str):
        is_comment = entry.startswith("#") and entry == entry.strip() and "\n" not in entry and "\r" not in entry
        return "" if is_comment else f"not a comment line: {entry!r}"
    cause = _name_refusal(entry.name)
    if cause:
        return f"a label map cannot hold the label {entry.name!r}, {cause}: rename it"
    listed = (*entry.parts, *entry.actions)
    alone = ("",) in (entry.parts, entry.actions)  # reads as none at all
    if alone or any(any(c in item for c in ",:\n\r") or item != item.strip() for item in listed):
        return (
            f"a label map cannot hold the parts or actions of {entry.name!r}: ',', ':' and blanks around them are lost"
        )
    return ""


def _name_refusal(name: str) -> str:
    """What a label's name has that a line cannot hold."""
    causes = {
        "which is empty": not name,
        "which has a line break": "\n" in name or "\r" in name,
        "which has ':', the sign between two fields": ":" in name,
        "which begins with '#', as comments do": name.startswith("#"),
        "which begins or ends with a blank": name != name.strip(),
    }
    return next((cause for cause, applies in causes.items() if applies), "")


def _line(entry: Label | str) -> str:
    why = refusal(entry)
    if why:
        raise ValueError(why)
    if isinstance(entry, str):
        return entry
    color = "" if entry.color is None else entry.color.triplet
    return ":".join((entry.name, color, ",".join(entry.parts), ",".join(entry.actions)))


_VOC_NAMES: Final = (
    *("background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow"),
    *("diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor"),
)
_PARTS: Final = {"person": ("head", "hand", "foot")}
_ACTIONS: Final = {
    "person": (
        *("other", "jumping", "phoning", "playinginstrument", "reading", "ridingbike", "ridinghorse", "running"),
        *("takingphoto", "usingcomputer", "walking"),
    )
}
VOC_LABEL_MAP: Final = LabelMap(
    [
        *(
            Label(name, VOC_COLORS[index], _PARTS.get(name, ()), _ACTIONS.get(name, ()))
            for index, name in enumerate(_VOC_NAMES)
        ),
        Label("ignored", VOC_COLORS[255]),
    ]
)
"""The labels that CVAT assumes for an archive without a label map."""
