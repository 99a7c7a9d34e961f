"""What a validation found, as data; the JSON report is its direct image."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from segmask._support.words import Words
from segmask.evidence import NOTHING, Evidence
from segmask.problem import Location, counted, printable
from segmask.rules.rule import Effect, Rule, Severity
from segmask_validate.selection import FailOn

from . import TOOL

if TYPE_CHECKING:
    from segmask_validate.paths import Unusable

    from .labels import LabelCount

SCHEMA_VERSION: Final = 1
MAX_PLACES: Final = 1000
"""Places of a finding that a report names, unless asked for another number."""
SHOWN_PLACES: Final = 5
"""Those that its text shows."""


class Verdict(StrEnum):
    """What becomes of an archive; the first that holds, worst first."""

    REJECTED = "rejected"  # CVAT refuses it
    UNSAFE = "unsafe"  # it harms anyone who unpacks it
    UNKNOWN = "unknown"  # something that bears on the verdict could not be checked
    ALTERED = "altered"  # CVAT imports it; something is lost or misread
    CLEAN = "clean"  # everything arrives as it is


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Finding:
    """One problem of an archive, however often it occurs.

    Attributes:
        rule: the rule.
        severity: how bad it is; the rule's own, unless the user gave it another.
        message: what is wrong and what to do, in a sentence; figures are those of all occurrences where they can be
            summed, and else those of the first one.
        location: the first occurrence.
        count: occurrences.
        evidence: the figures, of one of the kinds that the rule names; undeclared colours are `ColorTotals`.
        cause: the likely cause's name, where the rule's problems are grouped by cause or colour; else None.
        places: the occurrences, `location` first, up to a limit.
        known: further occurrences, which a baseline knows and nothing else here counts.
    """

    rule: Rule
    severity: Severity
    message: str
    location: Location
    count: int
    evidence: Evidence = NOTHING
    cause: str | None = None
    places: tuple[Location, ...] = ()
    known: int = 0

    @property
    def code(self) -> str:
        """The rule's code, such as LBL004."""
        return self.rule.code

    @property
    def name(self) -> str:
        """The rule's name, such as duplicate-color."""
        return self.rule.name

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.rule.remedy

    @property
    def url(self) -> str:
        """Where the rule's page is, from the top of the project's repository."""
        return self.rule.url

    @property
    def places_left_out(self) -> int:
        """How many occurrences are not among `places`."""
        return self.count - len(self.places)

    def fails(self, fail_on: FailOn) -> bool:
        """Whether it is one of those that fail."""
        return fail_on.includes(self.code, self.severity)

    def __repr__(self) -> str:
        """Code, name, count and the first place."""
        times = f" x{self.count:,}" if self.count > 1 else ""
        place = printable(str(self.location))
        return f"<Finding {self.code} {self.name}{times}{f' at {place}' if place else ''}>"

    def to_json(self) -> dict[str, Any]:
        """The finding as the report's schema has it."""
        return {
            "rule": self.code,
            "name": self.name,
            "effect": str(self.rule.effect),
            "severity": str(self.severity),
            "message": self.message,
            "location": location_to_json(self.location),
            "count": self.count,
            "evidence": self._evidence_to_json(),
            "remedy": self.remedy,
            "url": self.url,
            "places": [location_to_json(place) for place in self.places],
            "places_left_out": self.places_left_out,
            "known": self.known,
        }

    def _evidence_to_json(self) -> dict[str, Any]:
        figures = self.evidence.to_json()
        if self.cause is not None:
            figures["cause"] = self.cause
        if len(self.places) > 1:
            figures["places"] = [location_to_json(place) for place in self.places[1:SHOWN_PLACES]]
        return figures


@dataclass(frozen=True, slots=True)
class Skip:
    """A rule that was not checked, and why.

    Attributes:
        rule: its code.
        reason: why.
        is_usual: whether that is no fault of the archive's, so that people need not be told: there is nothing to check.
    """

    rule: str
    reason: str
    is_usual: bool = False


class LeaveOut(StrEnum):
    """Why findings are not reported, though there are some."""

    IGNORED = "ignored"
    NOT_SELECTED = "not selected"
    BELOW_THRESHOLD = "below the threshold"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Findings of a rule that are not reported, since the user does not want them.

    Attributes:
        rule: its code.
        reason: why.
        findings: how many findings.
        count: how many occurrences.
    """

    rule: str
    reason: LeaveOut
    findings: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How much of an archive arrives in CVAT.

    Attributes:
        masks: masks in the archive, wherever they lie; the class mask and the object mask of an image are one.
        masks_arriving: those that CVAT reads; 0 where it refuses the archive.
        instances: instances in the masks that were read.
        instances_arriving: those that CVAT imports; 0 where it refuses the archive.
    """

    masks: int = 0
    masks_arriving: int = 0
    instances: int = 0
    instances_arriving: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return (self.masks, self.instances) == (self.masks_arriving, self.instances_arriving)

    def to_json(self) -> dict[str, int]:
        """The counts as the report's schema has them."""
        return {
            "masks": self.masks,
            "masks_arriving": self.masks_arriving,
            "instances": self.instances,
            "instances_arriving": self.instances_arriving,
        }


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ArchiveReport:
    """What was found in one archive.

    Attributes:
        path: as it was given.
        verdict: what becomes of it, whatever rules were selected.
        unsafe: whether unpacking the archive can do harm.
        complete: False where part of the archive could not be checked.
        subsets: images by subset.
        labels: names in index order.
        images: images listed.
        instances: instances that CVAT would import.
        arrival: how much arrives of what there is.
        findings: what is wrong, worst first.
        left_out: what was found and is not wanted.
        skipped: what was not checked.
        by_label: what the masks hold of each label, in index order; for charts, and not in the JSON.
        known: occurrences that a baseline knows, by the code of their rule; `findings` are new then.
        gone: what a baseline knows and is found no more, with how often.
    """

    path: str
    verdict: Verdict
    unsafe: bool
    complete: bool
    subsets: Mapping[str, int]
    labels: tuple[str, ...]
    images: int
    instances: int
    arrival: Arrival = Arrival()
    findings: tuple[Finding, ...]
    left_out: tuple[LeftOut, ...] = ()
    skipped: tuple[Skip, ...] = ()
    by_label: tuple[LabelCount, ...] = ()
    known: Mapping[str, int] = field(default_factory=dict)
    gone: tuple[tuple[str, int], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all of it was checked, is safe to unpack, and arrives in CVAT as it is."""
        return self.verdict is Verdict.CLEAN

    def passed(self, fail_on: Words | FailOn = Severity.ERROR) -> bool:
        """Whether no finding fails: what makes the command's exit code 0.

        Args:
            fail_on: what ``--fail-on`` takes: the lowest severity that fails (error, warning or info), and codes, starts
                of codes, or names of rules that fail however severe they are.

        Raises:
            TypeError, ValueError: it is neither.
        """
        failing = FailOn.of(fail_on)
        return not any(finding.fails(failing) for finding in self.findings)

    def properties(self) -> list[tuple[str, str | int]]:
        """What JUnit files say of the whole archive: names and values."""
        return [
            ("segmask_archive", self.path),
            ("segmask_verdict", str(self.verdict)),
            ("segmask_images", self.images),
            ("segmask_instances", self.instances),
        ]

    def by_rule(self) -> dict[str, tuple[int, ...]]:
        """Numbers of the findings, from 0, by the code of their rule."""
        return _numbers((finding.code, number) for number, finding in enumerate(self.findings))

    def by_image(self) -> dict[str, tuple[int, ...]]:
        """Numbers of the findings, from 0, by the id of each image that their places name."""
        return _numbers(
            (place.image, number)
            for number, finding in enumerate(self.findings)
            for place in finding.places
            if place.image is not None
        )

    def __repr__(self) -> str:
        """Path, verdict and number of findings."""
        return f"<ArchiveReport {printable(self.path)}: {self.verdict}, {counted(len(self.findings), 'finding')}>"

    def worst(self) -> Severity | None:
        """The highest severity among the findings, None where there are none."""
        return max((finding.severity for finding in self.findings), key=lambda s: s.rank, default=None)

    def to_json(self) -> dict[str, Any]:
        """The archive's part of the JSON report."""
        return {
            "path": self.path,
            "verdict": str(self.verdict),
            "unsafe": self.unsafe,
            "complete": self.complete,
            "subsets": dict(self.subsets),
            "labels": list(self.labels),
            "images": self.images,
            "instances": self.instances,
            "arrival": self.arrival.to_json(),
            "findings": [finding.to_json() for finding in self.findings],
            "by_rule": {code: list(numbers) for code, numbers in self.by_rule().items()},
            "by_image": {image: list(numbers) for image, numbers in self.by_image().items()},
            "left_out": [
                {"rule": left.rule, "reason": str(left.reason), "findings": left.findings, "count": left.count}
                for left in self.left_out
            ],
            "skipped": [{"rule": skip.rule, "reason": skip.reason} for skip in self.skipped],
            "known": dict(self.known),
            "gone": [{"what": what, "count": count} for what, count in self.gone],
        }


def to_json(reports: tuple[ArchiveReport, ...], errors: Sequence[Unusable] = ()) -> dict[str, Any]:
    """The whole JSON report, as ``segmask-validate --schema`` describes it.

    Args:
        reports: of the archives.
        errors: paths that could not be read, about which no report says anything.
    """
    from importlib.metadata import version  # as slow as all of click

    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": TOOL, "version": version("segmask")},
        "archives": [report.to_json() for report in reports],
        "errors": [{"path": error.path, "error": error.reason} for error in errors],
    }


def location_to_json(location: Location) -> dict[str, Any]:
    """A location as the report's schema has it."""
    return {
        "member": location.member,
        "line": location.line,
        "column": location.column,
        "image": location.image,
        "box": None if location.box is None else list(location.box),
    }


def _numbers(pairs: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    """The numbers of each name, ascending and each once."""
    found: dict[str, dict[int, None]] = {}
    for name, number in pairs:
        found.setdefault(name, {})[number] = None
    return {name: tuple(numbers) for name, numbers in found.items()}


def verdict_of(effects: set[Effect], *, complete: bool) -> Verdict:
    """The verdict on an archive that has problems of these effects, and was checked completely or not."""
    if Effect.REJECTED in effects:
        return Verdict.REJECTED
    if Effect.UNSAFE in effects:
        return Verdict.UNSAFE
    if not complete:
        return Verdict.UNKNOWN
    if effects & {Effect.LOST, Effect.MISREAD}:
        return Verdict.ALTERED
    return Verdict.CLEAN
