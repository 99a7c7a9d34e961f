"""The baseline of a run: findings that are known, and where those of the run are to be known from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from segmask_validate.configuration.model import Configuration
    from segmask_validate.paths import Unusable
    from segmask_validate.report.model import ArchiveReport


class BaselineOptions(NamedTuple):
    """Which findings are known, and where those of this run are to be known from."""

    baseline: str | None
    write_baseline: str | None

    def compared(self, reports: Iterator[ArchiveReport], configuration: Configuration) -> Iterator[ArchiveReport]:
        """Reports without what is known already.

        Raises:
            click.UsageError: the file is no baseline.
        """
        if self.write_baseline is not None and self.baseline is not None:
            raise click.UsageError("--baseline and --write-baseline contradict each other")
        known = self.baseline or configuration.baseline
        if known is None or self.write_baseline is not None:
            return reports
        from segmask_validate.baseline.comparing import Baseline  # most runs have none
        from segmask_validate.baseline.file import BaselineError, read

        try:
            return map(Baseline(read(Path(known)), Path(known).parent).compared, reports)
        except (BaselineError, OSError) as error:
            said = f"{known}: {error.strerror}" if isinstance(error, OSError) else str(error)
            where = "" if self.baseline is not None else f"{configuration.where('baseline')}: "
            raise click.UsageError(f"{where}{said}") from None

    def write(self, reports: Iterable[ArchiveReport], errors: Sequence[Unusable]) -> None:
        """Writes what was found, where that is asked for and all could be read.

        Raises:
            click.ClickException: something could not: what is known of it would be lost.
        """
        if self.write_baseline is None:
            return
        if errors:
            raise click.ClickException(f"{self.write_baseline}: not written, since not all paths could be read")
        from segmask_validate.baseline.file import write  # as above

        write(Path(self.write_baseline), reports)
