"""Reports of any number of synthetic cases, for tests of the page."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from segaudit import catalogue, contracts
from segaudit.model import (
    CASE_COLUMNS,
    MASK_COLUMNS,
    Check,
    CheckResult,
    Contract,
    Counts,
    Dataset,
    Meeting,
    Metadata,
    Outcome,
    Report,
    ReportedFinding,
    Severity,
)
from segaudit.model.report import FORMAT
from segaudit.model.statistics import statistics
from segaudit.reports.page.material import Material

DAY = dt.date(2026, 11, 23)
COLUMNS = ("image_id", "age", "gender", "split", "manufacturer")


@cache
def checks() -> dict[str, Check[...]]:
    """Return the checks of the catalogue, by id."""
    return catalogue.by_id()


@cache
def contract() -> Contract:
    """Return the contract of the release that the synthetic cases follow."""
    return contracts.load("totalsegmentator-v2")


def case_ids(number: int) -> tuple[str, ...]:
    """Return the ids of a number of cases."""
    return tuple(f"s{place:04}" for place in range(number))


def dataset(number: int) -> Dataset:
    """Return a number of cases, each of a part of the body."""
    cases = case_ids(number)
    splits = np.resize(["train", "train", "train", "val", "test"], number)
    rows = zip(cases, np.resize(["34", "55", "71", ""], number), np.resize(["m", "f"], number), splits, strict=True)
    return Dataset(
        root="dataset",
        folders=cases,
        cases=_grids(cases),
        masks=_masks(cases),
        meetings=(Meeting("aorta", "heart", number, 0.02, cases[0]), Meeting("liver", "stomach", 1, 0.4, cases[-1])),
        metadata=Metadata(path="meta.csv", columns=COLUMNS, rows=tuple((*row, "ge") for row in rows)),
    )


def _grids(cases: Sequence[str]) -> pd.DataFrame:
    table = pd.DataFrame(0, index=range(len(cases)), columns=list(CASE_COLUMNS)).astype({"ct_digest": object})
    table = table.assign(size_i=300, size_j=240, size_k=np.linspace(60, 600, len(cases)).astype(int))
    table = table.assign(spacing_i=1.5, spacing_j=1.5, spacing_k=1.5)
    return table.assign(case=cases, ct_digest=cases, ct_whole=True, masks=117, nonempty_masks=60)


def _masks(cases: Sequence[str]) -> pd.DataFrame:
    """Return masks whose structures are below one another, in the order of the class list."""
    random = np.random.default_rng(0)
    names = [structure.name for structure in contract().structures]
    level, case = (axis.ravel() for axis in np.meshgrid(range(len(names)), range(len(cases))))
    top = random.uniform(20, len(names), len(cases))[case]
    present = (top - 60 < level) & (level < top)
    volume = np.where(present, np.exp(1 + level / 30 + random.normal(0, 0.2, level.size)), 0.0)
    table = pd.DataFrame(0.0, index=range(level.size), columns=list(MASK_COLUMNS))
    return table.assign(
        case=np.array(cases, object)[case],
        structure=np.array(names, object)[level],
        whole=True,
        voxels=(volume / 0.003375).astype(int),
        volume_ml=volume,
        cut=present & (level > top - 3),
        components=present.astype(int),
        hu_median=np.where(present, random.normal(60, 10, level.size), np.nan),
        depth_mm=np.where(present, 10.0 * level, np.nan),
    )


def finding(check: str = "mask-off-grid", **fields: object) -> ReportedFinding:
    """Return a finding with a location."""
    known = {
        "check": check,
        "severity": checks()[check].severity,
        "case": "s0000",
        "structures": ("liver",),
        "files": (),
        "message": "the worst corner lies 3 mm off, expected at most 0.1 mm",
        "observed": 3.0,
        "expected": 0.1,
        "waived": None,
        "voxel": (80, 91, 210),
        "position_mm": (12.4, -30.0, 140.0),
    }
    return ReportedFinding(**(known | fields))  # type: ignore[arg-type]  # the values fit, name by name


def report(findings: Sequence[ReportedFinding], measured: Dataset | None = None) -> Report:
    """Return the report of findings, with all checks of the catalogue."""
    standing = [found for found in findings if found.waived is None]
    by_check, by_severity = Counter(f.check for f in standing), Counter(f.severity for f in standing)
    waived = Counter(f.check for f in findings if f.waived is not None)
    return Report(
        segaudit="0.1.0",
        format=FORMAT,
        contract=contract().name,
        dataset=measured.root if measured else "",
        gate=Severity.ERROR,
        counts=Counts(
            cases=len(measured.cases) if measured else 0,
            files=len(measured.masks) + len(measured.cases) if measured else 0,
            masks=len(measured.masks) if measured else 0,
            **{str(severity): by_severity[severity] for severity in Severity},
            waived=waived.total(),
        ),
        checks=tuple(
            CheckResult(
                id=check.id,
                severity=check.severity,
                family=check.family,
                outcome=Outcome.FOUND if by_check[check.id] else Outcome.CLEAN,
                findings=by_check[check.id],
                waived=waived[check.id],
                summary=check.summary,
            )
            for check in checks().values()
        ),
        findings=tuple(sorted(findings, key=lambda found: found.severity.rank)),
        unmeasured=(),
        statistics=statistics(measured, contract()) if measured else {},
        cases=tuple(measured.cases["case"]) if measured else (),
    )


def material(measured: Dataset | None = None) -> Material:
    """Return the further contents of the page, without pictures."""
    explanations = {check.id: check.explanation for check in checks().values()}
    return Material(contract=contract(), explanations=explanations, date=DAY, dataset=measured)
