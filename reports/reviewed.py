"""What people decided about findings: how often each check was right."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from segaudit.model.decision import Decisions, Opinion
from segaudit.reports.breakdown import Share
from segaudit.reports.spreadsheet import sheet

COLUMNS = (
    *("check", "right", "false_alarms", "unsure", "disputed"),
    *("precision_percent", "precision_low", "precision_high"),
)


class Precision(NamedTuple):
    """How the findings of one check were decided."""

    check: str
    right: int
    false_alarms: int
    unsure: int
    """Nobody could tell."""
    disputed: int
    """Some say right, others false alarm."""

    @property
    def share(self) -> Share | None:
        """Those that were right among those that were right or false alarms; None if there are none of both."""
        judged = self.right + self.false_alarms
        return Share(self.right, judged) if judged else None

    @property
    def text(self) -> str:
        """The share in per cent and its interval; a dash if there is none."""
        return self.share.text if self.share else "-"


def precisions(decisions: Decisions) -> list[Precision]:
    """Return how the findings of each check were decided, by check, whether or not they are still found."""
    counts: dict[str, Counter[Opinion]] = defaultdict(Counter)
    for (check, _, _), said in decisions.opinions().items():
        if said.settled:
            counts[check][said] += 1
    order = (Opinion.RIGHT, Opinion.FALSE_ALARM, Opinion.UNSURE, Opinion.DISPUTED)
    return [Precision(check, *(some[said] for said in order)) for check, some in sorted(counts.items())]


def csv(decisions: Decisions) -> str:
    """Return the table as CSV, a row for each check."""
    rows = (
        (*row, row.share.per_100, *row.share.interval) if row.share else (*row, None, None, None)
        for row in precisions(decisions)
    )
    return sheet(COLUMNS, rows)
