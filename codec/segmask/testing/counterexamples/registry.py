"""A counterexample for each defect: what makes a sound archive have it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from segmask.defects import DEFECTS
from segmask.problem import Defect
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

    defect: Defect
    companions: tuple[Defect, ...]
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
    defect: Defect
    companions: tuple[Defect, ...] = ()

    @property
    def codes(self) -> list[str]:
        """Codes of all that must be found, in ascending order."""
        return sorted(defect.code for defect in (self.defect, *self.companions))

    def __repr__(self) -> str:
        """The defect, then the archive."""
        return f"{' with '.join(self.codes)} {self.defect.name}, in a {self.archive!r}"

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:
        print_lines(printer, repr(self))


COUNTEREXAMPLES: Final[dict[Defect, Counterexample]] = {}
"""By defect; filled by the modules of the areas."""


def breaks(
    defect: Defect, *companions: Defect, base: st.SearchStrategy[SampleArchive] | None = None
) -> Callable[[Break], Break]:
    """Registers a function as the counterexample of a defect."""

    def register(apply: Break) -> Break:
        assert defect not in COUNTEREXAMPLES, defect
        COUNTEREXAMPLES[defect] = Counterexample(
            defect=defect, companions=companions, base=archives() if base is None else base, apply=apply
        )
        return apply

    return register


@st.composite
def broken_archives(draw: st.DrawFn, defect: Defect | str | None = None) -> BrokenArchive:
    """A sound archive into which one defect has been brought.

    Args:
        draw: given by hypothesis.
        defect: the defect, or its code or name; any unless given. Ones of an archive as simple as can be come first.

    Raises:
        ValueError: there is no such defect.
    """
    wanted = draw(st.sampled_from(DEFECTS)) if defect is None else _find(defect)
    found = COUNTEREXAMPLES[wanted]
    return BrokenArchive(archive=found.apply(draw, draw(found.base)), defect=wanted, companions=found.companions)


def _find(defect: Defect | str) -> Defect:
    for known in DEFECTS:
        if defect in (known, known.code, known.name):
            return known
    raise ValueError(f"no defect is called {defect!r}")
