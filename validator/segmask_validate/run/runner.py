"""Archives to reports: archive -> parts -> dispatcher -> findings in order -> report.

An archive's own problems come first, then those of its images in list order, then those of the members that no image
needs, then the checks of the whole. What is found in a part depends on the part alone, so it may be read anywhere; the
report is the same. The parts of all archives are one list of work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from os import PathLike
from typing import TYPE_CHECKING, Final

import segmask
from segmask import Archive, Limits
from segmask.part import Part
from segmask.reporter import Reporter
from segmask.rules import BY_CODE, RULES
from segmask_validate.findings.grouping import Findings
from segmask_validate.findings.labelmap_checks import MaskUsage, check
from segmask_validate.report.model import ArchiveReport, Finding, Skip, verdict_of

from .dispatcher import Dispatcher
from .worker import Reading

if TYPE_CHECKING:
    from concurrent.futures import Executor

_NO_PHOTOS: Final = "the archive holds no photos (JPEGImages) to compare with"
_UNREADABLE_CHECKED: Final = "ZIP"
_IMAGE_COST: Final = 8 << 10  # bytes of masks that take as long as all that an image takes beside them

Progress = Callable[[int, int], None]
"""Gets how many images have been read, and how many there are in all archives opened so far."""


def validate(
    path: str | PathLike[str],
    *,
    jobs: int = 1,
    limits: Limits = segmask.Limits(),  # noqa: B008 - frozen
    selected: frozenset[str] = frozenset(BY_CODE),
) -> ArchiveReport:
    """Reads an archive to its end and says everything that is wrong with it.

    Args:
        path: a zip, a folder, or the URL of a zip.
        jobs: processes to read images in, at most; 1, and little to read, is read in this one.
        limits: what an untrusted archive may make the reader do.
        selected: codes of the rules to report; the verdict counts all of them.

    Returns:
        The report; equal for every value of `jobs`.

    Raises:
        OSError: the path cannot be opened. An archive that is damaged or no archive at all is a finding instead.
        SourceError: the bytes behind a URL cannot be read, or the file was changed while it was read.
        WorkerLostError: worker processes were killed twice.
    """
    (report,) = validate_all([path], jobs=jobs, limits=limits, selected=selected)
    return report


def validate_all(
    paths: Iterable[str | PathLike[str]],
    *,
    jobs: int = 1,
    limits: Limits = segmask.Limits(),  # noqa: B008 - frozen
    selected: frozenset[str] = frozenset(BY_CODE),
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Iterator[ArchiveReport]:
    """Validates archives as one list of work; see `validate`.

    With more than one job a script must be importable, as `multiprocessing` wants it: ``if __name__ == "__main__"``.

    Args:
        paths: zips, folders, or URLs of zips.
        jobs: processes to read images in, at most; with an executor its number of workers.
        limits: what an untrusted archive may make the reader do.
        selected: codes of the rules to report.
        executor: reads images in place of processes of our own: threads, a cluster, ... Its workers must see the
            archives under the same paths.
        progress: is told how far it is.

    Yields:
        The reports in the order of the paths, each as soon as it is there; an archive is opened when its turn comes.

    Raises:
        OSError, SourceError, WorkerLostError: as `validate` does.
    """
    done = known = 0
    with Dispatcher(jobs, executor) as dispatcher:

        def work() -> Iterator[tuple[_Validation, Part | None]]:
            nonlocal known
            for path in paths:
                validation = _Validation(path, limits)
                known += len(validation.archive)
                dispatcher.expect(validation.archive.mask_bytes + len(validation.archive) * _IMAGE_COST)
                yield from ((validation, part) for part in validation.archive.parts())
                yield validation, None

        for validation, reading in dispatcher.read(work()):
            if reading is None:
                yield validation.report(selected)
            else:
                validation.add(reading)
                done += reading.usage.images
                if progress is not None:
                    progress(done, known)


class _Validation:
    """An archive on its way to its report."""

    def __init__(self, path: str | PathLike[str], limits: Limits) -> None:
        self._findings = Findings()
        self._usage = MaskUsage()
        self.archive = segmask.open(path, on_problem=self._findings.add, limits=limits)
        self._findings.use(self.archive.labelmap, has_label_map=self.archive.label_source is not None)

    def add(self, reading: Reading) -> None:
        """Counts in what was found in the next part."""
        self._usage.join(reading.usage)
        for problem in reading.problems:
            self._findings.add(problem)

    def report(self, selected: frozenset[str]) -> ArchiveReport:
        """The report, when all parts have been read."""
        with self.archive:
            check(self.archive, self._usage, Reporter(self._findings.add))
            return _report(self.archive, self._findings, self._usage, selected)


def _report(archive: Archive, findings: Findings, usage: MaskUsage, selected: frozenset[str]) -> ArchiveReport:
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
        path=archive.path,
        verdict=verdict_of(findings.effects, complete=not findings.incomplete),
        unsafe=segmask.Effect.UNSAFE in findings.effects,
        complete=not findings.incomplete,
        subsets={} if archive.is_unreadable else {name: len(ids) for name, ids in archive.subsets.items()},
        labels=() if archive.is_unreadable else archive.labelmap.names,
        images=usage.images,
        instances=usage.instances,
        findings=tuple(kept),
        skipped=tuple(sorted({**deselected, **skipped}.values(), key=lambda skip: skip.rule)),
    )


def _skipped(archive: Archive, findings: Findings) -> dict[str, Skip]:
    """Rules that could not be checked, or say nothing reliable, and why."""
    if archive.is_unreadable:
        reason = "the archive could not be read"
        return {rule.code: Skip(rule.code, reason) for rule in RULES if not rule.code.startswith(_UNREADABLE_CHECKED)}
    skipped: dict[str, Skip] = {}
    has_unread_labels = archive.labelmap.uncertain and not archive.labelmap
    for rule in RULES:
        cause = next((code for code in rule.requires if code in findings.incomplete), None)
        if cause is not None:
            skipped[rule.code] = Skip(rule.code, f"{cause} {BY_CODE[cause].name} leaves it uncertain")
        elif has_unread_labels and rule.requires:
            skipped[rule.code] = Skip(rule.code, f"{archive.label_source} could not be read")
    if not any(entry.photo_path for entry in archive.entries):
        skipped["GEO002"] = Skip("GEO002", _NO_PHOTOS)
    return skipped
