"""Archives among the tests: a test for each, which fails with its report; its rules are properties of the result."""

from __future__ import annotations

import textwrap
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from segmask import SourceError
from segmask_validate.report import text
from segmask_validate.report.lines import plain

from . import reports, targets
from .criteria import Criteria, checked_criteria

_SECTION: Final = "segmask"


class Failed(Exception):
    """An archive's report, as text; or why it cannot be opened."""


class ArchiveFile(pytest.File):
    """An archive, as pytest knows files: one that holds one test."""

    def __init__(self, *, archive: str, criteria: Criteria, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.archive = archive
        self.criteria = criteria

    def collect(self) -> Iterator[ArchiveItem]:
        """Its test."""
        yield ArchiveItem.from_parent(self, name=targets.ITEM, archive=self.archive, criteria=self.criteria)


class ArchiveItem(pytest.Item):
    """An archive's test: fails with the text report where there are findings that fail."""

    def __init__(self, *, archive: str, criteria: Criteria, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.archive = archive
        self.criteria = criteria

    def runtest(self) -> None:
        """Validates the archive."""
        try:
            report = reports.report_of(self.config, self.archive, self.criteria)
        except (OSError, SourceError) as error:
            raise Failed(reports.reason(error, reports.shown(self.config, self.archive))) from None
        self.user_properties.extend((*report.properties(), *reports.counts(report)))
        if self.criteria.fail(report):
            raise Failed(reports.text_of(report))
        if report.findings:
            found = (line for finding in report.findings for line in text.finding_lines(finding))
            self.add_report_section("call", _SECTION, textwrap.dedent("\n".join(map(plain, found))))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """A report needs no traceback."""
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Place and headline."""
        return self.path, None, reports.shown(self.config, self.archive)


class Archives:
    """Hooks of a run that validates archives.

    Raises:
        pytest.UsageError: what is asked for means nothing, or is not there.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._criteria = checked_criteria(config)
        self._targets = targets.take(config)
        self._passed_over: dict[str, list[str]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Adds the archives to what the session collects, behind its own."""
        report = yield
        if isinstance(collector, pytest.Session) and report.result is not None:
            report.result.extend(self._file(collector, *target) for target in self._targets.items())
        return report

    def _file(self, session: pytest.Session, archive: str, codes: set[str] | None) -> ArchiveFile:
        shown, wanted = reports.shown(session.config, archive), checked_criteria(session.config, archive)
        return ArchiveFile.from_parent(
            session,
            archive=archive,
            criteria=wanted if codes is None else wanted.only(codes),
            path=session.config.rootpath / shown,
            nodeid=shown,  # pytest knows only its arguments outside of the rootdir
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps the findings that make nothing fail."""
        if report.when == "call" and report.passed:
            archive = report.nodeid.rpartition("::")[0]
            for name, text in report.sections:
                if name == f"Captured {_SECTION} call":
                    self._passed_over.setdefault(archive, []).append(text)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says the findings that make nothing fail, so that none is silent."""
        if self._passed_over:
            terminalreporter.section("segmask: findings that fail no test")
            for archive, texts in sorted(self._passed_over.items()):
                terminalreporter.write_line("\n".join((archive, *(textwrap.indent(text, "  ") for text in texts))))
