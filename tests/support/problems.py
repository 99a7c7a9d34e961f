"""What a reader hands over, for assertions of the kind "this problem and nothing else"."""

from __future__ import annotations

from segmask import Problem, Rule


class Problems(list[Problem]):
    """A handler that collects."""

    def __call__(self, problem: Problem) -> None:
        """Keeps the problem."""
        self.append(problem)

    @property
    def rules(self) -> list[Rule]:
        """The defects, in the order they were handed over."""
        return [problem.kind for problem in self]

    def only(self, *rules: Rule) -> Problem:
        """The first problem; there must be exactly these, in this order."""
        assert self.rules == list(rules), [str(problem) for problem in self]
        return self[0]

    def none(self) -> None:
        """There must be no problem."""
        assert not self, [str(problem) for problem in self]


def unexpected(problem: Problem) -> None:
    """A handler for what must not happen."""
    raise AssertionError(str(problem))
