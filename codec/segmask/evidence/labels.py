"""Evidence about the lines of a label map."""

from __future__ import annotations

from dataclasses import dataclass

from segmask.pixels.color import Color

from .base import Evidence


@dataclass(frozen=True, slots=True)
class LabelName(Evidence):
    """The label in question.

    Attributes:
        label: its name.
    """

    label: str


@dataclass(frozen=True, slots=True)
class FieldCount(Evidence):
    """How many fields a line has.

    Attributes:
        fields: the number; 4 are right.
    """

    fields: int


@dataclass(frozen=True, slots=True)
class WrittenColor(Evidence):
    """A colour that CVAT cannot read.

    Attributes:
        label: the label's name.
        written: the text in the colour's place.
    """

    label: str
    written: str


@dataclass(frozen=True, slots=True)
class LabelColor(Evidence):
    """The colour that CVAT reads.

    Attributes:
        label: the label's name.
        color: red, green and blue, as the line says them.
    """

    label: str
    color: Color


@dataclass(frozen=True, slots=True)
class FirstLine(Evidence):
    """A label that is defined twice.

    Attributes:
        label: its name.
        first_line: the line that defines it first.
    """

    label: str
    first_line: int


@dataclass(frozen=True, slots=True)
class LabelPart(Evidence):
    """A part of a label.

    Attributes:
        label: the label's name.
        part: the part's name.
    """

    label: str
    part: str


@dataclass(frozen=True, slots=True)
class LabelComment(Evidence):
    """A comment behind a label.

    Attributes:
        label: the label's name.
        text: the comment, which becomes a part or an action.
    """

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class SharedColor(Evidence):
    """Two labels of one colour.

    Attributes:
        color: red, green and blue.
        labels: the names of the earlier and the later one.
    """

    color: Color
    labels: tuple[str, str]


@dataclass(frozen=True, slots=True)
class LabelCount(Evidence):
    """How many labels there are.

    Attributes:
        labels: the number, parts included.
    """

    labels: int
