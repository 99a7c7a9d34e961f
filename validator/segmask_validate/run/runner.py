"""Archives to reports: archive -> parts -> dispatcher -> findings in order -> report.

An archive's own problems come first, then those of its images in list order, then those of the members that no image
needs, then the checks of the whole. What is found in a part depends on the part alone, so it may be read anywhere; the
report is the same. The parts of all archives are one list of work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from os import PathLike, fspath
from typing import TYPE_CHECKING, Final, NamedTuple

import segmask
from segmask import Archive, Limits, evidence
from segmask._support.words import Words
from segmask.container.remote.urls import shown
from segmask.container.source import SourceError
from segmask.dataset.arrival import Masks
from segmask.part import Part
from segmask.reporter import Reporter
from segmask.rules import BY_CODE, RULES
from segmask_validate.findings.grouping import Findings
from segmask_validate.findings.labelmap_checks import MaskUsage, check
from segmask_validate.report.model import (
    MAX_PLACES,
    ArchiveReport,
    Arrival,
    Finding,
    LeaveOut,
    LeftOut,
    Skip,
    Verdict,
    verdict_of,
)
from segmask_validate.selection import ALL_RULES, Levels, Selection
from segmask_validate.task import checks
from segmask_validate.task.usage import ImageUsage

from .dispatcher import Dispatcher, Failure
from .worker import Reading

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from segmask_validate.task.model import Task

_NO_PHOTOS: Final = "the archive holds no photos (JPEGImages) to compare with"
_UNREADABLE_CHECKED: Final = "ZIP"
_IMAGE_COST: Final = 8 << 10  # bytes of masks that take as long as all that an image takes beside them

Progress = Callable[[int, int], None]
"""Gets how many images have been read, and how many there are in all archives opened so far."""

Failed = Callable[[str, OSError | SourceError], None]
"""Gets a path that cannot be read, and why; nothing is said about an archive there."""


def validate(  # noqa: PLR0913 - all but the path are keywords that most callers leave out
    path: str | PathLike[str],
    *,
    jobs: int = 1,
    limits: Limits = segmask.Limits(),  # noqa: B008 - frozen
    select: Words | None = None,
    ignore: Words | None = None,
    severity: Levels | None = None,
    thin_pixels: int = 1,
    thin_regions: int = 1,
    task: Task | None = None,
    max_places: int = MAX_PLACES,
) -> ArchiveReport:
    """Reads an archive to its end and says everything that is wrong with it.

    Args:
        path: a zip, a folder, or the URL of a zip.
        jobs: processes, or threads where it is little, to read images in, at most; 1 is this one alone.
        limits: what an untrusted archive may make the reader do.
        select: rules to report: codes, starts of codes (``PNG``), names, ``ALL``, as one str with commas or as several;
            all unless given. The verdict counts all of them.
        ignore: rules not to report.
        severity: severities of rules in place of their own, such as ``{"GEO001": "info"}`` or ``"GEO001=info"``.
        thin_pixels: the fewest pixels of a thin region (GEO001) that is reported.
        thin_regions: the fewest such regions of an archive in which they are reported.
        task: what the archive is imported into: the verdict is that of this import.
        max_places: places of a finding to name, at least 1.

    Returns:
        The report; equal for every value of `jobs`.

    Raises:
        TypeError: `select`, `ignore` or `severity` is of another type.
        ValueError: a word in one of them means nothing, and the message names the nearest; or a number is below 1.
        OSError: the path cannot be opened. An archive that is damaged or no archive at all is a finding instead.
        SourceError: the bytes behind a URL cannot be read, or the file was changed while it was read.
        MemoryError: there is not enough memory for it, or worker processes were killed time and again while they read it.
    """
    selection = Selection.of(
        select=select, ignore=ignore, severity=severity, thin_pixels=thin_pixels, thin_regions=thin_regions
    )
    (report,) = validate_all([path], jobs=jobs, limits=limits, selection=selection, task=task, max_places=max_places)
    return report


def validate_all(  # noqa: PLR0913 - all but the paths are keywords that most callers leave out
    paths: Iterable[str | PathLike[str]],
    *,
    jobs: int = 1,
    limits: Limits | Callable[[str], Limits] = segmask.Limits(),  # noqa: B008 - frozen
    selection: Selection | Callable[[str], Selection] = ALL_RULES,
    task: Task | None = None,
    max_places: int = MAX_PLACES,
    executor: Executor | None = None,
    progress: Progress | None = None,
    failed: Failed | None = None,
) -> Iterator[ArchiveReport]:
    """Validates archives as one list of work; see `validate`.

    With more than one job a script must be importable, as `multiprocessing` wants it: ``if __name__ == "__main__"``.

    Args:
        paths: zips, folders, or URLs of zips.
        jobs: processes, or threads where it is little, to read images in, at most; with an executor its number of workers.
        limits: what an untrusted archive may make the reader do; or a function that says it of a path.
        selection: which rules to report, and how bad their findings are; or a function that says it of a path.
        task: what the archives are imported into, each by itself.
        max_places: places of a finding to name, at least 1.
        executor: reads images in place of processes of our own: threads, a cluster, ... Its workers must see the
            archives under the same paths.
        progress: is told how far it is.
        failed: is told of each archive that cannot be read, and the others go on; None ends the work at the first.

    Yields:
        The reports in the order of the paths, each as soon as it is there; an archive is opened when its turn comes.

    Raises:
        OSError, SourceError, MemoryError: as `validate` does.
        WorkerLostError: the executor lost its workers.
    """
    run = _Run(_Settings(limits, selection, task, max_places), progress, failed)
    with Dispatcher(jobs, executor) as dispatcher:
        for validation, reading in dispatcher.read(run.work(paths, dispatcher)):
            if isinstance(reading, Failure):
                run.fail(validation, reading)
            elif reading is not None:
                run.add(validation, reading)
            elif (report := run.finish(validation)) is not None:
                yield report


class _Settings(NamedTuple):
    """How every archive of a run is read and told of; see `validate`."""

    limits: Limits | Callable[[str], Limits]
    selection: Selection | Callable[[str], Selection]
    task: Task | None
    max_places: int


class _Run:
    """Archives on their way to their reports: what there is to read, how much of it has been, what could not be."""

    def __init__(self, settings: _Settings, progress: Progress | None, failed: Failed | None) -> None:
        self._settings, self._progress, self._failed = settings, progress, failed
        self._done = self._known = 0

    def work(
        self, paths: Iterable[str | PathLike[str]], dispatcher: Dispatcher
    ) -> Iterator[tuple[_Validation, Part | None]]:
        """Parts of the archives, with a mark at the end of each; an archive is opened when its turn comes."""
        for path in paths:
            try:
                validation = _Validation(path, self._settings)
            except (OSError, SourceError, MemoryError) as error:
                self._tell(fspath(path), error)
                continue
            self._known += len(validation.archive)
            dispatcher.expect(validation.archive.mask_bytes + len(validation.archive) * _IMAGE_COST)
            for part in validation.archive.parts():
                if validation.failure is None:
                    yield validation, part
            yield validation, None

    def add(self, validation: _Validation, reading: Reading) -> None:
        """Counts in what was found in the next part of an archive."""
        validation.add(reading)
        self._done += reading.usage.images
        if self._progress is not None:
            self._progress(self._done, self._known)

    def fail(self, validation: _Validation, error: Failure) -> None:
        """Notes why an archive cannot be read to its end; ends the work where nobody is to be told.

        Raises:
            OSError, SourceError, MemoryError: the error.
        """
        if self._failed is None:
            raise error
        validation.failure = validation.failure or error

    def finish(self, validation: _Validation) -> ArchiveReport | None:
        """The report on an archive whose parts have been read; None, and somebody is told, where it cannot be read."""
        if validation.failure is None:
            try:
                validation.archive.verify()
                return validation.report()
            except (SourceError, MemoryError) as error:
                validation.failure = error
        validation.archive.close()
        self._tell(validation.archive.path, validation.failure)
        return None

    def _tell(self, path: str, error: Failure) -> None:
        """Tells that there is no report of an archive; ends the work where nobody is to be told.

        Raises:
            OSError, SourceError, MemoryError: the error.
        """
        if self._failed is None:
            raise error
        if isinstance(error, MemoryError):
            what = str(error) or "there is not enough memory to read it"
            error = SourceError(f"{shown(path)}: {what}")
        self._failed(path, error)


class _Validation:
    """An archive on its way to its report.

    Attributes:
        failure: why it cannot be read to its end, as soon as that is known.
    """

    def __init__(self, path: str | PathLike[str], settings: _Settings) -> None:
        chosen, bounds = settings.selection, settings.limits
        self._selection = chosen if isinstance(chosen, Selection) else chosen(fspath(path))
        limits = bounds if isinstance(bounds, Limits) else bounds(fspath(path))
        self._findings = Findings(settings.max_places, self._selection.thin_pixels)
        self._usage = MaskUsage()
        self._task, self._for_task = settings.task, ImageUsage()
        self.failure: Failure | None = None
        self.archive = segmask.open(path, on_problem=self._findings.add, limits=limits)
        self._findings.use(self.archive.labelmap, has_label_map=self.archive.label_source is not None)

    def add(self, reading: Reading) -> None:
        """Counts in what was found in the next part."""
        self._usage.join(reading.usage)
        if self._task is not None:
            self._for_task.join(reading.for_task)
        for problem in reading.problems:
            self._findings.add(problem)

    def report(self) -> ArchiveReport:
        """The report, when all parts have been read."""
        with self.archive:
            check(self.archive, self._usage, Reporter(self._findings.add))
            if self._task is not None and not self.archive.is_unreadable:
                checks.check(self.archive, self._for_task, self._task, Reporter(self._findings.add))
            skipped = {skip.rule: skip for skip in _skipped(self.archive, self._findings, self._task)}
            return _report(self.archive, self._findings, self._usage, self._selection, skipped)


def _report(
    archive: Archive, findings: Findings, usage: MaskUsage, selection: Selection, skipped: dict[str, Skip]
) -> ArchiveReport:
    kept: list[Finding] = []
    unwanted: dict[tuple[str, LeaveOut], list[Finding]] = {}
    for finding in findings.list():
        reason = _leave_out(finding, selection)
        if reason is not None:
            unwanted.setdefault((finding.code, reason), []).append(finding)
        elif finding.code not in skipped:
            kept.append(replace(finding, severity=selection.severity_of(finding.rule)))
    effects = {rule.effect for rule in findings.rules if rule.code not in skipped}
    if archive.is_folder:
        effects.discard(segmask.Effect.UNSAFE)  # nobody unpacks a folder
    verdict = verdict_of(effects, complete=not findings.incomplete)
    return ArchiveReport(
        path=archive.path,
        verdict=verdict,
        unsafe=segmask.Effect.UNSAFE in effects,
        complete=not findings.incomplete,
        subsets={} if archive.is_unreadable else {name: len(ids) for name, ids in archive.subsets.items()},
        labels=() if archive.is_unreadable else archive.labelmap.names,
        images=usage.images,
        instances=usage.instances,
        arrival=_arrival(archive.masks, usage, is_refused=verdict is Verdict.REJECTED),
        findings=tuple(sorted(kept, key=lambda finding: -finding.severity.rank)),
        left_out=tuple(
            LeftOut(code, reason, len(found), sum(finding.count for finding in found))
            for (code, reason), found in sorted(unwanted.items())
        ),
        skipped=tuple(sorted(skipped.values(), key=lambda skip: skip.rule)),
        by_label=() if archive.is_unreadable else usage.labels.counts(archive.labelmap),
    )


def _arrival(masks: Masks, usage: MaskUsage, *, is_refused: bool) -> Arrival:
    return Arrival(
        masks=masks.found,
        masks_arriving=0 if is_refused else masks.read,
        instances=usage.instances + usage.lost,
        instances_arriving=0 if is_refused else usage.instances,
    )


def _leave_out(finding: Finding, selection: Selection) -> LeaveOut | None:
    """Why a finding is not wanted, None where it is."""
    if finding.code in selection.ignored:
        return LeaveOut.IGNORED
    if finding.code not in selection.selected:
        return LeaveOut.NOT_SELECTED
    if isinstance(finding.evidence, evidence.ThinRegions) and finding.evidence.regions < selection.thin_regions:
        return LeaveOut.BELOW_THRESHOLD
    return None


def _skipped(archive: Archive, findings: Findings, task: Task | None) -> Iterator[Skip]:
    """Rules that could not be checked, or say nothing reliable, and why; of a rule the last counts."""
    if archive.is_unreadable:
        reason = "the archive could not be read"
        yield from (Skip(rule.code, reason) for rule in RULES if not rule.code.startswith(_UNREADABLE_CHECKED))
        return
    yield from checks.unchecked(task)
    has_unread_labels = archive.labelmap.uncertain and not archive.labelmap
    for rule in RULES:
        cause = next((code for code in rule.requires if code in findings.incomplete), None)
        if cause is not None:
            yield Skip(rule.code, f"{cause} {BY_CODE[cause].name} leaves it uncertain")
        elif has_unread_labels and rule.requires:
            yield Skip(rule.code, f"{archive.label_source} could not be read")
    if not any(entry.photo_path for entry in archive.entries):
        yield Skip("GEO002", _NO_PHOTOS, is_usual=True)
