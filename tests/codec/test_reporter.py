"""A reporter is bound to a place, and what it says goes to a handler as a problem."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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

    @pytest.mark.parametrize("quote", ["", "'", '"'])
    def test_cuts_what_the_archive_named(self, quote: str, problems: Problems) -> None:
        """Names are as long as their author pleases: a message quotes 200 characters of each."""
        name = f"{quote}{'a b' * 50_000}"
        Reporter(problems)(rules.EMPTY_LIST, f"CVAT's list {name!r} is not {'c' * 300!r}: CVAT's own; rename 'it'")
        assert problems.only(rules.EMPTY_LIST).message == (
            f"CVAT's list {name[:200]!r}".removesuffix(repr(name[:200])[-1])
            + f"...{repr(name)[0]} is not '{'c' * 200}...': CVAT's own; rename 'it'"
        )

    @given(message=st.text(alphabet="a '\\\"\n:", min_size=150, max_size=500).map(lambda text: text * 20))
    def test_no_message_is_longer_than_people_read(self, message: str) -> None:
        problems = Problems()
        Reporter(problems)(rules.EMPTY_LIST, message)
        assert len(problems.only(rules.EMPTY_LIST).message) <= 2_003

    def test_a_short_message_stays(self, problems: Problems) -> None:
        message = f"the list {'x' * 180!r} is empty"
        Reporter(problems)(rules.EMPTY_LIST, message)
        assert problems.only(rules.EMPTY_LIST).message == message

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
