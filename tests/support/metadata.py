"""Small tables of metadata, and what the checks find in them."""

from __future__ import annotations

from segaudit.checks import metadata as checks
from segaudit.model import Cases, Check, Contract, Finding, Metadata, NotApplicable

V1 = ("image_id", "age", "gender", "institute", "study_type", "split")
V2 = (*V1, "manufacturer", "scanner_model", "kvp", "pathology", "pathology_location")
REGIONS = "abdomen, bones, extremity, head, no_location, pelvis, thorax, throat, unclear"
ROW = (
    "s0001",
    "58",
    "f",
    "I",
    "ct abdomen-pelvis",
    "train",
    "siemens",
    "somatom force",
    "120",
    "tumor",
    "throat,thorax",
)

CONTRACT = Contract(name="small", metadata="totalsegmentator-v2", cases=Cases(count=2), splits={"train": 1, "test": 1})
OLD = Contract(name="old", metadata="totalsegmentator-v1", cases=Cases(count=2), splits={"train": 1, "test": 1})

FAMILY = (
    checks.meta_schema,
    checks.meta_vocabulary,
    checks.meta_implausible,
    checks.meta_incomplete,
    checks.meta_whitespace,
    checks.meta_duplicate,
    checks.split_count,
)


def table(*rows: tuple[str, ...], columns: tuple[str, ...] = V2) -> Metadata:
    """Return metadata with rows, by default one healthy one."""
    found = rows or (ROW,)
    return Metadata(path="meta.csv", columns=columns, rows=found, lines=tuple(range(2, len(found) + 2)))


def row(**cells: str) -> tuple[str, ...]:
    """Return the healthy row with other cells."""
    return tuple((dict(zip(V2, ROW, strict=True)) | cells).values())


def found(metadata: Metadata, contract: Contract = CONTRACT) -> dict[str, list[Finding]]:
    """Return what each check of the family finds, by id; those that find nothing, or do not apply, are left out."""
    results = {check.id: held(check, metadata, contract) for check in FAMILY}
    return {check_id: findings for check_id, findings in results.items() if findings}


def held(check: Check[...], metadata: Metadata, contract: Contract = CONTRACT) -> list[Finding] | None:
    """Return what a check finds; None if it does not apply."""
    try:
        return list(check(metadata, contract) if check.takes_contract else check(metadata))
    except NotApplicable:
        return None


def finding(message: str, observed: str | None = None, expected: str | None = None, case: str = "s0001") -> Finding:
    """Return a finding in the table."""
    return Finding(case=case, file="meta.csv", message=message, observed=observed, expected=expected)
