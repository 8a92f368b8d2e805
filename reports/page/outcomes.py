"""The outcomes of all checks, including those that passed."""

from __future__ import annotations

from collections import Counter

from segaudit.model import CheckResult, Outcome, Report
from segaudit.model.words import count

WORDS = {
    Outcome.COULD_NOT_RUN: "could not run",
    Outcome.FOUND: "found something",
    Outcome.WAIVED: "waived",
    Outcome.CLEAN: "clean",
    Outcome.NOT_APPLICABLE: "not applicable",
}
"""Words for each outcome in the line at the top; those that need attention come first."""


def counted(report: Report) -> str:
    """Return how many checks ended in each way: ``98 checks: 81 found something, 8 clean, 9 not applicable``."""
    numbers = Counter(check.outcome for check in report.checks)
    ends = ", ".join(f"{numbers[outcome]} {word}" for outcome, word in WORDS.items() if numbers[outcome])
    return f"{count(len(report.checks), 'check')}: {ends}"


def ordered(report: Report) -> list[CheckResult]:
    """Return the checks by outcome and severity."""
    ranks = list(WORDS)
    return sorted(report.checks, key=lambda check: (ranks.index(check.outcome), check.severity.rank))
