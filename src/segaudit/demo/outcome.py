"""Compare the planted defects with the findings."""

from __future__ import annotations

from collections.abc import Sequence

from segaudit.demo.target import Planted
from segaudit.model import ReportedFinding


def missed(planted: Sequence[Planted], findings: Sequence[ReportedFinding]) -> list[Planted]:
    """Return the defects that no finding reports."""
    return [defect for defect in planted if not any(_matches(finding, defect) for finding in findings)]


def surplus(planted: Sequence[Planted], findings: Sequence[ReportedFinding]) -> list[ReportedFinding]:
    """Return the findings that report no planted defect."""
    return [finding for finding in findings if not any(_matches(finding, defect) for defect in planted)]


def _matches(finding: ReportedFinding, defect: Planted) -> bool:
    """Whether a finding is from the expected check and about the defect's case, and its structure if it has one."""
    same = (finding.check, finding.case) == (defect.check, defect.case)
    return same and defect.structure in ("", ", ".join(finding.structures))
