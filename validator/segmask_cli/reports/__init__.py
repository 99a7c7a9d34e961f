"""The formats of a report: a module each; `segmask_validate.report.formats` names them.

A module has ``lines(reports, options)``, the lines of the whole report. One that goes through the archives once, and needs
nothing of the next, takes them as they come: standard output has its lines while others are read.
A path that could not be read is in every report: it says less than a sound archive does, and must not look like one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, cast

from segmask.limits import DEFAULT_LIMITS, Limits
from segmask_validate.report.formats import HTML_SIZE
from segmask_validate.selection import ERRORS, FailOn

if TYPE_CHECKING:
    from segmask_cli.photos import Photos
    from segmask_validate.paths import Unusable
    from segmask_validate.report.lines import Line
    from segmask_validate.report.model import ArchiveReport

_MODULES: Final = {"json": "json_", "html": "html_"}
"""Where the module has another name than the format."""

_NEEDED: Final = {"html": ("jinja2", "Jinja2")}
"""The package that a format needs and that comes with an extra of its name: to import, to read."""

_STREAMED: Final = frozenset({"concise", "json", "jsonl"})


class Html(NamedTuple):
    """What an HTML report depends on beside the findings.

    Attributes:
        size: bytes that it may have.
        photos: the images' photos, None where they are not given; those in an archive need none.
        limits: what an archive at a path may make the reader do: they are read once more for the pictures.
        sources: where to read an archive, by the path that its report gives; only what differs.
    """

    size: int = HTML_SIZE * 1_000_000
    photos: Photos | None = None
    limits: Callable[[str], Limits] = lambda _: DEFAULT_LIMITS
    sources: Mapping[str, str] = MappingProxyType({})


class Options(NamedTuple):
    """What a report depends on beside the findings.

    Attributes:
        fail_on: which findings fail, of an archive at a path.
        quiet: whether the text leaves out archives that pass.
        verbose: whether the text tells which rules had nothing to check.
        statistics: whether the text ends with counts by rule.
        errors: paths that could not be read; the list grows while archives are read.
        html: what the HTML report alone depends on.
    """

    fail_on: Callable[[str], FailOn] = lambda _: ERRORS
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False
    errors: Sequence[Unusable] = ()
    html: Html = Html()

    def passed(self, report: ArchiveReport) -> bool:
        """Whether no finding of an archive fails."""
        return report.passed(self.fail_on(report.path))


class Format(Protocol):
    """A module of this package."""

    def lines(self, reports: Sequence[ArchiveReport], options: Options) -> Iterable[Line]:
        """The report on all archives."""
        ...


class Streamed(Protocol):
    """A module of this package that takes the archives' reports as they come."""

    def lines(self, reports: Iterable[ArchiveReport], options: Options) -> Iterable[Line]:
        """The report on all archives; errors are looked at when the last has come."""
        ...


def format_of(name: str) -> Format:
    """A format by its name; it is imported when it is asked for."""
    return cast("Format", import_module(f".{_MODULES.get(name, name)}", __package__))


def missing(name: str) -> str | None:
    """What to install before a format can be written; None where nothing is missing."""
    module, package = _NEEDED.get(name, (None, ""))
    if module is None or find_spec(module) is not None:
        return None
    return f"the format {name} needs {package}: pip install 'segmask[{name}]'"


def streamed(name: str) -> Streamed | None:
    """The same, None where its report needs those on all archives at once."""
    return cast("Streamed", format_of(name)) if name in _STREAMED else None
