"""How a reader says what is wrong: ``report(rules.EMPTY_LIST, "the list names no image; ...")``.

A reporter is bound to a place, and `at` binds it more closely: a container's knows nothing, a text's knows its member,
a line's its line. What is said goes to a handler as a `Problem`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple, Unpack

from .evidence import NOTHING, Evidence
from .problem import NOWHERE, Handler, Location, Place, Problem, brief
from .rules.rule import Rule

if TYPE_CHECKING:
    from .pixels.chosen import ChosenPixels


class Reporter(NamedTuple):
    """Hands problems of one place to a handler.

    Attributes:
        handler: gets each problem.
        location: the place.
        keeps_pixels: whether its problems keep the pixels that they are about, and images their masks as they are stored.
    """

    handler: Handler
    location: Location = NOWHERE
    keeps_pixels: bool = False

    def at(self, **place: Unpack[Place]) -> Reporter:
        """A reporter of a place inside this one."""
        return self._replace(location=self.location.at(**place))

    def __call__(
        self,
        rule: Rule,
        message: str = "",
        evidence: Evidence = NOTHING,
        *,
        complete: bool = True,
        pixels: Callable[[], ChosenPixels] | None = None,
    ) -> None:
        """Says that a rule is broken here.

        Args:
            rule: the rule.
            message: what is wrong and what to do, in one sentence; left out where `segmask.sentences` composes it from
                the evidence.
            evidence: the figures, of the rule's kind.
            complete: False where part of the archive stays unchecked for it.
            pixels: finds the pixels that it is about; called only where they are kept.
        """
        if not message:
            from .sentences import sentence  # a sound archive waits for none

            message = sentence(rule, evidence)
        kept = pixels() if pixels is not None and self.keeps_pixels else None
        said = brief(message)
        self.handler(
            Problem(kind=rule, message=said, location=self.location, evidence=evidence, complete=complete, pixels=kept)
        )


def _nobody(problem: Problem) -> None:
    """Gets what nobody wants to know."""


QUIET: Final = Reporter(_nobody)
"""For what is read a second time, or only to compare."""
