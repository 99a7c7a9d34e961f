"""The report as text, for people: the verdict, then each finding with its place, its count and its remedy.

Lines carry colours as a terminal takes them; `click.echo` leaves them out where there is no terminal, `click.unstyle`
everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from click import style

from segmask.problem import Location, counted, printable
from segmask.rules.rule import Severity

from .evidence import ColorTotals
from .model import ArchiveReport, Finding, Verdict

_VERDICTS: Final = {
    Verdict.UNSAFE: ("unsafe", "it can harm whoever unpacks it", "red"),
    Verdict.UNKNOWN: ("unknown", "part of it could not be checked", "yellow"),
    Verdict.CLEAN: ("clean", "CVAT imports it as it is", "green"),
    Verdict.ALTERED: ("altered", "CVAT imports it, and something is lost or misread", "yellow"),
    Verdict.REJECTED: ("rejected", "CVAT refuses it", "red"),
}
_COLORS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_SHOWN_COLORS: Final = 3


def lines(report: ArchiveReport) -> Iterator[str]:
    """Lines of an archive's report, without line ends; nothing in them can steer a terminal."""
    word, meaning, color = _VERDICTS[report.verdict]
    yield f"{style(printable(report.path), bold=True)}: {style(word, fg=color, bold=True)} - {meaning}"
    subsets = ", ".join(f"{printable(name)} {count}" for name, count in report.subsets.items())
    yield (
        f"  {counted(report.images, 'image')}{f' ({subsets})' if subsets else ''}, "
        f"{counted(len(report.labels), 'label')}, {counted(report.instances, 'instance')}"
    )
    if report.unsafe:
        yield style("  unsafe: do not unpack this archive with other tools", fg="red", bold=True)
    if not report.complete:
        yield style("  incomplete: part of the archive could not be checked, as the findings say", fg="yellow")
    for finding in report.findings:
        yield ""
        yield from finding_lines(finding)
    if report.skipped:
        yield ""
    reasons: dict[str, list[str]] = {}
    for skip in report.skipped:
        reasons.setdefault(skip.reason, []).append(skip.rule)
    for reason, rules in reasons.items():
        shown = ", ".join(rules[:6]) + (f" and {len(rules) - 6} more" if len(rules) > 6 else "")
        yield style(f"  not checked: {shown}: {reason}", dim=True)


def summary(reports: tuple[ArchiveReport, ...]) -> str:
    """The last line: findings by severity over all archives."""
    counts = dict.fromkeys(Severity, 0)
    for report in reports:
        for finding in report.findings:
            counts[finding.severity] += 1
    found = ", ".join(
        counted(count, severity.value) if severity is not Severity.INFO else counted(count, "note")
        for severity, count in counts.items()
        if count
    )
    return f"{counted(len(reports), 'archive')}: {found or 'nothing found'}"


def finding_lines(finding: Finding) -> Iterator[str]:
    """Lines of one finding, as `lines` has them."""
    rule = finding.rule
    times = f" (x{finding.count:,})" if finding.count > 1 else ""
    severity = style(rule.severity.value, fg=_COLORS[rule.severity], bold=True)
    yield f"  {severity} {style(f'{rule.code} {rule.name}', bold=True)}{times}, {rule.effect.value}"
    place = str(finding.location)
    if place:
        yield f"    at {printable(place)}{_image(finding.location)}"
    yield f"    {printable(finding.message)}"
    colors = finding.evidence.colors if isinstance(finding.evidence, ColorTotals) else ()
    for entry in colors[1 : 1 + _SHOWN_COLORS]:
        closest = f", nearest {entry.nearest}" if entry.nearest else ""
        yield style(f"      also {tuple(entry.color)}: {entry.pixels:,} pixels{printable(closest)}", dim=True)
    for other in finding.places:
        where = replace(other, box=None)
        yield style(f"      also {printable(str(where))}{_image(where)}", dim=True)
    more = finding.count - 1 - len(finding.places)
    if more > 0:
        yield style(f"      and {more:,} more", dim=True)


def _image(location: Location) -> str:
    """The image, where the member does not say it already."""
    if location.image is None or location.member is None or location.image in location.member:
        return ""
    return f" (image {printable(location.image)!r})"
