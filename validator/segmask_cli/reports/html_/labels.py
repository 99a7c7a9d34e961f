"""Tables and charts: what the masks hold of each label, and what was checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from segmask.pixels.color import Color
from segmask.problem import counted
from segmask.rules import AREAS, RULES
from segmask_validate.report.labels import LabelCount
from segmask_validate.report.model import ArchiveReport

from .pieces import Pieces

_TALL: Final = 78
_WIDE: Final = 240
_SHOWN: Final = 12
_MOST_GONE: Final = 100


class Bar(NamedTuple):
    """A bar of the histogram."""

    name: str
    height: float
    short: str
    text: str


def tables(reports: Sequence[ArchiveReport], pieces: Pieces) -> Iterator[Markup]:
    """A table for each label map, of which several archives may have the same, with the counts in all of them."""
    same: dict[tuple[tuple[str, Color | None], ...], list[ArchiveReport]] = {}
    for report in reports:
        if report.by_label:
            same.setdefault(tuple((count.name, count.color) for count in report.by_label), []).append(report)
    for group in same.values():
        counts = [_sum(column) for column in zip(*(report.by_label for report in group), strict=True)]
        more = f" and {counted(len(group) - 1, 'archive')} more" if len(group) > 1 else ""
        yield _table(counts, f"{group[0].path}{more}", pieces, several=len(reports) > 1)


def _sum(counts: Sequence[LabelCount]) -> LabelCount:
    """What several archives hold of one label."""
    return counts[0]._replace(
        images=sum(count.images for count in counts),
        instances=sum(count.instances for count in counts),
        pixels=sum(count.pixels for count in counts),
        sizes=tuple(map(sum, zip(*(count.sizes for count in counts), strict=True))),
    )


def _table(counts: Sequence[LabelCount], title: str, pieces: Pieces, *, several: bool) -> Markup:
    """Labels with their counts, and a histogram of the sizes of instances."""
    total = sum(count.pixels for count in counts) or 1
    rows = [
        {
            "index": index,
            "name": count.name if count.name.strip() else "(no name)",
            "color": count.color,
            "images": count.images,
            "instances": count.instances,
            "pixels": count.pixels,
            "share": round(100 * count.pixels / total, 1),
        }
        for index, count in enumerate(counts)
    ]
    return pieces.filled("labels", rows=rows, title=title, several=several, histogram=bars(counts))


def bars(counts: Sequence[LabelCount]) -> list[Bar]:
    """Instances by size, each bar for sizes up to twice those of the one before."""
    sizes = [sum(column) for column in zip(*(count.sizes for count in counts), strict=True)]
    used = [power for power, number in enumerate(sizes) if number]
    if not used:
        return []
    most = max(sizes)
    return [
        Bar(
            _short(1 << power),
            round(_TALL * sizes[power] / most, 1),
            _short(sizes[power]),
            f"{1 << power:,} to {(2 << power) - 1:,} pixels: {sizes[power]:,}",
        )
        for power in range(used[0], used[-1] + 1)
    ]


def _short(number: int) -> str:
    for unit, sign in ((1_000_000, "M"), (1000, "k")):
        if number >= unit:
            return f"{number / unit:.3g}{sign}"
    return str(number)


def checks(reports: Sequence[ArchiveReport], pieces: Pieces) -> Markup:
    """What was checked and what was not, by area; and why not."""
    if not reports:
        return Markup("  <p>No archive was read.</p>")
    reasons: dict[str, dict[str, None]] = {}
    unwanted: dict[str, dict[str, int]] = {}
    counts = {area: [0, 0, 0] for area in AREAS}
    for report in reports:
        found, skipped = report.by_rule().keys(), {skip.rule for skip in report.skipped}
        broken = found | {left.rule for left in report.left_out} | report.known.keys()
        for rule in RULES:
            counts[rule.area][0 if rule.code in broken else 2 if rule.code in skipped else 1] += 1
        for skip in report.skipped:
            reasons.setdefault(skip.reason, {})[skip.rule] = None
        for left in report.left_out:
            codes = unwanted.setdefault(left.reason, {})
            codes[left.rule] = codes.get(left.rule, 0) + left.findings
        for rule_code, times in report.known.items():
            codes = unwanted.setdefault("known to the baseline", {})
            codes[rule_code] = codes.get(rule_code, 0) + times
    found_, fine, unchecked = (sum(column) for column in zip(*counts.values(), strict=True))
    return pieces.filled(
        "checks",
        rules=len(RULES),
        several=len(reports) if len(reports) > 1 else 0,
        found=f"{found_:,}",
        fine=f"{fine:,}",
        unchecked=f"{unchecked:,}",
        areas=[_area(code, numbers) for code, numbers in counts.items()],
        reasons=[(reason, _listed(list(codes))) for reason, codes in reasons.items()],
        unwanted=[
            (reason, _listed([f"{code} ({counted(number, 'finding')})" for code, number in codes.items()]))
            for reason, codes in unwanted.items()
        ],
        **_gone(reports),
    )


def _gone(reports: Sequence[ArchiveReport]) -> dict[str, object]:
    """What a baseline knows and is found no more: the first entries, and how many there are besides."""
    gone = [(report.path, what, count) for report in reports for what, count in report.gone]
    return {"gone": gone[:_MOST_GONE], "more_gone": max(len(gone) - _MOST_GONE, 0)}


def _area(code: str, numbers: Sequence[int]) -> dict[str, object]:
    found, fine, unchecked = numbers
    total = sum(numbers) or 1
    return {
        "code": code,
        "title": (AREAS[code].__doc__ or "").partition(":")[0].rstrip("."),
        "found": f"{found:,}",
        "fine": f"{fine:,}",
        "unchecked": f"{unchecked:,}",
        "ends": (round(_WIDE * found / total, 1), round(_WIDE * (found + fine) / total, 1)),
    }


def _listed(codes: Sequence[str]) -> str:
    more = f" and {len(codes) - _SHOWN} more" if len(codes) > _SHOWN else ""
    return ", ".join(codes[:_SHOWN]) + more
