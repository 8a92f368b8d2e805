"""What was planted against what was found."""

from __future__ import annotations

from collections.abc import Sequence

from segaudit.demo.target import Planted
from segaudit.model import ReportedFinding


def missed(planted: Sequence[Planted], findings: Sequence[ReportedFinding]) -> list[Planted]:
    """Return the defects that no finding tells."""
    return [defect for defect in planted if not any(_tells(finding, defect) for finding in findings)]


def surplus(planted: Sequence[Planted], findings: Sequence[ReportedFinding]) -> list[ReportedFinding]:
    """Return the findings that tell no defect."""
    return [finding for finding in findings if not any(_tells(finding, defect) for defect in planted)]


def _tells(finding: ReportedFinding, defect: Planted) -> bool:
    """Whether a finding is of the check and the case that were aimed at, and of the structure where it was one."""
    same = (finding.check, finding.case) == (defect.check, defect.case)
    return same and defect.structure in ("", finding.structure)
