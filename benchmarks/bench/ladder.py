"""Find the smallest effect that is found: plant the levels of a defect in copies of a healthy case, and audit them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import segaudit
from segaudit.demo.target import Defect, Planted, Target, UnplantableError
from segaudit.model import Report

from .effects import Effect
from .hosts import Host

Outcome = Literal["found", "not found", "not possible"]


@dataclass(frozen=True)
class Result:
    """The result of planting a defect in a host."""

    check: str
    defect: str
    host: str
    unit: str
    outcome: Outcome
    smallest: float | None
    """The mildest severity that is found, if it has one."""
    description: str


def climb(host: Host, effect: Effect) -> Result:
    """Plant a defect in a copy of a host, the mildest severity first, until its check finds it there."""
    defect, smallest = effect.defect, None
    outcome: Outcome = "not possible"
    for rung in effect.levels or (None,):
        found = _found(host, defect, rung)
        if found is not None:
            outcome, smallest = ("found", rung) if found else ("not found", None)
        if found:
            break
    return Result(defect.check, defect.name, host.name, effect.unit, outcome, smallest, defect.description)


def _found(host: Host, defect: Defect, rung: float | None) -> bool | None:
    """Audit a host with a defect in its last case; return whether it was found, None where it cannot be planted."""
    known = frozenset() if defect.scope == "dataset" else _known(host)[defect.check]
    with TemporaryDirectory() as folder:
        root, contract = host.lay_out(Path(folder))
        try:
            planted = defect.plant(Target(root, host.cases[-1]), rung)
        except UnplantableError:
            return None
        report = _audited(root, contract, [defect.check])
    return _is_found(planted, _structures(report, planted.case)[defect.check] - known)


@lru_cache(maxsize=1)
def _known(host: Host) -> dict[str, set[str]]:
    """Return what is found in a host's last case without a defect."""
    with TemporaryDirectory() as folder:
        return _structures(_audited(*host.lay_out(Path(folder))), host.cases[-1])


def _audited(root: Path, contract: Path, select: Sequence[str] = ()) -> Report:
    """Return the report.

    Raises:
        RuntimeError: a case could not be measured.
    """
    report = segaudit.audit(root, contract, select=select, workers=1)
    if report.unmeasured:
        raise RuntimeError(f"{', '.join(select)}: {report.unmeasured[0]}")
    return report


def _is_found(planted: Planted, structures: set[str]) -> bool:
    """Whether one of the damaged structures is found, or, if none is named, anything at all."""
    return not structures.isdisjoint(planted.structure.split(", ")) if planted.structure else bool(structures)


def _structures(report: Report, case: str) -> dict[str, set[str]]:
    """Return the structures that each check finds in a case; an empty name means a finding about the whole case."""
    found = defaultdict[str, set[str]](set)
    for finding in report.findings:
        if finding.case == case:
            found[finding.check].update(finding.structures or ("",))
    return found
