"""A part of an archive: some of its images, and all that reading them takes.

Parts can be sent to other processes and other machines, where the archive's bytes are opened, and nothing is
parsed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from . import image
from .container.base import Container
from .dataset.entry import Entry
from .dataset.run_budget import RunBudget
from .image import Image
from .labels.labelmap import LabelMap
from .problem import Handler, Problem
from .reporter import Reporter

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Some images of an archive, or some of the members that no image needs.

    Attributes:
        container: the members it needs, and no others.
        labelmap: the archive's labels.
        budget: what may be read, and runs that the masks may have.
        entries: the images.
        rest: paths of members to check for damage only.
    """

    container: Container
    labelmap: LabelMap
    budget: RunBudget
    entries: tuple[Entry, ...] = ()
    rest: tuple[str, ...] = ()

    def read(self, on_problem: Handler) -> Iterator[Image]:
        """The images, decoded in turn; then the rest is checked.

        Raises:
            SourceError: the archive's bytes cannot be read.
            MemoryError: there is not enough memory for an image, which it names.
        """
        container, report = self.container.ahead(), Reporter(on_problem)
        for entry in self.entries:
            try:
                read = image.read(container, entry, self.labelmap, self.budget, report)
            except MemoryError:
                raise MemoryError(f"{entry.class_path or entry.name}: there is not enough memory to read it") from None
            yield read
        for path in self.rest:
            container.check(path, report)
        container.verify()


class Outcome(NamedTuple, Generic[_Result]):
    """What a function made of an image.

    Attributes:
        problems: those of the image.
        result: what the function returned.
        error: what reading or the function raised in place of a result.
    """

    problems: tuple[Problem, ...]
    result: _Result | None = None
    error: Exception | None = None

    def settle(self, on_problem: Handler) -> _Result:
        """The result, after a handler got the problems.

        Raises:
            Exception: the handler's, or the error.
        """
        for problem in self.problems:
            on_problem(problem)
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value] # None only where the function returned it


def outcomes_of(part: Part) -> Iterator[Outcome[Image]]:
    """The images of a part, each with its problems, up to the first that cannot be read."""
    problems: list[Problem] = []
    try:
        for image_ in part.read(problems.append):
            yield Outcome(tuple(problems), image_)
            problems.clear()
    except Exception as error:  # noqa: BLE001 - raised where the outcome is settled
        yield Outcome(tuple(problems), error=error)


def outcomes(function: Callable[[Image], _Result], part: Part) -> list[Outcome[_Result]]:
    """What a function makes of each image of a part, up to the first error; wherever that is."""
    found: list[Outcome[_Result]] = []
    for outcome in outcomes_of(part):
        try:
            found.append(Outcome(outcome.problems, function(outcome.settle(_nobody))))
        except Exception as error:  # noqa: BLE001 - raised where the outcome is settled
            found.append(Outcome(outcome.problems, error=error))
            break
    return found


def _nobody(problem: Problem) -> None:
    """Drops a problem, which is told where the outcome is settled."""
