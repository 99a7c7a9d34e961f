"""One archive to one report.

The archive's own problems come first, then those of its images in list order, then those of the members that no image
needs, then the checks of the whole. Images are independent of each other, so they may be read in other processes; the
report is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from os import PathLike, fspath
from typing import Final

import segmask
from segmask import Archive, Limits, Problem

from .checks import Usage, check
from .findings import Findings
from .report import ArchiveReport, Finding, Skip, verdict_of
from .rules import BY_CODE, RULES

_BATCH: Final = 16
_WORTH: Final = 8 << 20  # bytes of masks that take about as long as starting a process
_NO_PHOTOS: Final = "the archive holds no photos (JPEGImages) to compare with"
_UNREADABLE_CHECKED: Final = "ZIP"


@dataclass(slots=True)
class _Batch:
    """What reading some images in turn gave."""

    problems: list[Problem] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)


def validate(
    path: str | PathLike[str],
    *,
    jobs: int = 1,
    limits: Limits = segmask.Limits(),  # noqa: B008 - frozen
    selected: frozenset[str] = frozenset(BY_CODE),
) -> ArchiveReport:
    """Reads an archive to its end and says everything that is wrong with it.

    Args:
        path: a zip or a folder.
        jobs: processes to read images in, at most; 1, and little to read, is read in this one.
        limits: what an untrusted archive may make the reader do.
        selected: codes of the rules to report; the verdict counts all of them.

    Returns:
        The report; equal for every value of `jobs`.

    Raises:
        OSError: the path cannot be opened. An archive that is damaged or no archive at all is a finding instead.
    """
    problems: list[Problem] = []
    with segmask.open(path, on_problem=problems.append, limits=limits) as archive:
        findings = Findings(archive.labelmap, has_label_map=archive.label_source is not None)
        for problem in problems:
            findings.add(problem)
        usage = Usage()
        for batch in _batches(archive, jobs, limits):
            usage.join(batch.usage)
            for problem in batch.problems:
                findings.add(problem)
        archive.check_rest(findings.add)
        for problem in check(archive, usage):
            findings.add(problem)
        return _report(fspath(path), archive, findings, usage, selected)


def _batches(archive: Archive, jobs: int, limits: Limits) -> Iterator[_Batch]:
    ranges = [range(start, min(start + _BATCH, len(archive))) for start in range(0, len(archive), _BATCH)]
    if jobs <= 1 or len(ranges) <= 1 or archive.mask_bytes < _WORTH:
        yield from (_read(archive, numbers) for numbers in ranges)
        return
    with ProcessPoolExecutor(
        min(jobs, len(ranges)), get_context("spawn"), _open_in_worker, (fspath(archive.path), limits)
    ) as pool:
        yield from pool.map(_read_in_worker, ranges)


def _read(archive: Archive, numbers: range) -> _Batch:
    batch = _Batch()
    for number in numbers:
        batch.usage.add(archive.read(archive.entries[number], batch.problems.append))
    return batch


_worker_archive: list[Archive] = []
"""The archive that this worker process has open, one element once it has."""


def _open_in_worker(path: str, limits: Limits) -> None:
    _worker_archive.append(segmask.open(path, on_problem=lambda _: None, limits=limits))


def _read_in_worker(numbers: range) -> _Batch:
    return _read(_worker_archive[0], numbers)


def _report(path: str, archive: Archive, findings: Findings, usage: Usage, selected: frozenset[str]) -> ArchiveReport:
    skipped = _skipped(archive, findings)
    kept: list[Finding] = []
    deselected: dict[str, Skip] = {}
    for finding in findings.list():
        code = finding.rule.code
        if code not in selected:
            deselected[code] = Skip(code, "found, and not among the selected rules")
        elif code not in skipped:
            kept.append(finding)
    return ArchiveReport(
        path=path,
        verdict=verdict_of(findings.effects),
        unsafe=segmask.Effect.UNSAFE in findings.effects,
        complete=not findings.incomplete,
        subsets={} if archive.failed else {name: len(ids) for name, ids in archive.subsets.items()},
        labels=() if archive.failed else archive.labelmap.names,
        images=usage.images,
        instances=usage.instances,
        findings=tuple(kept),
        skipped=tuple(sorted({**deselected, **skipped}.values(), key=lambda skip: skip.rule)),
    )


def _skipped(archive: Archive, findings: Findings) -> dict[str, Skip]:
    """Rules that could not be checked, or say nothing reliable, and why."""
    if archive.failed:
        reason = "the archive could not be read"
        return {rule.code: Skip(rule.code, reason) for rule in RULES if not rule.code.startswith(_UNREADABLE_CHECKED)}
    skipped: dict[str, Skip] = {}
    for rule in RULES:
        cause = next((code for code in rule.requires if code in findings.incomplete), None)
        if cause is not None:
            skipped[rule.code] = Skip(rule.code, f"{cause} {BY_CODE[cause].name} leaves the labels uncertain")
    if not any(entry.photo_path for entry in archive.entries):
        skipped["GEO002"] = Skip("GEO002", _NO_PHOTOS)
    return skipped
