"""A counterexample for each defect: what makes a sound archive have it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from segmask.rules import ARCHIVE_RULES
from segmask.rules.rule import Rule
from segmask.testing.samples.archives import archives
from segmask.testing.samples.model import SampleArchive
from segmask.testing.samples.pretty import Printer, print_lines

Break = Callable[[st.DrawFn, SampleArchive], SampleArchive]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """How a defect comes into an archive.

    Attributes:
        defect: the defect.
        companions: those that come with it each time.
        base: the sound archives to start from.
        apply: makes a broken archive of a sound one; draws what can vary.
    """

    rule: Rule
    companions: tuple[Rule, ...]
    base: st.SearchStrategy[SampleArchive]
    apply: Break


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BrokenArchive:
    """An archive with one known defect.

    Attributes:
        archive: its members.
        defect: what must be found.
        companions: what must be found too, because it comes with the defect each time.
    """

    archive: SampleArchive
    rule: Rule
    companions: tuple[Rule, ...] = ()

    @property
    def codes(self) -> list[str]:
        """Codes of all that must be found, in ascending order."""
        return sorted(rule.code for rule in (self.rule, *self.companions))

    def __repr__(self) -> str:
        """The defect, then the archive."""
        return f"{' with '.join(self.codes)} {self.rule.name}, in a {self.archive!r}"

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:
        print_lines(printer, repr(self))


COUNTEREXAMPLES: Final[dict[Rule, Counterexample]] = {}
"""By defect; filled by the modules of the areas."""


def breaks(
    rule: Rule, *companions: Rule, base: st.SearchStrategy[SampleArchive] | None = None
) -> Callable[[Break], Break]:
    """Registers a function as the counterexample of a defect."""

    def register(apply: Break) -> Break:
        assert rule not in COUNTEREXAMPLES, rule
        COUNTEREXAMPLES[rule] = Counterexample(
            rule=rule, companions=companions, base=archives() if base is None else base, apply=apply
        )
        return apply

    return register


@st.composite
def broken_archives(draw: st.DrawFn, rule: Rule | str | None = None) -> BrokenArchive:
    """A sound archive into which one defect has been brought.

    Args:
        draw: given by hypothesis.
        rule: the rule to break, or its code or name; any unless given. Ones of an archive as simple as can be come first.

    Raises:
        ValueError: there is no such rule.
    """
    wanted = draw(st.sampled_from(ARCHIVE_RULES)) if rule is None else _find(rule)
    found = COUNTEREXAMPLES[wanted]
    return BrokenArchive(archive=found.apply(draw, draw(found.base)), rule=wanted, companions=found.companions)


def _find(rule: Rule | str) -> Rule:
    for known in ARCHIVE_RULES:
        if rule in (known, known.code, known.name):
            return known
    raise ValueError(f"no rule is called {rule!r}")
