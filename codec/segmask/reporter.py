"""How a reader says what is wrong: ``report(rules.EMPTY_LIST, "the list names no image; ...")``.

A reporter is bound to a place, and `at` binds it more closely: a container's knows nothing, a text's knows its member,
a line's its line. What is said goes to a handler as a `Problem`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Unpack

from .evidence import NOTHING, Evidence
from .problem import NOWHERE, Handler, Location, Place, Problem
from .rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Reporter:
    """Hands problems of one place to a handler.

    Attributes:
        handler: gets each problem.
        location: the place.
    """

    handler: Handler
    location: Location = NOWHERE

    def at(self, **place: Unpack[Place]) -> Reporter:
        """A reporter of a place inside this one."""
        return Reporter(self.handler, replace(self.location, **place))

    def __call__(self, rule: Rule, message: str = "", evidence: Evidence = NOTHING, *, complete: bool = True) -> None:
        """Says that a rule is broken here.

        Args:
            rule: the rule.
            message: what is wrong and what to do, in one sentence; left out where `segmask.sentences` composes it from
                the evidence.
            evidence: the figures, of the rule's kind.
            complete: False where part of the archive stays unchecked for it.
        """
        if not message:
            from .sentences import sentence  # a sound archive waits for none

            message = sentence(rule, evidence)
        self.handler(Problem(kind=rule, message=message, location=self.location, evidence=evidence, complete=complete))


def _nobody(problem: Problem) -> None:
    """Gets what nobody wants to know."""


QUIET: Final = Reporter(_nobody)
"""For what is read a second time, or only to compare."""
