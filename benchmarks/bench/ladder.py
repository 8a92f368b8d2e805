"""Find the smallest effect that is found: plant each level of a defect in a copy of a healthy case, and audit it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import segaudit
from segaudit.demo.target import Planted, Target, UnplantableError
from segaudit.model import Report

from .effects import Effect
from .hosts import Host

Rungs = list[float | None]
"""Severities; None for a defect that is either present or not."""

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
    """Plant a defect in copies of a case, at each level, and return the mildest one that its check finds there."""
    rungs: Rungs = list(effect.levels) or [None]
    parts = [rungs] if effect.defect.scope == "case" else [[rung] for rung in rungs]
    founds = [found for part in parts for found in _planted(host, effect, part)]
    smallest = next((rung for rung, found in zip(rungs, founds, strict=True) if found), None)
    outcome: Outcome = "found" if any(founds) else "not possible" if None in founds else "not found"
    defect = effect.defect
    return Result(defect.check, defect.name, host.name, effect.unit, outcome, smallest, defect.description)


def _planted(host: Host, effect: Effect, rungs: Rungs) -> list[bool | None]:
    """Audit a dataset with a damaged case for each severity; return which were found, None where none was planted."""
    in_place = effect.defect.scope == "dataset"
    copies = [] if in_place else [f"s{8000 + number}" for number in range(len(rungs))]
    cases = copies or host.cases[-1:]
    with TemporaryDirectory() as folder:
        root, contract = host.lay_out(Path(folder), copies)
        planted = [_plant(effect, Target(root, case), rung) for case, rung in zip(cases, rungs, strict=True)]
        report = segaudit.audit(root, contract, select=[effect.defect.check], workers=1)
    if report.unmeasured:
        raise RuntimeError(f"{effect.defect.name}: {report.unmeasured[0]}")
    before = set() if in_place else _structures(report, host.cases[-1])
    return [None if each is None else _is_found(each, _structures(report, each.case) - before) for each in planted]


def _is_found(planted: Planted, structures: set[str]) -> bool:
    """Whether one of the damaged structures is found, or, if none is named, anything at all."""
    return not structures.isdisjoint(planted.structure.split(", ")) if planted.structure else bool(structures)


def _plant(effect: Effect, target: Target, rung: float | None) -> Planted | None:
    try:
        return effect.defect.plant(target, rung)
    except UnplantableError:
        return None


def _structures(report: Report, case: str) -> set[str]:
    """Return the structures that are found in a case; an empty name means a finding about the whole case."""
    return {name for finding in report.findings if finding.case == case for name in finding.structures or ("",)}
