"""The order in which a person looks at findings: what is worse first, and the worst of each check before the rest.

The worst is what differs most from what its check expects, and of the alike, the masks that are most unusual in all.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from segaudit.model import ReportedFinding


def ranked(findings: Iterable[ReportedFinding]) -> list[ReportedFinding]:
    """Return the findings about cases that are not waived: by severity, then the largest effect of each check in turn.

    Effects have the unit of their check, so only those of one check are compared; taking checks in turn makes fifty
    looks see fifty kinds of defect rather than fifty cases of one.
    """
    by_check: dict[str, list[ReportedFinding]] = defaultdict(list)
    for finding in findings:
        if finding.case and finding.waived is None:
            by_check[finding.check].append(finding)
    turns = [
        (finding.severity.rank, turn, number, finding)
        for number, some in enumerate(by_check.values())
        for turn, finding in enumerate(sorted(some, key=effect, reverse=True))
    ]
    return [finding for *_, finding in sorted(turns, key=lambda entry: entry[:3])]


def effect(finding: ReportedFinding) -> tuple[float, int, float]:
    """Return how far a finding is off in the unit of its check, how many masks it is about, and their highest score."""
    return _off(finding), finding.merged, finding.score or 0.0


def _off(finding: ReportedFinding) -> float:
    """Return how far a number is from the expected one; 0 where it is none."""
    observed, expected = finding.observed, finding.expected
    if isinstance(observed, str) or observed is None or not math.isfinite(observed):
        return 0.0
    usual = 0.0 if isinstance(expected, str) or expected is None else expected
    return abs(observed - usual) if math.isfinite(usual) else 0.0
