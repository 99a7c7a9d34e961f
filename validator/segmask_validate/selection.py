"""Which rules are reported, how bad their findings are, and which of them fail: what users say, in their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Self, TypedDict, TypeVar

from segmask._support.words import Vocabulary, Words, strings
from segmask.rules import AREAS, BY_CODE, BY_NAME
from segmask.rules.rule import Rule, Severity

_CODE_OF: Final = {name: rule.code for name, rule in BY_NAME.items()}
_RULES: Final = Vocabulary("rule", tuple(BY_CODE), _CODE_OF, tuple(AREAS))
_FAILING: Final = Vocabulary(f"severity ({', '.join(Severity)}) or rule", (*Severity, *BY_CODE), _CODE_OF, tuple(AREAS))

_Given = TypeVar("_Given")
_Meant = TypeVar("_Meant")


def codes_of(words: Words) -> frozenset[str]:
    """Codes of the rules that any of a user's words means.

    Args:
        words: codes, starts of codes from the whole area on (``PNG``, ``LBL0``), names, ``ALL``; a str may hold
            several, with commas between.

    Raises:
        TypeError: something is no str.
        ValueError: a word means no rule; the message names the nearest.
    """
    return _RULES.chosen(words)


@dataclass(frozen=True, slots=True)
class FailOn:
    """Which findings fail.

    Attributes:
        severity: those that are as severe as this, or worse; None where the severity does not matter.
        rules: codes of the rules whose findings fail however severe they are.
    """

    severity: Severity | None = Severity.ERROR
    rules: frozenset[str] = frozenset()

    @classmethod
    def of(cls, words: Words | FailOn) -> FailOn:
        """What a user's words mean: a severity (error, warning, info), and rules as `codes_of` takes them.

        Raises:
            TypeError: something is no str.
            ValueError: a word is neither, and the message names the nearest; or there is none.
        """
        if isinstance(words, FailOn):
            return words
        chosen = _FAILING.chosen(words)
        if not chosen:
            raise ValueError("it names no severity and no rule, so nothing would fail")
        severities = [severity for severity in Severity if severity in chosen]
        lowest = min(severities, key=lambda severity: severity.rank, default=None)
        return cls(lowest, chosen - frozenset(severities))

    def includes(self, code: str, severity: Severity) -> bool:
        """Whether a finding of this rule and severity fails."""
        return code in self.rules or (self.severity is not None and severity.rank >= self.severity.rank)

    def __str__(self) -> str:
        """The words."""
        return ", ".join([*([] if self.severity is None else [self.severity.value]), *sorted(self.rules)])


ERRORS: Final = FailOn()
"""Errors fail, whatever their rule."""

Levels = Mapping[str, str] | Words
"""Severities by the words for their rules, or strings such as ``GEO001=info``."""


class Given(TypedDict, total=False):
    """What a user says of rules, under the same names everywhere; None is what holds unless said otherwise."""

    select: Words | None
    ignore: Words | None
    severity: Levels | None
    fail_on: Words | FailOn | None
    thin_pixels: int | str | None
    thin_regions: int | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a user says of rules.

    Attributes:
        selected: codes of the rules that are chosen.
        ignored: codes of those that are not reported all the same.
        severities: codes, ascending, with the severity of their findings, where it is not the rule's own.
        fail_on: which findings fail.
        thin_pixels: of how many pixels on a thin region is reported (GEO001).
        thin_regions: of how many such regions on an archive is reported for them.
    """

    selected: frozenset[str] = frozenset(BY_CODE)
    ignored: frozenset[str] = frozenset()
    severities: tuple[tuple[str, Severity], ...] = ()
    fail_on: FailOn = ERRORS
    thin_pixels: int = 1
    thin_regions: int = 1

    @classmethod
    def of(
        cls,
        *,
        select: Words | None = None,
        ignore: Words | None = None,
        severity: Levels | None = None,
        fail_on: Words | FailOn | None = None,
        thin_pixels: int | str | None = None,
        thin_regions: int | str | None = None,
    ) -> Self:
        """What a user's words mean; None is what holds unless said otherwise.

        Args:
            select: rules to report, as `codes_of` takes them; all unless given.
            ignore: rules not to report.
            severity: severities of rules in place of their own; the later ones win.
            fail_on: what fails, as `FailOn.of` takes it; errors unless given.
            thin_pixels: the fewest pixels of a thin region (GEO001) that is reported; 1 unless given.
            thin_regions: the fewest such regions of an archive in which they are reported; 1 unless given.

        Raises:
            TypeError: an argument is of another type.
            ValueError: a word means nothing. The message of both begins with the argument's name.
        """
        return cls(
            selected=frozenset(BY_CODE) if select is None else _said("select", _chosen, select),
            ignored=frozenset() if ignore is None else _said("ignore", codes_of, ignore),
            severities=() if severity is None else tuple(sorted(_said("severity", levels_of, severity).items())),
            fail_on=ERRORS if fail_on is None else _said("fail_on", FailOn.of, fail_on),
            thin_pixels=1 if thin_pixels is None else _said("thin_pixels", _count, thin_pixels),
            thin_regions=1 if thin_regions is None else _said("thin_regions", _count, thin_regions),
        )

    @property
    def codes(self) -> frozenset[str]:
        """Codes of the rules to report."""
        return self.selected - self.ignored

    def severity_of(self, rule: Rule) -> Severity:
        """How bad a rule's findings are."""
        return dict(self.severities).get(rule.code, rule.severity)


ALL_RULES: Final = Selection()
"""All rules are reported, with their own severities."""


def levels_of(given: Levels) -> dict[str, Severity]:
    """Severities that users give findings, by the code of their rule.

    Raises:
        TypeError: it is neither a mapping nor a list of strings.
        ValueError: a word means no rule, or no severity.
    """
    if isinstance(given, Mapping):
        pairs = [(word, level) for word, level in given.items()]
    else:
        pairs = [_pair(word) for value in strings(given, "RULE=LEVEL") for word in value.split(",")]
    found: dict[str, Severity] = {}
    for word, level in pairs:
        if level not in tuple(Severity):  # which asks for no hash
            raise ValueError(f"{level!r} is none of {', '.join(Severity)}")
        found.update(dict.fromkeys(codes_of(word), Severity(level)))
    return found


def _pair(given: str) -> tuple[str, str]:
    word, equals, level = given.partition("=")
    if not equals:
        raise ValueError(f"{given!r} is no RULE=LEVEL, such as GEO001=info")
    return word.strip(), level.strip()


def _count(given: int | str) -> int:
    number = int(given) if isinstance(given, str) and given.isdecimal() and given.isascii() else given
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError(f"{given!r} is no whole number from 1 on")
    return number


def _chosen(words: Words) -> frozenset[str]:
    codes = codes_of(words)
    if not codes:
        raise ValueError("it names no rule, so nothing would be reported")
    return codes


def _said(name: str, parse: Callable[[_Given], _Meant], given: _Given) -> _Meant:
    """What a function makes of an argument; its errors name the argument."""
    try:
        return parse(given)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}: {error}") from None
