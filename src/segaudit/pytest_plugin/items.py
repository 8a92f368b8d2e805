"""The audit as pytest items: one for each clean check, and one for each failing (check, case)."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from functools import cached_property
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import msgspec
import pytest

from segaudit import catalogue
from segaudit.auditing.session import run_audit
from segaudit.catalogue import user_checks
from segaudit.catalogue.modules import SHIPPED, Module
from segaudit.model import CheckResult, Outcome, Report, ReportedFinding, Severity
from segaudit.model.errors import InputError, did_you_mean, os_error_text
from segaudit.model.words import count, edged, printable
from segaudit.pytest_plugin.arguments import files, of_the_catalogue, own_checks, paths
from segaudit.pytest_plugin.options import Options
from segaudit.reports.phrases import message, partly, structure, visible
from segaudit.reports.terminal import block

REPORT = "segaudit_report"
"""Key under which xdist's workers find the report of their controller."""

DATASET = "dataset"
"""Name of the item for findings that are not about a single case."""


class Found(Exception):  # noqa: N818 (it is not an error of the program)
    """Raised by an item whose check has findings at the gate."""

    def __init__(self, text: str, summary: str) -> None:
        """Take all findings as text, and a summary of the first in one line."""
        super().__init__(text)
        self.summary = summary


class Collecting:
    """One audit per pytest session, which runs when its first item is collected.

    xdist's workers get the report from their controller.
    """

    def __init__(self, config: pytest.Config) -> None:
        """Register a marker for each severity and family, without auditing yet."""
        self.options = Options(config)
        self.options.keep_out_of_dataset()
        self._problem = ""
        self._handed: bytes | None = getattr(config, "workerinput", {}).get(REPORT)
        self._lists_fixtures = config.option.showfixtures or config.option.show_fixtures_per_test
        try:
            self.own = user_checks.found(own_checks(config))
            self.modules = catalogue.modules(self.own)
            for name in (*Severity, *catalogue.families(self.own)):
                config.addinivalue_line("markers", f"{name}: checks of this severity or family")
        except InputError as error:
            raise pytest.UsageError(str(error)) from error

    @cached_property
    def report(self) -> Report | None:
        """The report of the audit; None if the audit is not possible, which ``pytest_collection`` reports."""
        if self._handed:
            return msgspec.json.decode(self._handed, type=Report)
        try:
            return run_audit(self.options.dataset, self.options.settings(self.own)).report
        except InputError as error:
            self._problem = str(error)
        except OSError as error:
            self._problem = os_error_text(error)
        return None

    @cached_property
    def _wanted(self) -> bool:
        """Whether the arguments of pytest may lead to checks: a configuration file names the dataset in each run."""
        config, names = self.options.config, {module.file.name for module in self.modules if module.file}
        below = chain.from_iterable(files(path, config) for path in paths(config))
        named = any(not path.exists() for path in paths(config))  # a package, with ``--pyargs``
        return named or any(file.name in names and self._module(file) for file in below)

    @property
    def _made(self) -> Report | None:
        """The report, if an audit has run."""
        return vars(self).get("report")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Send the report to a worker of xdist, unless the run has no checks."""
        if not self._wanted:
            return
        if self.report is None:
            raise pytest.UsageError(self._problem)
        node.workerinput[REPORT] = msgspec.json.encode(self.report)

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Stop the session if the audit is not possible.

        Raises:
            pytest.UsageError: the dataset, the contract or an option cannot be used.
        """
        collected = yield
        if self._problem:
            raise pytest.UsageError(self._problem)
        return collected

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect the modules of the catalogue and, together with its package, those of other packages."""
        if file_path.suffix != ".py" or self._lists_fixtures:
            return None
        if file_path.name == "__init__.py" and of_the_catalogue(file_path):
            return self._other_packages(parent)
        module = self._module(file_path)
        if module is None or self.report is None:
            return None
        return module_collector(parent, self.report, module, file_path)

    def _module(self, path: Path) -> Module | None:
        """Return the module of checks in a file, installed or in a clone; None if it is not one."""
        if of_the_catalogue(path):
            return next((m for m in self.modules if m.source == SHIPPED and m.name == path.stem), None)
        return next((m for m in self.modules if m.file == path.resolve()), None)

    def _other_packages(self, parent: pytest.Collector) -> pytest.Collector | None:
        """Return a collector of other packages' modules; None if there are none, or if the audit is not possible."""
        others = tuple(m for m in self.modules if m.source != SHIPPED and m.file not in self.own)
        if not others or self.report is None:
            return None
        return OtherPackages.from_parent(parent, name="other packages", report=self.report, modules=others)

    def pytest_report_header(self) -> str:
        """Return the header line, which names the dataset."""
        return f"segaudit: {printable(self.options.dataset)}"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print what was audited and found, also below the gate, and which cases could not be measured."""
        if self._made is None:
            return
        counts = self._made.counts
        audited = f"{count(counts.cases, 'case')}, {count(counts.masks, 'mask')}"
        facts = (f"{self._made.dataset} ({self._made.contract})", audited, partly(self._made))
        found = f"{count(counts.error, 'error')}, {count(counts.warning, 'warning')}, {counts.info} info"
        terminalreporter.section("segaudit")
        terminalreporter.write_line(", ".join(filter(None, facts)))
        terminalreporter.write_line(f"{found}, {counts.waived} waived in the whole audit, whichever items were chosen")
        for word in self._strange_markers(terminalreporter.config):
            near = did_you_mean(word, (*Severity, *catalogue.families(self.own)))
            terminalreporter.write_line(f"-m: no check is marked {word!r}{near}", yellow=True)
        for lost in self._made.unmeasured:
            terminalreporter.write_line(visible(edged(f"{lost.case} could not be measured: {lost.error}")))

    @staticmethod
    def _strange_markers(config: pytest.Config) -> list[str]:
        """Return the words of ``-m`` that are not markers: a misspelt family would silently deselect everything."""
        known = {re.split(r"\W", line)[0] for line in config.getini("markers")} | {"and", "or", "not"}
        return [word for word in re.findall(r"\w+", config.getoption("-m")) if word not in known]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the session if a case could not be measured."""
        if self._made and self._made.unmeasured:
            session.exitstatus = self._made.exit_code


def module_collector(parent: pytest.Collector, report: Report, module: Module, path: Path) -> CheckModule:
    """Return the collector of a module's checks; node ids of installed modules do not depend on their location."""
    nodeid = None
    if module.source == SHIPPED:
        nodeid = f"checks/{module.name}.py"
    elif module.source != str(module.file):
        nodeid = f"{module.name.replace('.', '/')}.py"
    written = {check.id for check in module.checks}
    return CheckModule.from_parent(parent, path=path, report=report, written=written, nodeid=nodeid)


class OtherPackages(pytest.Collector):
    """The checks of other packages, collected with the built-in ones: the audit runs them, so they have to pass."""

    def __init__(self, *, report: Report, modules: tuple[Module, ...], **kwargs: Any) -> None:
        """Take the report for the items, and the modules."""
        super().__init__(**kwargs)
        self.report, self.modules = report, modules

    def collect(self) -> Iterator[pytest.Collector]:
        """Yield the modules; one that could not be imported has no file, and gets the path of this collector."""
        for module in self.modules:
            yield module_collector(self, self.report, module, module.file or self.path)


class CheckModule(pytest.File):
    """A module of checks."""

    def __init__(self, *, report: Report, written: set[str], **kwargs: Any) -> None:
        """Take the report for the items, and the ids of the checks that the module defines."""
        super().__init__(**kwargs)
        self.report, self.written = report, written

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Yield an item for each check without findings, and a node for each with some."""
        for check in self.report.checks:
            if check.id not in self.written:
                continue
            found = [finding for finding in self.report.findings if finding.check == check.id]
            if found:
                yield CheckNode.from_parent(self, name=check.id, check=check, found=found, gate=self.report.gate)
            else:
                yield CheckItem.from_parent(self, name=check.id, check=check, gate=self.report.gate)


class CheckNode(pytest.Collector):
    """A check with findings: one item for each case."""

    def __init__(self, *, check: CheckResult, found: list[ReportedFinding], gate: Severity, **kwargs: Any) -> None:
        """Take the findings of one check."""
        super().__init__(**kwargs)
        self.check, self.found, self.gate = check, found, gate

    def collect(self) -> Iterator[CheckItem]:
        """Yield the items. Names have no brackets: pytest would treat them as parameters, and --lf would fail."""
        for case, findings in groupby(self.found, key=lambda finding: finding.case):
            name = edged(printable(case)).translate({ord("["): "(", ord("]"): ")"}) or DATASET
            yield CheckItem.from_parent(self, name=name, check=self.check, findings=tuple(findings), gate=self.gate)


class CheckItem(pytest.Item):
    """A check without findings, or its findings in one case."""

    def __init__(
        self, *, check: CheckResult, gate: Severity, findings: tuple[ReportedFinding, ...] = (), **kwargs: Any
    ) -> None:
        """Mark the item with its severity and family."""
        super().__init__(**kwargs)
        self.check, self.gate, self.findings = check, gate, findings
        self.add_marker(check.severity.value)
        self.add_marker(check.family)
        self.user_properties.append(("severity", check.severity.value))

    def runtest(self) -> None:
        """Fail on findings at the gate or above, and on a check that could not run; waived findings are expected."""
        if self.check.outcome is Outcome.COULD_NOT_RUN:
            reason = visible(f"could not run: {self.check.error}")
            raise Found(f"{self.check.id} {reason}", reason)
        if self.check.outcome is Outcome.NOT_APPLICABLE:
            pytest.skip("not applicable")
        if failing := [finding for finding in self.findings if finding.fails(self.gate)]:
            raise Found(block(self.check, failing), _first(failing))
        if self.findings and all(finding.waived is not None for finding in self.findings):
            pytest.xfail(f"waived: {self.findings[0].waived}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show findings without a traceback, the first of them in pytest's short summary."""
        if not isinstance(excinfo.value, Found):
            return super().repr_failure(excinfo, style)
        shown = excinfo.getrepr(style="value")
        if shown.reprcrash:
            shown.reprcrash.message = excinfo.value.summary
        return shown

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the item in reports."""
        return self.path, None, self.check.id if self.name == self.check.id else f"{self.check.id}::{self.name}"


def _first(findings: list[ReportedFinding]) -> str:
    """Return the first finding in one line, and how many more there are."""
    finding = findings[0]
    more = f" (and {len(findings) - 1} more)" if findings[1:] else ""
    return visible(f"{': '.join(filter(None, (structure(finding), message(finding))))}{more}")
