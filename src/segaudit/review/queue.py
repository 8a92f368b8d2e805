"""The findings to review, in their order, with what is decided about each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from segaudit.model import Report, ReportedFinding
from segaudit.model.decision import Decision, Decisions, Opinion, opinion
from segaudit.reports.phrases import message, structure, visible
from segaudit.reports.ranking import ranked

WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Queue:
    """Findings about cases, what to look at first in front."""

    findings: tuple[ReportedFinding, ...]

    @classmethod
    def of(cls, report: Report) -> Queue:
        """Return the findings of a report that are about a case and not waived, in the order of ``review.csv``."""
        return cls(tuple(ranked(report.findings)))

    def opinions(self, decisions: Decisions) -> list[Opinion]:
        """Return what is said about each finding."""
        return [opinion(decisions.about(finding)) for finding in self.findings]

    def number_of(self, decision: Decision) -> int | None:
        """Return the number of the finding that a decision is about; None if it is found no more."""
        for number, finding in enumerate(self.findings):
            same = (finding.check, finding.case) == (decision.check, decision.case)
            if same and decision.covers(frozenset(finding.names)):
                return number
        return None

    def shown(self) -> Iterator[dict[str, Any]]:
        """Yield what the page says about each finding."""
        for finding in self.findings:
            yield {
                "check": finding.check,
                "severity": finding.severity,
                "case": visible(finding.case),
                "structure": visible(structure(finding)),
                "files": [visible(path) for path in finding.files[:1]],
                "message": visible(message(finding)),
            }


def history(decisions: Decisions, finding: ReportedFinding) -> list[dict[str, Any]]:
    """Return what the page says about the decisions on a finding, with its message at that time if it was another."""
    return [
        {
            "who": visible(decision.who),
            "verdict": decision.verdict,
            "day": decision.at.date(),
            "comment": visible(decision.comment),
            "then": "" if decision.message == finding.message else visible(decision.message),
        }
        for decision in decisions.about(finding).values()
    ]


def progress(opinions: Collection[Opinion]) -> str:
    """Return how many findings are decided, and how."""
    counts = Counter(opinions)
    settled = sum(number for said, number in counts.items() if said.settled)
    parts = [f"{counts[said]:,} {said}" for said in Opinion if said.settled and counts[said]]
    return f"{settled:,} of {len(opinions):,} decided" + (f": {', '.join(parts)}" if parts else "")


def partners(finding: ReportedFinding, masks: Collection[str]) -> list[str]:
    """Return the structures of a case that a finding's message names besides those that it is about."""
    named = dict.fromkeys(WORD.findall(finding.message))
    return [name for name in named if name in masks and name not in finding.structures]
