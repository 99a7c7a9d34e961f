"""A reporter is bound to a place, and what it says goes to a handler as a problem."""

from __future__ import annotations

import pytest

from segmask import FormatError, Location, rules
from segmask.evidence import NOTHING, ExpectedName, PixelCount
from segmask.problem import StrictHandler
from segmask.reporter import QUIET, Reporter
from support.problems import Problems


@pytest.fixture
def problems() -> Problems:
    return Problems()


class TestReporter:
    def test_says_rule_message_and_place(self, problems: Problems) -> None:
        Reporter(problems, Location(member="a.txt"))(rules.EMPTY_LIST, "the list is empty")
        problem = problems.only(rules.EMPTY_LIST)
        assert (problem.message, problem.location) == ("the list is empty", Location(member="a.txt"))
        assert (problem.evidence, problem.complete) == (NOTHING, True)

    def test_hands_over_evidence(self, problems: Problems) -> None:
        Reporter(problems)(rules.NEAR_MISS_NAME, "almost", ExpectedName("labelmap.txt"), complete=False)
        problem = problems.only(rules.NEAR_MISS_NAME)
        assert (problem.evidence, problem.complete) == (ExpectedName("labelmap.txt"), False)

    def test_at_binds_more_closely(self, problems: Problems) -> None:
        report = Reporter(problems).at(member="a.txt", column=1)
        report.at(line=3)(rules.EMPTY_LIST, "x")
        report.at(line=4, column=None, image="one")(rules.EMPTY_LIST, "x")
        assert [problem.location for problem in problems] == [
            Location(member="a.txt", line=3, column=1),
            Location(member="a.txt", line=4, image="one"),
        ]
        assert report.location == Location(member="a.txt", column=1)

    def test_composes_the_sentence_of_figures(self, problems: Problems) -> None:
        Reporter(problems)(rules.PALETTE_OVERRUN, evidence=PixelCount(1))
        assert problems.only(rules.PALETTE_OVERRUN).message.startswith("1 pixel has an index that the palette does not")

    def test_a_rule_without_a_sentence_needs_a_message(self, problems: Problems) -> None:
        with pytest.raises(KeyError):
            Reporter(problems)(rules.EMPTY_LIST)
        problems.none()

    def test_strict_raises_what_is_composed(self) -> None:
        with pytest.raises(FormatError, match=r"^a\.png: PNG012 .*: 2 pixels have an object number .* from 1 to 255$"):
            Reporter(StrictHandler()).at(member="a.png")(rules.LOST_OBJECT_INDEX, evidence=PixelCount(2))

    def test_quiet_tells_nobody(self) -> None:
        QUIET(rules.EMPTY_LIST, "x")
