"""What a rule is: a defect and everything that people want to know about it."""

from __future__ import annotations

from dataclasses import dataclass

from segmask.problem import Defect, Effect, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; feeds the reports, ``--explain`` and its section in ``docs/rules.md``.

    Attributes:
        defect: the defect that the reader or a check hands over.
        summary: what is wrong, in one sentence.
        cvat: what CVAT does, with its own message where it has one.
        remedy: what to do about it.
        requires: codes of rules that must not be found where this rule is to say something reliable.
    """

    defect: Defect
    summary: str
    cvat: str
    remedy: str
    requires: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Such as LBL004."""
        return self.defect.code

    @property
    def name(self) -> str:
        """Such as duplicate-color."""
        return self.defect.name

    @property
    def effect(self) -> Effect:
        """What CVAT does, in one word."""
        return self.defect.effect

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.defect.severity
