"""What a rule is: one kind of problem, and everything that people want to know about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segmask.evidence import Evidence


class Effect(StrEnum):
    """What really happens to the data in CVAT."""

    REJECTED = "rejected"  # the import fails
    LOST = "lost"  # it imports, and something is silently missing
    MISREAD = "misread"  # it imports, and means something else
    UNSAFE = "unsafe"  # it harms anyone who unpacks it
    UNREAD = "unread"  # it was not read here, being over a limit: nothing is known of it
    ODD = "odd"  # harmless, worth knowing


class Severity(StrEnum):
    """How bad a problem is for its user; see `rank` for the order."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return (Severity.INFO, Severity.WARNING, Severity.ERROR).index(self)


class Grouping(Enum):
    """Which problems of a rule are one finding of an archive."""

    TOGETHER = auto()  # all of them
    EACH = auto()  # each is a finding of its own, as the lines of a label map are
    BY_CAUSE = auto()  # those that have one likely cause
    BY_COLOR = auto()  # those that one event explains, else those of one colour


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One rule; feeds the readers, the reports, ``segmask explain`` and its section in ``docs/rules.md``.

    There is one object for each code, in every process: compare with ``is`` or ``==``.

    Attributes:
        code: such as LBL004: the area's letters, then a number. Never reused.
        name: such as duplicate-color; accepted from users wherever a code is.
        effect: what CVAT does, in one word.
        severity: how bad it is. It follows from the effect: rejected, unsafe and unread are errors; lost and misread are errors
            where an annotation changes, and warnings where only its form does or where the author may have meant it;
            odd is information.
        summary: what is wrong, in one sentence.
        cvat: what CVAT does, with its own message where it has one.
        remedy: what to do about it.
        by_hand: why no program can do that; empty where one can, which `tests/test_remedies.py` then does.
        requires: codes of rules that must not be found where this rule is to say something reliable.
        grouping: which of its problems are one finding.
        figures: names of the kinds of evidence that its problems have, in `segmask.evidence`.
    """

    code: str
    name: str
    effect: Effect
    severity: Severity
    summary: str
    cvat: str
    remedy: str
    by_hand: str = ""
    requires: tuple[str, ...] = ()
    grouping: Grouping = Grouping.TOGETHER
    figures: tuple[str, ...] = ("Nothing",)

    @property
    def url(self) -> str:
        """Where its section is, from the top of the project's repository."""
        return f"docs/rules.md#{self.code.lower()}-{self.name}"

    @property
    def evidence(self) -> tuple[type[Evidence], ...]:
        """The kinds of evidence that its problems have; imported when asked for, as most programs never do."""
        from segmask import evidence

        return tuple(getattr(evidence, name) for name in self.figures)

    @property
    def area(self) -> str:
        """The letters of the code: ZIP, LBL, SET, PNG, PAIR, GEO or TASK."""
        return self.code.rstrip("0123456789")

    def __repr__(self) -> str:
        """Code and name."""
        return f"<Rule {self.code} {self.name}>"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Another process has the rule already, and finds it by its code."""
        from . import known  # the registry imports this module

        return known, (self.code,)
