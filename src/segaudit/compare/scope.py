"""Decides whether a finding that disappeared was fixed, or was simply not checked this time."""

from __future__ import annotations

from typing import NamedTuple

from segaudit.compare.statistics import structures
from segaudit.model import Outcome, Report, ReportedFinding
from segaudit.model.report import CT

JUDGED = frozenset({Outcome.CLEAN, Outcome.FOUND, Outcome.WAIVED})
"""Outcomes of a check that had something to judge."""


class ComparableScope(NamedTuple):
    """The part of an old report that a new one judged again."""

    checks: frozenset[str]
    cases: frozenset[str]
    gone: frozenset[str]
    """Structures that are no longer in the contract."""
    lost: dict[str, frozenset[str]]
    """By case, what was measured before, and is damaged or missing now."""
    mended: frozenset[str]
    """Cases in which more than the contract may have changed."""

    @classmethod
    def of(cls, old: Report, new: Report) -> ComparableScope:
        """Return the scope of a new report."""
        cases = frozenset(("", *new.cases))
        return cls(
            checks=frozenset(check.id for check in new.checks if check.outcome in JUDGED),
            cases=cases,
            gone=frozenset(structures(old)) - frozenset(structures(new)),
            lost={case: frozenset(names).difference(old.unread.get(case, ())) for case, names in new.unread.items()},
            mended=cases if old.contract_digest == new.contract_digest else frozenset(changed(old, new)),
        )

    def covers(self, finding: ReportedFinding) -> bool:
        """Whether the new audit could have found it again, and its absence is not explained by lost data.

        If the CT is damaged, nothing in its case counts as fixed.
        """
        lost = self.lost.get(finding.case, frozenset())
        there = finding.case in self.cases and CT not in lost and (self.gone | lost).isdisjoint(finding.names)
        return finding.check in self.checks and there and finding.case in self.mended


def changed(old: Report, new: Report) -> tuple[str, ...]:
    """Return the cases with digests in both reports in which a file was changed, added or removed."""
    return tuple(case for case, digest in new.digests.items() if old.digests.get(case, digest) != digest)
