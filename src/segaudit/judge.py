"""Hold records against the contract, one record at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from segaudit.model import (
    Case,
    Check,
    Contract,
    Ct,
    Dataset,
    File,
    Finding,
    Mask,
    Metadata,
    Published,
    Severity,
    WaiverUse,
)


@dataclass(slots=True)
class Trial:
    """One check in one audit: what it found so far, and whether it ever applied."""

    check: Check[Any]
    severity: Severity
    applied: bool = False
    findings: list[Finding] = field(default_factory=list)
    error: str = ""

    def hold(self, records: Sequence[object], contract: Contract) -> None:
        """Run the check over records. A check that raises is out of the audit, and says so in ``error``."""
        if self.error or not records:
            return
        self.applied = True
        find, more = self.check.function, (contract,) if self.check.takes_contract else ()
        record = records[0]
        try:
            for record in records:
                self.findings += find(record, *more)
        except Exception as error:  # noqa: BLE001 (one broken check must not stop the others)
            self.error = f"{type(error).__name__}: {error} (in {getattr(record, 'case', None) or 'the dataset'})"


class Judge:
    """The checks that apply under a contract, fed one record at a time."""

    def __init__(self, checks: Iterable[Check[Any]], contract: Contract) -> None:
        """Take the checks' severities from the contract where it re-grades them."""
        self.contract = contract
        self.trials = [Trial(check, _severity(check, contract)) for check in checks]
        self._by_unit: dict[type, list[Trial]] = defaultdict(list)
        for trial in self.trials:
            if _promised(contract, trial.check.needs):
                self._by_unit[trial.check.unit].append(trial)

    def case(self, case: Case) -> None:
        """Hold one case, its files, its CT and its masks against the contract."""
        self._hold(File, case.files)
        self._hold(Ct, [case.ct] if case.ct and case.ct.whole else [])
        self._hold(Mask, list(case.whole_masks.values()))
        self._hold(Case, [case])

    def dataset(self, dataset: Dataset) -> None:
        """Hold the dataset and its metadata against the contract."""
        self._hold(Dataset, [dataset])
        self._hold(Metadata, [dataset.metadata] if dataset.metadata else [])

    def published(self) -> None:
        """Hold the contract's published tables against themselves."""
        self._hold(Published, [self.contract.published] if self.contract.published else [])

    def waivers(self, uses: Iterable[WaiverUse]) -> None:
        """Hold the waivers against what they covered."""
        self._hold(WaiverUse, tuple(uses))

    def _hold(self, unit: type, records: Sequence[object]) -> None:
        for trial in self._by_unit[unit]:
            trial.hold(records, self.contract)


def _severity(check: Check[Any], contract: Contract) -> Severity:
    regrade = contract.regrade.get(check.id)
    return regrade.severity if regrade else check.severity


def _promised(contract: Contract, key: str) -> bool:
    """Whether a contract has a value at a dotted key."""
    value: object = contract
    for name in filter(None, key.split(".")):
        value = getattr(value, name)
    return bool(value)
