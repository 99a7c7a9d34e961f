"""Problems as data, and what the strict handler makes of them."""

from __future__ import annotations

import pickle
import warnings

import pytest

from segmask import Effect, FormatError, FormatWarning, Location, Problem, Severity, printable, rules
from segmask.problem import StrictHandler
from segmask.reporter import Reporter

ERROR = Problem(kind=rules.BAD_COLOR, message="bad", location=Location(member="labelmap.txt", line=3, column=5))
WARNING = Problem(kind=rules.EMPTY_LIST, message="empty", location=Location(member="a.txt"))
INFO = Problem(kind=rules.REPEATED_ID, message="twice", location=Location(member="a.txt", line=1))


class TestLocation:
    """Member, line, column and box, as compilers write them; the image where there is no member."""

    @pytest.mark.parametrize(
        ("location", "shown"),
        [
            (Location(), ""),
            (Location(member="a.txt"), "a.txt"),
            (Location(member="a.txt", line=3), "a.txt:3"),
            (Location(member="a.txt", line=3, column=7), "a.txt:3:7"),
            (Location(member="a.png", image="a"), "a.png"),
            (Location(image="a"), "a"),
            (Location(member="", image="a"), ""),
            (Location(member="a.png", box=(1, 2, 3, 4)), "a.png [x 1, y 2, 3x4]"),
        ],
    )
    def test_str(self, location: Location, shown: str) -> None:
        assert str(location) == shown


class TestProblem:
    """A problem has what its defect says, and one line for a person."""

    def test_takes_after_its_defect(self) -> None:
        assert (ERROR.rule, ERROR.name) == ("LBL003", "bad-color")
        assert (ERROR.effect, ERROR.severity) == (Effect.REJECTED, Severity.ERROR)

    def test_str(self) -> None:
        assert str(ERROR) == "labelmap.txt:3:5: LBL003 bad-color: bad"
        assert str(Problem(kind=rules.BAD_COLOR, message="bad")) == "LBL003 bad-color: bad"

    def test_str_is_one_printable_line(self) -> None:
        problem = Problem(kind=rules.BAD_COLOR, message="a\nb\x1b[31m", location=Location(member="\u202ea\n"))
        assert str(problem) == "\\u202ea\\n: LBL003 bad-color: a\\nb\\x1b[31m"

    def test_at_replaces_only_what_is_named(self) -> None:
        moved = ERROR.at(image="one", line=9)
        assert moved.location == Location(member="labelmap.txt", line=9, column=5, image="one")
        assert (moved.rule, moved.message) == (ERROR.rule, ERROR.message)

    def test_ranks(self) -> None:
        assert sorted(Severity, key=lambda severity: severity.rank) == ["info", "warning", "error"]


class TestStrictHandler:
    """Errors are raised; everything else is a warning, once a rule."""

    def test_raises_an_error(self) -> None:
        with pytest.raises(FormatError, match=r"^labelmap.txt:3:5: LBL003 bad-color: bad$") as caught:
            StrictHandler()(ERROR)
        assert caught.value.problem is ERROR

    def test_warns_once_a_rule(self) -> None:
        handler = StrictHandler()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for problem in (WARNING, INFO, WARNING, INFO.at(line=2)):
                handler(problem)
        assert {warning.category for warning in caught} == {FormatWarning}
        assert [str(warning.message) for warning in caught] == [str(WARNING), str(INFO)]

    def test_another_handler_warns_again(self) -> None:
        for _ in range(2):
            with pytest.warns(FormatWarning, match="empty"):
                StrictHandler()(WARNING)

    def test_the_warning_points_at_the_caller_of_what_met_the_problem(self) -> None:
        def reader() -> None:
            Reporter(StrictHandler())(rules.REPEATED_ID, "twice")

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            reader()
        assert caught[0].filename == __file__

    def test_the_error_pickles(self) -> None:
        error = pickle.loads(pickle.dumps(FormatError(ERROR)))
        assert error.problem == ERROR
        assert str(error) == str(ERROR)


class TestPrintable:
    """Everything that could steer a terminal or hide is escaped; the rest is left alone."""

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("", ""),
            ("plain, ä, 日本, 😀", "plain, ä, 日本, 😀"),
            ("\x1b[2J", "\\x1b[2J"),
            ("a\tb\r\n", "a\\tb\\r\\n"),
            ("\u202egnp.exe", "\\u202egnp.exe"),
            ("\ufeffa", "\\ufeffa"),
            ("\udcff", "\\udcff"),
            ("\U000e0001", "\\U000e0001"),
        ],
    )
    def test_cases(self, text: str, shown: str) -> None:
        assert printable(text) == shown


class TestDefects:
    """One table of all defects; severities follow from effects."""

    def test_codes_and_names_are_unique(self) -> None:
        assert len({rule.code for rule in rules.RULES}) == len(rules.RULES)
        assert len({rule.name for rule in rules.RULES}) == len(rules.RULES)

    def test_severity_by_effect(self) -> None:
        errors = dict.fromkeys((Effect.REJECTED, Effect.UNSAFE, Effect.UNREAD), Severity.ERROR)
        always = {**errors, Effect.ODD: Severity.INFO}
        for rule in rules.RULES:
            if rule.effect in always:
                assert rule.severity is always[rule.effect]
            else:
                assert rule.severity in {Severity.ERROR, Severity.WARNING}
