"""What people decided about findings: how often each check was right."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from segaudit.model.decision import Decisions, Opinion
from segaudit.reports.breakdown import Share
from segaudit.reports.spreadsheet import Cell, sheet

COLUMNS = (
    *("check", "right", "false_alarms", "unsure", "disputed"),
    *("precision_percent", "precision_low", "precision_high"),
    *("right_observed_least", "right_observed_most", "false_observed_least", "false_observed_most"),
)
"""The last four are the range of what was observed in findings that were right, and in false alarms: a limit between
the two separates them, as far as was decided."""


class Precision(NamedTuple):
    """How the findings of one check were decided."""

    check: str
    right: int
    false_alarms: int
    unsure: int
    """Nobody could decide."""
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
    for said, decision in decisions.opinions():
        if said.settled:
            counts[decision.check][said] += 1
    order = (Opinion.RIGHT, Opinion.FALSE_ALARM, Opinion.UNSURE, Opinion.DISPUTED)
    return [Precision(check, *(some[said] for said in order)) for check, some in sorted(counts.items())]


def csv(decisions: Decisions) -> str:
    """Return the table as CSV, a row for each check."""
    seen = _observed(decisions)
    rows = (
        (*row, *_shares(row), *_range(seen[row.check, Opinion.RIGHT]), *_range(seen[row.check, Opinion.FALSE_ALARM]))
        for row in precisions(decisions)
    )
    return sheet(COLUMNS, rows)


def _shares(row: Precision) -> tuple[Cell, ...]:
    return (row.share.per_100, *row.share.interval) if row.share else (None, None, None)


def _observed(decisions: Decisions) -> dict[tuple[str, Opinion], list[float]]:
    """Return the numbers that were observed in the findings of each check, by what is said of them."""
    seen: dict[tuple[str, Opinion], list[float]] = defaultdict(list)
    for said, decision in decisions.opinions():
        if isinstance(decision.observed, int | float) and math.isfinite(decision.observed):
            seen[decision.check, said].append(decision.observed)
    return seen


def _range(numbers: Sequence[float]) -> tuple[Cell, Cell]:
    return (min(numbers), max(numbers)) if numbers else (None, None)
