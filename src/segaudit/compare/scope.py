"""What a report could have found: a finding that is no longer there is fixed only where it was looked for."""

from __future__ import annotations

from typing import NamedTuple

from segaudit.compare.statistics import structures
from segaudit.model import Outcome, Report, ReportedFinding
from segaudit.model.report import CT

JUDGED = frozenset({Outcome.CLEAN, Outcome.FOUND, Outcome.WAIVED})
"""How a check ends that had something to judge."""


class ComparableScope(NamedTuple):
    """What a report judges that another one judged before."""

    checks: frozenset[str]
    cases: frozenset[str]
    gone: frozenset[str]
    """Structures that are no longer in the contract."""
    lost: dict[str, frozenset[str]]
    """By case, what was measured then, and is damaged or missing now."""
    mended: frozenset[str]
    """Cases in which something else than the promise can have changed."""

    @classmethod
    def of(cls, old: Report, new: Report) -> ComparableScope:
        """Return what the new report judges."""
        cases = frozenset(("", *new.cases))
        return cls(
            checks=frozenset(check.id for check in new.checks if check.outcome in JUDGED),
            cases=cases,
            gone=frozenset(structures(old)) - frozenset(structures(new)),
            lost={case: frozenset(names).difference(old.unread.get(case, ())) for case, names in new.unread.items()},
            mended=cases if old.contract_digest == new.contract_digest else frozenset(changed(old, new)),
        )

    def covers(self, finding: ReportedFinding) -> bool:
        """Whether it could have found the same, and does not for what became of the data.

        What a damaged CT hides is in no other file, so nothing of its case counts as fixed.
        """
        lost = self.lost.get(finding.case, frozenset())
        there = finding.case in self.cases and CT not in lost and (self.gone | lost).isdisjoint(finding.names)
        return finding.check in self.checks and there and finding.case in self.mended


def changed(old: Report, new: Report) -> tuple[str, ...]:
    """Return the cases that both reports know the files of, and of which one changed, came or went."""
    return tuple(case for case, digest in new.digests.items() if old.digests.get(case, digest) != digest)
