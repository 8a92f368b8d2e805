"""False positives: findings in healthy variants that the host itself does not have."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import segaudit
from segaudit import catalogue
from segaudit.model import Dataset, Severity

from .healthy import FITTING
from .hosts import Host
from .variants import Variant
from .volumes import Volumes

ERROR = Severity.ERROR.value

PROMISES = frozenset({"spacing-unexpected", "shape-unexpected", "orientation-unexpected"})
"""Checks of the contract's promises: a variant with another grid breaks a promise, but is healthy."""


@dataclass(frozen=True, order=True)
class FalseFinding:
    """A finding in a healthy case."""

    severity: str
    check: str
    structure: str
    message: str


@dataclass(frozen=True)
class Health:
    """The findings in a healthy variant of a host."""

    group: str
    name: str
    host: str
    findings: tuple[FalseFinding, ...]
    fitting: tuple[FalseFinding, ...] = ()
    """Warnings that are true of the variant."""

    def count(self, severity: str) -> int:
        """Return the number of findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)


def examine(host: Host, variant: Variant) -> Health:
    """Audit a variant of a host's case, and return the new findings."""
    known = {(finding.check, finding.structure) for finding in _untouched(host)}
    changed = variant.change(_loaded(host))
    new = sorted(each for each in _found(host, changed) if (each.check, each.structure) not in known)
    fitting = tuple(each for each in new if each.severity != ERROR and each.check in FITTING.get(variant.group, ()))
    false = tuple(each for each in new if each not in fitting)
    return Health(variant.group, variant.name, host.name, false, fitting)


@lru_cache(maxsize=1)
def _loaded(host: Host) -> Volumes:
    return Volumes.load(host.dataset / host.cases[-1])


@lru_cache(maxsize=1)
def _untouched(host: Host) -> tuple[FalseFinding, ...]:
    return tuple(_found(host, _loaded(host)))


def _found(host: Host, case: Volumes) -> Iterator[FalseFinding]:
    """Yield the errors and warnings of a dataset with only this case, split by structure."""
    with TemporaryDirectory() as folder:
        root, contract = host.lay_out(Path(folder))
        shutil.rmtree(root / host.cases[-1])
        case.save(root / host.cases[-1])
        report = segaudit.audit(root, contract, ignore=_not_judged(), workers=1)
    if report.unmeasured:
        raise RuntimeError(f"{host.name}: {report.unmeasured[0]}")
    for finding in report.findings:
        if finding.severity is not Severity.INFO:
            for structure in finding.structures or ("",):
                yield FalseFinding(finding.severity.value, finding.check, structure, finding.message)


def _not_judged() -> frozenset[str]:
    """Return the checks of promises and of whole datasets."""
    return PROMISES | {check.id for check in catalogue.by_id().values() if check.unit is Dataset}
