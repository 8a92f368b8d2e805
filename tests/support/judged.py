"""Run a check on cases, without measuring any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

from segaudit.judging.runner import CheckRun, Runner
from segaudit.model import Case, Check, Contract, Ct, File, Finding, Header, Mask, Severity, check
from segaudit.model.views import CaseViews

TODAY = dt.date(2026, 11, 23)
CENTRE: dict[str, Any] = {"centroid_voxel": (79.6, 91.2, 210.5), "centroid_mm": (12.04, -30.0, 140.26)}


@check("mask-seen", Severity.WARNING)
def mask_seen(mask: Mask) -> Iterator[Finding]:
    """Every mask."""
    yield Finding.about(mask, "seen", 1)


@check("file-seen", Severity.ERROR)
def file_seen(file: File) -> Iterator[Finding]:
    """Every file."""
    yield Finding.about(file, "seen")


@check("case-breaks", Severity.ERROR)
def case_breaks(case: Case) -> Iterator[Finding]:
    """The second case."""
    if case.case == "s0002":
        raise ZeroDivisionError("by zero")
    yield Finding(case=case.case, message="seen")


@check("ct-limited", Severity.ERROR, needs="geometry.spacing_mm")
def ct_limited(ct: Ct, contract: Contract) -> Iterator[Finding]:
    """Every CT, where the contract has a spacing."""
    yield Finding(case=ct.case, message=f"{contract.geometry.spacing_mm}")


def a_case(name: str) -> Case:
    """Return a case with a CT, two whole masks and a damaged one."""
    paths = {structure: f"{name}/segmentations/{structure}.nii.gz" for structure in ("aorta", "liver")}
    masks = [
        Mask(case=name, structure=s, file=File(case=name, structure=s, path=p, header=Header()), **CENTRE)
        for s, p in paths.items()
    ]
    damaged = Mask(case=name, structure="spleen", file=File(case=name, structure="spleen", path="x"))
    ct = Ct(case=name, file=File(case=name, path=f"{name}/ct.nii.gz", header=Header()))
    return Case(case=name, ct=ct, masks=(*masks, damaged))


def judged(one: Check[...], *cases: str, contract: Contract | None = None) -> CheckRun:
    """Hold cases against one check."""
    contract = contract or Contract(name="none")
    judge = Runner([one], contract)
    for name in cases:
        judge.case(CaseViews(a_case(name), contract))
    return judge.check_runs[0]


def found_by(finding: object) -> CheckRun:
    """Hold one case against a check that yields something."""

    @check("case-odd", Severity.ERROR)
    def case_odd(case: Case) -> Iterator[Finding]:  # noqa: ARG001 (whatever the case, it yields the same)
        """Something odd."""
        if isinstance(finding, BaseException):
            raise finding
        yield cast("Finding", finding)

    return judged(case_odd, "s0001")
