"""What can be wrong with an archive, as data.

    Problem   one occurrence of a defect: where, what, and the evidence
    FormatError(ValueError)       raised by the strict handler for a problem of severity error
    FormatWarning(UserWarning)    issued by the strict handler for every other problem
    WriteError(ValueError)        raised by `segmask.write`

Readers hand each problem to a `Handler` and go on when it returns. The strict handler raises; a list's
``append`` collects.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

from segmask.evidence import NOTHING, Evidence
from segmask.pixels.box import Box
from segmask.rules.rule import Effect, Rule, Severity

if TYPE_CHECKING:
    from segmask.pixels.chosen import ChosenPixels


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Location:
    """Where a problem is; what does not apply is None.

    Attributes:
        member: name of the archive's member (or of the file in the folder), as stored.
        line: line of a text member, from 1.
        column: column in characters, from 1.
        image: id of the image, as its list writes it.
        box: the rectangle of pixels.
    """

    member: str | None = None
    line: int | None = None
    column: int | None = None
    image: str | None = None
    box: Box | None = None

    def __repr__(self) -> str:
        """The place as `str` has it, with the image where the member does not say it."""
        text = str(self)
        image = "" if self.image is None or self.image in text else f" image {self.image!r}"
        return f"<Location {printable(text + image) or 'nowhere'}>"

    def __str__(self) -> str:
        """Member, line, column and box, as compilers write them; the image where there is no member."""
        text = self.member if self.member is not None else self.image or ""
        for number in (self.line, self.column):
            if number is not None:
                text += f":{number}"
        if self.box is not None:
            x, y, width, height = self.box
            text += f" [x {x}, y {y}, {width}x{height}]"
        return text

    def at(self, **where: Unpack[Place]) -> Location:
        """The same place with some parts replaced."""
        return Location(
            member=where.get("member", self.member),
            line=where.get("line", self.line),
            column=where.get("column", self.column),
            image=where.get("image", self.image),
            box=where.get("box", self.box),
        )


NOWHERE: Final = Location()
"""The place of what the whole archive shows."""


class Place(TypedDict, total=False):
    """Parts of a location, by name."""

    member: str | None
    line: int | None
    column: int | None
    image: str | None
    box: Box | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One occurrence of a defect.

    Attributes:
        kind: the rule that is broken.
        message: one sentence for a person, with the remedy.
        location: where.
        evidence: the figures behind the message, of one of the kinds that the rule names.
        complete: False where the problem kept part of the archive from being checked.
        pixels: the mask's pixels that it is about, where the reader was asked to keep them and there are some.
    """

    kind: Rule
    message: str
    location: Location = NOWHERE
    evidence: Evidence = NOTHING
    complete: bool = True
    pixels: ChosenPixels | None = field(default=None, compare=False, repr=False)

    @property
    def rule(self) -> str:
        """The code, such as LBL004."""
        return self.kind.code

    @property
    def name(self) -> str:
        """The name, such as duplicate-color."""
        return self.kind.name

    @property
    def effect(self) -> Effect:
        """What CVAT does."""
        return self.kind.effect

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.kind.severity

    def __str__(self) -> str:
        """Place, code, name and message on one line, control characters escaped."""
        place = str(self.location)
        return printable(f"{place}: " if place else "") + printable(f"{self.rule} {self.name}: {self.message}")

    def at(self, **where: Unpack[Place]) -> Problem:
        """The same problem with some parts of its location replaced."""
        return replace(self, location=self.location.at(**where))


LONGEST_VALUE: Final = 200
LONGEST_MESSAGE: Final = 2_000
_LONGEST_LOOKED_AT: Final = 1 << 18  # characters; two values of the longest line that is read, escaped, and the prose
_LONG_QUOTED: Final = re.compile(
    rf"""(?<!\w)(["'])((?:\\.|(?!\1)[^\\]){{{LONGEST_VALUE}}})(?:\\.|(?!\1)[^\\])+\1""", re.DOTALL
)
_LONG_WORD: Final = re.compile(
    rf"(\S{{{LONGEST_VALUE}}})\S{{16,}}"
)  # the 16 are a quoted one's dots, quotes, and what follows

Handler = Callable[[Problem], None]


class FormatError(ValueError):
    """The archive breaks the format; `problem` says how and where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem

    def __reduce__(self) -> tuple[type[FormatError], tuple[Problem]]:
        return type(self), (self.problem,)


class FormatWarning(UserWarning):
    """Something in the archive is worth knowing, yet no annotation changes."""


class WriteError(ValueError):
    """The format cannot hold what was to be written; nothing was.

    Attributes:
        image: id of the image that is to blame; None for the whole archive.
        label: name of the label that is; None for none.
    """

    def __init__(self, message: str, *, image: str | None = None, label: str | None = None) -> None:
        super().__init__(message)
        self.image = image
        self.label = label


class NothingToWriteError(WriteError):
    """There are no images, and CVAT takes no archive without a list."""


class StrictHandler:
    """Raises `FormatError` for severity error; warns once a defect for everything else."""

    def __init__(self) -> None:
        self._warned: set[str] = set()

    def __call__(self, problem: Problem) -> None:
        """Raises or warns."""
        if problem.severity is Severity.ERROR:
            raise FormatError(problem)
        if problem.rule not in self._warned:
            self._warned.add(problem.rule)
            warnings.warn(FormatWarning(str(problem)), stacklevel=4)


def brief(message: str) -> str:
    """A message whose names and values are cut at `LONGEST_VALUE` characters, and it itself at `LONGEST_MESSAGE`.

    Names come from the archive, so a message may have any length.
    """
    if len(message) <= LONGEST_VALUE:
        return message
    cut = _LONG_QUOTED.sub(r"\1\2...\1", message[:_LONGEST_LOOKED_AT])
    cut = _LONG_WORD.sub(r"\1...", cut)
    return cut if len(cut) <= LONGEST_MESSAGE else f"{cut[:LONGEST_MESSAGE]}..."


def counted(number: int, what: str) -> str:
    """Such as "1 image" and "2,000 images"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    r"""Text with everything escaped that could steer a terminal or hide: ``\x1b``, ``\u202e``, lone surrogates."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
