"""Archives among the tests: a node for each archive, with an item for each of its rules."""

from __future__ import annotations

import textwrap
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from segmask.rules import ARCHIVE_RULES, RULES
from segmask_validate import ArchiveReport, Finding, Rule
from segmask_validate.report import text
from segmask_validate.report.lines import plain

from . import reports, targets
from .criteria import Criteria, checked_criteria

_SECTION: Final = "segmask"
_FINDINGS: Final = "segmask_findings"
_VERDICT: Final = "segmask_verdict"


class Found(Exception):
    """A rule's findings, as text; or why the archive cannot be opened."""


class ArchiveNode(pytest.File):
    """An archive; its items are the selected rules. Validated when the first of them runs, once for all."""

    def __init__(self, *, archive: Path, codes: set[str] | None, criteria: Criteria, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.archive = archive
        self.criteria = criteria
        self._codes = codes
        self._is_read = False

    def collect(self) -> Iterator[RuleItem]:
        """The selected rules, in the registry's order."""
        for rule in ARCHIVE_RULES if self.criteria.task is None else RULES:
            if rule.code in self.criteria.rules.codes and (self._codes is None or rule.code in self._codes):
                yield RuleItem.from_parent(self, name=targets.item_name(rule), rule=rule, node=self)

    def report(self, item: RuleItem) -> ArchiveReport:
        """The archive's report; what holds for the whole archive goes to the item that asks first."""
        is_first, self._is_read = not self._is_read, True
        try:
            report = reports.report_of(self.config, self.archive, self.criteria)
        except OSError as error:
            if is_first:
                raise Found(reports.reason(error, reports.shown(self.config, self.archive))) from None
            item.user_properties.append((_FINDINGS, 0))
            pytest.skip("the archive could not be opened")
        if is_first:
            item.user_properties.extend(reports.properties(report))
        return report


class RuleItem(pytest.Item):
    """One rule in one archive: fails with its findings, is skipped where the report says that it was not checked."""

    def __init__(self, *, rule: Rule, node: ArchiveNode, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rule = rule
        self.node = node

    def runtest(self) -> None:
        """Looks up the rule in the archive's report."""
        report = self.node.report(self)
        findings = [finding for finding in report.findings if finding.rule.code == self.rule.code]
        self.user_properties.append((_FINDINGS, sum(finding.count for finding in findings)))
        text = "\n\n".join(map(_text, findings))
        if any(map(self.node.criteria.fails, findings)):
            raise Found(text)
        for skip in report.skipped:
            if skip.rule == self.rule.code:
                pytest.skip(skip.reason)
        if text:
            self.add_report_section("call", _SECTION, text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """Findings need no traceback."""
        if isinstance(excinfo.value, Found):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Place and headline."""
        return self.path, None, f"{self.rule.code} {self.rule.name} in {reports.shown(self.config, self.node.archive)}"


class Archives:
    """Hooks of a run that validates archives.

    Raises:
        pytest.UsageError: what is asked for means nothing, or is not there.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._criteria = checked_criteria(config)
        self._targets = targets.take(config)
        self._passed_over: dict[str, list[str]] = {}
        if self._targets and not config.args and config.getoption("dist", None) == "load":
            config.option.dist = "loadfile"  # of xdist: a worker takes a whole archive, so none is validated twice

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Adds the archives to what the session collects, behind its own."""
        report = yield
        if isinstance(collector, pytest.Session) and report.result is not None:
            report.result.extend(self._node(collector, *target) for target in self._targets.items())
        return report

    def _node(self, session: pytest.Session, path: Path, codes: set[str] | None) -> ArchiveNode:
        is_within = path.is_relative_to(session.config.rootpath)
        return ArchiveNode.from_parent(
            session,
            archive=path,
            codes=codes,
            criteria=self._criteria,
            path=Path(reports.escaped(str(path))),
            nodeid=None
            if is_within
            else reports.shown(session.config, path),  # pytest knows only its arguments out there
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """A rule is skipped in its archive, not in this module."""
        report = yield
        if isinstance(item, RuleItem) and report.skipped and isinstance(report.longrepr, tuple):
            report.longrepr = (str(item.path), 0, report.longrepr[2])
        return report

    def pytest_report_teststatus(self, report: pytest.CollectReport | pytest.TestReport) -> tuple[str, str, str] | None:
        """An archive gets one letter, and one more for each rule that fails; verbose output names all the rules."""
        facts = {name for name, _ in getattr(report, "user_properties", ())}
        if report.when == "call" and not report.failed and _FINDINGS in facts and _VERDICT not in facts:
            return report.outcome, "", report.outcome.upper()
        return None

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
            terminalreporter.section(f"segmask: findings below {self._criteria.rules.fail_on}")
            for archive, texts in sorted(self._passed_over.items()):
                terminalreporter.write_line("\n".join((archive, *(textwrap.indent(text, "  ") for text in texts))))


def _text(finding: Finding) -> str:
    return textwrap.dedent("\n".join(map(plain, text.finding_lines(finding))))
