"""What the value of a key may be: how it is checked, and what the JSON Schema says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from segmask._support.words import nearest
from segmask.rules import AREAS, BY_CODE, BY_NAME
from segmask.rules.rule import Severity
from segmask_validate.report.formats import FORMATS, parse
from segmask_validate.selection import FailOn, codes_of

if TYPE_CHECKING:
    from pathspec import PathSpec

_Given = TypeVar("_Given")
_NAMES: Final = ("ALL", *AREAS, *BY_CODE, *BY_NAME)
_RULE: Final = {"anyOf": [{"enum": [*_NAMES]}, {"type": "string"}]}
"""A rule as `codes_of` takes it: what an editor offers, and what else is checked when it is read."""
_SOME: Final = "a rule, or an array of them"
_LEVELS: Final = [severity.value for severity in Severity]


class WrongValue(ValueError):
    """A value means nothing; `inside` leads from the key's value to it."""

    def __init__(self, message: str, *inside: str | int) -> None:
        super().__init__(message)
        self.inside = inside


class Kind(Protocol):
    """What a value may be."""

    @property
    def words(self) -> str:
        """The same for people, in a few words."""
        ...

    def read(self, value: object) -> Any:
        """The value as the program takes it.

        Raises:
            WrongValue: it means nothing.
        """
        ...

    def schema(self) -> dict[str, Any]:
        """What the JSON Schema says of it."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """A string or an array of strings, each of which may hold several words with commas between.

    Attributes:
        meaning: what the words mean; raises ValueError where one means nothing.
        choices: the schema of one word.
        words: see `Kind.words`.
    """

    meaning: Callable[[tuple[str, ...]], object]
    choices: Mapping[str, Any]
    words: str

    def read(self, value: object) -> tuple[str, ...]:
        """The words, each of which means something."""
        words = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else None
        if words is None or not all(isinstance(word, str) for word in words):
            raise WrongValue(f"{shown(value)} is neither a string nor an array of strings")
        checked(self.meaning, words)
        return words

    def schema(self) -> dict[str, Any]:
        """See `Kind.schema`."""
        return {"anyOf": [dict(self.choices), {"type": "array", "items": dict(self.choices)}]}


@dataclass(frozen=True, slots=True)
class Levels:
    """A table of severities by the words for their rules; a later entry wins."""

    words = "a table of rules, each with `error`, `warning` or `info`"

    def read(self, value: object) -> dict[str, Severity]:
        """The severities, by the words; upper and lower case are the same."""
        if not isinstance(value, dict):
            raise WrongValue(f'{shown(value)} is no table, such as {{ GEO001 = "info" }}')
        found: dict[frozenset[str], str] = {}
        for word, level in value.items():
            rules = checked(codes_of, [word], word)
            checked(_level, level, word)
            before = found.setdefault(rules, word)
            if value[before] != level:
                raise WrongValue(f"it is {value[before]} by the name of {before} already", word)
        return {word: Severity(level) for word, level in value.items()}

    def schema(self) -> dict[str, Any]:
        """See `Kind.schema`."""
        return {"type": "object", "propertyNames": _RULE, "additionalProperties": {"enum": _LEVELS}}


@dataclass(frozen=True, slots=True)
class Number:
    """A number above 0, or from `least` on; a whole one, unless `real`."""

    real: bool = False
    least: int | None = None

    @property
    def words(self) -> str:
        """See `Kind.words`."""
        return f"a {self._name} {self._bound}"

    def read(self, value: object) -> int | float:
        """The number."""
        kinds = (int, float) if self.real else (int,)
        if not isinstance(value, kinds) or isinstance(value, bool) or not self._includes(value):
            raise WrongValue(f"{shown(value)} is no {self._name} {self._bound}")
        return value

    def schema(self) -> dict[str, Any]:
        """See `Kind.schema`."""
        if not self.real:
            return {"type": "integer", "minimum": self.least or 1}
        return {"type": "number", **({"exclusiveMinimum": 0} if self.least is None else {"minimum": self.least})}

    @property
    def _name(self) -> str:
        return "number" if self.real else "whole number"

    @property
    def _bound(self) -> str:
        return "above 0" if self.least is None else f"from {self.least} on"

    def _includes(self, value: float) -> bool:
        return (self.least or 0) <= value < float("inf") and value > 0


@dataclass(frozen=True, slots=True)
class Matcher:
    """Patterns of paths.

    Attributes:
        patterns: as they are written.
        spec: the same, to be asked.
    """

    patterns: tuple[str, ...]
    spec: PathSpec[Any]


@dataclass(frozen=True, slots=True)
class Patterns:
    """A pattern or an array of them, as in a .gitignore."""

    words = "a pattern, or an array of them"

    def read(self, value: object) -> Matcher:
        """What tells which paths match."""
        from pathspec import GitIgnoreSpec  # most configurations have none

        patterns = Words(_stated, {}, self.words).read(value)
        return Matcher(patterns, checked(GitIgnoreSpec.from_lines, patterns))

    def schema(self) -> dict[str, Any]:
        """See `Kind.schema`."""
        one = {"type": "string", "minLength": 1}
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


@dataclass(frozen=True, slots=True)
class File:
    """The path of a file."""

    words = "a path"

    def read(self, value: object) -> str:
        """The path."""
        if not isinstance(value, str) or not value or "\0" in value:
            raise WrongValue(f"{shown(value)} is no path")
        return value

    def schema(self) -> dict[str, Any]:
        """See `Kind.schema`."""
        return {"type": "string", "minLength": 1}


@dataclass(frozen=True, slots=True)
class Reports:
    """An array of reports to write, each ``FORMAT=FILE``, or a FILE whose suffix says the format."""

    words = "an array of `FORMAT=FILE`"

    def read(self, value: object) -> tuple[tuple[str, str], ...]:
        """Format and file of each."""
        if not isinstance(value, list) or not all(isinstance(target, str) for target in value):
            raise WrongValue(f'{shown(value)} is no array of strings, such as ["sarif=report.sarif"]')
        return tuple(checked(parse, target) for target in value)

    def schema(self) -> dict[str, Any]:
        """See `Kind.schema`."""
        suffixes = (suffix[1:] for suffixes in FORMATS.values() for suffix in suffixes)
        pattern = f"^(?:(?:{'|'.join(FORMATS)})=.+|(?![A-Za-z0-9]+=).*\\.(?:{'|'.join(suffixes)}))$"
        return {"type": "array", "items": {"type": "string", "pattern": pattern}}


def checked(meaning: Callable[[_Given], Any], given: _Given, *inside: str | int) -> Any:
    """What a function makes of a value.

    Raises:
        WrongValue: in place of ValueError.
    """
    try:
        return meaning(given)
    except ValueError as error:
        raise WrongValue(str(error), *inside) from None


def shown(value: object) -> str:
    """A value for a message, cut where it is long."""
    text = repr(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 80 else f"{text[:80]}..."


def _stated(patterns: Sequence[str]) -> None:
    if not patterns or not all(pattern.strip() for pattern in patterns):
        raise ValueError("an empty pattern matches nothing")


def _some_rules(words: Iterable[str]) -> frozenset[str]:
    codes = codes_of(words)
    if not codes:
        raise ValueError("it names no rule")
    return codes


def _level(word: object) -> None:
    if word not in _LEVELS:
        suggestion = nearest(word, _LEVELS) if isinstance(word, str) else ""
        raise ValueError(f"{shown(word)} is none of {', '.join(_LEVELS)}{suggestion}")


RULES: Final = Words(codes_of, _RULE, _SOME)
"""Rules, as ``--ignore`` takes them."""
SOME_RULES: Final = Words(_some_rules, _RULE, _SOME)
"""The same, at least one, as ``--select`` takes them."""
FAIL_ON: Final = Words(
    FailOn.of, {"anyOf": [{"enum": [*_LEVELS, *_NAMES]}, {"type": "string"}]}, "a severity, rules, or an array of them"
)
"""What fails, as ``--fail-on`` takes it."""
