"""The demo's known issues: one that is still there, one that is gone, and one that cannot be decided."""

from __future__ import annotations

import csv
from pathlib import Path

from msgspec import structs

from segaudit.demo.target import Planted
from segaudit.model import KnownIssue

SOURCE = {"release": "demo", "source": "segaudit demo"}

REPORTS = {
    "known-issue": KnownIssue(
        case="s0864", defect="FILE_CORRUPT", description="The checksum of the CT is wrong.", file="ct.nii.gz", **SOURCE
    ),
    "known-issue-gone": KnownIssue(
        case="s0700", defect="MASK_ALL_EMPTY", description="Every mask is empty.", file="segmentations/*", **SOURCE
    ),
    "known-issue-open": KnownIssue(
        case="s0377", defect="LABEL_BOUNDARY", description="The pelvis ends too low.", file="hip_*", **SOURCE
    ),
}
"""By the check that has to report the state; the first defect is planted, the second is not."""


def write_known_issues(path: Path) -> tuple[Planted, ...]:
    """Write the known issues as CSV, and return the findings that the audit has to report."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(KnownIssue.__struct_fields__)
        writer.writerows(map(structs.astuple, REPORTS.values()))
    return tuple(Planted(issue.case, check, "", "", issue.description) for check, issue in REPORTS.items())
