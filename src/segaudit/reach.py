"""What a report could have found: a finding that is no longer there is fixed only where it was looked for."""

from __future__ import annotations

from typing import NamedTuple

from segaudit.model import Outcome, Report, ReportedFinding
from segaudit.numbers import structures

JUDGED = frozenset({Outcome.CLEAN, Outcome.FOUND, Outcome.WAIVED})
"""How a check ends that had something to judge."""

MISSING = frozenset({"ct-missing", "mask-missing"})
"""Checks that tell of a file that is not there."""


class Reach(NamedTuple):
    """What a report judges."""

    checks: frozenset[str]
    of_files: frozenset[str]
    """Those that tell which files are damaged or missing."""
    cases: frozenset[str]
    gone: frozenset[str]
    """Structures that are no longer in the contract."""
    unread: frozenset[tuple[str, str]]
    """Places whose file is damaged or missing."""

    @classmethod
    def of(cls, old: Report, new: Report) -> Reach:
        """Return what the new report judges."""
        of_files = {check.id for check in new.checks if check.family == "integrity"} | MISSING
        return cls(
            checks=frozenset(check.id for check in new.checks if check.outcome in JUDGED),
            of_files=frozenset(of_files),
            cases=frozenset(("", *new.cases)),
            gone=frozenset(structures(old)) - frozenset(structures(new)),
            unread=frozenset(place for found in new.findings if found.check in of_files for place in _places(found)),
        )

    def has(self, finding: ReportedFinding) -> bool:
        """Whether it could have found the same."""
        there = finding.case in self.cases and self.gone.isdisjoint(finding.names)
        read = finding.check in self.of_files or self.unread.isdisjoint(_places(finding))
        return finding.check in self.checks and there and read


def _places(finding: ReportedFinding) -> set[tuple[str, str]]:
    return {(finding.case, name) for name in finding.names}
