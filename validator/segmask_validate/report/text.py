"""The report as text, for people: the verdict, then each finding with its place, its count and its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from segmask.problem import Location, brief, counted, printable
from segmask.rules.rule import Severity
from segmask_validate.paths import Unusable

from .lines import Line, Role, line
from .model import SHOWN_PLACES, ArchiveReport, Finding, LeftOut, Skip, Verdict

MEANINGS: Final = {
    Verdict.REJECTED: "CVAT refuses it",
    Verdict.UNSAFE: "it can harm anyone who unpacks it",
    Verdict.UNKNOWN: "part of it could not be checked",
    Verdict.ALTERED: "CVAT imports it, and something is lost or misread",
    Verdict.CLEAN: "CVAT imports it as it is",
}
"""What each verdict says."""
_SHOWN_COLORS: Final = 3
_SHOWN_ARCHIVES: Final = 10


def lines(report: ArchiveReport, *, verbose: bool = False) -> Iterator[Line]:
    """Lines of an archive's report; nothing in them can steer a terminal.

    Args:
        report: the report.
        verbose: whether rules that had nothing to check are told too.
    """
    verdict = report.verdict
    yield line((Role.NAME, printable(report.path)), ": ", (Role(verdict.value), verdict), f" - {MEANINGS[verdict]}")
    subsets = ", ".join(f"{printable(name)} {count:,}" for name, count in report.subsets.items())
    yield line(
        f"  {counted(report.images, 'image')}{f' ({subsets})' if subsets else ''}, "
        f"{counted(len(report.labels), 'label')}{arrives(report)}"
    )
    if report.unsafe:
        yield line((Role.UNSAFE, "  unsafe: do not unpack this archive with other tools"))
    if not report.complete:
        yield line((Role.INCOMPLETE, "  incomplete: part of the archive could not be checked, as the findings say"))
    for finding in report.findings:
        yield line()
        yield from finding_lines(finding)
    asides = [
        *_baseline(report),
        *_left_out(report),
        *_skipped(skip for skip in report.skipped if verbose or not skip.is_usual),
    ]
    if asides:
        yield line()
        yield from asides


def arrives(report: ArchiveReport) -> str:
    """What follows the images and labels: the instances, or how much arrives where something is lost."""
    arrival = report.arrival
    if arrival.is_whole:
        return f", {counted(report.instances, 'instance')}"
    masks, instances = counted(arrival.masks, "mask"), counted(arrival.instances, "instance")
    if report.verdict is Verdict.REJECTED:
        return f"; nothing arrives of {masks}, {instances}"
    arriving = f"; {arrival.masks_arriving:,} of {masks} {_verb(arrival.masks_arriving)}"
    if not arrival.masks_arriving:
        return arriving
    if arrival.instances == arrival.instances_arriving:
        return f"{arriving}, with {instances}"
    return f"{arriving}, {arrival.instances_arriving:,} of {instances} in {'it' if arrival.masks_arriving == 1 else 'them'}"


def _verb(number: int) -> str:
    return "arrives" if number == 1 else "arrive"


def _baseline(report: ArchiveReport) -> Iterator[Line]:
    if report.known:
        known = ", ".join(f"{count:,} {code}" for code, count in report.known.items())
        yield line((Role.ASIDE, f"  known, as the baseline has them: {known}"))
    for what, count in report.gone[:SHOWN_PLACES]:
        times = f" (x{count:,})" if count > 1 else ""
        yield line((Role.ASIDE, f"  gone since the baseline: {printable(what)}{times}"))
    if len(report.gone) > SHOWN_PLACES:
        yield line((Role.ASIDE, f"  and {len(report.gone) - SHOWN_PLACES:,} more; write the baseline anew"))


def _left_out(report: ArchiveReport) -> Iterator[Line]:
    """What is not wanted, a line a reason: such as "ignored: 6 findings of LBL004, 1 of PNG009"."""
    by_reason: dict[str, list[LeftOut]] = {}
    for left in report.left_out:
        by_reason.setdefault(left.reason, []).append(left)
    for reason, (first, *others) in by_reason.items():
        more = "".join(f", {left.findings:,} of {left.rule}" for left in others)
        yield line((Role.ASIDE, f"  {reason}: {counted(first.findings, 'finding')} of {first.rule}{more}"))


def _skipped(skips: Iterable[Skip]) -> Iterator[Line]:
    reasons: dict[str, list[str]] = {}
    for skip in skips:
        reasons.setdefault(skip.reason, []).append(skip.rule)
    for reason, rules in reasons.items():
        shown = ", ".join(rules[:6]) + (f" and {len(rules) - 6} more" if len(rules) > 6 else "")
        yield line((Role.ASIDE, f"  not checked: {shown}: {reason}"))


def summary(
    reports: Sequence[ArchiveReport],
    passed: Callable[[ArchiveReport], bool] = ArchiveReport.passed,
    errors: Sequence[Unusable] = (),
) -> str:
    """The last line: findings by severity over all archives, and which of several archives failed.

    Args:
        reports: of the archives.
        passed: whether an archive passes.
        errors: paths that could not be read.
    """
    counts = dict.fromkeys(Severity, 0)
    failed: list[str] = []
    nothing, left_out = "nothing found", 0
    for report in reports:
        left_out += sum(left.findings for left in report.left_out)
        if report.known:
            nothing = "nothing new"
        for finding in report.findings:
            counts[finding.severity] += 1
        if not passed(report):
            failed.append(printable(report.path))
    found = ", ".join(
        counted(count, severity.value) if severity is not Severity.INFO else counted(count, "note")
        for severity, count in counts.items()
        if count
    )
    parts = [f"{counted(len(reports), 'archive')}: {found or nothing}"] if reports or not errors else []
    if left_out:
        parts.append(f"{counted(left_out, 'finding')} left out")
    if failed and len(reports) > 1:
        more = f" and {len(failed) - _SHOWN_ARCHIVES:,} more" if len(failed) > _SHOWN_ARCHIVES else ""
        parts.append(f"failed: {', '.join(failed[:_SHOWN_ARCHIVES])}{more}")
    if errors:
        parts.append(f"{counted(len(errors), 'path')} could not be read")
    return "; ".join(parts)


def finding_lines(finding: Finding) -> Iterator[Line]:
    """Lines of one finding, as `lines` has them."""
    rule, severity = finding.rule, finding.severity
    times = f" (x{finding.count:,})" if finding.count > 1 else ""
    title = (Role.NAME, f"{rule.code} {rule.name}")
    yield line("  ", (Role(severity.value), severity), " ", title, f"{times}, {rule.effect}")
    place = _place(finding.location)
    if place:
        yield line(f"    at {place}")
    yield line(f"    {printable(finding.message)}")
    for aside in _further(finding):
        yield line((Role.ASIDE, f"      {aside}"))


def _further(finding: Finding) -> Iterator[str]:
    """Further colours of the first occurrence, then further occurrences."""
    from .evidence import ColorTotals  # where nothing is wrong, there are none

    colors = finding.evidence.colors if isinstance(finding.evidence, ColorTotals) else ()
    for entry in colors[1 : 1 + _SHOWN_COLORS]:
        closest = f", nearest {entry.nearest}" if entry.nearest else ""
        yield f"also {entry.color}: {counted(entry.pixels, 'pixel')}{printable(closest)}"
    for other in finding.places[1:SHOWN_PLACES]:
        yield f"also {_place(replace(other, box=None))}"
    more = finding.count - min(len(finding.places), SHOWN_PLACES)
    if more > 0:
        yield f"and {more:,} more"
    if finding.known:
        yield f"and {finding.known:,} known"


def _place(location: Location) -> str:
    """A place, and the image where the member does not say it already; names of any length are cut."""
    member, image = (None if name is None else brief(name) for name in (location.member, location.image))
    place = printable(str(location.at(member=member, image=image)))
    if location.image is None or location.member is None or location.image in location.member:
        return place
    return f"{place} (image {image!r})"
