"""Run checks on records, one record at a time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from inspect import unwrap
from traceback import extract_tb
from typing import Any

import msgspec
import numpy as np

from segaudit.model import (
    Case,
    Check,
    Contract,
    Ct,
    Dataset,
    File,
    Finding,
    KnownState,
    Mask,
    Metadata,
    NotApplicable,
    Published,
    Severity,
    WaiverUse,
)
from segaudit.model.anatomy import Anatomy
from segaudit.model.errors import ENDING, said
from segaudit.model.foreign import contained
from segaudit.model.promises import OFF
from segaudit.model.registration import Registration
from segaudit.model.views import CaseViews

Value = str | int | float | None

UNITS = frozenset({File, Ct, Mask, Case, Registration, Anatomy, Dataset, Metadata, Published, KnownState, WaiverUse})
"""The types of records that checks take."""

LARGEST_WHOLE = 2**63 - 1
"""The largest whole number that every reader of reports can hold."""


@dataclass(slots=True)
class CheckRun:
    """One check in one audit: its findings so far, and whether it ever applied."""

    check: Check[Any]
    severity: Severity
    applied: bool = False
    findings: list[Finding] = field(default_factory=list)
    error: str = ""
    reason: str = ""
    """The reason from the first record to which it did not apply."""

    def apply(self, records: Sequence[object], contract: Contract) -> None:
        """Run the check on records. A check that raises an exception is stopped, and ``error`` says why."""
        if self.error or not records:
            return
        with nullcontext() if self.check.shipped else contained():
            self._apply(records, contract)

    def _apply(self, records: Sequence[object], contract: Contract) -> None:
        find, more = self.check.function, (contract,) if self.check.takes_contract else ()
        record = records[0]
        try:
            suspects = self.check.suspects(records, contract)
            self.applied |= len(suspects) < len(records)
            for record in suspects:
                try:
                    for finding in find(record, *more):
                        self._take(finding, contract)
                except NotApplicable as reason:
                    self.reason = self.reason or str(reason)
                    continue
                self.applied = True
        except ENDING:
            raise
        except BaseException as error:  # noqa: BLE001 (one broken check must not stop the others)
            place = getattr(record, "case", None) or "the dataset"
            self.error = f"{said(error)} (in {place}{self._line(error)})"

    def _line(self, error: BaseException) -> str:
        """Return the line of a user's own file that caused an error, to follow its case; empty for our checks."""
        if not self.check.file:
            return ""
        lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == self.check.file]
        return f"; {self.check.file}, line {[unwrap(self.check.function).__code__.co_firstlineno, *lines][-1]}"

    def _take(self, finding: object, contract: Contract) -> None:
        """Keep a finding, unless it is about an excluded case.

        Raises:
            TypeError: it is not a finding, or has values that no report can contain.
        """
        if not isinstance(finding, Finding):
            raise TypeError(f"it yields {type(finding).__name__} instead of findings")
        finding = msgspec.structs.replace(finding, observed=_plain(finding.observed), expected=_plain(finding.expected))
        finding = msgspec.convert(msgspec.to_builtins(finding), Finding)
        if "" in finding.structures:  # the structure of a CT's file
            finding = msgspec.structs.replace(finding, structures=tuple(filter(None, finding.structures)))
        if finding.case not in contract.exclude.cases:
            self.findings.append(finding)


def _plain(value: Value) -> Value:
    """Convert numpy numbers, which checks of tables may yield, to Python numbers for reports.

    NaN becomes None: it would differ from itself, and keep findings with one cause from being merged. Zero has no sign.
    A whole number that readers of reports cannot hold becomes a float.

    Raises:
        OverflowError: it is beyond the range of a float.
    """
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, int) and abs(plain) > LARGEST_WHOLE:
        return float(plain)
    if not isinstance(plain, float):
        return plain
    return None if math.isnan(plain) else plain + 0.0


class Runner:
    """Runs checks with a contract, one record at a time."""

    def __init__(self, checks: Iterable[Check[Any]], contract: Contract) -> None:
        """Take the severities from the contract for checks that it re-grades."""
        self.contract = contract
        self.check_runs = [CheckRun(check, _severity(check, contract)) for check in checks]
        self._by_unit: dict[type, list[CheckRun]] = defaultdict(list)
        for check_run in self.check_runs:
            if check_run.check.error:
                check_run.error = check_run.check.error
            elif check_run.check.unit not in UNITS:
                check_run.error = f"it looks at {check_run.check.unit.__name__}, which no audit has"
            elif (regrade := contract.regrade.get(check_run.check.id)) and regrade.severity == OFF:
                check_run.reason = f"the contract switches it off: {regrade.reason}"
            elif contract.at(check_run.check.needs):
                self._by_unit[check_run.check.unit].append(check_run)
            else:
                check_run.reason = f"the contract has no {check_run.check.needs}"

    def cases(self, several: Sequence[CaseViews]) -> None:
        """Run the checks of some cases: of files, CTs, masks, cases, their alignment and anatomy.

        Each check judges all of them in turn: what it needs stays in the processor's caches, which is most of what
        small cases take.
        """
        cases = [views.case for views in several]
        self._apply(File, [case.files for case in cases])
        self._apply(Ct, [[case.ct] if case.ct and case.ct.whole else [] for case in cases])
        self._apply(Mask, [list(case.whole_masks.values()) for case in cases])
        self._apply(Case, [[case] for case in cases])
        self._apply(Registration, [[views.registration] for views in several])
        self._apply(Anatomy, [[views.anatomy] for views in several])

    def case(self, views: CaseViews) -> None:
        """Run the checks of a single case."""
        self.cases([views])

    def dataset(self, dataset: Dataset) -> None:
        """Run the checks of the dataset and its metadata."""
        self._apply(Dataset, [[dataset]])
        if dataset.metadata:
            self.metadata(dataset.metadata)

    def metadata(self, metadata: Metadata) -> None:
        """Run the checks of a metadata table."""
        self._apply(Metadata, [[metadata]])

    def published(self) -> None:
        """Run the checks of the contract's published tables."""
        self._apply(Published, [[self.contract.published] if self.contract.published else []])

    def known(self, states: Iterable[KnownState]) -> None:
        """Run the checks of publicly reported defects on their states from ``known_issues``."""
        self._apply(KnownState, [tuple(states)])

    def waivers(self, uses: Iterable[WaiverUse]) -> None:
        """Run the checks of waivers on their uses."""
        self._apply(WaiverUse, [tuple(uses)])

    def _apply(self, unit: type, groups: Iterable[Sequence[object]]) -> None:
        """Run the checks of a unit on the records of one case after another."""
        there = [records for records in groups if records]
        for check_run in self._by_unit[unit]:
            for records in there:
                check_run.apply(records, self.contract)


def _severity(check: Check[Any], contract: Contract) -> Severity:
    regrade = contract.regrade.get(check.id)
    return Severity(regrade.severity) if regrade and regrade.severity != OFF else check.severity
