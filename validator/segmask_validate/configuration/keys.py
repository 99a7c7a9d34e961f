"""The keys of a configuration: the one table by which it is read, described to editors, and shown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Final

from segmask.limits import DEFAULT_LIMITS, Limits
from segmask_validate.report.formats import HTML_SIZE
from segmask_validate.report.model import MAX_PLACES

from .kinds import FAIL_ON, RULES, SOME_RULES, File, Kind, Levels, Number, Patterns, Reports

_ATTRIBUTE: Final = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
_NAME: Final = re.compile(r"`(\w+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key and what it means.

    Attributes:
        name: as it is written.
        about: a sentence without full stop.
        kind: what its value may be.
        default: what holds where it is not written, as the kind reads it; None where that says nothing.
    """

    name: str
    about: str
    kind: Kind
    default: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A key whose value is a table of keys, or an array of such tables.

    Attributes:
        name: as it is written.
        about: a sentence without full stop.
        keys: of the table.
        required: names of those that must be there.
        repeated: whether it is an array of tables.
    """

    name: str
    about: str
    keys: tuple[Key | Table, ...]
    required: tuple[str, ...] = ()
    repeated: bool = False


def _limits() -> Iterator[Key]:
    about = dict(_ATTRIBUTE.findall(inspect.getdoc(Limits) or ""))
    for field in fields(Limits):
        default = getattr(DEFAULT_LIMITS, field.name)
        yield Key(
            name=field.name.replace("_", "-"),
            about=_NAME.sub(lambda name: name[1].replace("_", "-"), " ".join(about[field.name].split())).rstrip("."),
            kind=Number(real=isinstance(default, float)),
            default=default,
        )


_OF_RULES: Final = (
    Key(
        name="select",
        about="report only these rules: codes, starts of codes (PNG, PNG00), names, ALL",
        kind=SOME_RULES,
        default=("ALL",),
    ),
    Key(name="ignore", about="do not report these rules", kind=RULES, default=()),
    Key(name="severity", about="take findings of rules for errors, warnings or infos", kind=Levels(), default={}),
    Key(
        name="fail-on",
        about="what makes the exit code 1: the lowest severity, and rules",
        kind=FAIL_ON,
        default=("error",),
    ),
    Key(
        name="thin-pixels", about="report thin regions (GEO001) of at least this many pixels", kind=Number(), default=1
    ),
    Key(name="thin-regions", about="report them in archives that have at least this many", kind=Number(), default=1),
)
_LIMITS: Final = tuple(_limits())
_OF_SERVERS: Final = frozenset({"connect-seconds", "silent-seconds"})
"""Limits of what is behind a URL, which no path matches."""

LIMITS: Final = Table(name="limits", about="what an untrusted archive may make the reader do", keys=_LIMITS)
PATHS: Final = Table(
    name="paths",
    about="settings for archives whose path matches; those of a later entry win",
    keys=(
        Key(
            name="match",
            about="patterns as in a .gitignore, from the folder of the configuration on",
            kind=Patterns(),
        ),
        *(replace(key, default=None) for key in _OF_RULES),
        Table(
            name="limits",
            about="limits for them; those that are not here are as at the top",
            keys=tuple(replace(key, default=None) for key in _LIMITS if key.name not in _OF_SERVERS),
        ),
    ),
    required=("match",),
    repeated=True,
)
KEYS: Final[tuple[Key | Table, ...]] = (
    *_OF_RULES,
    Key(
        name="reports",
        about="reports to write, as --report takes them, from the folder of the configuration on",
        kind=Reports(),
        default=(),
    ),
    Key(
        name="html-size",
        about="megabytes that an HTML report may have",
        kind=Number(real=True, least=1),
        default=HTML_SIZE,
    ),
    Key(name="images", about="folder with the photos for it, from the folder of the configuration on", kind=File()),
    Key(name="baseline", about="findings that are known, from the folder of the configuration on", kind=File()),
    Key(name="max-places", about="most places of a finding to name", kind=Number(), default=MAX_PLACES),
    LIMITS,
    PATHS,
)
"""All of them, in the order in which they are shown."""
