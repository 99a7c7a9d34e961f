"""The report as text, for people: the verdict, then each finding with its place, its count and its remedy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from segmask import Location, printable
from segmask.problem import Severity

from .report import ArchiveReport, Finding, Verdict, counted

_VERDICTS: Final = {
    Verdict.CLEAN: ("clean", "CVAT imports it as it is", "bold green"),
    Verdict.ALTERED: ("altered", "CVAT imports it, and something is lost or misread", "bold yellow"),
    Verdict.REJECTED: ("rejected", "CVAT refuses it", "bold red"),
}
_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold cyan"}
_SHOWN_COLORS: Final = 3


def lines(report: ArchiveReport) -> Iterator[Text]:
    """Lines of an archive's report, without line ends; nothing in them can steer a terminal."""
    word, meaning, style = _VERDICTS[report.verdict]
    yield Text.assemble((printable(report.path), "bold"), ": ", (word, style), f" - {meaning}")
    subsets = ", ".join(f"{printable(name)} {count}" for name, count in report.subsets.items())
    yield Text(
        f"  {counted(report.images, 'image')}{f' ({subsets})' if subsets else ''}, "
        f"{counted(len(report.labels), 'label')}, {counted(report.instances, 'instance')}"
    )
    if report.unsafe:
        yield Text("  unsafe: do not unpack this archive with other tools", style="bold red")
    if not report.complete:
        yield Text("  incomplete: part of the archive could not be checked, as the findings say", style="yellow")
    for finding in report.findings:
        yield Text()
        yield from _finding(finding)
    if report.skipped:
        yield Text()
    reasons: dict[str, list[str]] = {}
    for skip in report.skipped:
        reasons.setdefault(skip.reason, []).append(skip.rule)
    for reason, rules in reasons.items():
        shown = ", ".join(rules[:6]) + (f" and {len(rules) - 6} more" if len(rules) > 6 else "")
        yield Text(f"  not checked: {shown}: {reason}", style="dim")


def summary(reports: tuple[ArchiveReport, ...]) -> Text:
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
    return Text(f"{counted(len(reports), 'archive')}: {found or 'nothing found'}")


def _finding(finding: Finding) -> Iterator[Text]:
    rule = finding.rule
    times = f" (x{finding.count:,})" if finding.count > 1 else ""
    yield Text.assemble(
        "  ",
        (f"{rule.severity.value} ", _STYLES[rule.severity]),
        (f"{rule.code} {rule.name}", "bold"),
        f"{times}, {rule.effect.value}",
    )
    place = str(finding.location)
    if place:
        yield Text(f"    at {printable(place)}{_image(finding.location)}")
    yield Text(f"    {printable(finding.message)}")
    colors = finding.evidence.get("colors", []) if "cause" in finding.evidence else []
    for entry in colors[1 : 1 + _SHOWN_COLORS]:
        near = entry["nearest"]
        closest = f", nearest {near['label']!r} {tuple(near['color'])}" if near else ""
        yield Text(f"      also {tuple(entry['color'])}: {entry['pixels']:,} pixels{printable(closest)}", style="dim")
    places = finding.evidence.get("places", [])
    for other in places:
        where = Location(member=other["member"], line=other["line"], column=other["column"], image=other["image"])
        yield Text(f"      also {printable(str(where))}{_image(where)}", style="dim")
    more = finding.count - 1 - len(places)
    if more > 0:
        yield Text(f"      and {more:,} more", style="dim")


def _image(location: Location) -> str:
    """The image, where the member does not say it already."""
    if location.image is None or location.member is None or location.image in location.member:
        return ""
    return f" (image {printable(location.image)!r})"
